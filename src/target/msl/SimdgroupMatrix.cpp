// Simdgroup matrices (MSL specification, section 6.7): variables that functions
// fill through references.
#include "KernelEmitter.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace enigma::msl {

/// True if the variable of `matrix` may hold the result of its only user `op`:
/// nobody asks for the old value any more.
static bool endsAt(Value matrix, Operation *op) {
  return matrix.hasOneUse() && matrix.getParentBlock() == op->getBlock();
}

/// A variable for the result of `op`, bound to it.
std::string KernelEmitter::declareMatrix(Operation *op) {
  Value result = op->getResult(0);
  StringRef wanted = pythonName(result);
  Variable variable =
      declareVariable(wanted.empty() ? describe(op) : wanted.str(), result);
  bindVariable(result, variable);
  return variable.typeName + " " + variable.name;
}

/// An index as an argument that converts to ulong.
std::string KernelEmitter::number(Value index) {
  Expression value = expression(index);
  return value.literal ? plainLiteral(*value.literal, DType::i64).text
                       : value.text;
}

/// `A + offset, elements_per_row, ulong2(column, row), transpose`, without what
/// Metal takes for granted.
std::string KernelEmitter::matrixPlace(Value buffer, Value offset,
                                       Value elementsPerRow, Value column,
                                       Value row, bool transpose) {
  auto type = cast<BufferType>(buffer.getType());
  Expression place = Expression::primary(buffers.lookup(buffer), DType::i64);
  if (type.getSpace() == AddressSpace::threadgroup && type.getRank() > 1) {
    for (unsigned i = 0, rank = type.getRank(); i < rank; ++i)
      place.text += "[0]";
    place = unary("&", place, DType::i64, DType::i64);
  }
  if (!matchPattern(offset, m_Zero())) {
    Expression distance = expression(offset);
    if (distance.literal)
      distance = plainLiteral(*distance.literal, DType::i64);
    place = binary(op::add, place, distance, DType::i64, DType::i64);
  }
  std::string text = place.text + ", " + number(elementsPerRow);
  bool hasOrigin =
      !matchPattern(column, m_Zero()) || !matchPattern(row, m_Zero());
  if (hasOrigin || transpose)
    text += ", ulong2(" + number(column) + ", " + number(row) + ")";
  return text + (transpose ? ", true" : "");
}

void KernelEmitter::emitMatrix(Operation *op) {
  if (auto fill = dyn_cast<MakeFilledSimdgroupMatrixOp>(op)) {
    DType element = variableType(fill.getResult()).second;
    std::string value =
        asInitializer(expression(fill.getValue()), element).text;
    line(declareMatrix(op) + " = make_filled_simdgroup_matrix<" +
             metalName(element) + ", 8, 8>(" + value + ");",
         op->getLoc());
    return;
  }
  auto text = [&](Value matrix) { return expression(matrix).text; };
  if (auto sum = dyn_cast<SimdgroupMultiplyAccumulateOp>(op)) {
    Expression added = expression(sum.getC());
    std::string factors = text(sum.getA()) + ", " + text(sum.getB());
    if (sum.getC().getType() == sum.getType() && endsAt(sum.getC(), op))
      bindVariable(sum.getResult(),
                   {added.text, added.type, variableType(sum.getC()).first});
    else
      line(declareMatrix(op) + ";");
    line("simdgroup_multiply_accumulate(" + text(sum.getResult()) + ", " +
             factors + ", " + added.text + ");",
         op->getLoc());
    return;
  }
  line(declareMatrix(op) + ";");
  if (auto product = dyn_cast<SimdgroupMultiplyOp>(op)) {
    line("simdgroup_multiply(" + text(product.getResult()) + ", " +
             text(product.getA()) + ", " + text(product.getB()) + ");",
         op->getLoc());
    return;
  }
  auto load = cast<SimdgroupMatrixLoadOp>(op);
  line("simdgroup_load(" + text(load.getResult()) + ", " +
           matrixPlace(load.getBuffer(), load.getOffset(),
                       load.getElementsPerRow(), load.getColumn(),
                       load.getRow(), load.getTranspose()) +
           ");",
       op->getLoc());
}

void KernelEmitter::emitMatrixStore(SimdgroupMatrixStoreOp op) {
  line("simdgroup_store(" + expression(op.getMatrix()).text + ", " +
           matrixPlace(op.getBuffer(), op.getOffset(), op.getElementsPerRow(),
                       op.getColumn(), op.getRow(), op.getTranspose()) +
           ");",
       op.getLoc());
}

} // namespace enigma::msl
