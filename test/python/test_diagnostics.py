"""Every number of the catalogue: what provokes it, and where it points."""

from __future__ import annotations

import sys

import enigma
import pytest
from enigma._diagnostics import CATALOGUE

# number, body of a kernel, what the diagnostic points at, words of its message, words of its notes
KERNEL_CASES = [
    ("E0102", "x = [i for i in [1] if F[0] > 1]", "F[0] > 1", "no truth value", []),
    ("E0102", "x = bool(F[0])", "bool(F[0])", "no truth value", []),
    ("E0102", "x = any([F[0] > 1])", "any([F[0] > 1])", "no truth value", []),
    ("E0102", "match F[0]:\n    case 1:\n        pass", "1", "no truth value", []),
    ("E0102", "x = F[0] in [1.0]", "F[0] in [1.0]", "no truth value", []),
    ("E0103", "x = int(F[0])", "int(F[0])", "Python int", []),
    ("E0103", "import math\nx = math.sqrt(F[0])", "math.sqrt(F[0])", "Python float", []),
    ("E0103", "x = [i for i in range(n)]", "range(n)", "Python integer", []),
    ("E0103", "x = [1, 2][n]", "[1, 2][n]", "Python integer", []),
    ("E0103", "x = complex(F[0])", "complex(F[0])", "Python complex", []),
    ("E0103", "x = round(F[0])", "round(F[0])", "Python integer", []),
    ("E0103", "import math\nx = math.floor(F[0])", "math.floor(F[0])", "Python integer", []),
    ("E0103", "import math\nx = math.ceil(F[0])", "math.ceil(F[0])", "Python integer", []),
    ("E0103", "import math\nx = math.trunc(F[0])", "math.trunc(F[0])", "Python integer", []),
    ("E0104", "for x in F[0]:\n    pass", "F[0]", "iterated", []),
    ("E0104", "x, y = F[0]", "x, y", "iterated", []),
    ("E0104", "x = len(F[0])", "len(F[0])", "no length", []),
    ("E0104", "x = len(F)", "len(F)", "no length", []),
    ("E0104", "x = 1 in F[0]", "1 in F[0]", "`in`", []),
    ("E0104", "x = {F[0]: 1}", "{F[0]: 1}", "dictionary key", []),
    ("E0104", "x = F[0][1]", "F[0][1]", "indexed", []),
    ("E0104", "x = F[0]\nx[1] = 2", "x[1]", "indexed", []),
    ("E0104", "x = F[0](1)", "F[0](1)", "called", []),
    ("E0105", "x = B[0] + 300", "B[0] + 300", "literal 300 is out of range of u8", []),
    ("E0105", "x = U[0] - -1", "U[0] - -1", "literal -1 is out of range of u32", []),
    ("E0105", "I[0] = float('inf')", "I[0]", "literal inf is out of range of i32", []),
    ("E0105", "B[0] = 256", "B[0]", "literal 256", []),
    ("E0106", "x = F + 1", "F + 1", "buffer 'F'", []),
    ("E0106", "x = F[0] * F", "F[0] * F", "buffer 'F'", []),
    ("E0106", "x = enigma.sqrt(F)", "enigma.sqrt(F)", "buffer 'F'", []),
    ("E0106", "x = 1.0 in F", "1.0 in F", "buffer 'F'", []),
    ("E0107", "x = I[0]\ny = enigma.sqrt(x)", "enigma.sqrt(x)", "sqrt does not take a i32",
     ["'x' is i32 here"]),
    ("E0107", "x = F[0] & 1", "F[0] & 1", "`&` does not take a f32", []),
    ("E0107", "x = ~F[0]", "~F[0]", "`~` does not take a f32", []),
    ("E0107", "x = n << F[0]", "n << F[0]", "`<<` does not take a f32", []),
    ("E0107", "x = n << 1.5", "n << 1.5", "`<<` does not take a f32", []),
    ("E0107", "x = enigma.simd_shuffle(F[0], F[1])", "enigma.simd_shuffle(F[0], F[1])",
     "simd_shuffle does not take a f32", []),
    ("E0107", "x = enigma.simd_sum(enigma.metal_cast(n, 'long'))",
     "enigma.simd_sum(enigma.metal_cast(n, 'long'))",
     "simd_sum does not take a i64; it takes f32, f16, bf16 or an integer of at most 32 bits", []),
    ("E0107", "x = enigma.quad_and(F[0])", "enigma.quad_and(F[0])",
     "quad_and does not take a f32; it takes an integer of at most 32 bits", []),
    ("E0107", "x = enigma.fdim(enigma.metal_cast(F[0], 'bfloat'), 1)",
     "enigma.fdim(enigma.metal_cast(F[0], 'bfloat'), 1)", "fdim does not take a bf16", []),
    ("E0107", "x = enigma.isnan(n + 1)", "enigma.isnan(n + 1)", "isnan does not take a i32", []),
    ("E0107", "x = enigma.abs_diff(F[0], 1)", "enigma.abs_diff(F[0], 1)",
     "abs_diff does not take a f32", []),
    ("E0107", "x = enigma.abs_diff_unary(F[0])", "enigma.abs_diff_unary(F[0])",
     "abs_diff_unary does not take a f32", []),
    ("E0107", "x = enigma.cmp_ult(F[0], 1)", "enigma.cmp_ult(F[0], 1)",
     "cmp_ult does not take a f32", []),
    ("E0107", "x = enigma.extract_bits(n, F[0], 1)", "enigma.extract_bits(n, F[0], 1)",
     "extract_bits does not take a f32; it takes an integer", []),
    ("E0107", "x = enigma.pack_uint8x4(n, n, n, F[0])", "enigma.pack_uint8x4(n, n, n, F[0])",
     "pack_uint8x4 does not take a f32", []),
    ("E0119", "x = enigma.extract_bits(I[0], 30, 4)", "enigma.extract_bits(I[0], 30, 4)",
     "extract_bits: offset 30 and bits 4 leave a i32, which has 32 bits", []),
    ("E0119", "x = enigma.insert_bits(n, n, n, 33)", "enigma.insert_bits(n, n, n, 33)",
     "insert_bits: bits 33 leave a i32", []),
    ("E0105", "x = enigma.extract_bits(n, -1, 4)", "enigma.extract_bits(n, -1, 4)",
     "literal -1 is out of range of u32", []),
    ("E0107", "x = enigma.simd_sum(n > 1) + enigma.exp(u)", "enigma.exp(u)",
     "exp does not take a u32", ["'u' is u32 here"]),
    ("E0108", "x = H[0] + enigma.bf16(F[0])", "H[0] + enigma.bf16(F[0])", "f16 and bf16", []),
    ("E0109", "x = F[0] + 'a'", "F[0] + 'a'", "type str", []),
    ("E0109", "F[0] = int", "F[0]", "type type", []),
    ("E0109", "F[n.__class__] = 1", "F[n.__class__]", "type type", []),
    ("E0106", "x = F == I", "F == I", "buffer 'F'", []),
    ("E0106", "x = F != None", "F != None", "buffer 'F'", []),
    ("E0105", "F[0] = 10**5000", "F[0]", "literal ~2**16609 is out of range of f32", []),
    ("E0119", "enigma.barrier(n)", "enigma.barrier(n)", "no memory flags <traced i32 n>", []),
    ("E0109", "F[0] = None", "F[0]", "type NoneType", []),
    ("E0109", "x = enigma.sqrt([1])", "enigma.sqrt([1])", "type list", []),
    ("E0110", "x = enigma.metal_cast(F[0], 'f31')", "enigma.metal_cast(F[0], 'f31')", "'f31'", []),
    ("E0111", "x = enigma.as_type(F[0], 'half')", "enigma.as_type(F[0], 'half')", "f32 to f16", []),
    ("E0112", "x = enigma.metal_cast(n, 'float')\nF[x * 0.5] = 1", "x * 0.5",
     "buffer 'F' is indexed by a f32 value", ["'x' is f32 here"]),
    ("E0112", "F[1.5] = 1", "F[1.5]", "buffer 'F' is indexed by a f32 value", []),
    ("E0112", "y = F[enigma.sqrt(a)]", "enigma.sqrt(a)", "indexed by a f32", ["'a' is f32 here"]),
    ("E0113", "F[0, 1] = 1", "F[0, 1]", "one index, not 2", []),
    ("E0116", "F[1:2] = 1", "F[1:2]", "a slice", []),
    ("E0116", "F[None] = 1", "F[None]", "None", []),
    ("E0116", "F['a'] = 1", "F['a']", "a string", []),
    ("E0116", "F[...] = 1", "F[...]", "`...`", []),
    ("E0116", "F[n > 1] = 1", "F[n > 1]", "a b1", []),
    ("E0115", "F[-1] = 1", "F[-1]", "index -1", []),
    ("E0115", "t = enigma.threadgroup_alloc('int', (2, 3))\nx = t[1, 3]", "t[1, 3]",
     "index 3 is out of bounds of 't' with 3 elements in dimension 1", []),
    ("E0115", "t = enigma.threadgroup_alloc('int', (2, 3))\nx = t[6]", "t[6]", "6 elements", []),
    ("E0114", "t = enigma.threadgroup_alloc('int', (2, 3))\nx = t[1, 1, 1]", "t[1, 1, 1]",
     "2 dimensions but 3", []),
    ("E0118", "enigma.atomic_fetch_add(B, 0, 1)", "enigma.atomic_fetch_add(B, 0, 1)",
     "atomic_fetch_add needs a buffer of i32, u32 or f32, and 'B' holds u8", ["declared here"]),
    ("E0118", "F.atomic_fetch_max(0, 1)", "F.atomic_fetch_max(0, 1)", "i32 or u32", ["declared"]),
    ("E0119", "enigma.barrier('mem_all')", "enigma.barrier('mem_all')", "'mem_all'", []),
    ("E0119", "U.atomic_fetch_add(0, 1, order='seq_cst')",
     "U.atomic_fetch_add(0, 1, order='seq_cst')", "seq_cst", []),
    ("E0119", "x = enigma.thread_position_in_grid('w')", "enigma.thread_position_in_grid('w')",
     "'w'", []),
    ("E0119", "x = I[0] ** -1", "I[0] ** -1", "power", []),
    ("E0119", "x = I[0] ** n", "I[0] ** n", "power", []),
    ("E0119", "x = enigma.as_type(F[0] > 1, 'uchar')", "enigma.as_type(F[0] > 1, 'uchar')", "b1", []),
    ("E0119", "enigma.threadgroup_alloc('int', 0)", "enigma.threadgroup_alloc('int', 0)", "0", []),
    ("E0119", "enigma.threadgroup_alloc('int', n)", "enigma.threadgroup_alloc('int', n)",
     "a traced value", []),
    ("E0119", "enigma.threadgroup_alloc('int', ())", "enigma.threadgroup_alloc('int', ())",
     "empty", []),
    ("E0119", "for x in F:\n    pass", "F", "iterated", []),
    ("E0119", "enigma.store_if(n, 0, 1, True)", "enigma.store_if(n, 0, 1, True)", "not a buffer", []),
    ("E0120", "with enigma.if_(n):\n    enigma.threadgroup_alloc('int', 4)",
     "enigma.threadgroup_alloc('int', 4)", "threadgroup_alloc", ["inside this"]),
    ("E0121", "x = []\nwith enigma.if_(n):\n    y = F[0]\nF[1] = y", "F[1]", "'y' is used outside the if_",
     ["computed here"]),
    ("E0121", "with enigma.for_range(3) as i:\n    x = F[i]\ny = x + 1", "x + 1", "the for_range", [""]),
    ("E0121", "with enigma.for_range(3) as i:\n    pass\nF[i] = 1", "F[i]", "'i' is used", [""]),
    ("E0121", "def c():\n    global g\n    g = F[0]\n    return g > 1\n"
     "with enigma.while_(c):\n    F[0] = g", "F[0]", "outside the while_", [""]),
    ("E0121", "with enigma.if_(n) as (t, e):\n    with t:\n        x = F[0]\n    with e:\n"
     "        F[1] = x", "F[1]", "outside the if_", [""]),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = m + 1", "m + 1",
     "an operand of `+` is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = 2 * m", "2 * m",
     "an operand of `*` is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = -m", "-m",
     "an operand of `unary -` is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = m == m", "m == m",
     "an operand of `==` is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = enigma.sqrt(m)", "enigma.sqrt(m)",
     "an operand of sqrt is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = enigma.where(m, m, n)", "enigma.where(m, m, n)",
     "an operand of where is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = enigma.metal_cast(m, 'half')", "enigma.metal_cast(m, 'half')",
     "the operand of metal_cast is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = F[m]", "F[m]",
     "an index of 'F' is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = enigma.if_(m)", "enigma.if_(m)",
     "a condition is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nx = enigma.for_range(m)", "enigma.for_range(m)",
     "hi of for_range is a simdgroup_matrix<f32,8x8>, not a number", []),
    ("E0150", "m = enigma.simdgroup_matrix_load(F, 8)\nF[0] = m", "F[0]",
     "a stored value is a simdgroup_matrix<f32,8x8>", []),
    ("E0151", "m = enigma.simdgroup_matrix_load(F, 8)\nenigma.simdgroup_multiply(n, n)", "enigma.simdgroup_multiply(n, n)",
     "a is a traced i32, not a simdgroup matrix", []),
    ("E0151", "m = enigma.simdgroup_matrix_load(F, 8)\nenigma.simdgroup_multiply_accumulate(m, m, 0.0)", "enigma.simdgroup_multiply_accumulate(m, m, 0.0)",
     "c is float, not a simdgroup matrix", []),
    ("E0151", "m = enigma.simdgroup_matrix_load(F, 8)\nenigma.simdgroup_multiply_accumulate(m, F, m)", "enigma.simdgroup_multiply_accumulate(m, F, m)",
     "b is Buffer, not", []),
    ("E0151", "m = enigma.simdgroup_matrix_load(F, 8)\nenigma.simdgroup_matrix_store(F, m, 8)", "enigma.simdgroup_matrix_store(F, m, 8)",
     "the first argument is Buffer, not", []),
    ("E0152", "m = enigma.simdgroup_matrix_load(F, 8)\nenigma.make_filled_simdgroup_matrix('int')", "enigma.make_filled_simdgroup_matrix('int')",
     "no simdgroup matrix of i32", []),
    ("E0152", "m = enigma.simdgroup_matrix_load(F, 8)\nenigma.simdgroup_matrix_load(U, 8)", "enigma.simdgroup_matrix_load(U, 8)",
     "no simdgroup matrix of u32", []),
    ("E0153", "enigma.make_filled_simdgroup_matrix('float', 0, 8, 4)", "enigma.make_filled_simdgroup_matrix('float', 0, 8, 4)",
     "8 rows and 8 columns, not 8 and 4", []),
    ("E0153", "enigma.simdgroup_matrix_load(F, 8, None, 16)", "enigma.simdgroup_matrix_load(F, 8, None, 16)",
     "not 16 and 8", []),
    ("E0154", "z = enigma.make_filled_simdgroup_matrix('float')\nwith enigma.for_range(3, init=[z]) as (i, c):\n    c[0] = 1.0", "c[0]",
     "carried value 0 is simdgroup_matrix<f32,8x8> but is assigned a float", ["starts as"]),
    ("E0154", "z = enigma.make_filled_simdgroup_matrix('float')\nwith enigma.if_(n, init=[z]) as c:\n    c[0] = enigma.make_filled_simdgroup_matrix('half')", "c[0]",
     "but is assigned a simdgroup_matrix<f16,8x8>", ["starts as"]),
    ("E0154", "with enigma.for_range(3, init=[a]) as (i, c):\n    c[0] = enigma.make_filled_simdgroup_matrix('float')", "c[0]",
     "carried value 0 is f32 but is assigned a simdgroup_matrix<f32,8x8>", ["starts as"]),
    ("E0155", "enigma.simdgroup_matrix_load(F, 8, 'half')", "enigma.simdgroup_matrix_load(F, 8, 'half')",
     "elements of f16 do not fit 'F', which holds f32", ["declared here"]),
    ("E0155", "enigma.simdgroup_matrix_store(enigma.make_filled_simdgroup_matrix('half'), F, 8)", "enigma.simdgroup_matrix_store(enigma.make_filled_simdgroup_matrix('half'), F, 8)",
     "elements of f16 do not fit 'F'", ["declared here"]),
    ("E0119", "enigma.simdgroup_matrix_load(n, 8)", "enigma.simdgroup_matrix_load(n, 8)",
     "not a buffer", []),
    ("E0119", "enigma.simdgroup_matrix_load(F, 8, offset=-1)", "enigma.simdgroup_matrix_load(F, 8, offset=-1)",
     "offset is -1", []),
    ("E0119", "enigma.simdgroup_matrix_load(F, 8.0)", "enigma.simdgroup_matrix_load(F, 8.0)",
     "elements_per_row is f32, not an integer", []),
    ("E0119", "enigma.simdgroup_matrix_load(F, a)", "enigma.simdgroup_matrix_load(F, a)",
     "elements_per_row is f32", []),
    ("E0119", "enigma.simdgroup_matrix_load(F, 8, origin=3)", "enigma.simdgroup_matrix_load(F, 8, origin=3)",
     "origin is not a pair", []),
    ("E0119", "enigma.simdgroup_matrix_load(F, 8, origin=(1, 2, 3))", "enigma.simdgroup_matrix_load(F, 8, origin=(1, 2, 3))",
     "origin is not a pair", []),
    ("E0119", "enigma.simdgroup_matrix_load(F, 8, origin=(0, True))", "enigma.simdgroup_matrix_load(F, 8, origin=(0, True))",
     "the row of origin is b1", []),
    ("E0201", "with enigma.if_(n):\n    return", "return", "`return` leaves a traced if_", []),
    ("E0201", "for i, c in enigma.for_range(3, init=[0]):\n    if i is not None:\n        break",
     "break", "`break` leaves a traced for_range", []),
    ("E0201", "for k in [1, 2]:\n    with enigma.if_(n):\n        continue", "continue",
     "`continue` leaves a traced if_", []),
    ("E0201", "with enigma.while_(lambda: I[0]):\n    if n:\n        return", "return",
     "a traced while_", []),
    ("E0201", "with enigma.if_(n) as (t, e):\n    with e:\n        return", "return", "if_", []),
    ("E0201", "with enigma.for_range(3) as i:\n    with enigma.if_(i):\n        match 1:\n"
     "            case _:\n                return", "return", "for_range", []),
    ("E0202", "it = iter(enigma.for_range(3))\nnext(it)", "enigma.for_range(3)", "not closed", []),
    ("E0202", "with enigma.if_(n):\n    next(enigma.for_range(3))", "enigma.for_range(3)",
     "not closed", []),
    ("E0202", "def f():\n    try:\n        with enigma.if_(n):\n            raise KeyError\n"
     "    except KeyError:\n        pass\nf()", "enigma.if_(n)", "not closed", []),
    ("E0203", "with enigma.for_range(3, init=[n]) as (i, c):\n    c[0] = c[0] * F[0]", "c[0]",
     "carried value 0 is i32 but is assigned a f32", ["starts as i32", "this is f32"]),
    ("E0203", "with enigma.for_range(3, init=[0]) as (i, c):\n    x = c[0] + n\n    c[0] = F[0]",
     "c[0]", "is i32 but is assigned a f32", ["as a Python number", "became i32", "this is f32"]),
    ("E0203", "with enigma.for_range(3, init=[n]) as (i, c):\n    c[0] = 1.5", "c[0]",
     "is i32 but is assigned a f32", ["starts as i32"]),
    ("E0203", "with enigma.for_range(3, init=[0.5]) as (i, c):\n    c[0] = n", "c[0]",
     "assigned a i32", ["Python number", "this is i32"]),
    ("E0203", "with enigma.for_range(3, init=[a > 1]) as (i, c):\n    c[0] = 1", "c[0]",
     "is b1 but is assigned a i32", ["starts as b1"]),
    ("E0204", "with enigma.for_range(3, init=[0]) as (i, c):\n    c[1] = 1", "c[1]",
     "carried value 1 does not exist; there are 1", []),
    ("E0204", "with enigma.for_range(3, init=[0]) as (i, c):\n    c[i] = 1", "c[i]", "traced", []),
    ("E0205", "with enigma.for_range(3, init=[0]) as (i, c):\n    pass\nc[0] = 1", "c[0]",
     "assigned after the for_range has ended", []),
    ("E0207", "with enigma.if_(n) as (t, e):\n    F[0] = 1", "F[0]", "only `with then:`",
     ["in this one"]),
    ("E0208", "enigma.for_range(0, 3, 0)", "enigma.for_range(0, 3, 0)", "step is zero", []),
    ("E0208", "enigma.for_range(0, 1.5)", "enigma.for_range(0, 1.5)", "hi is a float", []),
    ("E0208", "enigma.for_range(a)", "enigma.for_range(a)", "hi is a float", []),
    ("E0208", "enigma.for_range(0, 3, dtype='float')", "enigma.for_range(0, 3, dtype='float')",
     "cannot be f32", []),
    ("E0208", "enigma.for_range(0, 3, init=0)", "enigma.for_range(0, 3, init=0)", "init is int", []),
    ("E0208", "r = enigma.for_range(3)\nfor i in r:\n    pass\nfor j in r:\n    pass",
     "r", "a second time", ["made here"]),
    ("E0208", "enigma.if_(n > 1)\nF[0] = 1", "enigma.if_(n > 1)", "it stands in no `with`", []),
    ("E0208", "enigma.while_(lambda: n > 1)", "enigma.while_(lambda: n > 1)", "no `with`", []),
    ("E0208", "for i in range():\n    F[i] = 1", "range()", "given 0 arguments", []),
    ("E0208", "for i in range(1, 2, 3, n):\n    F[i] = 1", "range(1, 2, 3, n)", "given 4", []),
    ("E0208", "enigma.while_(n > 1)", "enigma.while_(n > 1)", "not a function", []),
    ("E0208", "def cond(c):\n    c[0] = 1\n    return True\nwith enigma.while_(cond, init=[0]) as c:\n"
     "    pass", "enigma.while_(cond, init=[0])", "the condition assigns", []),
    ("E0208", "enigma.range_constexpr(n)", "enigma.range_constexpr(n)", "traced", []),
    ("E0208", "enigma.unroll(enigma.for_range(3))", "enigma.unroll(enigma.for_range(3))", "traced", []),
    ("E0208", "x = 0\nwhile True:\n    x = 1 - x\n", "True", "has not ended after 1,000,000 turns", []),
    ("E0208", "x, y = enigma.if_(n)", "x, y", "unpacked away", []),
    ("E0208", "with enigma.if_(n) as (t, e):\n    with t:\n        with e:\n            pass",
     "e", "only in their own", []),
    ("E0208", "with enigma.if_(n) as (t, e):\n    with t:\n        pass\n    with t:\n        pass",
     "t", "used twice", []),
    ("E0211", "try:\n    x = 1\nfinally:\n    x = 2", "try", "`try` cannot be traced", []),
    ("E0211", "x = 1\ndel x", "del x", "`del` cannot be traced", []),
    ("E0211", "import contextlib\nwith contextlib.suppress(Exception):\n    F[0.5] = 1",
     "contextlib.suppress(Exception)", "`with` of suppress objects cannot be traced", []),
    ("E0211", "with n:\n    F[0] = 1", "n", "`with` of Value objects", []),
    ("E0211", "with enigma.if_:\n    F[0] = 1", "enigma.if_", "`with` of type objects", []),
    ("E0211", "del F[0]", "del F[0]", "`del` cannot be traced", []),
    ("E0211", "global g\ng = 1", "global g", "`global` cannot be traced", []),
    ("E0212", "x = F[0]\nif n > 0:\n    x = I[0]\nF[1] = x", "n > 0",
     "'x' is i32 on one path and f32 on the other", ["it is i32 here", "it is f32 here"]),
    ("E0212", "x = I[0]\nfor i in range(n):\n    x = x * F[i]\nF[1] = x", "range(n)",
     "'x' is i32 before the loop and f32 after an iteration", ["it is i32", "it is f32"]),
    ("E0212", "x = I[0]\nwhile x > 0:\n    x = x - F[0]\nF[1] = x", "x > 0", "after an iteration",
     ["it is i32", "it is f32"]),
    ("E0212", "x = 1\nif n > 0:\n    x = True\nF[1] = x", "n > 0", "'x' is b1 on one path", []),
    ("E0212", "x = n if a > 0 else F[0]", "n if a > 0 else F[0]", "'value' is i32 on one path and f32", ["", ""]),
    ("E0213", "x = []\nif n > 0:\n    x.append(1)", "n > 0", "'x' changes its elements", []),
    ("E0213", "x = {1: 2}\nfor i in range(n):\n    x.clear()", "range(n)", "in a traced loop", []),
    ("E0213", "x = []\nc = n > 0 and (x.append(1) or n > 1)\nF[0] = enigma.where(0.0, 1.0, c)", "n > 0 and (x.append(1) or n > 1)", "in a traced expression", []),
    ("E0213", "x = []\ny = F[0] if n > 0 else x.append(F[1])\nF[0] = 1", "F[0] if n > 0 else x.append(F[1])", "in a traced expression", []),
    ("E0214", "if n > 0 and (w := F[1]) > 2:\n    F[0] = w", "F[0]", "outside the expression", ["it is computed here"]),
    ("E0213", "x = [0]\ndef f(y):\n    y[0] = F[0]\nif n > 0:\n    f(x)", "n > 0", "'x'", []),
    ("E0214", "if n > 0:\n    x = F[0]\nF[1] = x", "F[1]", "'x' has no value on every path",
     ["it is assigned here", "this branch decides"]),
    ("E0214", "for i in range(n):\n    x = F[i]\nF[1] = x + 1", "x + 1",
     "'x' has no value on every path", ["zero times"]),
    ("E0214", "if n > 0:\n    y = x\n    x = 1\n    F[0] = y\nF[1] = x", "F[0]",
     "'x' has no value before it is assigned", []),
    ("E0214", "for i in range(n):\n    pass\nF[0] = i", "F[0]", "'i' has no value", ["zero times"]),
    ("E0215", "x = None\nif n > 0:\n    x = F[0]\nF[1] = 1 if x is None else 2", "n > 0",
     "'x' is a number on one path and None after", []),
    ("E0215", "x = F\nif n > 0:\n    x = I\nx[0] = 1", "n > 0", "'x' is a Buffer on one path", []),
    ("E0215", "x = (1, 2)\nfor i in range(n):\n    x = (1, 2, 3)\nF[0] = x[0]", "range(n)",
     "'x' is a tuple of 2 before the loop and a tuple of 3", []),
    ("E0216", "class C:\n    pass\nc = C()\nif n > 0:\n    c.x = F[0]", "c.x",
     "attribute 'x' is assigned", []),
    ("E0217", "x = min(F[0], F[1])", "min(F[0], F[1])", "Python's min of a traced value", []),
    ("E0217", "x = n is 3", "n is 3", "Python's `is` of a traced value", []),
    ("E0217", "if F[0] is True:\n    F[1] = 1", "F[0] is True", "`is`", []),
    ("E0217", "x = 1 if n is not a else 2", "n is not a", "`is`", []),
    ("E0217", "print(n)", "print(n)", "Python's print of a traced value", []),
    ("E0218", "def f():\n    global g\n    g = F[0]\nif n > 0:\n    f()", "f()", "'f' assigns g", []),
    ("E0219", "def f(x):\n    if x > 0:\n        return x\nF[0] = f(n) or 1", None,
     "returns a value on some paths only", []),
    ("E0303", "k(F)", "k(F)", "kernel 'k' is called", []),
    ("E0403", "F[0] = undefined_name", "undefined_name", "'undefined_name' is not defined", []),
    ("E0403", "F[0] = enigma.sqroot(1)", "enigma.sqroot", "no attribute 'sqroot'", []),
    ("E0403", "x = 1 / 0", "1 / 0", "ZeroDivisionError: division by zero", []),
    ("E0403", "x = enigma.fma(1, 2)", "enigma.fma(1, 2)", "'c'", []),
    ("E0404", "import sys\nsys.exit(3)", "sys.exit(3)", "sys.exit(3)", []),
    ("E0405", "raise KeyboardInterrupt", "raise KeyboardInterrupt", "interrupted", []),
    ("E0406", "def f(x):\n    return f(x + 1)\nf(n)", None, "recursion limit", []),
    ("W0103", "for i in range(3, 1):\n    F[i] = 1", "range(3, 1)", "from 3 to 1 in steps of 1", []),
    ("W0103", "for i in range(0):\n    F[i] = 1", "range(0)", "from 0 to 0 in steps of 1", []),
    ("W0103", "for i in enigma.for_range(1, 9, -2):\n    F[i] = 1", "enigma.for_range(1, 9, -2)",
     "from 1 to 9 in steps of -2", []),
    ("W0103", "with enigma.range(5, 5) as i:\n    F[i] = 1", "enigma.range(5, 5)", "from 5 to 5", []),
    ("W0104", "t = enigma.register_tensor(4)\nif n > 0:\n    t[4] = 1.0\nF[0] = t[0]", "t[4]",
     "index 4 is out of bounds of 't' with 4 elements", []),
    ("W0104", "t = enigma.threadgroup_alloc('float', (2, 3))\nfor i in range(n):\n    t[0, 3] = 1.0",
     "t[0, 3]", "index 3 is out of bounds of 't' with 3 elements in dimension 1", []),
    ("W0104", "t = enigma.threadgroup_alloc('float', 8)\nF[0] = enigma.load_if(t, 9, n > 9)",
     "enigma.load_if(t, 9, n > 9)", "index 9", []),
    ("E0115", "if n > 0:\n    F[-1] = 1.0", "F[-1]", "index -1", []),
    ("E0115", "t = enigma.threadgroup_alloc('float', 8)\nv = enigma.load_vec(t, 6, 4)",
     "enigma.load_vec(t, 6, 4)", "index 9 is out of bounds of 't'", []),
    ("W0101", "I[0] = F[0]", "I[0]", "a f32 value is narrowed to i32", []),
    ("W0101", "x = enigma.load_if(B, 0, n, n)", "enigma.load_if(B, 0, n, n)", "the fallback of 'B'", []),
    ("W0101", "U.atomic_fetch_add(0, a)", "U.atomic_fetch_add(0, a)", "by atomic_fetch_add", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "body", "text", "message", "notes"),
    KERNEL_CASES,
    ids=[f"{case[0]}-{i}" for i, case in enumerate(KERNEL_CASES)],
)
def test_in_a_kernel(trace_body, number, body, text, message, notes):
    answer = trace_body(body)
    assert answer.ids == [number], answer.diagnostics
    (diagnostic,) = answer.diagnostics
    assert message in diagnostic["message"]
    if text is not None:
        assert answer.text_at(diagnostic) == text
    assert len(diagnostic["notes"]) == len(notes)
    for note, words in zip(diagnostic["notes"], notes, strict=True):
        assert words in note["message"]
        assert answer.text_at(note) != ""
    is_error = number.startswith("E")
    assert diagnostic["severity"] == ("error" if is_error else "warning")
    assert (answer.trace is None) == is_error
    assert "{" not in diagnostic["message"].replace("{F[0]", "")
    if number in CATALOGUE and CATALOGUE[number][3] and number != "E0403":
        assert diagnostic["help"] and "{" not in diagnostic["help"]


MODULE_CASES = [
    ("E0101", "x = enigma.sqrt(2)", "enigma.sqrt(2)", "enigma.sqrt is used outside a kernel"),
    ("E0101", "x = enigma.thread_position_in_grid()", "enigma.thread_position_in_grid()", "outside"),
    ("E0101", "enigma.for_range(3)", "enigma.for_range(3)", "enigma.for_range"),
    ("E0101", "x = enigma.thread_position_in_grid + 1", "enigma.thread_position_in_grid + 1", "out"),
    ("E0110", "x = enigma.Scalar('double')", "enigma.Scalar('double')", "'double'"),
    ("E0119", "x = enigma.f32[0]", "enigma.f32[0]", "a dimension is 0"),
    ("E0119", "x = enigma.f32[2.5, 1]", "enigma.f32[2.5, 1]", "a dimension is 2.5"),
    ("E0156", "@enigma.kernel(block=8)\ndef k(A: enigma.f32):\n    m = "
     "enigma.simdgroup_matrix_load(A, 8)", "enigma.simdgroup_matrix_load(A, 8)", "8 threads"),
    ("E0301", "@enigma.kernel\ndef k(A, B: enigma.f32):\n    pass", "A", "'A' of kernel 'k'"),
    ("E0302", "@enigma.kernel\ndef k(A: 'floaty'):\n    pass", "A: 'floaty'", "floaty"),
    ("E0302", "@enigma.kernel\ndef k(A: str):\n    pass", "A: str", "str"),
    ("E0303", "@enigma.kernel\ndef k(A: enigma.f32):\n    pass\nk(1)", "k(1)", "kernel 'k'"),
    ("E0304", "@enigma.kernel\ndef k(A: enigma.f32):\n    pass\nenigma.export(k, name='j')\n"
     "enigma.export(k, name='j')", "enigma.export(k, name='j')", "'j'"),
    ("E0305", "x = 1", "", "nothing to compile"),
    ("E0309", "enigma.define('a b', 1)", "enigma.define('a b', 1)", "'a b'"),
    ("E0309", "enigma.define('A', None)", "enigma.define('A', None)", "NoneType"),
    ("E0309", "enigma.define('A', 1)\nenigma.define('A', 2)", "enigma.define('A', 2)", "twice"),
    ("E0309", "enigma.kernel(3)", "enigma.kernel(3)", "int"),
    ("E0722", "enigma.kernel(block=(32, 64))(f)", "enigma.kernel(block=(32, 64))(f)",
     "block=(32, 64) has 2048 threads; a threadgroup has at most 1024"),
    ("E0722", "enigma.kernel(block=64, max_threads=32)(f)",
     "enigma.kernel(block=64, max_threads=32)(f)", "64 threads; max_threads is 32"),
    ("E0722", "k = enigma.kernel(max_threads=32)(f)\nenigma.export(k, 1, block=(8, 8))",
     "enigma.export(k, 1, block=(8, 8))", "64 threads; max_threads is 32"),
    ("E0720", "@enigma.kernel\ndef k(A: enigma.f32):\n    t = enigma.threadgroup_alloc('float', 8000)\n"
     "    u = enigma.threadgroup_alloc('half', 384)\n    v = enigma.threadgroup_alloc('char', 1)\n"
     "    A[0] = t[0] + u[0] + v[0]", "enigma.threadgroup_alloc('char', 1)", "32769 bytes up to here"),
    ("E0721", "@enigma.kernel\ndef k(" + ", ".join(f"p{i}: enigma.f32" for i in range(32))
     + "):\n    p0[0] = 1", "p31: enigma.f32", "32 parameters; Metal binds at most 31"),
    ("E0309", "enigma.kernel(grid=0)(f)", "enigma.kernel(grid=0)(f)", "grid=0"),
    ("E0309", "enigma.kernel(block=(1, 2, 3, 4))(f)", "enigma.kernel(block=(1, 2, 3, 4))(f)", "size"),
    ("E0309", "enigma.kernel(max_threads=2000)(f)", "enigma.kernel(max_threads=2000)(f)", "2000"),
    ("E0309", "enigma.kernel(name='a-b')(f)", "enigma.kernel(name='a-b')(f)", "'a-b'"),
    ("E0309", "@enigma.kernel\ndef k(*A: enigma.f32):\n    pass", "def k(*A: enigma.f32):\n    pass",
     "*args"),
    ("E0309", "@enigma.kernel\ndef k(A: enigma.f32):\n    yield", "def k(A: enigma.f32):\n    yield",
     "generator or async"),
    ("E0309", "@enigma.kernel\nasync def k(A: enigma.f32):\n    pass",
     "async def k(A: enigma.f32):\n    pass", "generator or async"),
    ("E0310", "enigma.export(f)", "enigma.export(f)", "not a kernel"),
    ("E0310", "k = enigma.kernel(f)\nenigma.export(k, 1, 2)", "enigma.export(k, 1, 2)", "2 arguments"),
    ("E0310", "k = enigma.kernel(f)\nenigma.export(k, zz=2)", "enigma.export(k, zz=2)", "'zz'"),
    ("E0310", "k = enigma.kernel(f)\nenigma.export(k, 1, x=2)", "enigma.export(k, 1, x=2)", "twice"),
    ("E0311", "@enigma.kernel\ndef k(A: enigma.f32):\n    i = A[0]\n    while True:\n        i = i + 1",
     "i + 1", "more than"),
    ("E0312", "@enigma.kernel\ndef k(A: enigma.f32):\n    return A[0]", "return A[0]",
     "returns a value"),
    ("E0312", "@enigma.kernel\ndef k(A: enigma.f32):\n    def f():\n        return 1\n"
     "    if A[0] > 0:\n        return A[1]\n    A[0] = f()", "return A[1]", "returns a value"),
    ("E0313", "@enigma.kernel\ndef k(A: enigma.f32):\n    deep(A, 0)", "enigma.if_(A[0])", "nested"),
    ("E0402", "def f(:\n    pass", None, "invalid syntax"),
    ("E0402", "x = 'é' + (", "(", "was never closed"),
    ("E0402", "  x = 1", None, "unexpected indent"),
    ("E0403", "import no_such_module", "import no_such_module", "No module named 'no_such_module'"),
    ("E0403", "from enigma import sqroot", "from enigma import sqroot", "cannot import name"),
    ("E0404", "raise SystemExit(3)", "raise SystemExit(3)", "sys.exit(3)"),
    ("E0405", "raise KeyboardInterrupt", "raise KeyboardInterrupt", "interrupted"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "source", "text", "message"),
    MODULE_CASES,
    ids=[f"{case[0]}-{i}" for i, case in enumerate(MODULE_CASES)],
)
def test_in_a_module(run, monkeypatch, number, source, text, message):
    monkeypatch.setattr("enigma.tracer.MAX_OPS", 1000)
    before = "import enigma\n"
    if "deep(" in source:
        before += "def deep(A, level):\n    with enigma.if_(A[0]):\n        deep(A, level + 1)\n"
    if "(f)" in source:
        before += "def f(x):\n    pass\n"
    answer = run(before + source + "\n")
    assert answer.ids == [number], answer.diagnostics
    (diagnostic,) = answer.diagnostics
    assert message in diagnostic["message"]
    assert answer.trace is None
    if text is not None:
        assert answer.text_at(diagnostic) == text


def test_the_cases_are_of_the_catalogue():
    """That every number has a test is what test_diagnostic_pages.py sees to."""
    assert {case[0] for case in KERNEL_CASES} | {case[0] for case in MODULE_CASES} <= set(CATALOGUE)


def test_the_catalogue_is_well_formed():
    for number, (severity, name, message, _) in CATALOGUE.items():
        assert (number[0] == "E") == (severity == "error")
        assert (name is None) == (severity == "error")
        assert not message.endswith(".") and len(number) == 5


@pytest.mark.parametrize(
    ("declared", "use", "words"),
    [
        ("In", "A[0] = 1", "declared In(f32) and cannot be written"),
        ("Out", "x = A[0]", "declared Out(f32) and cannot be read"),
        ("In", "enigma.store_if(A, 0, 1, True)", "cannot be written"),
        ("Out", "x = enigma.load_if(A, 0, True)", "cannot be read"),
        ("In", "A.atomic_fetch_add(0, 1)", "cannot be written"),
        ("Out", "A.atomic_fetch_add(0, 1)", "cannot be read"),
    ],
)
def test_E0117_directions(trace_body, declared, use, words):
    answer = trace_body(use, params=f"A: enigma.{declared}('float')")
    assert answer.ids == ["E0117"]
    assert words in answer.diagnostics[0]["message"]
    assert answer.text_at(answer.diagnostics[0]["notes"][0]) == f"A: enigma.{declared}('float')"


def test_E0122_values_of_another_kernel(run):
    answer = run("""
        import enigma
        kept = []

        @enigma.kernel
        def first(A: enigma.f32):
            x = A[0]
            kept.append((A, x))

        @enigma.kernel
        def second(B: enigma.f32):
            B[0] = kept[0][1]

        @enigma.kernel
        def third(B: enigma.f32):
            B[0] = kept[0][0][0]
    """)
    assert answer.ids == ["E0122", "E0122"]
    assert [answer.text_at(d) for d in answer.diagnostics] == ["B[0]", "kept[0][0][0]"]
    notes = [answer.text_at(d["notes"][0]) for d in answer.diagnostics]
    assert notes == ["A[0]", "A: enigma.f32"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="columns need Python 3.11")
def test_the_float_index_of_the_contract(run):
    """cli.md shows this diagnostic word for word."""
    answer = run("""
        import enigma
        @enigma.kernel
        def k(Out: enigma.f32, y: enigma.Scalar("float")):
            tid = enigma.thread_position_in_grid()
            x = enigma.metal_cast(tid, "float")
            Out[x * 0.5] = y
    """)
    (error,) = answer.diagnostics
    assert error["message"] == "buffer 'Out' is indexed by a f32 value"
    assert (error["id"], error["line"], error["col"]) == ("E0112", 6, 8)
    (note,) = error["notes"]
    assert (note["message"], note["line"], note["col"]) == ("'x' is f32 here", 5, 8)
    assert error["help"] == 'index with an integer: enigma.metal_cast(x * 0.5, "uint")'


def test_all_errors_of_a_run_are_reported(run):
    answer = run(
        """
        import enigma
        @enigma.kernel
        def one(A: enigma.f32):
            A[0] = missing
        @enigma.kernel
        def two(A):
            pass
        @enigma.kernel
        def three(A: enigma.f32):
            A[0.5] = 1
        @enigma.kernel
        def good(A: enigma.f32):
            A[0] = 1
        """,
        {"NOPE": "1"},
    )
    assert sorted(answer.ids) == ["E0112", "E0301", "E0307", "E0403"]
    assert answer.trace is None


@pytest.mark.parametrize(
    ("source", "help_line"),
    [
        ("F[0] = enigma.sqroot(1)", "did you mean 'sqrt'?"),
        ("value = F[0]\nF[1] = valeu", "did you mean 'value'?"),
        ("F[0] = f32(1)", "did you mean 'enigma.f32'?"),
        ("F[0] = F.dtyp", "did you mean 'dtype'?"),
        ("F[0] = completely_different", None),
    ],
)
def test_suggestions(trace_body, source, help_line):
    assert trace_body(source).diagnostics[0]["help"] == help_line


def test_errors_that_a_helper_hides_are_reported(trace_body):
    """`try` in a helper is Python's; what it catches would be missing from the kernel."""
    helper = "def store(F):\n    try:\n        F[0.5] = 1\n    except Exception:\n        pass"
    answer = trace_body("store(F)\nF[0] = 1", before=helper)
    assert answer.ids == ["E0112"] and answer.trace is None
    assert answer.text_at(answer.diagnostics[0]) == "F[0.5]"


def test_is_of_what_is_no_number(trace_body):
    body = "m = object()\nx = n is None or F is not I or n is m or F is None\nF[0] = 2 if x else 1"
    assert trace_body(body).diagnostics == []


@pytest.mark.parametrize(
    ("params", "body", "unused"),
    [
        ("A: enigma.f32, B: enigma.f32", "A[0] = 1", ["B: enigma.f32"]),
        ("A: enigma.f32, n: enigma.Scalar('int')", "A[0] = 1", ["n: enigma.Scalar('int')"]),
        ("A: enigma.f32, _B: enigma.f32, _: enigma.f32", "A[0] = 1", []),
        ("A: enigma.f32, B: enigma.f32", "A[0] = B[0]", []),
        # What a constant of the compilation leaves out is used all the same.
        ("A: enigma.f32, B: enigma.f32, bias=False", "A[0] = B[0] if bias else 1", []),
        ("A: enigma.f32, B: enigma.f32", "A[0] = 1\nB = A", ["B: enigma.f32"]),
        ("A: enigma.f32, n: enigma.Scalar('int')", "def f():\n    return n\nA[0] = f()", []),
        ("A: enigma.f32, n: enigma.Scalar('int'), unused=3", "A[0] = n", []),
    ],
)
def test_W0102_unused_parameters(trace_body, params, body, unused):
    answer = trace_body(body, params=params)
    assert answer.trace is not None
    assert [answer.text_at(d) for d in answer.unused] == unused


def test_W0102_is_said_once_for_several_exports(run):
    answer = run("""
        import enigma
        @enigma.kernel
        def k(A: enigma.f32, B: enigma.f32, n=1):
            A[0] = n
        enigma.export(k, n=2, name="two")
        enigma.export(k, n=3, name="three")
    """)
    assert len(answer.unused) == 1
    assert "parameter 'B' of kernel 'k' is never used" in answer.unused[0]["message"]


def test_no_empty_loop_where_python_decides(trace_body):
    body = "for i in enigma.range_constexpr(0):\n    F[i] = 1\nfor i in []:\n    F[i] = 1\nF[0] = 1"
    assert trace_body(body).diagnostics == []


def test_threadgroup_memory_to_the_last_byte(trace_body):
    body = "t = enigma.threadgroup_alloc('float', 8192)\nF[0] = t[0]"
    assert trace_body(body).diagnostics == []


def test_diagnostics_have_no_traceback_in_the_message(trace_body):
    (error,) = trace_body("F[0] = undefined").diagnostics
    assert "Traceback" not in error["message"] and "\n" not in error["message"]
    assert error["traceback"].startswith("Traceback")


def test_the_exception_type_for_users(trace_body):
    with pytest.raises(enigma.EnigmaError) as caught:
        enigma.sqrt(2)
    assert caught.value.filename == __file__
    assert caught.value.lineno > 0 and caught.value.col >= 0
    assert caught.value.id == "E0101" and "help: " in str(caught.value)
