// Calls of Metal's library, and of what stands in where it has no overload.
#include "KernelEmitter.h"

using namespace mlir;

namespace enigma::msl {

Expression KernelEmitter::function(MetalFunctionOpInterface op) {
  if (op->getNumResults() != 1)
    return refuse(op);
  if (op.isConvergent())
    return laneFunction(op);
  if (op->getNumOperands() == 0)
    return refuse(op);
  if (isa<IsNaNOp, IsInfOp, IsFiniteOp, IsNormalOp, SignbitOp>(op))
    return predicate(op);
  Type subject = op->getOperand(0).getType(),
       result = op->getResult(0).getType();
  bool isUnsigned = op.isUnsignedFunction();
  SmallVector<Expression> arguments;
  for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
    Expression argument = expression(operand);
    // The first operand's type selects the overload; offsets and counts beside
    // it are unsigned and convert by themselves.
    bool isCount = isa<ExtractBitsOp, InsertBitsOp>(op) &&
                   number + 2 >= op->getNumOperands();
    if (!isCount && (number == 0 || operand.getType() == subject))
      argument = typed(operand, isUnsigned);
    else if (isIntegerValue(operand.getType()))
      argument = valued(operand, true);
    arguments.push_back(argument);
  }
  // The precise namespace has what fast mode has a variant of, for float alone.
  bool isPrecise = kernel.getMath() == MathMode::precise &&
                   op.hasAIRFastForm() && subject.isF32();
  return call(((isPrecise ? "precise::" : "") + op.getMetalName()).str(),
              arguments, *scalarType(result, op.hasUnsignedResult()));
}

/// Under fast math Metal may assume that there are no NaNs and infinities, and
/// fold its own predicates: what the kernel asks is answered from the bits.
Expression KernelEmitter::predicate(MetalFunctionOpInterface op) {
  Expression argument = expression(op->getOperand(0));
  StringRef name = op.getMetalName();
  if (kernel.getMath() == MathMode::precise)
    return call(name, argument, DType::b1);
  needed.insert({name.str(), argument.type});
  return call(("enigma_" + name).str(), argument, DType::b1);
}

/// Metal's functions between lanes take no bool, no bfloat and no 64-bit
/// integers (MSL specification, section 6.9.2). What only moves goes as bits of
/// a type that they take; sums and the like of bfloats are computed in float.
Expression KernelEmitter::laneFunction(MetalFunctionOpInterface op) {
  StringRef name = op.getMetalName();
  if (isa<SimdIsFirstOp, QuadIsFirstOp>(op))
    return call(name, {}, DType::b1);
  Value value = op->getOperand(0);
  if (isa<SimdAllOp, SimdAnyOp, QuadAllOp, QuadAnyOp>(op))
    return call(name, expression(value), DType::b1);
  if (isa<SimdBallotOp>(op))
    return call("simd_vote::vote_t", call(name, expression(value), DType::u64),
                DType::u64);
  if (isa<QuadBallotOp>(op))
    return cast(call("quad_vote::vote_t",
                     call(name, expression(value), DType::u16), DType::u16),
                DType::u32);

  auto callWith = [&](const Expression &argument, DType type) {
    SmallVector<Expression> arguments{argument};
    for (Value lane : op->getOperands().drop_front())
      arguments.push_back(valued(lane, true));
    return call(name, arguments, type);
  };
  Type type = value.getType();
  bool moves = name.contains("_shuffle") || name.contains("_broadcast");
  if (type.isInteger(1))
    return cast(callWith(cast(expression(value), DType::u16), DType::u16),
                DType::b1);
  if (type.isBF16() && moves)
    return call("as_type<bfloat>",
                callWith(call("as_type<ushort>", expression(value), DType::u16),
                         DType::u16),
                DType::bf16);
  if (type.isBF16())
    return cast(callWith(cast(expression(value), DType::f32), DType::f32),
                DType::bf16);
  DType result = *scalarType(type, op.isUnsignedFunction());
  Expression argument = typed(value, op.isUnsignedFunction());
  if (isIntegerValue(type) && integerWidth(type) == 64)
    return call(("as_type<" + metalName(result) + ">").str(),
                callWith(call("as_type<uint2>", argument, result), result),
                result);
  return callWith(argument, result);
}

} // namespace enigma::msl
