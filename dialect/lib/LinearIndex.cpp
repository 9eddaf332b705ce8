// Linear indices as one index for each dimension.
#include "enigma/IR/LinearIndex.h"

using namespace mlir;
using namespace enigma;

SmallVector<Value> enigma::indicesOfElement(OpBuilder &builder, Location loc,
                                            BufferType buffer, Value linear) {
  ArrayRef<int64_t> shape = buffer.getShape();
  SmallVector<Value> indices(buffer.getRank());
  if (indices.size() == 1 || !buffer.isAllocated()) {
    for (Value &index : indices)
      if (&index != &indices.back())
        index = arith::ConstantIndexOp::create(builder, loc, 0);
    indices.back() = linear;
    return indices;
  }
  for (size_t i = shape.size(); i-- > 1;) {
    Value extent = arith::ConstantIndexOp::create(builder, loc, shape[i]);
    indices[i] = arith::RemUIOp::create(builder, loc, linear, extent);
    linear = arith::DivUIOp::create(builder, loc, linear, extent);
  }
  indices[0] = linear;
  return indices;
}
