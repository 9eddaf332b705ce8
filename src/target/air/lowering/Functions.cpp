// Functions of Metal's standard library to calls of `air.*` (reference
// sections 3.1, 3.2, 3.5).
#include "Intrinsics.h"
#include "Patterns.h"
#include "TypeNames.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace enigma::air {

namespace {

/// `air.[fast_]<name>[.s|.u][.<type>]`, from the op's row in the op table and
/// its first operand's type.
std::string airFunctionName(MetalFunctionOpInterface op, Type type,
                            bool isUnsigned, bool fastMath) {
  Type scalar = getElementTypeOrSelf(type);
  bool fast = fastMath && op.hasAIRFastForm() && scalar.isF32();
  std::string name = fast ? "air.fast_" : "air.";
  name += op.getAIRName();
  if (op.hasAIRSign() && isa<IntegerType>(scalar))
    name += isUnsigned ? ".u" : ".s";
  if (op.hasAIRTypeSuffix())
    name += "." + airTypeSuffix(type);
  return name;
}

/// True for functions with one more parameter than Metal's: is the result for 0
/// undefined?
bool takesZeroIsUndefined(StringRef airName) {
  return airName == "clz" || airName == "ctz";
}

/// A function that moves bits between lanes, and so works on any type of the
/// same width.
bool movesBits(StringRef airName) {
  return airName.contains("_shuffle") || airName.contains("_broadcast");
}

/// The type a lane function is called with: AIR has none on bool, bfloat and
/// 64-bit integers (reference sections 3.3 and 3.5). Null: there is no way.
Type laneType(StringRef airName, Type type) {
  Type scalar = getElementTypeOrSelf(type);
  MLIRContext *context = type.getContext();
  Type with = scalar;
  if (scalar.isInteger(1))
    with = IntegerType::get(context, 16);
  else if (scalar.isBF16() && movesBits(airName))
    with = IntegerType::get(context, 16);
  else if (scalar.isBF16())
    with = Float32Type::get(context);
  else if (scalar.isInteger(64)) {
    if (!movesBits(airName) || isa<VectorType>(type))
      return {};
    return VectorType::get(2, IntegerType::get(context, 32));
  }
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(with);
  return with;
}

/// Converts between the type of a value and the one its lane function is called
/// with.
Value convertLanes(OpBuilder &builder, Location loc, Value value, Type type) {
  Type from = getElementTypeOrSelf(value.getType());
  Type to = getElementTypeOrSelf(type);
  if (value.getType() == type)
    return value;
  if (from.isInteger(1))
    return LLVM::ZExtOp::create(builder, loc, type, value);
  if (to.isInteger(1))
    return LLVM::TruncOp::create(builder, loc, type, value);
  if (!isa<FloatType>(from) || !isa<FloatType>(to))
    return LLVM::BitcastOp::create(builder, loc, type, value);
  if (isa<VectorType>(type))
    return callIntrinsic(builder, loc,
                         {"air.convert.f." + airTypeSuffix(type) + ".f." +
                              airTypeSuffix(value.getType()),
                          type},
                         value);
  if (from.isBF16())
    return LLVM::FPExtOp::create(builder, loc, type, value);
  return LLVM::FPTruncOp::create(builder, loc, type, value);
}

/// Any op with the interface: the op table says everything.
struct FunctionLowering
    : OpInterfaceConversionPattern<MetalFunctionOpInterface> {
  FunctionLowering(const LLVMTypeConverter &converter,
                   const PatternContext &context)
      : OpInterfaceConversionPattern(converter, &converter.getContext()),
        context(context) {}

  LogicalResult
  matchAndRewrite(MetalFunctionOpInterface op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    StringRef airName = op.getAIRName();
    if (airName.empty() || op->getNumResults() != 1)
      return failure();
    Location loc = op->getLoc();
    Type result = op->getResult(0).getType();
    SmallVector<Value> arguments(operands);
    Type callResult = result;
    if (op.isConvergent() && op.hasAIRTypeSuffix() && !operands.empty() &&
        operands[0].getType() == result) {
      callResult = laneType(airName, result);
      if (!callResult)
        return failure();
      arguments[0] = convertLanes(rewriter, loc, arguments[0], callResult);
    }
    if (takesZeroIsUndefined(airName))
      arguments.push_back(LLVM::ConstantOp::create(
          rewriter, loc, rewriter.getI1Type(), rewriter.getBoolAttr(false)));
    Type named = arguments.empty() ? callResult : arguments[0].getType();
    // What goes as another type's bits has no sign of its own.
    bool isUnsigned = op.isUnsignedFunction() || callResult != result;
    Value value =
        callIntrinsic(rewriter, loc,
                      {airFunctionName(op, named, isUnsigned, context.fastMath),
                       callResult, op.isConvergent(), context.fastMath},
                      arguments);
    rewriter.replaceOp(op, convertLanes(rewriter, loc, value, result));
    return success();
  }

  PatternContext context;
};

} // namespace

void populateFunctions(const LLVMTypeConverter &converter,
                       RewritePatternSet &patterns,
                       const PatternContext &context) {
  patterns.add<FunctionLowering>(converter, context);
  populateExpansions(patterns, context);
}

} // namespace enigma::air
