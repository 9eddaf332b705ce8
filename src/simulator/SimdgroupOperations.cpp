// Operations that exchange values between the lanes of a simdgroup (reference
// section 3.5, 3.8).
#include "SimdgroupOperations.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/Module.h"
#include <numeric>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;
using Op = GroupOperation;

static constexpr unsigned lanes = simdgroupWidth;

static Value *bytesAfter(IRBuilder<> &b, Value *pointer, size_t offset) {
  return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), pointer, offset);
}

/// Booleans travel as bytes.
static Type *storedType(Type *scalar) {
  return scalar->isIntegerTy(1) ? Type::getInt8Ty(scalar->getContext())
                                : scalar;
}

/// The 32 values of one component.
static Value *laneArray(IRBuilder<> &b, Value *simdgroup, Type *scalar,
                        LaneRole role, unsigned component) {
  unsigned bytes = storedType(scalar)->getPrimitiveSizeInBits() / 8;
  return bytesAfter(b, simdgroup,
                    offsetof(SimdgroupState, laneValues) +
                        laneValuesOffset(bytes, role, component));
}

static Value *laneSlot(IRBuilder<> &b, Value *simdgroup, Value *lane,
                       Type *scalar, LaneRole role, unsigned component) {
  Value *array = laneArray(b, simdgroup, scalar, role, component);
  return b.CreateInBoundsGEP(storedType(scalar), array,
                             b.CreateZExt(lane, b.getInt64Ty()));
}

static Value *shuffleOperandSlot(IRBuilder<> &b, Value *simdgroup, Value *lane,
                                 unsigned i) {
  size_t offset =
      offsetof(SimdgroupState, shuffleOperand) + i * sizeof(uint16_t[lanes]);
  return b.CreateInBoundsGEP(b.getInt16Ty(), bytesAfter(b, simdgroup, offset),
                             b.CreateZExt(lane, b.getInt64Ty()));
}

static unsigned componentCount(Type *type) {
  auto *vector = dyn_cast<FixedVectorType>(type);
  return vector ? vector->getNumElements() : 1;
}

static Value *component(IRBuilder<> &b, Value *value, unsigned i) {
  return value->getType()->isVectorTy() ? b.CreateExtractElement(value, i)
                                        : value;
}

static bool isShuffle(Op op) { return op >= Op::Shuffle && op <= Op::FillDown; }
static bool isFill(Op op) { return op == Op::FillUp || op == Op::FillDown; }
static bool isReduction(Op op) { return op >= Op::Sum && op <= Op::Xor; }
static bool isScan(Op op) {
  return op >= Op::InclusiveSum && op <= Op::ExclusiveProduct;
}

//===-------------------------------------------------------------------------------------------===//
// In the thread
//===-------------------------------------------------------------------------------------------===//

static void storeValue(Call &c, Value *value, LaneRole role,
                       unsigned firstComponent = 0, unsigned count = 0) {
  Type *scalar = value->getType()->getScalarType();
  if (!count)
    count = componentCount(value->getType());
  for (unsigned i = 0; i < count; ++i) {
    Value *part = component(c.b, value, i);
    if (scalar->isIntegerTy(1))
      part = c.b.CreateZExt(part, c.b.getInt8Ty());
    c.b.CreateStore(part, laneSlot(c.b, c.thread.simdgroup, c.thread.lane,
                                   scalar, role, firstComponent + i));
  }
}

static void storeShuffleOperand(Call &c, unsigned operand, unsigned i) {
  Value *distance = c.b.CreateZExtOrTrunc(c[operand], c.b.getInt16Ty());
  c.b.CreateStore(
      distance, shuffleOperandSlot(c.b, c.thread.simdgroup, c.thread.lane, i));
}

void simulator::storeLaneOperands(Call &c, GroupIntrinsic intrinsic) {
  Op op = intrinsic.operation;
  if (op == Op::ThreadgroupBarrier || op == Op::Meet || c.inst.arg_empty())
    return;
  if (op == Op::MatrixMultiply) {
    storeValue(c, toSingle(c[0]), LaneRole::First, 0, 2);
    storeValue(c, toSingle(c[1]), LaneRole::First, 2, 2);
    storeValue(c, toSingle(c[2]), LaneRole::Second, 0, 2);
    return;
  }
  storeValue(c, c[0], LaneRole::First);
  if (isFill(op)) {
    storeValue(c, c[1], LaneRole::Second);
    storeShuffleOperand(c, 2, 0);
    storeShuffleOperand(c, 3, 1);
  } else if (isShuffle(op)) {
    storeShuffleOperand(c, 1, 0);
  }
}

Value *simulator::loadLaneResult(Call &c, GroupIntrinsic intrinsic) {
  if (c.type()->isVoidTy())
    return nullptr;
  bool isMatrix = intrinsic.operation == Op::MatrixMultiply;
  Type *scalar = isMatrix ? c.b.getFloatTy() : c.type()->getScalarType();
  unsigned count = isMatrix ? 2 : componentCount(c.type());
  Value *result = PoisonValue::get(c.type());
  for (unsigned i = 0; i < count; ++i) {
    Value *slot = laneSlot(c.b, c.thread.simdgroup, c.thread.lane, scalar,
                           LaneRole::Result, i);
    Value *part = c.b.CreateLoad(storedType(scalar), slot);
    if (scalar->isIntegerTy(1))
      part = c.b.CreateTrunc(part, scalar);
    if (isMatrix)
      part = fromSingle(Expr(c.b, part), c.type()->getScalarType());
    result = c.type()->isVectorTy() ? c.b.CreateInsertElement(result, part, i)
                                    : part;
  }
  return result;
}

//===-------------------------------------------------------------------------------------------===//
// For the simdgroup
//===-------------------------------------------------------------------------------------------===//

namespace {
/// Emits the body of one `void f(SimdgroupState *, i32 activeLanes)`.
class OperationBuilder {
public:
  OperationBuilder(Function &function, const Call &c, GroupIntrinsic intrinsic)
      : b(BasicBlock::Create(function.getContext(), "entry", &function)),
        simdgroup(function.getArg(0)), active(function.getArg(1)),
        op(intrinsic.operation), width(intrinsic.width), type(c.type()),
        isSigned(c.isSigned()),
        operandType(c.inst.arg_empty() ? nullptr : c[0].type()) {}
  void build();

private:
  void reduce(unsigned component);
  void scan(unsigned component);
  void shuffle();
  void broadcastFirst();
  void vote();
  void multiplyMatrices();

  Value *combine(Op operation, Value *x, Value *y);
  Constant *identityOf(Op operation, Type *scalar);
  Value *loadLanes(Type *scalar, LaneRole role, unsigned component);
  void storeLanes(Value *values, unsigned component);
  /// Active lanes' operands; the operation's identity elsewhere.
  Value *activeOperands(Op operation, unsigned component);
  /// The bits of `mask` that belong to the group of `lane`, shifted down.
  Expr segment(Expr mask, Expr lane);
  Expr segmentStart(Expr lane) {
    return lane & lane.like(-static_cast<int>(width));
  }
  void forEachLane(function_ref<void(Expr lane)> body);
  void copyLane(Expr from, LaneRole role, Expr to);

  IRBuilder<> b;
  Value *simdgroup;
  Value *active;
  Op op;
  unsigned width;
  Type *type;
  bool isSigned;
  Type *operandType;
};
} // namespace

Value *OperationBuilder::combine(Op operation, Value *x, Value *y) {
  Expr a = {b, x}, c = {b, y};
  switch (operation) {
  case Op::Sum:
    return a + c;
  case Op::Product:
    return a * c;
  case Op::Min:
    return a.binary(a.isFloat() ? Intrinsic::minnum
                    : isSigned  ? Intrinsic::smin
                                : Intrinsic::umin,
                    c);
  case Op::Max:
    return a.binary(a.isFloat() ? Intrinsic::maxnum
                    : isSigned  ? Intrinsic::smax
                                : Intrinsic::umax,
                    c);
  case Op::And:
    return a & c;
  case Op::Or:
    return a | c;
  case Op::Xor:
    return a ^ c;
  default:
    llvm_unreachable("not a combining operation");
  }
}

Constant *OperationBuilder::identityOf(Op operation, Type *scalar) {
  bool isFloat = scalar->isFloatingPointTy();
  unsigned bits = scalar->getScalarSizeInBits();
  switch (operation) {
  case Op::Sum:
    return isFloat ? ConstantFP::getNegativeZero(scalar)
                   : ConstantInt::get(scalar, 0);
  case Op::Product:
    return isFloat ? ConstantFP::get(scalar, 1) : ConstantInt::get(scalar, 1);
  case Op::Min:
    return isFloat ? ConstantFP::getInfinity(scalar)
                   : ConstantInt::get(scalar,
                                      isSigned ? APInt::getSignedMaxValue(bits)
                                               : APInt::getMaxValue(bits));
  case Op::Max:
    return isFloat ? ConstantFP::getInfinity(scalar, /*Negative=*/true)
                   : ConstantInt::get(scalar,
                                      isSigned ? APInt::getSignedMinValue(bits)
                                               : APInt::getMinValue(bits));
  case Op::And:
    return ConstantInt::getAllOnesValue(scalar);
  case Op::Or:
  case Op::Xor:
    return ConstantInt::get(scalar, 0);
  default:
    llvm_unreachable("not a combining operation");
  }
}

Value *OperationBuilder::loadLanes(Type *scalar, LaneRole role,
                                   unsigned component) {
  auto *vector = FixedVectorType::get(storedType(scalar), lanes);
  return b.CreateAlignedLoad(
      vector, laneArray(b, simdgroup, scalar, role, component), Align(32));
}

void OperationBuilder::storeLanes(Value *values, unsigned component) {
  Type *scalar = values->getType()->getScalarType();
  b.CreateAlignedStore(
      values, laneArray(b, simdgroup, scalar, LaneRole::Result, component),
      Align(32));
}

Value *OperationBuilder::activeOperands(Op operation, unsigned component) {
  Type *scalar = type->getScalarType();
  Value *values = loadLanes(scalar, LaneRole::First, component);
  Value *mask =
      b.CreateBitCast(active, FixedVectorType::get(b.getInt1Ty(), lanes));
  return b.CreateSelect(
      mask, values, b.CreateVectorSplat(lanes, identityOf(operation, scalar)));
}

/// A butterfly: after log2(width) exchanges every lane holds its group's
/// result.
void OperationBuilder::reduce(unsigned component) {
  Value *values = activeOperands(op, component);
  for (unsigned distance = width / 2; distance; distance /= 2) {
    SmallVector<int, lanes> partner(lanes);
    for (unsigned lane = 0; lane < lanes; ++lane)
      partner[lane] = lane ^ distance;
    values = combine(op, values, b.CreateShuffleVector(values, partner));
  }
  storeLanes(values, component);
}

/// Hillis and Steele's scan; values shifted in from outside the group are the
/// identity.
void OperationBuilder::scan(unsigned component) {
  bool isSum = op == Op::InclusiveSum || op == Op::ExclusiveSum;
  bool isExclusive = op == Op::ExclusiveSum || op == Op::ExclusiveProduct;
  Op combining = isSum ? Op::Sum : Op::Product;
  Value *identity =
      b.CreateVectorSplat(lanes, identityOf(combining, type->getScalarType()));
  auto shiftUp = [&](Value *values, unsigned distance) {
    SmallVector<int, lanes> from(lanes);
    for (unsigned lane = 0; lane < lanes; ++lane)
      from[lane] = lane % width >= distance ? lane - distance : lanes;
    return b.CreateShuffleVector(values, identity, from);
  };
  Value *values = activeOperands(combining, component);
  for (unsigned distance = 1; distance < width; distance *= 2)
    values = combine(combining, shiftUp(values, distance), values);
  if (isExclusive)
    values = shiftUp(values, 1);
  // The sum of nothing is 0, not the identity -0.
  if (op == Op::ExclusiveSum && type->isFPOrFPVectorTy())
    values = b.CreateFAdd(values, ConstantFP::getZero(values->getType()));
  storeLanes(values, component);
}

void OperationBuilder::forEachLane(function_ref<void(Expr lane)> body) {
  Function *function = b.GetInsertBlock()->getParent();
  BasicBlock *before = b.GetInsertBlock();
  auto *loop = BasicBlock::Create(b.getContext(), "lane", function);
  auto *after = BasicBlock::Create(b.getContext(), "done", function);
  b.CreateBr(loop);
  b.SetInsertPoint(loop);
  PHINode *lane = b.CreatePHI(b.getInt32Ty(), 2);
  lane->addIncoming(b.getInt32(0), before);
  body({b, lane});
  Value *next = b.CreateAdd(lane, b.getInt32(1));
  lane->addIncoming(next, b.GetInsertBlock());
  b.CreateCondBr(b.CreateICmpULT(next, b.getInt32(lanes)), loop, after);
  b.SetInsertPoint(after);
}

Expr OperationBuilder::segment(Expr mask, Expr lane) {
  if (width == lanes)
    return mask;
  return (mask >> segmentStart(lane)) & mask.bits((1u << width) - 1);
}

void OperationBuilder::copyLane(Expr from, LaneRole role, Expr to) {
  Type *scalar = type->getScalarType();
  for (unsigned i = 0; i < componentCount(type); ++i)
    b.CreateStore(b.CreateLoad(storedType(scalar),
                               laneSlot(b, simdgroup, from, scalar, role, i)),
                  laneSlot(b, simdgroup, to, scalar, LaneRole::Result, i));
}

/// A source lane outside the group or inactive gives back the lane's own value.
void OperationBuilder::shuffle() {
  forEachLane([&](Expr lane) {
    auto operand = [&](unsigned i) {
      Value *narrow = b.CreateLoad(b.getInt16Ty(),
                                   shuffleOperandSlot(b, simdgroup, lane, i));
      return lane.make(b.CreateZExt(narrow, b.getInt32Ty()));
    };
    Expr distance = operand(0);
    Expr start = segmentStart(lane), within = lane - start,
         size = lane.bits(width);
    Expr source = distance;
    switch (op) {
    case Op::ShuffleUp:
      source = within - distance;
      break;
    case Op::ShuffleDown:
      source = within + distance;
      break;
    case Op::ShuffleXor:
      source = within ^ distance;
      break;
    case Op::RotateUp:
      source = (within - distance) & (size - 1);
      break;
    case Op::RotateDown:
      source = (within + distance) & (size - 1);
      break;
    case Op::FillUp:
    case Op::FillDown: {
      Expr modulo = operand(1);
      modulo = (modulo - 1).ult(size).select(modulo, size);
      Expr rest = lane.make(b.CreateURem(within, modulo));
      start = lane - rest;
      size = modulo;
      source = op == Op::FillUp ? rest - distance : rest + distance;
      break;
    }
    default: // Shuffle names the lane itself
      break;
    }
    Expr activeMask = {b, active};
    auto usable = [&](Expr at) {
      Expr bit = (activeMask >> ((start + at) & start.bits(lanes - 1))) &
                 activeMask.bits(1);
      return at.ult(size) & bit.ne(0);
    };
    Expr inRange = usable(source);
    copyLane(inRange.select(start + source, lane), LaneRole::First, lane);
    if (!isFill(op))
      return;
    Expr wrapped = op == Op::FillUp ? source + size : source - size;
    Expr takeFill = usable(wrapped) & ~source.ult(size);
    Type *scalar = type->getScalarType();
    for (unsigned i = 0; i < componentCount(type); ++i) {
      Expr from = takeFill.select(start + wrapped, lane);
      Expr fill = {b, b.CreateLoad(scalar, laneSlot(b, simdgroup, from, scalar,
                                                    LaneRole::Second, i))};
      Value *slot = laneSlot(b, simdgroup, lane, scalar, LaneRole::Result, i);
      Expr kept = {b, b.CreateLoad(scalar, slot)};
      b.CreateStore(takeFill.select(fill, kept), slot);
    }
  });
}

void OperationBuilder::broadcastFirst() {
  forEachLane([&](Expr lane) {
    Expr mask = segment({b, active}, lane);
    Expr first =
        lane.make(b.CreateBinaryIntrinsic(Intrinsic::cttz, mask, b.getFalse()));
    copyLane(mask.ne(0).select(segmentStart(lane) + first, lane),
             LaneRole::First, lane);
  });
}

/// Everything whose operand or result is a mask of lanes.
void OperationBuilder::vote() {
  Expr activeMask = {b, active};
  Expr ballot = activeMask;
  bool operandIsMask = op == Op::VoteAll || op == Op::VoteAny;
  if (operandType && !operandIsMask) {
    Value *predicates = loadLanes(b.getInt1Ty(), LaneRole::First, 0);
    Value *set = b.CreateICmpNE(predicates,
                                Constant::getNullValue(predicates->getType()));
    ballot = activeMask & activeMask.make(b.CreateBitCast(set, b.getInt32Ty()));
  }
  forEachLane([&](Expr lane) {
    Expr here = segment(activeMask, lane), mask = segment(ballot, lane);
    if (operandIsMask) {
      Value *slot =
          laneSlot(b, simdgroup, lane, operandType, LaneRole::First, 0);
      mask = lane.make(
          b.CreateZExtOrTrunc(b.CreateLoad(operandType, slot), b.getInt32Ty()));
      mask = mask & here;
    }
    Value *result;
    if (op == Op::IsFirst) {
      Expr first = lane.make(
          b.CreateBinaryIntrinsic(Intrinsic::cttz, here, b.getFalse()));
      result = first.eq(lane - segmentStart(lane));
    } else if (op == Op::All || op == Op::VoteAll) {
      result = mask.eq(here);
    } else if (op == Op::Any || op == Op::VoteAny) {
      result = mask.ne(0);
    } else {
      result = b.CreateZExtOrTrunc(mask, type);
    }
    Type *stored = storedType(type);
    b.CreateStore(b.CreateZExtOrTrunc(result, stored),
                  laneSlot(b, simdgroup, lane, type, LaneRole::Result, 0));
  });
}

/// Element `row * 8 + column` of a matrix: index into two concatenated vectors
/// of lanes, the lanes' element 0 and their element 1 (MatrixLowering.cpp
/// places them).
static SmallVector<int, 64> matrixOrder() {
  SmallVector<int, 64> order(64);
  for (unsigned lane = 0; lane < lanes; ++lane) {
    unsigned q = lane >> 2;
    unsigned row = (q & 4) + ((lane >> 1) & 3),
             column = ((q << 1) & 4) + ((lane << 1) & 2);
    order[row * 8 + column] = lane;
    order[row * 8 + column + 1] = lanes + lane;
  }
  return order;
}

/// D = A B + C in f32, row by row.
void OperationBuilder::multiplyMatrices() {
  SmallVector<int, 64> order = matrixOrder();
  Type *f32 = b.getFloatTy();
  auto matrix = [&](LaneRole role, unsigned component) {
    return b.CreateShuffleVector(loadLanes(f32, role, component),
                                 loadLanes(f32, role, component + 1), order);
  };
  Value *a = matrix(LaneRole::First, 0), *right = matrix(LaneRole::First, 2),
        *c = matrix(LaneRole::Second, 0);
  auto row = [&](Value *m, unsigned i) {
    SmallVector<int, 8> elements(8);
    std::iota(elements.begin(), elements.end(), 8 * i);
    return b.CreateShuffleVector(m, elements);
  };
  Value *rows[8], *result[8];
  for (unsigned k = 0; k < 8; ++k)
    rows[k] = row(right, k);
  for (unsigned i = 0; i < 8; ++i) {
    Expr sum = {b, row(c, i)};
    for (unsigned k = 0; k < 8; ++k) {
      SmallVector<int, 8> broadcast(8, 8 * i + k);
      sum = Expr(b, b.CreateShuffleVector(a, broadcast))
                .mulAdd({b, rows[k]}, sum);
    }
    result[i] = sum;
  }
  Value *all = concatenateVectors(b, result);
  SmallVector<int, lanes> elements[2] = {SmallVector<int, lanes>(lanes),
                                         SmallVector<int, lanes>(lanes)};
  for (unsigned i = 0; i < 64; ++i)
    elements[order[i] / lanes][order[i] % lanes] = i;
  for (unsigned e = 0; e < 2; ++e)
    storeLanes(b.CreateShuffleVector(all, elements[e]), e);
}

void OperationBuilder::build() {
  unsigned components = componentCount(type);
  if (isReduction(op))
    for (unsigned i = 0; i < components; ++i)
      reduce(i);
  else if (isScan(op))
    for (unsigned i = 0; i < components; ++i)
      scan(i);
  else if (isShuffle(op))
    shuffle();
  else if (op == Op::BroadcastFirst)
    broadcastFirst();
  else if (op == Op::MatrixMultiply)
    multiplyMatrices();
  else
    vote();
  b.CreateRetVoid();
}

Function *simulator::simdgroupFunction(Module &module, const Call &c,
                                       GroupIntrinsic intrinsic) {
  Op op = intrinsic.operation;
  if (op == Op::ThreadgroupBarrier || op == Op::Meet)
    return nullptr;
  // The intrinsic's own name tells operation, sign and type.
  std::string name = "enigma." + c.inst.getCalledFunction()->getName().str();
  if (Function *existing = module.getFunction(name))
    return existing;
  LLVMContext &context = module.getContext();
  auto *type = FunctionType::get(
      Type::getVoidTy(context),
      {PointerType::get(context, 0), Type::getInt32Ty(context)}, false);
  Function *function =
      Function::Create(type, GlobalValue::InternalLinkage, name, module);
  OperationBuilder(*function, c, intrinsic).build();
  return function;
}
