// The built-in kernel arguments of AIR (reference section 2.5).
#include "BuiltinArguments.h"
#include "GroupState.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/DerivedTypes.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

void BuiltinArguments::loadGroupFacts(IRBuilder<> &b, Value *group) {
  auto load = [&](Triple &triple, size_t offset) {
    for (unsigned i = 0; i < 3; ++i) {
      Value *address = b.CreateConstInBoundsGEP1_64(
          b.getInt8Ty(), group, offset + i * sizeof(uint32_t));
      LoadInst *value = b.CreateLoad(b.getInt32Ty(), address);
      value->setMetadata(LLVMContext::MD_invariant_load,
                         MDNode::get(b.getContext(), {}));
      triple[i] = value;
    }
  };
  load(threadsPerGrid, offsetof(GroupState, threadsPerGrid));
  load(threadgroupsPerGrid, offsetof(GroupState, threadgroupsPerGrid));
  load(dispatchThreadsPerThreadgroup,
       offsetof(GroupState, dispatchThreadsPerThreadgroup));
  load(threadgroupPosition, offsetof(GroupState, threadgroupPosition));
  load(threadsPerThreadgroup, offsetof(GroupState, threadsPerThreadgroup));
}

void BuiltinArguments::computeThread(IRBuilder<> &b, Value *knownIndex) {
  // The grid has fewer than 2^32 threads in each dimension: nothing here wraps,
  // and saying so lets the vectoriser see consecutive addresses behind the zero
  // extension.
  for (unsigned i = 0; i < 3; ++i) {
    Value *start = b.CreateMul(threadgroupPosition[i],
                               dispatchThreadsPerThreadgroup[i], "", true);
    positionInGrid[i] = b.CreateAdd(start, positionInThreadgroup[i], "", true);
  }
  index = knownIndex;
  if (!index) {
    Value *plane = b.CreateMul(positionInThreadgroup[2],
                               threadsPerThreadgroup[1], "", true);
    Value *rows = b.CreateAdd(plane, positionInThreadgroup[1], "", true);
    index = b.CreateAdd(b.CreateMul(rows, threadsPerThreadgroup[0], "", true),
                        positionInThreadgroup[0], "", true);
  }
  lane = b.CreateAnd(index, b.getInt32(simdgroupWidth - 1));
}

const BuiltinArguments::Triple *BuiltinArguments::triple(StringRef name) const {
  return StringSwitch<const Triple *>(name)
      .Case("air.thread_position_in_grid", &positionInGrid)
      .Case("air.thread_position_in_threadgroup", &positionInThreadgroup)
      .Case("air.threadgroup_position_in_grid", &threadgroupPosition)
      .Case("air.threads_per_threadgroup", &threadsPerThreadgroup)
      .Case("air.dispatch_threads_per_threadgroup",
            &dispatchThreadsPerThreadgroup)
      .Cases({"air.threads_per_grid", "air.grid_size"}, &threadsPerGrid)
      .Case("air.threadgroups_per_grid", &threadgroupsPerGrid)
      .Default(nullptr);
}

/// ceil(x * y * z / width).
static Value *groupCount(IRBuilder<> &b,
                         const BuiltinArguments::Triple &threads,
                         unsigned width) {
  Value *count = b.CreateMul(b.CreateMul(threads[0], threads[1]), threads[2]);
  return b.CreateUDiv(b.CreateAdd(count, b.getInt32(width - 1)),
                      b.getInt32(width));
}

Value *BuiltinArguments::scalar(IRBuilder<> &b, StringRef name) const {
  if (name == "air.thread_index_in_threadgroup")
    return index;
  if (name == "air.thread_index_in_simdgroup")
    return lane;
  if (name == "air.simdgroup_index_in_threadgroup")
    return b.CreateUDiv(index, b.getInt32(simdgroupWidth));
  if (name == "air.threads_per_simdgroup" ||
      name == "air.thread_execution_width")
    return b.getInt32(simdgroupWidth);
  if (name == "air.thread_index_in_quadgroup")
    return b.CreateAnd(index, b.getInt32(3));
  if (name == "air.quadgroup_index_in_threadgroup")
    return b.CreateUDiv(index, b.getInt32(4));
  if (name == "air.simdgroups_per_threadgroup")
    return groupCount(b, threadsPerThreadgroup, simdgroupWidth);
  if (name == "air.quadgroups_per_threadgroup")
    return groupCount(b, threadsPerThreadgroup, 4);
  if (name == "air.dispatch_simdgroups_per_threadgroup")
    return groupCount(b, dispatchThreadsPerThreadgroup, simdgroupWidth);
  if (name == "air.dispatch_quadgroups_per_threadgroup")
    return groupCount(b, dispatchThreadsPerThreadgroup, 4);
  return nullptr;
}

Value *BuiltinArguments::find(IRBuilder<> &b, StringRef name,
                              Type *type) const {
  Type *element = type->getScalarType();
  if (!element->isIntegerTy())
    return nullptr;
  if (name == "air.grid_origin")
    return Constant::getNullValue(type);
  auto *vector = dyn_cast<FixedVectorType>(type);
  const Triple *values = triple(name);
  if (!vector) {
    Value *value = values ? (*values)[0] : scalar(b, name);
    return value ? b.CreateZExtOrTrunc(value, type) : nullptr;
  }
  if (!values || vector->getNumElements() > 3)
    return nullptr;
  Value *result = PoisonValue::get(type);
  for (unsigned i = 0; i < vector->getNumElements(); ++i)
    result = b.CreateInsertElement(
        result, b.CreateZExtOrTrunc((*values)[i], element), i);
  return result;
}
