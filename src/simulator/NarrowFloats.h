// Conversions between the float formats, where LLVM would call a runtime
// library or round twice.
#pragma once

#include "Expr.h"

namespace enigma::simulator {

/// f32 to bf16, to nearest even. x86 without AVX512-BF16 has no instruction,
/// and libgcc no function.
Expr roundToBFloat(Expr x);

/// f16 and bf16 to f32 (exact); f32 and f64 stay.
Expr toSingle(Expr x);
/// Any float to f64 (exact).
Expr toDouble(Expr x);
/// f32 to `type`, to nearest even.
Expr fromSingle(Expr x, llvm::Type *type);
/// f64 to `type`, rounding once.
Expr fromDouble(Expr x, llvm::Type *type);

/// An integer that f64 holds exactly and that rounds to the same bf16 or f16.
Expr exactInDouble(Expr x, bool isSigned);

} // namespace enigma::simulator
