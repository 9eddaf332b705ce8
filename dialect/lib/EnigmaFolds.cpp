// Folders: constants through functions whose result is exact or correctly
// rounded.
#include "enigma/IR/Enigma.h"
#include "mlir/Dialect/CommonFolders.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include <cmath>

using namespace mlir;
using namespace enigma;

/// Folds a unary function whose result in double, rounded to the operand's
/// type, is the correctly rounded result: integral values, and the square root
/// (double has more than 2p + 2 bits of f32). The sign of a NaN that the host
/// makes differs between hosts; ours is always positive.
template <typename Function>
static OpFoldResult foldUnary(ArrayRef<Attribute> operands, Function function) {
  return constFoldUnaryOp<FloatAttr>(operands, [&](const APFloat &x) {
    APFloat value = x;
    bool lost;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lost);
    APFloat result(function(value.convertToDouble()));
    if (result.isNaN())
      return APFloat::getQNaN(x.getSemantics());
    result.convert(x.getSemantics(), APFloat::rmNearestTiesToEven, &lost);
    return result;
  });
}

static OpFoldResult foldRounding(ArrayRef<Attribute> operands,
                                 APFloat::roundingMode mode) {
  return constFoldUnaryOp<FloatAttr>(operands, [&](APFloat x) {
    x.roundToIntegral(mode);
    return x;
  });
}

OpFoldResult SqrtOp::fold(FoldAdaptor adaptor) {
  return foldUnary(adaptor.getOperands(),
                   [](double x) { return std::sqrt(x); });
}
OpFoldResult FloorOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), APFloat::rmTowardNegative);
}
OpFoldResult CeilOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), APFloat::rmTowardPositive);
}
OpFoldResult RoundOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), APFloat::rmNearestTiesToAway);
}
OpFoldResult RintOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), APFloat::rmNearestTiesToEven);
}
OpFoldResult TruncOp::fold(FoldAdaptor adaptor) {
  return foldRounding(adaptor.getOperands(), APFloat::rmTowardZero);
}

OpFoldResult FabsOp::fold(FoldAdaptor adaptor) {
  return constFoldUnaryOp<FloatAttr>(adaptor.getOperands(), [](APFloat x) {
    x.clearSign();
    return x;
  });
}

OpFoldResult FminOp::fold(FoldAdaptor adaptor) {
  if (getX() == getY())
    return getX();
  return constFoldBinaryOp<FloatAttr>(
      adaptor.getOperands(),
      [](const APFloat &x, const APFloat &y) { return llvm::minnum(x, y); });
}

OpFoldResult FmaxOp::fold(FoldAdaptor adaptor) {
  if (getX() == getY())
    return getX();
  return constFoldBinaryOp<FloatAttr>(
      adaptor.getOperands(),
      [](const APFloat &x, const APFloat &y) { return llvm::maxnum(x, y); });
}

OpFoldResult FmaOp::fold(FoldAdaptor adaptor) {
  auto a = dyn_cast_or_null<FloatAttr>(adaptor.getX());
  auto b = dyn_cast_or_null<FloatAttr>(adaptor.getY());
  auto c = dyn_cast_or_null<FloatAttr>(adaptor.getZ());
  if (!a || !b || !c)
    return {};
  APFloat result = a.getValue();
  result.fusedMultiplyAdd(b.getValue(), c.getValue(),
                          APFloat::rmNearestTiesToEven);
  return FloatAttr::get(getType(), result);
}
