// simdgroup_matrix 8x8 (reference section 3.8): what each lane does for itself.
//
// A value is `<64 x T>`; elements 0 and 1 are the running lane's two. The
// product, which needs the other lanes' elements, is in
// SimdgroupOperations.cpp; MatrixOrdering.cpp keeps loads and stores in order
// with the other lanes' accesses.
#include "Lowering.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

namespace {
struct Position {
  Expr row;
  Expr column;
};
} // namespace

/// Where this lane's element 0 lies; element 1 is one column further.
static Position lanePosition(Call &c) {
  Expr lane = {c.b, c.thread.lane};
  auto shiftRight = [&](unsigned n) { return lane >> lane.bits(n); };
  Expr q = shiftRight(2);
  Expr row = (q & q.bits(4)) + (shiftRight(1) & q.bits(3));
  Expr column =
      ((q << q.bits(1)) & q.bits(4)) + ((lane << q.bits(1)) & q.bits(2));
  Type *wide = c.b.getInt64Ty();
  return {row.make(c.b.CreateZExt(row, wide)),
          column.make(c.b.CreateZExt(column, wide))};
}

namespace {
/// Memory side of a load or store: operands after the pointer, in either AIR
/// generation.
struct Tile {
  Expr columnStride;
  Expr rowStride;
  Expr originColumn;
  Expr originRow;
};
} // namespace

/// Up to AIR 2.7: elements per row, origin, transpose. From 2.8: dimensions,
/// strides, origin, where a transposed tile has the two entries of each vector
/// swapped.
static Tile tileOperands(Call &c, unsigned first) {
  auto entry = [&](unsigned operand, unsigned i) {
    return Expr(c.b, c.b.CreateExtractElement(c[operand], i));
  };
  if (c[first].type()->isVectorTy())
    return {entry(first + 1, 0), entry(first + 1, 1), entry(first + 2, 0),
            entry(first + 2, 1)};
  Expr perRow = c[first], one = perRow.bits(1), transpose = c[first + 2];
  Expr x = entry(first + 1, 0), y = entry(first + 1, 1);
  return {transpose.select(perRow, one), transpose.select(one, perRow),
          transpose.select(y, x), transpose.select(x, y)};
}

static Value *elementAddress(Call &c, Value *pointer, Type *element,
                             const Tile &tile, const Position &at, unsigned i) {
  Expr column = at.column + i + tile.originColumn;
  Expr index =
      column * tile.columnStride + (at.row + tile.originRow) * tile.rowStride;
  return c.b.CreateGEP(element, pointer, static_cast<Value *>(index));
}

Value *lower::matrixLoad(Call &c, std::string &) {
  Type *element = c.type()->getScalarType();
  Position at = lanePosition(c);
  Tile tile = tileOperands(c, 1);
  Value *matrix = PoisonValue::get(c.type());
  for (unsigned i = 0; i < 2; ++i) {
    Value *address = elementAddress(c, c[0], element, tile, at, i);
    matrix =
        c.b.CreateInsertElement(matrix, c.b.CreateLoad(element, address), i);
  }
  return matrix;
}

Value *lower::matrixStore(Call &c, std::string &) {
  Type *element = c[0].type()->getScalarType();
  Position at = lanePosition(c);
  Tile tile = tileOperands(c, 2);
  for (unsigned i = 0; i < 2; ++i)
    c.b.CreateStore(c.b.CreateExtractElement(c[0], i),
                    elementAddress(c, c[1], element, tile, at, i));
  return nullptr;
}

Value *lower::matrixFilled(Call &c, std::string &) {
  Value *matrix = PoisonValue::get(c.type());
  for (unsigned i = 0; i < 2; ++i)
    matrix = c.b.CreateInsertElement(matrix, c[0], i);
  return matrix;
}

Value *lower::matrixDiagonal(Call &c, std::string &) {
  Position at = lanePosition(c);
  Value *matrix = PoisonValue::get(c.type());
  Expr value = c[0];
  for (unsigned i = 0; i < 2; ++i)
    matrix = c.b.CreateInsertElement(
        matrix, at.row.eq(at.column + i).select(value, value.like(0)), i);
  return matrix;
}
