// Turns a kernel into host functions that run a threadgroup; see the header.
#include "ThreadEntry.h"
#include "BuiltinArguments.h"
#include "Convergence.h"
#include "MatrixOrdering.h"
#include "Metadata.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/ReplaceConstant.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

namespace {

class EntryBuilder {
public:
  EntryBuilder(Function &kernel, const Reflection &reflection)
      : kernel(kernel), module(*kernel.getParent()),
        context(module.getContext()), reflection(reflection), b(context) {}
  Expected<ThreadEntry> build();

private:
  // The two shapes.
  void beginLoop();
  void endLoop();
  void beginCoroutine();
  void endCoroutine();
  void makeResume();
  void makeOperationTable(ArrayRef<Site> sites);

  // What both have in common.
  Error spliceKernel();
  Error replaceArguments(Instruction *groupPoint, Instruction *threadPoint);
  Value *boundPointer(Value *slots, unsigned i);
  void placeThreadgroupMemory();
  void waitAt(CallInst &call, const Site &site, SiteNumber number);
  void lowerAssertions();
  Error lowerIntrinsics();
  Error lowerIntrinsic(CallInst &call, const IntrinsicRow &intrinsic);
  void annotateMemory();

  Function *createFunction(StringRef name, ArrayRef<Type *> parameters);
  BasicBlock *block(const Twine &name) {
    return BasicBlock::Create(context, name, entry);
  }
  Value *field(size_t offset, Type *type);

  Function &kernel;
  Module &module;
  LLVMContext &context;
  const Reflection &reflection;
  IRBuilder<> b;

  Function *entry = nullptr;
  ThreadValues thread;
  BuiltinArguments builtins;
  /// The kernel's first block is entered from here, and its returns go there.
  BasicBlock *bodyPredecessor = nullptr;
  BasicBlock *afterBody = nullptr;
  /// Loops over z, y, x from outside in: the block with the induction variable,
  /// and its latch.
  struct LoopBlocks {
    BasicBlock *header;
    BasicBlock *latch;
    PHINode *index;
  };
  SmallVector<LoopBlocks, 3> loops;
  Value *coroutine = nullptr;
  BasicBlock *leave = nullptr; ///< where a coroutine goes back to the scheduler
  ThreadEntry result;
};

} // namespace

Function *EntryBuilder::createFunction(StringRef name,
                                       ArrayRef<Type *> parameters) {
  auto *type = FunctionType::get(Type::getVoidTy(context), parameters, false);
  auto *function =
      Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  function->addFnAttr(Attribute::NoUnwind);
  return function;
}

/// A field of GroupState, loaded in the entry block.
Value *EntryBuilder::field(size_t offset, Type *type) {
  LoadInst *load = b.CreateLoad(
      type, b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), thread.group, offset));
  load->setMetadata(LLVMContext::MD_invariant_load, MDNode::get(context, {}));
  return load;
}

//===-------------------------------------------------------------------------------------------===//
// Loop over independent threads
//===-------------------------------------------------------------------------------------------===//

void EntryBuilder::beginLoop() {
  entry = createFunction(runThreadgroupName, {b.getPtrTy()});
  thread.group = entry->getArg(0);
  b.SetInsertPoint(block("entry"));
  builtins.loadGroupFacts(b, thread.group);
  for (unsigned dimension : {2, 1, 0}) {
    BasicBlock *before = b.GetInsertBlock();
    LoopBlocks loop{block("thread." + Twine("xyz"[dimension])), nullptr,
                    nullptr};
    b.CreateBr(loop.header);
    b.SetInsertPoint(loop.header);
    loop.index = b.CreatePHI(b.getInt32Ty(), 2);
    loop.index->addIncoming(b.getInt32(0), before);
    builtins.positionInThreadgroup[dimension] = loop.index;
    loops.push_back(loop);
  }
  builtins.computeThread(b, /*index=*/nullptr);
  thread.lane = builtins.lane;
  thread.position = builtins.positionInGrid;
  bodyPredecessor = b.GetInsertBlock();
  afterBody = block("thread.done");
}

void EntryBuilder::endLoop() {
  b.SetInsertPoint(afterBody);
  for (unsigned depth = 3; depth--;) {
    LoopBlocks &loop = loops[depth];
    loop.latch = b.GetInsertBlock();
    Value *next =
        b.CreateAdd(loop.index, b.getInt32(1), "", /*NUW=*/true, /*NSW=*/true);
    loop.index->addIncoming(next, loop.latch);
    BasicBlock *after = block("after");
    b.CreateCondBr(
        b.CreateICmpULT(next, builtins.threadsPerThreadgroup[2 - depth]),
        loop.header, after);
    b.SetInsertPoint(after);
  }
  b.CreateRetVoid();
}

/// GPU threads run in any order: no access of one iteration depends on
/// another's. Stack and threadgroup memory stay out: the stack is shared by the
/// iterations, and threadgroup atomics are plain accesses here.
void EntryBuilder::annotateMemory() {
  MDNode *group = MDNode::getDistinct(context, {});
  for (Instruction &instruction : instructions(*entry)) {
    if (!isa<LoadInst, StoreInst>(instruction) || instruction.isAtomic())
      continue;
    const Value *pointer = getLoadStorePointerOperand(&instruction);
    if (pointer->getType()->getPointerAddressSpace() == 3 ||
        isa<AllocaInst>(getUnderlyingObject(pointer, /*MaxLookup=*/0)))
      continue;
    if (pointer->getType()->getPointerAddressSpace() == 0 &&
        !isa<GlobalVariable>(getUnderlyingObject(pointer, /*MaxLookup=*/0)))
      continue;
    instruction.setMetadata(LLVMContext::MD_access_group, group);
  }
  auto property = [&](StringRef name, ArrayRef<Metadata *> values) {
    SmallVector<Metadata *> operands{MDString::get(context, name)};
    operands.append(values.begin(), values.end());
    return MDNode::get(context, operands);
  };
  Metadata *yes = ConstantAsMetadata::get(b.getTrue());
  MDNode *loop = MDNode::getDistinct(
      context, {nullptr, property("llvm.loop.parallel_accesses", {group}),
                property("llvm.loop.vectorize.enable", {yes}),
                property("llvm.loop.mustprogress", {})});
  loop->replaceOperandWith(0, loop);
  loops.back().latch->getTerminator()->setMetadata(LLVMContext::MD_loop, loop);
}

//===-------------------------------------------------------------------------------------------===//
// Coroutine
//===-------------------------------------------------------------------------------------------===//

void EntryBuilder::beginCoroutine() {
  Type *ptr = b.getPtrTy(), *i32 = b.getInt32Ty(), *i64 = b.getInt64Ty();
  entry = createFunction(startThreadName, {ptr, ptr, i32, i32, i32, i32});
  entry->setPresplitCoroutine();
  thread.group = entry->getArg(0);
  thread.simdgroup = entry->getArg(1);
  b.SetInsertPoint(block("entry"));
  Value *null = ConstantPointerNull::get(b.getPtrTy());
  Value *id = b.CreateIntrinsic(Intrinsic::coro_id, {},
                                {b.getInt32(0), null, null, null});
  Value *size = b.CreateIntrinsic(Intrinsic::coro_size, {i64}, {});
  Value *alignment = b.CreateIntrinsic(Intrinsic::coro_align, {i64}, {});
  auto *allocateType = FunctionType::get(ptr, {ptr, i64, i64}, false);
  Value *frame = b.CreateCall(allocateType,
                              field(offsetof(GroupState, allocateFrame), ptr),
                              {thread.group, size, alignment});
  coroutine = b.CreateIntrinsic(Intrinsic::coro_begin, {}, {id, frame});
  builtins.loadGroupFacts(b, thread.group);
  for (unsigned dimension = 0; dimension < 3; ++dimension)
    builtins.positionInThreadgroup[dimension] = entry->getArg(2 + dimension);
  builtins.computeThread(b, entry->getArg(5));
  thread.lane = builtins.lane;
  thread.position = builtins.positionInGrid;
  Value *slots = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), thread.simdgroup,
                                              offsetof(SimdgroupState, frame));
  b.CreateStore(coroutine, b.CreateInBoundsGEP(ptr, slots,
                                               b.CreateZExt(thread.lane, i64)));
  bodyPredecessor = b.GetInsertBlock();
  afterBody = block("thread.done");
  leave = block("leave");
}

static void storeSite(IRBuilder<> &b, const ThreadValues &thread,
                      SiteNumber number) {
  Value *slot = b.CreateInBoundsGEP(b.getInt32Ty(), thread.simdgroup,
                                    b.CreateZExt(thread.lane, b.getInt64Ty()));
  b.CreateStore(b.getInt32(number), slot);
}

/// The frame belongs to the scheduler, so nothing is ever destroyed: returning
/// from the thread and leaving it suspended end alike.
void EntryBuilder::endCoroutine() {
  b.SetInsertPoint(afterBody);
  storeSite(b, thread, finishedSite);
  b.CreateBr(leave);
  b.SetInsertPoint(leave);
  b.CreateIntrinsic(Intrinsic::coro_end, {},
                    {coroutine, b.getFalse(), ConstantTokenNone::get(context)});
  b.CreateRetVoid();
}

static std::string describeSite(const Site &site) {
  CallInst *call = site.calls.front();
  std::string text = call->getCalledFunction()->getName().str();
  if (const DebugLoc &location = call->getDebugLoc())
    text += " at " + cast<DILocation>(location.get())->getFilename().str() +
            ":" + std::to_string(location.getLine());
  return text;
}

/// Replaces the call by: store the operands, say where we wait, suspend, load
/// the result.
void EntryBuilder::waitAt(CallInst &call, const Site &site, SiteNumber number) {
  b.SetInsertPoint(&call);
  Call c{b, call, site.intrinsic.base, site.intrinsic.parts, thread};
  storeLaneOperands(c, *site.intrinsic.group);
  storeSite(b, thread, number);
  Value *state =
      b.CreateIntrinsic(Intrinsic::coro_suspend, {},
                        {ConstantTokenNone::get(context), b.getFalse()});
  BasicBlock *before = call.getParent();
  BasicBlock *resumed = before->splitBasicBlock(call.getIterator(), "resumed");
  before->getTerminator()->eraseFromParent();
  b.SetInsertPoint(before);
  SwitchInst *branch = b.CreateSwitch(state, leave, 2);
  branch->addCase(b.getInt8(0), resumed);
  branch->addCase(b.getInt8(1), leave);
  b.SetInsertPoint(&call);
  if (Value *value = loadLaneResult(c, *site.intrinsic.group))
    call.replaceAllUsesWith(value);
  call.eraseFromParent();
}

void EntryBuilder::makeResume() {
  Function *resume = createFunction(resumeName, {b.getPtrTy(), b.getInt32Ty()});
  auto *start = BasicBlock::Create(context, "entry", resume);
  auto *loop = BasicBlock::Create(context, "lane", resume);
  auto *done = BasicBlock::Create(context, "done", resume);
  b.SetInsertPoint(start);
  Value *frames = b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), resume->getArg(0),
                                               offsetof(SimdgroupState, frame));
  // Where the highest lane comes first, bit i is lane 31 - i.
  bool mirrored = result.highestLaneFirst;
  Value *active = resume->getArg(1);
  if (mirrored)
    active = b.CreateUnaryIntrinsic(Intrinsic::bitreverse, active);
  b.CreateBr(loop);
  b.SetInsertPoint(loop);
  PHINode *lanes = b.CreatePHI(b.getInt32Ty(), 2);
  lanes->addIncoming(active, start);
  Value *position =
      b.CreateBinaryIntrinsic(Intrinsic::cttz, lanes, b.getTrue());
  Value *lane = mirrored ? b.CreateSub(b.getInt32(simdgroupWidth - 1), position)
                         : position;
  Value *slot = b.CreateInBoundsGEP(b.getPtrTy(), frames,
                                    b.CreateZExt(lane, b.getInt64Ty()));
  Value *frame = b.CreateLoad(b.getPtrTy(), slot);
  b.CreateIntrinsic(Intrinsic::coro_resume, {}, ArrayRef<Value *>(frame));
  Value *rest = b.CreateAnd(lanes, b.CreateSub(lanes, b.getInt32(1)));
  lanes->addIncoming(rest, loop);
  b.CreateCondBr(b.CreateICmpEQ(rest, b.getInt32(0)), done, loop);
  b.SetInsertPoint(done);
  b.CreateRetVoid();
}

void EntryBuilder::makeOperationTable(ArrayRef<Site> sites) {
  SmallVector<Constant *> operations;
  for (const Site &site : sites) {
    Call c{b, *site.calls.front(), site.intrinsic.base, site.intrinsic.parts,
           thread};
    Function *function = simdgroupFunction(module, c, *site.intrinsic.group);
    operations.push_back(function ? static_cast<Constant *>(function)
                                  : ConstantPointerNull::get(b.getPtrTy()));
  }
  auto *type = ArrayType::get(b.getPtrTy(), operations.size());
  new GlobalVariable(module, type, /*isConstant=*/true,
                     GlobalValue::ExternalLinkage,
                     ConstantArray::get(type, operations), operationsName);
}

//===-------------------------------------------------------------------------------------------===//
// Both
//===-------------------------------------------------------------------------------------------===//

/// The pointer that the host binds to parameter `i`.
Value *EntryBuilder::boundPointer(Value *slots, unsigned i) {
  const KernelArgument &described = reflection.arguments[i];
  LoadInst *load =
      b.CreateLoad(kernel.getArg(i)->getType(),
                   b.CreateConstInBoundsGEP1_64(b.getPtrTy(), slots, i));
  load->setMetadata(LLVMContext::MD_invariant_load, MDNode::get(context, {}));
  // Dispatch checks this size.
  if (described.bufferSize && !described.optional)
    load->setMetadata(LLVMContext::MD_dereferenceable,
                      MDNode::get(context, ConstantAsMetadata::get(b.getInt64(
                                               described.bufferSize))));
  return load;
}

/// Pointers are the same for the whole group; built-in values belong to the
/// thread.
Error EntryBuilder::replaceArguments(Instruction *groupPoint,
                                     Instruction *threadPoint) {
  b.SetInsertPoint(groupPoint);
  Value *slots = field(offsetof(GroupState, arguments), b.getPtrTy());
  for (unsigned i = 0; i < kernel.arg_size(); ++i) {
    const KernelArgument &described = reflection.arguments[i];
    bool isBuiltin = described.kind == ArgumentKind::Builtin;
    // What a function constant removes may be of any kind.
    if (!described.exists) {
      kernel.getArg(i)->replaceAllUsesWith(
          Constant::getNullValue(kernel.getArg(i)->getType()));
      continue;
    }
    b.SetInsertPoint(isBuiltin ? threadPoint : groupPoint);
    Value *value = isBuiltin ? builtins.find(b, described.builtin,
                                             kernel.getArg(i)->getType())
                             : boundPointer(slots, i);
    if (!value)
      return failure(
          "kernel '" + kernel.getName() + "': argument '" + described.name +
          "' (" +
          (described.builtin.empty() ? "of no known kind" : described.builtin) +
          ") is not supported by the CPU device");
    kernel.getArg(i)->replaceAllUsesWith(value);
  }
  return Error::success();
}

/// Static threadgroup arrays become offsets into the group's memory.
void EntryBuilder::placeThreadgroupMemory() {
  SmallVector<GlobalVariable *> arrays;
  for (GlobalVariable &global : module.globals())
    if (global.getAddressSpace() == 3)
      arrays.push_back(&global);
  SmallVector<Constant *> constants(arrays.begin(), arrays.end());
  convertUsersOfConstantsToInstructions(constants);
  const DataLayout &layout = module.getDataLayout();
  uint64_t offset = 0;
  for (GlobalVariable *array : arrays) {
    Align alignment = std::max(array->getAlign().valueOrOne(),
                               layout.getABITypeAlign(array->getValueType()));
    offset = alignTo(offset, std::min(alignment, Align(64)));
    Value *base =
        field(offsetof(GroupState, threadgroupMemory), array->getType());
    array->replaceAllUsesWith(
        b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), base, offset));
    offset += layout.getTypeAllocSize(array->getValueType());
    array->eraseFromParent();
  }
  result.staticThreadgroupMemory = offset;
}

/// Moves the kernel's blocks behind `bodyPredecessor` and its allocas to the
/// entry block.
Error EntryBuilder::spliceKernel() {
  b.SetInsertPoint(bodyPredecessor);
  Instruction *mark = b.CreateUnreachable();
  Instruction *groupPoint =
      loops.empty() ? mark : entry->getEntryBlock().getTerminator();
  b.SetInsertPoint(groupPoint);
  placeThreadgroupMemory();
  if (Error error = replaceArguments(groupPoint, mark))
    return error;
  BasicBlock *first = &kernel.getEntryBlock();
  entry->splice(entry->end(), &kernel);
  b.SetInsertPoint(mark);
  b.CreateBr(first);
  mark->eraseFromParent();
  BasicBlock::iterator allocas = entry->getEntryBlock().getFirstInsertionPt();
  for (Instruction &instruction : make_early_inc_range(*first))
    if (isa<AllocaInst>(instruction))
      instruction.moveBefore(entry->getEntryBlock(), allocas);
  for (BasicBlock &block : *entry)
    if (auto *ret = dyn_cast_or_null<ReturnInst>(block.getTerminator())) {
      b.SetInsertPoint(ret);
      b.CreateBr(afterBody);
      ret->eraseFromParent();
    }
  return Error::success();
}

Error EntryBuilder::lowerIntrinsic(CallInst &call,
                                   const IntrinsicRow &intrinsic) {
  b.SetInsertPoint(&call);
  Call c{b, call, intrinsic.base, intrinsic.parts, thread};
  std::string error;
  Value *value = intrinsic.lowering(c, error);
  if (!error.empty())
    return failure("intrinsic '" + call.getCalledFunction()->getName() +
                   "' is not supported by the CPU device: " + error);
  if (value)
    call.replaceAllUsesWith(value);
  call.eraseFromParent();
  return Error::success();
}

void EntryBuilder::lowerAssertions() {
  SmallVector<CallInst *> calls;
  for (Instruction &instruction : instructions(*entry))
    if (auto *call = dyn_cast<CallInst>(&instruction);
        call && call->getCalledFunction() &&
        call->getCalledFunction()->getName() == "enigma.device_assert")
      calls.push_back(call);
  for (CallInst *call : calls)
    lowerAssertion(b, *call, thread, *afterBody);
}

Error EntryBuilder::lowerIntrinsics() {
  for (Instruction &instruction : make_early_inc_range(instructions(*entry))) {
    auto *call = dyn_cast<CallInst>(&instruction);
    Function *callee = call ? call->getCalledFunction() : nullptr;
    if (!callee)
      continue;
    std::optional<IntrinsicRow> intrinsic = findIntrinsic(callee->getName());
    if (intrinsic && intrinsic->lowering)
      if (Error error = lowerIntrinsic(*call, *intrinsic))
        return error;
  }
  return Error::success();
}

/// Every function that is still only declared must be in the table, with the
/// right operands.
static Error checkIntrinsics(Function &kernel) {
  for (Instruction &instruction : instructions(kernel)) {
    auto *call = dyn_cast<CallInst>(&instruction);
    Function *callee = call ? call->getCalledFunction() : nullptr;
    if (!callee || callee->isIntrinsic())
      continue;
    std::optional<IntrinsicRow> intrinsic = findIntrinsic(callee->getName());
    if (!intrinsic)
      return failure("kernel '" + kernel.getName() + "' uses '" +
                     callee->getName() +
                     "', which the CPU device does not know");
    if (call->arg_size() != intrinsic->operands)
      return failure("kernel '" + kernel.getName() + "': '" +
                     callee->getName() + "' has " + Twine(call->arg_size()) +
                     " operands, the CPU device knows it with " +
                     Twine(intrinsic->operands));
  }
  return Error::success();
}

static void markConstantLoads(Function &kernel) {
  MDNode *empty = MDNode::get(kernel.getContext(), {});
  for (Instruction &instruction : instructions(kernel))
    if (auto *load = dyn_cast<LoadInst>(&instruction);
        load && load->getPointerAddressSpace() == 2)
      load->setMetadata(LLVMContext::MD_invariant_load, empty);
}

/// Whether a loop in which lanes never meet writes threadgroup memory.
static bool writesThreadgroupMemoryInLoops(Function &kernel) {
  auto isMeeting = [](const Instruction &instruction) {
    auto *call = dyn_cast<CallInst>(&instruction);
    Function *callee = call ? call->getCalledFunction() : nullptr;
    auto intrinsic = callee ? findIntrinsic(callee->getName())
                            : std::optional<IntrinsicRow>();
    return intrinsic && intrinsic->group;
  };
  auto isWrite = [](const Instruction &instruction) {
    auto *store = dyn_cast<StoreInst>(&instruction);
    return store && store->getPointerAddressSpace() == 3;
  };
  DominatorTree dominators(kernel);
  LoopInfo loops(dominators);
  return any_of(loops.getLoopsInPreorder(), [&](const Loop *loop) {
    auto has = [&](auto predicate) {
      return any_of(loop->blocks(), [&](const BasicBlock *block) {
        return any_of(*block, predicate);
      });
    };
    return has(isWrite) && !has(isMeeting);
  });
}

Expected<ThreadEntry> EntryBuilder::build() {
  if (Error error = checkIntrinsics(kernel))
    return error;
  markConstantLoads(kernel);
  orderMatrixAccesses(kernel);
  SmallVector<Site> sites = orderSites(kernel);
  bool cooperative = !sites.empty();
  result.highestLaneFirst = writesThreadgroupMemoryInLoops(kernel);
  cooperative ? beginCoroutine() : beginLoop();
  if (Error error = spliceKernel())
    return error;
  if (cooperative) {
    makeOperationTable(sites);
    for (auto [i, site] : enumerate(sites)) {
      bool isBarrier =
          site.intrinsic.group->operation == GroupOperation::ThreadgroupBarrier;
      result.siteDescriptions.push_back(describeSite(site));
      for (CallInst *call : site.calls)
        waitAt(*call, site, i | (isBarrier ? barrierBit : 0));
    }
  }
  // Its places are in the descriptions now, and it would describe a function
  // that is no longer the kernel.
  StripDebugInfo(*entry->getParent());
  b.SetCurrentDebugLocation(DebugLoc());
  lowerAssertions();
  if (Error error = lowerIntrinsics())
    return error;
  if (cooperative) {
    endCoroutine();
    makeResume();
  } else {
    endLoop();
    annotateMemory();
  }
  kernel.deleteBody();
  return std::move(result);
}

Expected<ThreadEntry>
simulator::buildThreadEntry(Function &kernel, const Reflection &reflection) {
  return EntryBuilder(kernel, reflection).build();
}
