// Values of LLVM IR written as C++ expressions; scalars and vectors alike.
//
// `+ - *` are float or integer arithmetic by the operand's type; a literal
// takes the type of the other operand. No fast-math flags are set: what is
// written is what is computed.
#pragma once

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Intrinsics.h"

namespace enigma::simulator {

class Expr {
public:
  Expr(llvm::IRBuilder<> &builder, llvm::Value *value)
      : builder(&builder), value(value) {}
  operator llvm::Value *() const { return value; }
  llvm::Type *type() const { return value->getType(); }
  bool isFloat() const { return type()->isFPOrFPVectorTy(); }

  /// A constant of this expression's type (splat over vectors).
  Expr like(double literal) const {
    if (isFloat())
      return {*builder, llvm::ConstantFP::get(type(), literal)};
    return {*builder, llvm::ConstantInt::getSigned(
                          type(), static_cast<int64_t>(literal))};
  }
  Expr bits(uint64_t literal) const {
    return {*builder, llvm::ConstantInt::get(type(), literal)};
  }

  friend Expr operator+(Expr a, Expr b) {
    return a.make(a.isFloat() ? a.builder->CreateFAdd(a, b)
                              : a.builder->CreateAdd(a, b));
  }
  friend Expr operator-(Expr a, Expr b) {
    return a.make(a.isFloat() ? a.builder->CreateFSub(a, b)
                              : a.builder->CreateSub(a, b));
  }
  friend Expr operator*(Expr a, Expr b) {
    return a.make(a.isFloat() ? a.builder->CreateFMul(a, b)
                              : a.builder->CreateMul(a, b));
  }
  friend Expr operator/(Expr a, Expr b) {
    return a.make(a.builder->CreateFDiv(a, b));
  }
  friend Expr operator&(Expr a, Expr b) {
    return a.make(a.builder->CreateAnd(a, b));
  }
  friend Expr operator|(Expr a, Expr b) {
    return a.make(a.builder->CreateOr(a, b));
  }
  friend Expr operator^(Expr a, Expr b) {
    return a.make(a.builder->CreateXor(a, b));
  }
  friend Expr operator<<(Expr a, Expr b) {
    return a.make(a.builder->CreateShl(a, b));
  }
  /// Logical shift.
  friend Expr operator>>(Expr a, Expr b) {
    return a.make(a.builder->CreateLShr(a, b));
  }
  Expr operator-() const {
    return make(isFloat() ? builder->CreateFNeg(value)
                          : builder->CreateNeg(value));
  }
  Expr operator~() const { return make(builder->CreateNot(value)); }

  friend Expr operator+(Expr a, double b) { return a + a.like(b); }
  friend Expr operator-(Expr a, double b) { return a - a.like(b); }
  friend Expr operator*(Expr a, double b) { return a * a.like(b); }
  friend Expr operator/(Expr a, double b) { return a / a.like(b); }
  friend Expr operator+(double a, Expr b) { return b.like(a) + b; }
  friend Expr operator-(double a, Expr b) { return b.like(a) - b; }
  friend Expr operator*(double a, Expr b) { return b.like(a) * b; }
  friend Expr operator/(double a, Expr b) { return b.like(a) / b; }

  /// Ordered float comparisons (false on NaN); signed on integers.
  Expr lt(Expr b) const {
    return make(isFloat() ? builder->CreateFCmpOLT(value, b)
                          : builder->CreateICmpSLT(value, b));
  }
  Expr gt(Expr b) const { return b.lt(*this); }
  Expr ge(Expr b) const {
    return make(isFloat() ? builder->CreateFCmpOGE(value, b)
                          : builder->CreateICmpSGE(value, b));
  }
  Expr eq(Expr b) const {
    return make(isFloat() ? builder->CreateFCmpOEQ(value, b)
                          : builder->CreateICmpEQ(value, b));
  }
  Expr ne(Expr b) const {
    return make(isFloat() ? builder->CreateFCmpUNE(value, b)
                          : builder->CreateICmpNE(value, b));
  }
  Expr ult(Expr b) const { return make(builder->CreateICmpULT(value, b)); }
  Expr lt(double b) const { return lt(like(b)); }
  Expr gt(double b) const { return gt(like(b)); }
  Expr ge(double b) const { return ge(like(b)); }
  Expr eq(double b) const { return eq(like(b)); }
  Expr ne(double b) const { return ne(like(b)); }
  Expr isNaN() const { return make(builder->CreateFCmpUNO(value, value)); }

  /// This expression is the condition.
  Expr select(Expr yes, Expr no) const {
    return make(builder->CreateSelect(value, yes, no));
  }
  Expr select(Expr yes, double no) const { return select(yes, yes.like(no)); }
  Expr select(double yes, Expr no) const { return select(no.like(yes), no); }

  Expr unary(llvm::Intrinsic::ID id) const {
    return make(builder->CreateUnaryIntrinsic(id, value));
  }
  Expr binary(llvm::Intrinsic::ID id, Expr b) const {
    return make(builder->CreateBinaryIntrinsic(id, value, b));
  }
  Expr abs() const { return unary(llvm::Intrinsic::fabs); }
  Expr sqrt() const { return unary(llvm::Intrinsic::sqrt); }
  Expr trunc() const { return unary(llvm::Intrinsic::trunc); }
  Expr roundEven() const { return unary(llvm::Intrinsic::roundeven); }
  Expr copySign(Expr sign) const {
    return binary(llvm::Intrinsic::copysign, sign);
  }
  /// this * b + c, fused where the host does that fast.
  Expr mulAdd(Expr b, Expr c) const {
    return make(builder->CreateIntrinsic(llvm::Intrinsic::fmuladd, {type()},
                                         {value, b, c}));
  }
  Expr bitcast(llvm::Type *to) const {
    return make(builder->CreateBitCast(value, to));
  }
  Expr make(llvm::Value *v) const { return {*builder, v}; }
  llvm::IRBuilder<> &ir() const { return *builder; }

private:
  llvm::IRBuilder<> *builder;
  llvm::Value *value;
};

/// `type` with its scalar replaced: the same number of lanes.
inline llvm::Type *withScalar(llvm::Type *type, llvm::Type *scalar) {
  if (auto *vector = llvm::dyn_cast<llvm::VectorType>(type))
    return llvm::VectorType::get(scalar, vector->getElementCount());
  return scalar;
}

} // namespace enigma::simulator
