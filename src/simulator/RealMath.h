// Elementary functions as straight-line IR over double, so that the loop
// vectoriser can take them.
//
// Arguments come from f32, f16 or bf16 and results go back there: a relative
// error near 1e-10 in double is under 0.51 ULP of f32, well inside the
// language's accuracy contract, and double's range spares every special case
// that f32 subnormals and overflow would need.
#pragma once

#include "Expr.h"

namespace enigma::simulator::real {

Expr exp(Expr x);
Expr exp2(Expr x);
Expr exp10(Expr x);
Expr log(Expr x);
Expr log2(Expr x);
Expr log10(Expr x);
Expr sin(Expr x);
Expr cos(Expr x);
Expr tan(Expr x);
Expr sinpi(Expr x);
Expr cospi(Expr x);
Expr tanpi(Expr x);
Expr asin(Expr x);
Expr acos(Expr x);
Expr atan(Expr x);
Expr atan2(Expr y, Expr x);
Expr sinh(Expr x);
Expr cosh(Expr x);
Expr tanh(Expr x);
Expr asinh(Expr x);
Expr acosh(Expr x);
Expr atanh(Expr x);
Expr pow(Expr x, Expr y);
Expr powr(Expr x, Expr y);

} // namespace enigma::simulator::real
