// atomic_compare_exchange as a loop around the weak form.
#include "CompareExchange.h"

using namespace mlir;

/// Floats are compared bit by bit, as the exchange does.
static Value bitsOf(OpBuilder &builder, Location loc, Value value) {
  if (!isa<FloatType>(value.getType()))
    return value;
  return arith::BitcastOp::create(builder, loc, builder.getI32Type(), value);
}

ValueRange enigma::buildCompareExchange(OpBuilder &builder, Location loc,
                                        MemoryOrder order, Value expected,
                                        Value desired, Value buffer,
                                        ValueRange indices) {
  Type i1 = builder.getI1Type();
  SmallVector<Type> types = {i1, expected.getType()};
  SmallVector<Location> locs(2, loc);
  Value bits = bitsOf(builder, loc, expected);
  auto loop = scf::WhileOp::create(builder, loc, types, ValueRange());
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&loop.getBefore());
  auto tried = AtomicCompareExchangeWeakOp::create(
      builder, loc, order, expected, desired, buffer, indices);
  Value isExpected =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                            bitsOf(builder, loc, tried.getObserved()), bits);
  Value yes = arith::ConstantIntOp::create(builder, loc, 1, 1);
  Value isUndone = arith::XOrIOp::create(builder, loc, tried.getSuccess(), yes);
  Value repeats = arith::AndIOp::create(builder, loc, isUndone, isExpected);
  scf::ConditionOp::create(builder, loc, repeats, tried.getResults());
  builder.createBlock(&loop.getAfter(), {}, types, locs);
  scf::YieldOp::create(builder, loc);
  return loop.getResults();
}
