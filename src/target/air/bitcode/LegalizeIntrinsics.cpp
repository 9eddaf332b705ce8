// Rewrites LLVM intrinsics that abort Apple's compiler service (reference
// section 3.1).
#include "LegalizeSteps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"

using namespace llvm;

namespace enigma::air {

namespace {

/// Intrinsics that Apple's compiler service takes as they are (reference
/// section 3.1).
constexpr Intrinsic::ID acceptedIntrinsics[] = {
    Intrinsic::sqrt,
    Intrinsic::exp,
    Intrinsic::exp2,
    Intrinsic::log,
    Intrinsic::log2,
    Intrinsic::fabs,
    Intrinsic::floor,
    Intrinsic::ceil,
    Intrinsic::trunc,
    Intrinsic::round,
    Intrinsic::rint,
    Intrinsic::fma,
    Intrinsic::fmuladd,
    Intrinsic::minnum,
    Intrinsic::maxnum,
    Intrinsic::copysign,
    Intrinsic::ctlz,
    Intrinsic::cttz,
    Intrinsic::ctpop,
    Intrinsic::bswap,
    Intrinsic::bitreverse,
    Intrinsic::fshl,
    Intrinsic::umin,
    Intrinsic::umax,
    Intrinsic::smin,
    Intrinsic::smax,
    Intrinsic::abs,
    Intrinsic::sadd_sat,
    Intrinsic::uadd_sat,
    Intrinsic::ssub_sat,
    Intrinsic::usub_sat,
    Intrinsic::sshl_sat,
    Intrinsic::ushl_sat,
    Intrinsic::sadd_with_overflow,
    Intrinsic::uadd_with_overflow,
    Intrinsic::ssub_with_overflow,
    Intrinsic::usub_with_overflow,
    Intrinsic::smul_with_overflow,
    Intrinsic::umul_with_overflow,
    Intrinsic::assume,
    Intrinsic::memcpy,
    Intrinsic::memset,
    Intrinsic::memmove,
    Intrinsic::debugtrap,
    Intrinsic::dbg_value,
    Intrinsic::dbg_declare,
};

/// Those among them that came to LLVM after the old dialect (AIR has its own),
/// and those that Apple's compiler leaves out of it.
constexpr Intrinsic::ID newIntrinsics[] = {
    Intrinsic::umin,        Intrinsic::umax, Intrinsic::smin,
    Intrinsic::smax,        Intrinsic::abs,  Intrinsic::dbg_value,
    Intrinsic::dbg_declare,
};

/// Hints that we drop, and that systems accept where Apple's compiler leaves
/// them.
constexpr Intrinsic::ID acceptedHints[] = {
    Intrinsic::lifetime_start,
    Intrinsic::lifetime_end,
};

/// Intrinsics that only inform the optimiser, which has run.
constexpr Intrinsic::ID hintIntrinsics[] = {
    Intrinsic::lifetime_start,
    Intrinsic::lifetime_end,
    Intrinsic::invariant_start,
    Intrinsic::invariant_end,
    Intrinsic::experimental_noalias_scope_decl,
    Intrinsic::sideeffect,
    Intrinsic::donothing,
    Intrinsic::var_annotation,
    Intrinsic::pseudoprobe,
};

/// What has to hold for the Metal function to be a refinement of the LLVM one.
enum class Needs { Nothing, NoSignedZeros, NoNaNsNoSignedZeros };

struct MathFunction {
  Intrinsic::ID intrinsic;
  StringRef name; ///< of the Metal function
  Needs needs = Needs::Nothing;
};

constexpr MathFunction mathFunctions[] = {
    {Intrinsic::sin, "sin"},
    {Intrinsic::cos, "cos"},
    {Intrinsic::tan, "tan"},
    {Intrinsic::asin, "asin"},
    {Intrinsic::acos, "acos"},
    {Intrinsic::atan, "atan"},
    {Intrinsic::atan2, "atan2"},
    {Intrinsic::sinh, "sinh"},
    {Intrinsic::cosh, "cosh"},
    {Intrinsic::tanh, "tanh"},
    {Intrinsic::exp10, "exp10"},
    {Intrinsic::log10, "log10"},
    {Intrinsic::pow, "pow"},
    // Metal has one rounding mode and no floating-point exceptions.
    {Intrinsic::nearbyint, "rint"},
    {Intrinsic::roundeven, "rint"},
    {Intrinsic::minimumnum, "fmin", Needs::NoSignedZeros},
    {Intrinsic::maximumnum, "fmax", Needs::NoSignedZeros},
    {Intrinsic::minimum, "fmin", Needs::NoNaNsNoSignedZeros},
    {Intrinsic::maximum, "fmax", Needs::NoNaNsNoSignedZeros},
};

bool allows(FastMathFlags flags, Needs needs) {
  switch (needs) {
  case Needs::Nothing:
    return true;
  case Needs::NoSignedZeros:
    return flags.noSignedZeros();
  case Needs::NoNaNsNoSignedZeros:
    return flags.noSignedZeros() && flags.noNaNs();
  }
  llvm_unreachable("every need has a case");
}

/// The air.* call for a math intrinsic, or null.
Value *mathCall(IRBuilder<> &builder, IntrinsicInst &call) {
  auto function = find_if(mathFunctions, [&](const MathFunction &row) {
    return row.intrinsic == call.getIntrinsicID();
  });
  Type *type = call.getType();
  if (function == std::end(mathFunctions) ||
      type->getScalarType()->isBFloatTy() || airTypeSuffix(type).empty() ||
      !allows(call.getFastMathFlags(), function->needs))
    return nullptr;
  SmallVector<Value *> arguments(call.args());
  CallInst *result = callAir(
      builder, airMathName(function->name, type, call.getFastMathFlags()), type,
      arguments, AirEffects::Pure);
  result->copyFastMathFlags(&call);
  return result;
}

/// Combines two partial results of a vector.reduce intrinsic; null for one we
/// do not know.
Value *combine(IRBuilder<> &builder, Intrinsic::ID reduction, Value *a,
               Value *b) {
  auto binary = [&](Intrinsic::ID intrinsic) {
    return builder.CreateBinaryIntrinsic(intrinsic, a, b);
  };
  switch (reduction) {
  case Intrinsic::vector_reduce_add:
    return builder.CreateAdd(a, b);
  case Intrinsic::vector_reduce_mul:
    return builder.CreateMul(a, b);
  case Intrinsic::vector_reduce_and:
    return builder.CreateAnd(a, b);
  case Intrinsic::vector_reduce_or:
    return builder.CreateOr(a, b);
  case Intrinsic::vector_reduce_xor:
    return builder.CreateXor(a, b);
  case Intrinsic::vector_reduce_fadd:
    return builder.CreateFAdd(a, b);
  case Intrinsic::vector_reduce_fmul:
    return builder.CreateFMul(a, b);
  case Intrinsic::vector_reduce_smax:
    return binary(Intrinsic::smax);
  case Intrinsic::vector_reduce_smin:
    return binary(Intrinsic::smin);
  case Intrinsic::vector_reduce_umax:
    return binary(Intrinsic::umax);
  case Intrinsic::vector_reduce_umin:
    return binary(Intrinsic::umin);
  case Intrinsic::vector_reduce_fmax:
    return binary(Intrinsic::maxnum);
  case Intrinsic::vector_reduce_fmin:
    return binary(Intrinsic::minnum);
  default:
    return nullptr;
  }
}

/// A reduction as a chain over the lanes, in order, as fadd without reassoc
/// demands.
Value *reductionChain(IRBuilder<> &builder, IntrinsicInst &call) {
  Intrinsic::ID id = call.getIntrinsicID();
  bool hasStart = call.arg_size() == 2;
  Value *vector = call.getArgOperand(call.arg_size() - 1);
  auto *type = dyn_cast<FixedVectorType>(vector->getType());
  if (!type)
    return nullptr;
  if (isa<FPMathOperator>(call))
    builder.setFastMathFlags(call.getFastMathFlags());
  Value *result = hasStart ? call.getArgOperand(0) : nullptr;
  for (unsigned lane = 0; lane != type->getNumElements(); ++lane) {
    Value *element = builder.CreateExtractElement(vector, uint64_t(lane));
    result = result ? combine(builder, id, result, element) : element;
    if (!result)
      return nullptr;
  }
  return result;
}

/// fshr without shifts by the full width: (a << 1) << (~c & w-1) | b >> (c &
/// w-1).
Value *funnelShiftRight(IRBuilder<> &builder, IntrinsicInst &call) {
  Value *amount = call.getArgOperand(2);
  Type *type = call.getType();
  Value *mask = ConstantInt::get(type, type->getScalarSizeInBits() - 1);
  Value *right = builder.CreateAnd(amount, mask);
  Value *left = builder.CreateAnd(builder.CreateNot(amount), mask);
  Value *high = builder.CreateShl(
      builder.CreateShl(call.getArgOperand(0), ConstantInt::get(type, 1)),
      left);
  return builder.CreateOr(high,
                          builder.CreateLShr(call.getArgOperand(1), right));
}

/// scmp and ucmp: (a > b) - (a < b).
Value *threeWayCompare(IRBuilder<> &builder, IntrinsicInst &call,
                       CmpInst::Predicate greater, CmpInst::Predicate less) {
  Value *a = call.getArgOperand(0), *b = call.getArgOperand(1);
  return builder.CreateSub(
      builder.CreateZExt(builder.CreateICmp(greater, a, b), call.getType()),
      builder.CreateZExt(builder.CreateICmp(less, a, b), call.getType()));
}

/// Integer minimum, maximum and abs came to LLVM after the old dialect; AIR has
/// its own.
Value *oldDialectInteger(IRBuilder<> &builder, IntrinsicInst &call) {
  StringRef name;
  switch (call.getIntrinsicID()) {
  case Intrinsic::smin:
    name = "min.s.";
    break;
  case Intrinsic::smax:
    name = "max.s.";
    break;
  case Intrinsic::umin:
    name = "min.u.";
    break;
  case Intrinsic::umax:
    name = "max.u.";
    break;
  case Intrinsic::abs:
    name = "abs.s.";
    break;
  default:
    return nullptr;
  }
  SmallVector<Value *, 2> arguments{call.getArgOperand(0)};
  if (call.getIntrinsicID() != Intrinsic::abs)
    arguments.push_back(call.getArgOperand(1));
  return callAir(builder, ("air." + name + airTypeSuffix(call.getType())).str(),
                 call.getType(), arguments, AirEffects::Pure);
}

/// The replacement of an intrinsic that cannot stay, or null where AIR has
/// none.
Value *replacement(IRBuilder<> &builder, IntrinsicInst &call) {
  switch (call.getIntrinsicID()) {
  case Intrinsic::expect:
  case Intrinsic::expect_with_probability:
  case Intrinsic::ssa_copy:
    return call.getArgOperand(0);
  case Intrinsic::is_fpclass:
    return floatClassTest(builder, call);
  case Intrinsic::fshr:
    return funnelShiftRight(builder, call);
  case Intrinsic::scmp:
    return threeWayCompare(builder, call, CmpInst::ICMP_SGT, CmpInst::ICMP_SLT);
  case Intrinsic::ucmp:
    return threeWayCompare(builder, call, CmpInst::ICMP_UGT, CmpInst::ICMP_ULT);
  default:
    if (Value *math = mathCall(builder, call))
      return math;
    if (call.getCalledFunction()->getName().starts_with("llvm.vector.reduce."))
      return reductionChain(builder, call);
    return nullptr;
  }
}

Error legalizeIntrinsic(IntrinsicInst &call, const Target &target) {
  Intrinsic::ID id = call.getIntrinsicID();
  if (is_contained(hintIntrinsics, id) ||
      (id == Intrinsic::assume && call.hasOperandBundles())) {
    // invariant.start is the one that returns something, for invariant.end.
    call.replaceAllUsesWith(PoisonValue::get(call.getType()));
    call.eraseFromParent();
    return Error::success();
  }
  IRBuilder<> builder(&call);
  Value *value = bfloatSign(builder, call);
  if (!value && target.dialect == BitcodeDialect::Old)
    value = oldDialectInteger(builder, call);
  if (!value && isAcceptedIntrinsic(id))
    return Error::success();
  if (!value)
    value = replacement(builder, call);
  if (!value)
    return refuse(*call.getFunction(), "'" +
                                           call.getCalledFunction()->getName() +
                                           "' has no form in AIR");
  call.replaceAllUsesWith(value);
  call.eraseFromParent();
  return Error::success();
}

} // namespace

bool isAcceptedIntrinsic(unsigned intrinsicId) {
  return is_contained(acceptedIntrinsics, intrinsicId);
}

bool isAcceptedIntrinsicName(StringRef name, BitcodeDialect dialect) {
  Intrinsic::ID id = Intrinsic::lookupIntrinsicID(name);
  if (is_contained(acceptedHints, id))
    return true;
  return isAcceptedIntrinsic(id) &&
         (dialect == BitcodeDialect::New || !is_contained(newIntrinsics, id));
}

Error legalizeIntrinsics(Module &module, const Target &target) {
  for (Function &function : module) {
    // Replacements may be intrinsics themselves (a reduction of smax): once
    // more until none is new.
    for (bool changed = true; changed;) {
      changed = false;
      SmallVector<IntrinsicInst *> calls;
      for (Instruction &instruction : instructions(function))
        if (auto *call = dyn_cast<IntrinsicInst>(&instruction))
          calls.push_back(call);
      for (IntrinsicInst *call : calls) {
        bool replaced = call->getCalledFunction()->getName().starts_with(
            "llvm.vector.reduce.");
        if (Error error = legalizeIntrinsic(*call, target))
          return error;
        changed |= replaced;
      }
    }
  }
  return Error::success();
}

} // namespace enigma::air
