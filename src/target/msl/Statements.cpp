// Straight-line statements: locals, stores, atomics, barriers, threadgroup
// arrays.
#include "KernelEmitter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace enigma::msl {

/// The lines of a location: the place itself, then the calls that led there.
static void appendLines(Location loc, std::string &text) {
  if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    appendLines(call.getCallee(), text);
    return appendLines(call.getCaller(), text);
  }
  if (auto named = dyn_cast<NameLoc>(loc))
    return appendLines(named.getChildLoc(), text);
  if (auto fused = dyn_cast<FusedLoc>(loc))
    return appendLines(fused.getLocations().front(), text);
  if (auto file = dyn_cast<FileLineColLoc>(loc))
    text += ((text.empty() ? "" : ", called at ") +
             file.getFilename().getValue() + ":" + Twine(file.getLine()))
                .str();
}

std::string KernelEmitter::comment(Location loc) {
  if (!options.comments)
    return "";
  std::string position;
  appendLines(loc, position);
  if (position.empty() || position == lastComment)
    return "";
  lastComment = position;
  return "  // " + position;
}

void KernelEmitter::line(const Twine &text) {
  body.append(2 * depth, ' ');
  body += text.str();
  body += '\n';
}

void KernelEmitter::line(const Twine &text, Location loc) {
  line(text + comment(loc));
}

void KernelEmitter::emitBlock(Block &block) {
  for (Operation &op : block)
    if (!op.hasTrait<OpTrait::IsTerminator>())
      emitStatement(&op);
}

/// What a value without a Python name is called: after what it is, never after
/// where it comes.
std::string KernelEmitter::describe(Operation *op) const {
  return TypeSwitch<Operation *, std::string>(op)
      .Case(
          [&](LoadOp op) { return buffers.lookup(op.getBuffer()) + "_value"; })
      .Case([&](LoadVecOp op) {
        return buffers.lookup(op.getBuffer()) + "_values";
      })
      .Case([](AtomicRMWOp) { return "previous"; })
      .Case([](VecExtractOp) { return "component"; })
      .Case<MakeVecOp, VecSwizzleOp, VecInsertOp>(
          [](auto) { return "components"; })
      .Case([&](AtomicLoadOp op) {
        return buffers.lookup(op.getBuffer()) + "_value";
      })
      .Case([&](SimdgroupMatrixLoadOp op) {
        return buffers.lookup(op.getBuffer()) + "_tile";
      })
      .Case([](MakeFilledSimdgroupMatrixOp) { return "filled"; })
      .Case([](SimdgroupMultiplyOp) { return "product"; })
      .Case([](SimdgroupMultiplyAccumulateOp) { return "sum"; })
      .Case([](MetalFunctionOpInterface op) {
        StringRef name = op.getMetalName();
        (void)(name.consume_front("simd_") || name.consume_front("quad_"));
        return (isReservedName(name) ? name + "_value" : Twine(name)).str();
      })
      .Case<arith::AddIOp, arith::AddFOp>([](auto) { return "sum"; })
      .Case<arith::SubIOp, arith::SubFOp>([](auto) { return "difference"; })
      .Case<arith::MulIOp, arith::MulFOp>([](auto) { return "product"; })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::DivFOp>(
          [](auto) { return "quotient"; })
      .Case<arith::RemSIOp, arith::RemUIOp, arith::RemFOp>(
          [](auto) { return "remainder"; })
      .Case<arith::CmpIOp, arith::CmpFOp>([](auto) { return "condition"; })
      .Case<arith::AndIOp, arith::OrIOp, arith::XOrIOp>([](Operation *op) {
        return op->getResult(0).getType().isInteger(1) ? "condition" : "bits";
      })
      .Case<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp>(
          [](auto) { return "shifted"; })
      .Case<arith::SelectOp, scf::IfOp>([](auto) { return "chosen"; })
      .Case<arith::MinSIOp, arith::MinUIOp, arith::MinNumFOp>(
          [](auto) { return "minimum"; })
      .Case<arith::MaxSIOp, arith::MaxUIOp, arith::MaxNumFOp>(
          [](auto) { return "maximum"; })
      .Case([](ThreadQueryOpInterface op) { return op.getQueryName().str(); })
      .Default([](auto) { return "value"; });
}

void KernelEmitter::emitStatement(Operation *op) {
  if (auto query = dyn_cast<ThreadQueryOpInterface>(op)) {
    // A component that Python named and uses more than once gets that name.
    if (queries.at(query.getQueryName().str()).second > 1 &&
        !pythonName(op->getLoc()).empty() && !op->use_empty() &&
        !op->hasOneUse())
      emitLocal(op);
    return;
  }
  if (folding.folds(op) || isDead(op))
    return;
  TypeSwitch<Operation *>(op)
      .Case([&](StoreOp op) { emitStore(op); })
      .Case([&](StoreVecOp op) { emitStoreVector(op); })
      .Case([&](ThreadgroupAllocOp op) {
        emitArray(op, "threadgroup ", "shared");
      })
      .Case([&](ThreadAllocOp op) { emitArray(op, "", "registers"); })
      .Case([&](DevicePrintOp op) { emitPrint(op); })
      .Case([&](DeviceAssertOp op) { emitAssert(op); })
      .Case<BarrierOp, SimdBarrierOp>([&](auto barrier) {
        static const char *const flags[] = {
            "mem_flags::mem_none", "mem_flags::mem_device",
            "mem_flags::mem_threadgroup",
            "mem_flags::mem_device | mem_flags::mem_threadgroup",
            "mem_flags::mem_texture"};
        const char *name =
            isa<BarrierOp>(op) ? "threadgroup_barrier(" : "simdgroup_barrier(";
        line(Twine(name) + flags[unsigned(barrier.getFlags())] + ");",
             op->getLoc());
      })
      .Case<AtomicLoadOp, AtomicRMWOp>([&](auto atomic) {
        if (!atomic.getResult().use_empty())
          return emitLocal(op);
        line(this->atomic(atomic).text + ";", op->getLoc());
      })
      .Case([&](AtomicStoreOp op) { line(atomic(op).text + ";", op.getLoc()); })
      .Case([&](AtomicCompareExchangeWeakOp op) { emitCompareExchange(op); })
      .Case<MakeFilledSimdgroupMatrixOp, SimdgroupMatrixLoadOp,
            SimdgroupMultiplyOp, SimdgroupMultiplyAccumulateOp>(
          [&](auto op) { emitMatrix(op); })
      .Case([&](SimdgroupMatrixStoreOp op) { emitMatrixStore(op); })
      .Case([&](scf::IfOp op) { emitIf(op); })
      .Case([&](scf::ForOp op) { emitFor(op); })
      .Case([&](scf::WhileOp op) { emitWhile(op); })
      .Default([&](Operation *op) {
        if (op->getNumResults() != 1 || op->getNumRegions())
          refuse(op);
        else
          emitLocal(op);
      });
}

void KernelEmitter::emitLocal(Operation *op) {
  Value result = op->getResult(0);
  Expression value = compute(op);
  auto [typeName, type] = variableType(result);
  StringRef wanted = pythonName(result);
  std::string name =
      scopes.declare(wanted.empty() ? describe(op) : wanted.str());
  line(typeName + " " + name + " = " + asInitializer(value, type).text + ";",
       op->getLoc());
  bindings[result] = Expression::primary(name, type, value.width);
}

void KernelEmitter::emitStore(StoreOp op) {
  Expression target = element(op.getBuffer(), op.getIndices());
  Expression value = expression(op.getValue());
  line(target.text + " = " + asInitializer(value, target.type).text + ";",
       op.getLoc());
}

template <typename Alloc>
void KernelEmitter::emitArray(Alloc op, StringRef space, StringRef otherwise) {
  BufferType type = op.getResult().getType();
  StringRef wanted = op.getNameHint().value_or(pythonName(op.getResult()));
  std::string name = scopes.declare(wanted.empty() ? otherwise : wanted);
  std::string extents;
  for (int64_t extent : type.getShape())
    extents += "[" + std::to_string(extent) + "]";
  bool isAtomic = isOnlyAtomic(op.getResult());
  if (isAtomic)
    onlyAtomic.insert(op.getResult());
  buffers[op.getResult()] = name;
  line(space + (isAtomic ? "atomic_" : "") +
           metalTypeName(*scalarType(type.getElementType()),
                         widthOf(type.getElementType())) +
           " " + name + extents + ";",
       op.getLoc());
}

} // namespace enigma::msl
