// Opinions on signedness, from what makes a value and from what uses it.
#include "Signedness.h"
#include "enigma/IR/Enigma.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace enigma::msl {

// An op that means one signedness outweighs ops that work with both.
static constexpr int decided = 8;

// How far an opinion is asked for along a chain of ops; keeps huge kernels off
// the stack.
static constexpr unsigned maxDepth = 64;

static int sign(bool isUnsigned, int weight = decided) {
  return isUnsigned ? weight : -weight;
}

bool countsUnsigned(Operation *forOp) {
  return cast<scf::ForOp>(forOp).getUnsignedCmp();
}

int Signedness::opinion(Value value) {
  auto [entry, isNew] = known.try_emplace(value, 0);
  if (!isNew)
    return entry->second; // 0 where a loop leads back to the value
  ++depth;
  int result = depth > maxDepth ? 0 : producerOpinion(value);
  --depth;
  if (std::abs(result) < decided)
    result += consumerOpinion(value);
  return known[value] = result;
}

int Signedness::carriedOpinion(ValueRange sources) {
  int result = 0;
  for (Value source : sources) {
    Operation *op = source.getDefiningOp();
    if (op && op->hasTrait<OpTrait::ConstantLike>())
      continue;
    if (int other = opinion(source))
      result += sign(other > 0, 2);
  }
  return result;
}

int Signedness::producerOpinion(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *parent = argument.getOwner()->getParentOp();
    if (auto loop = dyn_cast<scf::ForOp>(parent)) {
      if (argument == loop.getInductionVar())
        return sign(countsUnsigned(loop));
      unsigned index = argument.getArgNumber() - 1;
      return carriedOpinion(
          {loop.getInitArgs()[index], loop.getYieldedValues()[index]});
    }
    if (auto loop = dyn_cast<scf::WhileOp>(parent)) {
      unsigned index = argument.getArgNumber();
      if (argument.getOwner() == loop.getBeforeBody())
        return carriedOpinion(
            {loop.getInits()[index], loop.getYieldOp().getOperand(index)});
      return carriedOpinion(loop.getConditionOp().getArgs()[index]);
    }
    return 0;
  }
  unsigned number = cast<OpResult>(value).getResultNumber();
  return TypeSwitch<Operation *, int>(value.getDefiningOp())
      .Case([](ThreadQueryOpInterface) { return decided; })
      .Case([](LoadScalarOp op) {
        return sign(op.getScalar().getType().isUnsigned());
      })
      .Case([](GetFunctionConstantOp op) {
        return sign(op.getElementType().isUnsignedInteger());
      })
      .Case([](BufferAccessOpInterface op) {
        return sign(
            cast<BufferType>(op.getAccessedBuffer().getType()).isUnsigned());
      })
      .Case([](MetalFunctionOpInterface op) {
        return sign(op.hasUnsignedResult());
      })
      .Case<arith::DivUIOp, arith::RemUIOp, arith::ShRUIOp, arith::MinUIOp,
            arith::MaxUIOp, arith::FPToUIOp, arith::IndexCastUIOp,
            arith::ExtUIOp>([](auto) { return decided; })
      .Case<arith::DivSIOp, arith::RemSIOp, arith::ShRSIOp, arith::MinSIOp,
            arith::MaxSIOp, arith::FPToSIOp, arith::IndexCastOp,
            arith::ExtSIOp>([](auto) { return -decided; })
      .Case([&](arith::SelectOp op) {
        return carriedOpinion({op.getTrueValue(), op.getFalseValue()});
      })
      .Case([&](scf::IfOp op) {
        return carriedOpinion({op.thenYield().getOperand(number),
                               op.elseYield().getOperand(number)});
      })
      .Case([&](scf::ForOp op) {
        return carriedOpinion(op.getRegionIterArgs()[number]);
      })
      .Case([&](scf::WhileOp op) {
        return carriedOpinion(op.getConditionOp().getArgs()[number]);
      })
      .Case<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::AndIOp,
            arith::OrIOp, arith::XOrIOp>(
          [&](auto op) { return carriedOpinion(op->getOperands()); })
      .Case([&](arith::ShLIOp op) { return carriedOpinion(op.getLhs()); })
      .Case([&](arith::TruncIOp op) { return carriedOpinion(op.getIn()); })
      .Default(0);
}

int Signedness::consumerOpinion(Value value) {
  int opinion = 0;
  for (OpOperand &use : value.getUses())
    opinion +=
        TypeSwitch<Operation *, int>(use.getOwner())
            .Case([&](arith::CmpIOp op) {
              using enum arith::CmpIPredicate;
              if (llvm::is_contained({eq, ne}, op.getPredicate()))
                return 0;
              return sign(
                  llvm::is_contained({ult, ule, ugt, uge}, op.getPredicate()),
                  2);
            })
            // An unsigned variable wraps without casts.
            .Case<arith::AddIOp, arith::SubIOp, arith::MulIOp>(
                [](auto) { return 3; })
            .Case<arith::DivUIOp, arith::RemUIOp, arith::ShRUIOp,
                  arith::MinUIOp, arith::MaxUIOp, arith::UIToFPOp,
                  arith::IndexCastUIOp, arith::ExtUIOp>([](auto) { return 2; })
            .Case<arith::DivSIOp, arith::RemSIOp, arith::ShRSIOp,
                  arith::MinSIOp, arith::MaxSIOp, arith::SIToFPOp,
                  arith::IndexCastOp, arith::ExtSIOp>([](auto) { return -2; })
            .Case([](BufferAccessOpInterface op) {
              return sign(cast<BufferType>(op.getAccessedBuffer().getType())
                              .isUnsigned(),
                          1);
            })
            .Default(0);
  return opinion;
}

} // namespace enigma::msl
