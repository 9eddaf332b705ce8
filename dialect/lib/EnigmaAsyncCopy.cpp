// Verifiers of the copies by a simdgroup; constraint labels as in
// EnigmaAsyncCopy.td.
#include "MemoryAccess.h"

using namespace mlir;
using namespace enigma;

static LogicalResult verifyCopy(Operation *op, BufferType source,
                                BufferType target) {
  auto isBetween = [&](AddressSpace from, AddressSpace to) {
    return source.getSpace() == from && target.getSpace() == to;
  };
  if (!isBetween(AddressSpace::device, AddressSpace::threadgroup) &&
      !isBetween(AddressSpace::threadgroup, AddressSpace::device))
    return op->emitOpError() << "copies between device and threadgroup memory, "
                                "got "
                             << source << " to " << target;
  if (source.getElementType() != target.getElementType())
    return op->emitOpError() << "does not convert " << source.getElementType()
                             << " to " << target.getElementType();
  return verifyWritable(op, target);
}

LogicalResult AsyncCopy1DOp::verify() {
  return verifyCopy(*this, getSource().getType(), getTarget().getType());
}

LogicalResult AsyncCopy2DOp::verify() {
  return verifyCopy(*this, getSource().getType(), getTarget().getType());
}
