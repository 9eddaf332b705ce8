// Atomics to the LLVM dialect (reference section 3.7).
#include "Addresses.h"
#include "Intrinsics.h"
#include "TypeNames.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace enigma::air {

namespace {

StringRef airAtomicName(AtomicKind kind) {
  switch (kind) {
  case AtomicKind::exchange:
    return "xchg";
  case AtomicKind::add:
    return "add";
  case AtomicKind::sub:
    return "sub";
  case AtomicKind::min:
    return "min";
  case AtomicKind::max:
    return "max";
  case AtomicKind::bit_and:
    return "and";
  case AtomicKind::bit_or:
    return "or";
  case AtomicKind::bit_xor:
    return "xor";
  }
  llvm_unreachable("every kind has a name");
}

/// The parts that the calls of one atomic are made of.
struct AtomicCall {
  OpBuilder &builder;
  Location loc;
  BufferType buffer;
  MemoryOrder memoryOrder;

  std::string name(StringRef operation) const {
    bool isDevice = buffer.getSpace() == AddressSpace::device;
    return ((isDevice ? "air.atomic.global." : "air.atomic.local.") +
            operation + "." + airTypeSuffix(buffer.getValueType()))
        .str();
  }
  Value order() const {
    return constant(builder, loc, builder.getI32Type(), int64_t(memoryOrder));
  }
  /// The threads that see it as one step: 1 the threadgroup, 2 the device.
  Value scope() const {
    bool isDevice = buffer.getSpace() == AddressSpace::device;
    return constant(builder, loc, builder.getI32Type(), isDevice ? 2 : 1);
  }
  Value isVolatile() const {
    return constant(builder, loc, builder.getI1Type(), 1);
  }
};

template <typename Op> struct AtomicPattern : AIRPattern<Op> {
  using AIRPattern<Op>::AIRPattern;

  AtomicCall callFor(Op op, OpBuilder &builder) const {
    return {builder, op.getLoc(), op.getBuffer().getType(), op.getOrder()};
  }
  Value address(Op op, typename Op::Adaptor adaptor, OpBuilder &builder) const {
    return addressOf(builder, op.getLoc(), op.getBuffer().getType(),
                     adaptor.getBuffer(), adaptor.getIndices());
  }
};

struct AtomicLoadLowering : AtomicPattern<AtomicLoadOp> {
  using AtomicPattern::AtomicPattern;

  LogicalResult
  matchAndRewrite(AtomicLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    AtomicCall call = callFor(op, rewriter);
    Value from = address(op, adaptor, rewriter);
    rewriter.replaceOp(
        op,
        callIntrinsic(rewriter, op.getLoc(),
                      {call.name("load"), op.getResult().getType()},
                      {from, call.order(), call.scope(), call.isVolatile()}));
    return success();
  }
};

struct AtomicStoreLowering : AtomicPattern<AtomicStoreOp> {
  using AtomicPattern::AtomicPattern;

  LogicalResult
  matchAndRewrite(AtomicStoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    AtomicCall call = callFor(op, rewriter);
    Value to = address(op, adaptor, rewriter);
    callIntrinsic(rewriter, op.getLoc(), {call.name("store"), Type()},
                  {to, adaptor.getValue(), call.order(), call.scope(),
                   call.isVolatile()});
    rewriter.eraseOp(op);
    return success();
  }
};

struct AtomicRMWLowering : AtomicPattern<AtomicRMWOp> {
  using AtomicPattern::AtomicPattern;

  LogicalResult
  matchAndRewrite(AtomicRMWOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    AtomicCall call = callFor(op, rewriter);
    Type type = op.getResult().getType();
    std::string operation = airAtomicName(op.getKind()).str();
    // An exchange has no sign, and neither has a float.
    if (op.getKind() != AtomicKind::exchange && isa<IntegerType>(type))
      operation += call.buffer.isUnsigned() ? ".u" : ".s";
    Value at = address(op, adaptor, rewriter);
    rewriter.replaceOp(op,
                       callIntrinsic(rewriter, op.getLoc(),
                                     {call.name(operation), type,
                                      /*convergent=*/false, context.fastMath},
                                     {at, adaptor.getValue(), call.order(),
                                      call.scope(), call.isVolatile()}));
    return success();
  }
};

/// The expected value is passed by address, and what was there comes back the
/// same way. Apple's compiler takes the exchange as done where that is what was
/// expected, bit by bit.
struct AtomicCompareExchangeLowering
    : AtomicPattern<AtomicCompareExchangeWeakOp> {
  using AtomicPattern::AtomicPattern;

  LogicalResult
  matchAndRewrite(AtomicCompareExchangeWeakOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    AtomicCall call = callFor(op, rewriter);
    Type type = op.getObserved().getType();
    unsigned alignment = layoutOf(call.buffer.getElementType()).alignment;
    Value at = address(op, adaptor, rewriter);
    Value box = threadVariable(rewriter, op, type, alignment);
    LLVM::StoreOp::create(rewriter, loc, adaptor.getExpected(), box, alignment);
    callIntrinsic(rewriter, loc, {call.name("cmpxchg.weak"), type},
                  {at, box, adaptor.getDesired(), call.order(), call.order(),
                   call.scope(), call.isVolatile()});
    Value observed = LLVM::LoadOp::create(rewriter, loc, type, box, alignment);
    auto bits = [&](Value value) -> Value {
      if (isa<IntegerType>(type))
        return value;
      return LLVM::BitcastOp::create(rewriter, loc, rewriter.getI32Type(),
                                     value);
    };
    Value found = bits(observed), expected = bits(adaptor.getExpected());
    Value done = LLVM::ICmpOp::create(rewriter, loc, LLVM::ICmpPredicate::eq,
                                      found, expected);
    rewriter.replaceOp(op, {done, observed});
    return success();
  }
};

} // namespace

void populateAtomics(const LLVMTypeConverter &converter,
                     RewritePatternSet &patterns,
                     const PatternContext &context) {
  patterns.add<AtomicLoadLowering, AtomicStoreLowering, AtomicRMWLowering,
               AtomicCompareExchangeLowering>(converter, context);
}

} // namespace enigma::air
