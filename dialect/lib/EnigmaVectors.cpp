// Verifiers and folders of the vector ops; constraint labels as in
// EnigmaVectors.td.
#include "enigma/IR/Enigma.h"

using namespace mlir;
using namespace enigma;

static LogicalResult verifyLane(Operation *op, VectorType vector,
                                int64_t lane) {
  if (lane < 0 || lane >= vector.getNumElements())
    return op->emitOpError() << "lane " << lane << " is not one of " << vector;
  return success();
}

//===----------------------------------------------------------------------===//
// make_vec
//===----------------------------------------------------------------------===//

Value MakeVecOp::getSplat() {
  return llvm::all_equal(getValues()) ? getValues().front() : Value();
}

/// The vector whose components 0, 1, … `values` are, if they are of one.
static Value takenApart(ValueRange values, Type type) {
  Value source;
  for (auto [lane, value] : llvm::enumerate(values)) {
    auto extract = value.getDefiningOp<VecExtractOp>();
    if (!extract || extract.getLane() != lane ||
        extract.getVector().getType() != type ||
        (source && source != extract.getVector()))
      return {};
    source = extract.getVector();
  }
  return source;
}

OpFoldResult MakeVecOp::fold(FoldAdaptor adaptor) {
  if (llvm::all_of(adaptor.getValues(), [](Attribute a) { return bool(a); }))
    return DenseElementsAttr::get(getType(), adaptor.getValues());
  return takenApart(getValues(), getType());
}

//===----------------------------------------------------------------------===//
// vec_extract
//===----------------------------------------------------------------------===//

LogicalResult VecExtractOp::verify() {
  return verifyLane(*this, getVector().getType(), getLane());
}

OpFoldResult VecExtractOp::fold(FoldAdaptor adaptor) {
  if (auto constant = dyn_cast_or_null<DenseElementsAttr>(adaptor.getVector()))
    return constant.getValues<Attribute>()[getLane()];
  Operation *source = getVector().getDefiningOp();
  if (auto make = dyn_cast_or_null<MakeVecOp>(source))
    return make.getValues()[getLane()];
  if (auto swizzle = dyn_cast_or_null<VecSwizzleOp>(source)) {
    setLane(swizzle.getLanes()[getLane()]);
    getVectorMutable().assign(swizzle.getVector());
    return getResult();
  }
  if (auto insert = dyn_cast_or_null<VecInsertOp>(source)) {
    if (insert.getLane() == getLane())
      return insert.getValue();
    getVectorMutable().assign(insert.getVector());
    return getResult();
  }
  return {};
}

//===----------------------------------------------------------------------===//
// vec_swizzle
//===----------------------------------------------------------------------===//

LogicalResult VecSwizzleOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> location,
                                             VecSwizzleOp::Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  auto vector = dyn_cast<VectorType>(adaptor.getVector().getType());
  int64_t count = adaptor.getLanes().size();
  if (!vector || count < 2 || count > 4)
    return emitOptionalError(
        location, "'enigma.vec_swizzle' takes 2 to 4 lanes, got ", count);
  types.push_back(VectorType::get(count, vector.getElementType()));
  return success();
}

LogicalResult VecSwizzleOp::verify() {
  for (int64_t lane : getLanes())
    if (failed(verifyLane(*this, getVector().getType(), lane)))
      return failure();
  return success();
}

OpFoldResult VecSwizzleOp::fold(FoldAdaptor adaptor) {
  if (auto constant =
          dyn_cast_or_null<DenseElementsAttr>(adaptor.getVector())) {
    SmallVector<Attribute> values;
    for (int64_t lane : getLanes())
      values.push_back(constant.getValues<Attribute>()[lane]);
    return DenseElementsAttr::get(getType(), values);
  }
  bool isIdentity =
      getType() == getVector().getType() &&
      llvm::equal(getLanes(), llvm::seq<int64_t>(0, getLanes().size()));
  return isIdentity ? getVector() : Value();
}

//===----------------------------------------------------------------------===//
// vec_insert
//===----------------------------------------------------------------------===//

LogicalResult VecInsertOp::verify() {
  return verifyLane(*this, getVector().getType(), getLane());
}

OpFoldResult VecInsertOp::fold(FoldAdaptor adaptor) {
  auto constant = dyn_cast_or_null<DenseElementsAttr>(adaptor.getVector());
  if (!constant || !adaptor.getValue())
    return {};
  SmallVector<Attribute> values(constant.getValues<Attribute>());
  values[getLane()] = adaptor.getValue();
  return DenseElementsAttr::get(getType(), values);
}

//===----------------------------------------------------------------------===//
// Geometry
//===----------------------------------------------------------------------===//

LogicalResult CrossOp::verify() {
  auto vector = cast<VectorType>(getType());
  if (vector.getNumElements() != 3)
    return emitOpError() << "takes vectors of 3 components, got " << vector;
  return success();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// One linear index, and components that are the buffer's elements.
static LogicalResult verifyConsecutive(BufferAccessOpInterface op,
                                       VectorType vector) {
  auto buffer = cast<BufferType>(op.getAccessedBuffer().getType());
  if (op.getAccessIndices().size() != 1)
    return op->emitOpError()
           << "takes one index, got " << op.getAccessIndices().size();
  if (vector.getElementType() != buffer.getValueType())
    return op->emitOpError() << "components of " << vector
                             << " do not match elements of " << buffer;
  return success();
}

LogicalResult LoadVecOp::verify() {
  return verifyConsecutive(*this, getType());
}

LogicalResult StoreVecOp::verify() {
  BufferType buffer = getBuffer().getType();
  if (buffer.getSpace() == AddressSpace::constant ||
      buffer.getAccess() == Access::read)
    return emitOpError() << "cannot write to read-only " << buffer;
  return verifyConsecutive(*this, getValue().getType());
}
