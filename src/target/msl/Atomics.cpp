// Atomic functions (MSL specification, section 6.15.4).
#include "KernelEmitter.h"

using namespace mlir;

namespace enigma::msl {

/// The element as an atomic object. Memory with nothing but atomic accesses has
/// an atomic type itself; other memory is read as one, which has the same
/// layout.
std::string KernelEmitter::atomicPointer(BufferAccessOpInterface op) {
  Value buffer = op.getAccessedBuffer();
  auto type = cast<BufferType>(buffer.getType());
  std::string pointer = "&" + element(buffer, op.getAccessIndices()).text;
  if (onlyAtomic.contains(buffer))
    return pointer;
  StringRef constness = type.getAccess() == Access::read ? "const " : "";
  StringRef scalar = metalName(*scalarType(type.getElementType()));
  return ("(" + constness + stringifyAddressSpace(type.getSpace()) +
          " atomic_" + scalar + "*)" + pointer)
      .str();
}

template <typename Op> static DType elementType(Op op) {
  return *scalarType(op.getBuffer().getType().getElementType());
}

template <typename Op> static Expression orderOf(Op op) {
  std::string order =
      ("memory_order_" + stringifyMemoryOrder(op.getOrder())).str();
  return Expression::primary(order, elementType(op));
}

Expression KernelEmitter::atomic(AtomicLoadOp op) {
  DType scalar = elementType(op);
  return call("atomic_load_explicit",
              {Expression::primary(atomicPointer(op), scalar), orderOf(op)},
              scalar);
}

Expression KernelEmitter::atomic(AtomicStoreOp op) {
  DType scalar = elementType(op);
  return call("atomic_store_explicit",
              {Expression::primary(atomicPointer(op), scalar),
               asType(expression(op.getValue()), scalar), orderOf(op)},
              scalar);
}

Expression KernelEmitter::atomic(AtomicRMWOp op) {
  DType scalar = elementType(op);
  std::string name =
      op.getKind() == AtomicKind::exchange
          ? "atomic_exchange_explicit"
          : ("atomic_fetch_" + stringifyAtomicKind(op.getKind()) + "_explicit")
                .str();
  return call(name,
              {Expression::primary(atomicPointer(op), scalar),
               asType(expression(op.getValue()), scalar), orderOf(op)},
              scalar);
}

/// Metal takes the expected value by address and leaves there what it found.
void KernelEmitter::emitCompareExchange(AtomicCompareExchangeWeakOp op) {
  DType scalar = elementType(op);
  std::string observed = scopes.declare("observed");
  line(metalName(scalar) + " " + observed + " = " +
           asInitializer(expression(op.getExpected()), scalar).text + ";",
       op.getLoc());
  Expression exchange = call("atomic_compare_exchange_weak_explicit",
                             {Expression::primary(atomicPointer(op), scalar),
                              Expression::primary("&" + observed, scalar),
                              asType(expression(op.getDesired()), scalar),
                              orderOf(op), orderOf(op)},
                             DType::b1);
  bindings[op.getObserved()] = Expression::primary(observed, scalar);
  if (op.getSuccess().use_empty())
    return line(exchange.text + ";", op.getLoc());
  StringRef wanted = pythonName(op.getSuccess());
  std::string success = scopes.declare(wanted.empty() ? "exchanged" : wanted);
  line("bool " + success + " = " + exchange.text + ";", op.getLoc());
  bindings[op.getSuccess()] = Expression::primary(success, DType::b1);
}

} // namespace enigma::msl
