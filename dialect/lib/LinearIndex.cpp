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
  // What a kernel allocates has less than 2^32 elements, and GPUs divide 32
  // bits several times faster than 64.
  auto narrow = [&](Value index) -> Value {
    return arith::IndexCastUIOp::create(builder, loc, builder.getI32Type(),
                                        index);
  };
  auto widen = [&](Value value) -> Value {
    return arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(),
                                        value);
  };
  linear = narrow(linear);
  for (size_t i = shape.size(); i-- > 1;) {
    Value extent =
        arith::ConstantIntOp::create(builder, loc, shape[i], /*width=*/32);
    indices[i] = widen(arith::RemUIOp::create(builder, loc, linear, extent));
    linear = arith::DivUIOp::create(builder, loc, linear, extent);
  }
  indices[0] = widen(linear);
  return indices;
}
