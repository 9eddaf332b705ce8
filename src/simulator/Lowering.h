// What the lowering of one `air.*` call sees, and the lowerings that the
// intrinsic table names.
#pragma once

#include "Expr.h"
#include "NarrowFloats.h"
#include "RealMath.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace enigma::simulator {

/// Values that identify the running thread, available everywhere in the
/// kernel's body.
struct ThreadValues {
  llvm::Value *group = nullptr; ///< GroupState *
  llvm::Value *simdgroup =
      nullptr; ///< SimdgroupState *; null in kernels without cooperation
  llvm::Value *lane = nullptr;             ///< i32, index in the simdgroup
  std::array<llvm::Value *, 3> position{}; ///< i32, in the grid
};

/// One call to an intrinsic: `air.BASE.PARTS...`, "fast_" removed from BASE.
struct Call {
  llvm::IRBuilder<> &b;
  llvm::CallInst &inst;
  llvm::StringRef base;
  llvm::SmallVector<llvm::StringRef, 6> parts;
  const ThreadValues &thread;

  Expr operator[](unsigned i) const { return {b, inst.getArgOperand(i)}; }
  llvm::Type *type() const { return inst.getType(); }
  /// Integer forms carry `.s` or `.u` before the type.
  bool isSigned() const { return !parts.empty() && parts.front() == "s"; }
};

/// Emits the meaning of a call and returns its value (null for void). Returns
/// null with a message in `*error` when this form of the intrinsic is not
/// supported.
using Lowering = llvm::Value *(*)(Call & call, std::string &error);

/// Computes in double and rounds to the call's type.
template <Expr (*f)(Expr)> llvm::Value *inDouble(Call &c, std::string &) {
  return fromDouble(f(toDouble(c[0])), c.type());
}
template <Expr (*f)(Expr, Expr)> llvm::Value *inDouble(Call &c, std::string &) {
  return fromDouble(f(toDouble(c[0]), toDouble(c[1])), c.type());
}

/// Computes in f32 (f16 and bf16 are widened) and rounds to the call's type.
template <Expr (*f)(Expr)> llvm::Value *inSingle(Call &c, std::string &) {
  return fromSingle(f(toSingle(c[0])), c.type());
}
template <Expr (*f)(Expr, Expr)> llvm::Value *inSingle(Call &c, std::string &) {
  return fromSingle(f(toSingle(c[0]), toSingle(c[1])), c.type());
}
template <Expr (*f)(Expr, Expr, Expr)>
llvm::Value *inSingle(Call &c, std::string &) {
  return fromSingle(f(toSingle(c[0]), toSingle(c[1]), toSingle(c[2])),
                    c.type());
}

/// f32 meanings (FloatLowering.cpp).
namespace single {
Expr sqrt(Expr x);
Expr floor(Expr x);
Expr ceil(Expr x);
Expr round(Expr x);
Expr rint(Expr x);
Expr trunc(Expr x);
Expr fabs(Expr x);
Expr fract(Expr x);
Expr sign(Expr x);
Expr saturate(Expr x);
Expr fmin(Expr x, Expr y);
Expr fmax(Expr x, Expr y);
Expr fmod(Expr x, Expr y);
Expr clamp(Expr x, Expr low, Expr high);
Expr fmin3(Expr a, Expr b, Expr c);
Expr fmax3(Expr a, Expr b, Expr c);
Expr fmedian3(Expr a, Expr b, Expr c);
Expr fma(Expr a, Expr b, Expr c);
Expr mix(Expr x, Expr y, Expr a);
} // namespace single

namespace lower {
// FloatLowering.cpp
llvm::Value *rsqrt(Call &c, std::string &error);
llvm::Value *fma(Call &c, std::string &error);
llvm::Value *fract(Call &c, std::string &error);
llvm::Value *dot(Call &c, std::string &error);
llvm::Value *sincos(Call &c, std::string &error);
llvm::Value *ldexp(Call &c, std::string &error);
llvm::Value *nextafter(Call &c, std::string &error);

// IntegerLowering.cpp
llvm::Value *abs(Call &c, std::string &error);
llvm::Value *absDiff(Call &c, std::string &error);
llvm::Value *min(Call &c, std::string &error);
llvm::Value *max(Call &c, std::string &error);
/// Floats and integers.
llvm::Value *clamp(Call &c, std::string &error);
llvm::Value *min3(Call &c, std::string &error);
llvm::Value *max3(Call &c, std::string &error);
llvm::Value *median3(Call &c, std::string &error);
llvm::Value *addSat(Call &c, std::string &error);
llvm::Value *subSat(Call &c, std::string &error);
llvm::Value *madSat(Call &c, std::string &error);
llvm::Value *hadd(Call &c, std::string &error);
llvm::Value *rhadd(Call &c, std::string &error);
llvm::Value *mulHi(Call &c, std::string &error);
llvm::Value *madHi(Call &c, std::string &error);
llvm::Value *popcount(Call &c, std::string &error);
llvm::Value *clz(Call &c, std::string &error);
llvm::Value *ctz(Call &c, std::string &error);
llvm::Value *reverseBits(Call &c, std::string &error);
llvm::Value *rotate(Call &c, std::string &error);
llvm::Value *extractBits(Call &c, std::string &error);
llvm::Value *insertBits(Call &c, std::string &error);
llvm::Value *all(Call &c, std::string &error);
llvm::Value *any(Call &c, std::string &error);

// ConvertLowering.cpp
llvm::Value *convert(Call &c, std::string &error);
llvm::Value *pack(Call &c, std::string &error);
llvm::Value *unpack(Call &c, std::string &error);

// AtomicLowering.cpp
llvm::Value *atomicLoad(Call &c, std::string &error);
llvm::Value *atomicStore(Call &c, std::string &error);
llvm::Value *atomicUpdate(Call &c, std::string &error);
llvm::Value *atomicCompareExchange(Call &c, std::string &error);
llvm::Value *atomicFence(Call &c, std::string &error);

// MatrixLowering.cpp
llvm::Value *matrixLoad(Call &c, std::string &error);
llvm::Value *matrixStore(Call &c, std::string &error);
llvm::Value *matrixFilled(Call &c, std::string &error);
llvm::Value *matrixDiagonal(Call &c, std::string &error);

// Debugging.cpp
llvm::Value *devicePrintValue(Call &c, std::string &error);
llvm::Value *devicePrint(Call &c, std::string &error);

// Constants of the device.
llvm::Value *simdgroupSize(Call &c, std::string &error);
llvm::Value *alwaysFalse(Call &c, std::string &error);
llvm::Value *alwaysTrue(Call &c, std::string &error);
llvm::Value *identity(Call &c, std::string &error);
} // namespace lower

/// Replaces a call of `enigma.device_assert` by a branch: where the condition
/// is false the thread reports it and goes to `afterBody`.
void lowerAssertion(llvm::IRBuilder<> &b, llvm::CallInst &call,
                    const ThreadValues &thread, llvm::BasicBlock &afterBody);

} // namespace enigma::simulator
