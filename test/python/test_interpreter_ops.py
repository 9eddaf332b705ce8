"""The interpreter has every row of the op table, with the semantics of language.md."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import enigma
import pytest
from enigma._optable import OPS
from enigma.eager_tracer import KNOWN, EagerTracer

NAN, INF = math.nan, math.inf


@enigma.kernel
def compute(
    F: enigma.f32[16],
    U: enigma.u32[16],
    H: enigma.f16[16],
    N: enigma.i32,
    s: enigma.Scalar("float"),
    body=None,
):
    body(F, U, H, N, s)


def run(body: Callable[..., Any], threads: int = 1) -> tuple[list[Any], dict[str, list]]:
    """What a body gives in each thread, as Python numbers, and the buffers it wrote."""
    results: list[Any] = []

    def kept(*parameters: Any) -> None:
        value = body(*parameters)
        parts = value if isinstance(value, tuple) else (value,)
        numbers = [p.python_number() if isinstance(p, enigma.Value) else p for p in parts]
        results.append(tuple(numbers) if isinstance(value, tuple) else numbers[0])

    inputs = {
        "F": [k * 0.5 for k in range(16)],
        "U": list(range(16)),
        "H": [1.0] * 16,
        "N": list(range(64)),
        "s": 2.5,
        "body": kept,
    }
    return results, enigma.interpret(compute, inputs, threads, threads)


def f(x: float) -> enigma.Value:
    return enigma.f32(x)


def i8(x: int) -> enigma.Value:
    return enigma.i8(x)


def u8(x: int) -> enigma.Value:
    return enigma.u8(x)


def vec(*x: float) -> enigma.Value:
    return enigma.make_vec(*map(f, x))


def position() -> enigma.Value:
    return enigma.thread_index_in_threadgroup()


# For each row what is computed, and what comes out: a number, or one for each thread.
ROWS: dict[str, tuple[Callable[..., Any], Any]] = {
    # memory
    "load": (lambda F, U, H, N, s: F[3], 1.5),
    "store": (lambda F, U, H, N, s: F.__setitem__(0, 7.25) or F[0], 7.25),
    "load_if": (
        lambda F, U, H, N, s: (enigma.load_if(F, N[63], False, 4), enigma.load_if(F, 2, True)),
        (4.0, 1.0),
    ),
    "store_if": (
        lambda F, U, H, N, s: enigma.store_if(F, N[63], 1, False)
        or enigma.store_if(F, 1, 5, True)
        or F[1],
        5.0,
    ),
    "load_vec": (lambda F, U, H, N, s: enigma.load_vec(F, 1, 3), (0.5, 1.0, 1.5)),
    "store_vec": (lambda F, U, H, N, s: enigma.store_vec(F, 3, vec(8, 9)) or F[4], 9.0),
    # operators
    "constant": (lambda *_: u8(200), 200),
    "scalar": (lambda F, U, H, N, s: s, 2.5),
    "add": (
        lambda *_: (u8(200) + u8(100), i8(127) + 1, f(0.1) + 0.2, enigma.f16(2048) + 1),
        (44, -128, 0.30000001192092896, 2048.0),
    ),
    "sub": (lambda *_: (u8(1) - 2, f(1) - 0.75), (255, 0.25)),
    "mul": (lambda *_: (i8(100) * 3, enigma.bf16(1.0078125) * 1.0078125), (44, 1.015625)),
    "div": (
        lambda *_: (i8(-7) / 2, i8(-7) // 2, i8(5) / 0, i8(-128) / -1, f(1) / 0, f(0) / 0),
        (-3, -3, 0, -128, INF, NAN),
    ),
    "rem": (lambda *_: (i8(-7) % 2, i8(5) % 0, f(-7.5) % 2, f(1) % 0), (-1, 0, -1.5, NAN)),
    "neg": (lambda *_: (-i8(-128), -u8(1), -f(0)), (-128, 255, -0.0)),
    "and": (lambda *_: (i8(-2) & 7, enigma.b1(True) & False), (6, False)),
    "or": (lambda *_: i8(-8) | 3, -5),
    "xor": (lambda *_: u8(0xF0) ^ 0xFF, 0x0F),
    "not": (lambda *_: (~i8(5), ~u8(5), ~enigma.b1(True)), (-6, 250, False)),
    "shl": (lambda *_: (i8(1) << 7, i8(1) << 8, u8(3) << 9), (-128, 1, 6)),
    "shr": (lambda *_: (i8(-128) >> 3, u8(128) >> 3, i8(-128) >> 11), (-16, 16, -16)),
    "select": (
        lambda *_: (
            enigma.where(1, i8(2), True),
            enigma.where(vec(1, 2), vec(3, 4), vec(1, 0) > 0),
        ),
        (2, (3.0, 2.0)),
    ),
    "cast": (
        lambda *_: (
            enigma.u8(f(300)),
            enigma.i8(f(-1e9)),
            enigma.i32(f(NAN)),
            enigma.u8(enigma.i32(257)),
            enigma.i32(f(-2.75)),
            enigma.f16(f(65520)),
            enigma.f32(enigma.i64(16777217)),
            enigma.b1(f(NAN)),
        ),
        (255, -128, 0, 1, -2, INF, 16777216.0, True),
    ),
    "as_type": (
        lambda *_: (enigma.as_type(f(-1), "uint"), enigma.as_type(enigma.u16(0x3F80), "bfloat")),
        (0xBF800000, 1.0),
    ),
    "cmp_eq": (lambda *_: (f(NAN) == f(NAN), i8(3) == 3), (False, True)),
    "cmp_ne": (lambda *_: (f(NAN) != f(NAN), i8(3) != 3), (True, False)),
    "cmp_lt": (lambda *_: vec(1, 2) < 2, (True, False)),
    "cmp_le": (lambda *_: i8(-1) <= 0, True),
    "cmp_gt": (lambda *_: u8(255) > 0, True),
    "cmp_ge": (lambda *_: f(NAN) >= 0, False),
    "cmp_ult": (lambda *_: enigma.cmp_ult(i8(-1), 1), False),
    "cmp_ule": (lambda *_: enigma.cmp_ule(i8(-1), -1), True),
    "cmp_ugt": (lambda *_: enigma.cmp_ugt(i8(-1), 1), True),
    "cmp_uge": (lambda *_: enigma.cmp_uge(i8(1), -1), False),
    # vectors
    "make_vec": (lambda *_: enigma.make_vec(f(1), 2, u8(3)), (1.0, 2.0, 3.0)),
    "vec_extract": (lambda *_: (vec(1, 2, 3).y, vec(1, 2)[-1], vec(1, 2)[u8(9)]), (2.0, 2.0, 2.0)),
    "vec_swizzle": (lambda *_: vec(1, 2, 3).zxx, (3.0, 1.0, 1.0)),
    "vec_insert": (lambda *_: enigma.vec_insert(vec(1, 2), 1, 9), (1.0, 9.0)),
    "any": (lambda *_: enigma.any(vec(0, 1) > 0), True),
    "all": (lambda *_: enigma.all(vec(0, 1) > 0), False),
    "dot": (lambda *_: enigma.dot(vec(1, 2), vec(3, 4)), 11.0),
    "length": (lambda *_: enigma.length(vec(3, 4)), 5.0),
    "length_squared": (lambda *_: enigma.length_squared(vec(3, 4)), 25.0),
    "distance": (lambda *_: enigma.distance(vec(1, 1), vec(4, 5)), 5.0),
    "normalize": (lambda *_: enigma.normalize(vec(0, 4)), (0.0, 1.0)),
    "cross": (lambda *_: enigma.cross(vec(1, 0, 0), vec(0, 1, 0)), (0.0, 0.0, 1.0)),
    "reflect": (lambda *_: enigma.reflect(vec(1, -1), vec(0, 1)), (1.0, 1.0)),
    "faceforward": (lambda *_: enigma.faceforward(vec(1, 2), vec(1, 0), vec(1, 0)), (-1.0, -2.0)),
    "refract": (lambda *_: enigma.refract(vec(0, -1), vec(0, 1), 0.5), (0.0, -1.0)),
    # integers
    "iabs": (lambda *_: (abs(i8(-5)), abs(i8(-128))), (5, -128)),
    "imin": (lambda *_: enigma.imin(i8(-5), 3), -5),
    "imax": (lambda *_: enigma.imax(u8(250), 3), 250),
    "iclamp": (lambda *_: enigma.iclamp(i8(100), -3, 50), 50),
    "add_sat": (lambda *_: (enigma.add_sat(i8(100), 100), enigma.add_sat(u8(1), 2)), (127, 3)),
    "sub_sat": (lambda *_: (enigma.sub_sat(u8(1), 2), enigma.sub_sat(i8(-100), 100)), (0, -128)),
    "mul_hi": (lambda *_: (enigma.mul_hi(i8(-100), 100), enigma.mul_hi(u8(200), 200)), (-40, 156)),
    "mad_hi": (lambda *_: enigma.mad_hi(u8(200), 200, 101), 1),
    "mad_sat": (lambda *_: enigma.mad_sat(i8(10), 12, 20), 127),
    "rotate": (lambda *_: enigma.rotate(u8(0b10000001), 9), 0b00000011),
    "popcount": (lambda *_: enigma.popcount(i8(-1)), 8),
    "clz": (lambda *_: (enigma.clz(u8(1)), enigma.clz(u8(0))), (7, 8)),
    "ctz": (lambda *_: (enigma.ctz(u8(8)), enigma.ctz(u8(0))), (3, 8)),
    "reverse_bits": (lambda *_: enigma.reverse_bits(u8(0b00000110)), 0b01100000),
    "abs_diff": (lambda *_: enigma.abs_diff(i8(-128), 127), 255),
    "extract_bits": (
        lambda *_: (enigma.extract_bits(i8(0b0110), 1, 2), enigma.extract_bits(u8(255), 4, 9 - 5)),
        (-1, 15),
    ),
    "insert_bits": (lambda *_: enigma.insert_bits(u8(0xFF), 0, 2, 3), 0b11100011),
    # constants and debugging
    "device_print": (lambda *_: enigma.device_print("{} {:.1f}", i8(3), f(0.25)) or 1, 1),
    "device_assert": (lambda *_: enigma.device_assert(i8(3) > 2) or 1, 1),
    "function_constant": (lambda *_: enigma.function_constant("uint", 60000, default=6)() * 2, 12),
    # floats
    "sqrt": (lambda *_: (enigma.sqrt(f(9)), enigma.sqrt(f(-1))), (3.0, NAN)),
    "rsqrt": (lambda *_: (enigma.rsqrt(f(4)), enigma.rsqrt(f(0))), (0.5, INF)),
    "exp": (
        lambda *_: (enigma.exp(f(0)), enigma.exp(f(1000)), enigma.exp(f(-INF))),
        (1.0, INF, 0.0),
    ),
    "exp2": (lambda *_: enigma.exp2(f(-2)), 0.25),
    "exp10": (lambda *_: enigma.exp10(f(3)), 1000.0),
    "log": (lambda *_: (enigma.log(f(1)), enigma.log(f(0)), enigma.log(f(-1))), (0.0, -INF, NAN)),
    "log2": (lambda *_: enigma.log2(f(8)), 3.0),
    "log10": (lambda *_: enigma.log10(f(1000)), 3.0),
    "sin": (lambda *_: (enigma.sin(f(0)), enigma.sin(f(INF))), (0.0, NAN)),
    "cos": (lambda *_: enigma.cos(f(0)), 1.0),
    "tan": (lambda *_: enigma.tan(f(0)), 0.0),
    "sinpi": (lambda *_: (enigma.sinpi(f(0.5)), enigma.sinpi(f(-1.5))), (1.0, 1.0)),
    "cospi": (lambda *_: (enigma.cospi(f(1)), enigma.cospi(f(2))), (-1.0, 1.0)),
    "asin": (lambda *_: (enigma.asin(f(0)), enigma.asin(f(2))), (0.0, NAN)),
    "acos": (lambda *_: enigma.acos(f(1)), 0.0),
    "atan": (lambda *_: enigma.atan(f(0)), 0.0),
    "sinh": (lambda *_: (enigma.sinh(f(0)), enigma.sinh(f(-1000))), (0.0, -INF)),
    "cosh": (lambda *_: (enigma.cosh(f(0)), enigma.cosh(f(-1000))), (1.0, INF)),
    "tanh": (lambda *_: enigma.tanh(f(100)), 1.0),
    "asinh": (lambda *_: enigma.asinh(f(0)), 0.0),
    "acosh": (lambda *_: (enigma.acosh(f(1)), enigma.acosh(f(0))), (0.0, NAN)),
    "atanh": (lambda *_: (enigma.atanh(f(0)), enigma.atanh(f(-1))), (0.0, -INF)),
    "floor": (lambda *_: (enigma.floor(f(-1.5)), enigma.floor(f(INF))), (-2.0, INF)),
    "ceil": (lambda *_: enigma.ceil(f(-0.5)), -0.0),
    "round": (lambda *_: (enigma.round(f(2.5)), enigma.round(f(-0.4))), (3.0, -0.0)),
    "rint": (lambda *_: (enigma.rint(f(2.5)), enigma.rint(f(3.5))), (2.0, 4.0)),
    "trunc": (lambda *_: enigma.trunc(f(-1.75)), -1.0),
    "fabs": (lambda *_: abs(f(-0.0)), 0.0),
    "fmin": (lambda *_: (enigma.fmin(f(NAN), 1), enigma.fmin(f(2), 1)), (1.0, 1.0)),
    "fmax": (lambda *_: (enigma.fmax(f(1), NAN), enigma.fmax(f(2), 1)), (1.0, 2.0)),
    "pow": (
        lambda *_: (enigma.pow(f(2), 0.5), enigma.pow(f(-8), 3.0), enigma.pow(f(-0.0), -3.0)),
        (1.4142135381698608, -512.0, -INF),
    ),
    "powr": (lambda *_: enigma.powr(f(4), 0.5), 2.0),
    "fmod": (lambda *_: (enigma.fmod(f(-7), 2), enigma.fmod(f(1), INF)), (-1.0, 1.0)),
    "atan2": (lambda *_: enigma.atan2(f(0), -1), 3.1415927410125732),
    "fma": (lambda *_: enigma.fma(f(1 + 2**-12), 1 - 2**-12, -1), -(2.0**-24)),
    "saturate": (lambda *_: (enigma.saturate(f(7)), enigma.saturate(f(NAN))), (1.0, 0.0)),
    "sign": (
        lambda *_: (enigma.sign(f(-3)), enigma.sign(f(-0.0)), enigma.sign(f(NAN))),
        (-1.0, -0.0, 0.0),
    ),
    "fract": (lambda *_: (enigma.fract(f(-0.25)), enigma.fract(f(-1e-20))), (0.75, 1 - 2.0**-24)),
    "mix": (lambda *_: enigma.mix(f(1), 3, 0.25), 1.5),
    "clamp": (lambda *_: enigma.clamp(f(9), -1, 2), 2.0),
    "copysign": (lambda *_: enigma.copysign(f(3), -0.0), -3.0),
    "fdim": (lambda *_: (enigma.fdim(f(3), 1), enigma.fdim(f(1), 3)), (2.0, 0.0)),
    "step": (lambda *_: (enigma.step(f(1), 0.5), enigma.step(f(1), 1)), (0.0, 1.0)),
    "smoothstep": (lambda *_: enigma.smoothstep(f(0), 2, 1), 0.5),
    "isnan": (lambda *_: enigma.isnan(f(NAN)), True),
    "isinf": (lambda *_: enigma.isinf(f(-INF)), True),
    "isfinite": (lambda *_: enigma.isfinite(f(INF)), False),
    "isnormal": (lambda *_: enigma.isnormal(f(1e-40)), False),
    "signbit": (lambda *_: enigma.signbit(f(-0.0)), True),
    # queries, of thread 0 of 1
    "thread_position_in_grid": (lambda *_: enigma.thread_position_in_grid(), 0),
    "thread_position_in_threadgroup": (lambda *_: enigma.thread_position_in_threadgroup("y"), 0),
    "threadgroup_position_in_grid": (lambda *_: enigma.threadgroup_position_in_grid(), 0),
    "threads_per_threadgroup": (lambda *_: enigma.threads_per_threadgroup(), 1),
    "threads_per_grid": (lambda *_: enigma.threads_per_grid(), 1),
    "threadgroups_per_grid": (lambda *_: enigma.threadgroups_per_grid(), 1),
    "thread_index_in_threadgroup": (lambda *_: position(), 0),
    "thread_index_in_simdgroup": (lambda *_: enigma.thread_index_in_simdgroup(), 0),
    "simdgroup_index_in_threadgroup": (lambda *_: enigma.simdgroup_index_in_threadgroup(), 0),
    "threads_per_simdgroup": (lambda *_: enigma.threads_per_simdgroup(), 32),
    "simdgroups_per_threadgroup": (lambda *_: enigma.simdgroups_per_threadgroup(), 1),
    "thread_index_in_quadgroup": (lambda *_: enigma.thread_index_in_quadgroup(), 0),
    "quadgroup_index_in_threadgroup": (lambda *_: enigma.quadgroup_index_in_threadgroup(), 0),
    # memory of threads and threadgroups
    "thread_alloc": (lambda *_: enigma.register_tensor((2, 100), "half", 3)[1, 99], 3.0),
    "atomic_load": (lambda F, U, H, N, s: enigma.atomic_load(N, 5), 5),
    "atomic_store": (lambda F, U, H, N, s: enigma.atomic_store(N, 5, 9) or N[5], 9),
    "atomic_exchange": (lambda F, U, H, N, s: (enigma.atomic_exchange(N, 5, 9), N[5]), (5, 9)),
    "atomic_fetch_add": (
        lambda F, U, H, N, s: (enigma.atomic_fetch_add(N, 5, 2**31 - 1), N[5]),
        (5, -(2**31) + 4),
    ),
    "atomic_fetch_sub": (lambda F, U, H, N, s: (U.atomic_fetch_sub(0, 1), U[0]), (0, 2**32 - 1)),
    "atomic_fetch_min": (lambda F, U, H, N, s: (N.atomic_fetch_min(5, -1), N[5]), (5, -1)),
    "atomic_fetch_max": (lambda F, U, H, N, s: (N.atomic_fetch_max(5, 3), N[5]), (5, 5)),
    "atomic_fetch_and": (lambda F, U, H, N, s: (N.atomic_fetch_and(5, 4), N[5]), (5, 4)),
    "atomic_fetch_or": (lambda F, U, H, N, s: (N.atomic_fetch_or(5, 8), N[5]), (5, 13)),
    "atomic_fetch_xor": (lambda F, U, H, N, s: (N.atomic_fetch_xor(5, 1), N[5]), (5, 4)),
    "atomic_compare_exchange": (
        lambda F, U, H, N, s: (
            *enigma.atomic_compare_exchange(N, 5, 5, 7),
            N[5],
            *enigma.atomic_compare_exchange(F, 0, -0.0, 7),
        ),
        (True, 5, 7, False, 0.0),
    ),
    "atomic_compare_exchange_weak": (
        lambda F, U, H, N, s: (enigma.atomic_compare_exchange_weak(N, 5, 4, 7), N[5]),
        (False, 5),
    ),
}

EACH = [float(k) for k in range(36)]


def lanes(x: Callable[[enigma.Value], Any]) -> Callable[..., Any]:
    """A function of the thread's number."""
    return lambda *_: x(position())


def with_memory(body: Callable[..., Any]) -> Callable[..., Any]:
    """A body with threadgroup memory of 64 numbers, which every thread has a part in."""

    def run_body(F: Any, U: Any, H: Any, N: Any, s: Any) -> Any:
        tile = enigma.threadgroup_alloc("int", 64)
        return body(tile, N, position())

    return run_body


def barrier_body(tile: Any, N: Any, t: Any) -> Any:
    tile[t] = t * 10
    enigma.barrier()
    return tile[35 - t]


def simd_barrier_body(tile: Any, N: Any, t: Any) -> Any:
    tile[t] = t * 10
    enigma.simd_barrier()
    return tile[t ^ 1]


def copies(name: str, *arguments: Any) -> Callable[..., Any]:
    def body(tile: Any, N: Any, t: Any) -> Any:
        copy = getattr(enigma, f"async_copy_{name}")
        if name.endswith("t2d"):
            tile[t] = -enigma.i32(t)
            enigma.barrier()
            enigma.async_copy_wait(copy(N, arguments[0], *arguments[1:-1], tile, *arguments[-1]))
            return N[t]
        enigma.async_copy_wait(copy(tile, arguments[0], *arguments[1:-1], N, *arguments[-1]))
        enigma.barrier()
        return enigma.load_if(tile, t, t < 4)

    return with_memory(body)


def matrix(F: Any, U: Any, H: Any, N: Any, s: Any) -> Any:
    tile = enigma.threadgroup_alloc("float", (8, 16))
    t = position()
    for k in range(4):
        tile[t % 8, t // 8 * 4 + k] = t % 8 * 16 + t // 8 * 4 + k
    enigma.simd_barrier()
    a = enigma.simdgroup_matrix_load(tile, 16, offset=1)
    b = enigma.simdgroup_matrix_load(tile, 16, origin=(8, 0), transpose=True)
    c = enigma.make_filled_simdgroup_matrix("float", 0.5)
    product = enigma.simdgroup_multiply(a, b)
    total = enigma.simdgroup_multiply_accumulate(a, b, c)
    enigma.simdgroup_matrix_store(total, tile, 16)
    enigma.simdgroup_matrix_store(product, tile, 16, origin=(8, 0))
    enigma.simd_barrier()
    return tile[t % 8, 3], tile[t % 8, 11]


MATRIX = [sum((r * 16 + k + 1) * (3 * 16 + 8 + k) for k in range(8)) for r in range(8)]

# For each row what is computed by 36 threads (a whole simdgroup and one of 4 lanes), and each
# thread's result.
TOGETHER: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    "threadgroup_alloc": (with_memory(barrier_body), [(35 - t) * 10 for t in range(36)]),
    "barrier": (with_memory(barrier_body), [(35 - t) * 10 for t in range(36)]),
    "simd_barrier": (with_memory(simd_barrier_body), [(t ^ 1) * 10 for t in range(36)]),
    "async_copy_1d_d2t": (copies("1d_d2t", 0, (7, 4)), [7 + t if t < 4 else 0 for t in range(36)]),
    "async_copy_wait": (copies("1d_d2t", 0, (7, 4)), [7 + t if t < 4 else 0 for t in range(36)]),
    "async_copy_2d_d2t": (
        copies("2d_d2t", 0, 2, (3, 10, 2, 2)),
        [(3, 4, 13, 14)[t] if t < 4 else 0 for t in range(36)],
    ),
    "async_copy_1d_t2d": (
        copies("1d_t2d", 2, (0, 3)),
        [-(t - 2) if 2 <= t < 5 else t for t in range(36)],
    ),
    "async_copy_2d_t2d": (
        copies("2d_t2d", 1, 8, (0, 4, 2, 2)),
        [{1: 0, 2: -1, 9: -4, 10: -5}.get(t, t) for t in range(36)],
    ),
    "simd_sum": (lanes(lambda t: enigma.simd_sum(t)), [496] * 32 + [134] * 4),
    "simd_product": (
        lanes(lambda t: enigma.simd_product(u8(t % 3 + 1))),
        [0] * 32 + [3 * 1 * 2 * 3] * 4,
    ),
    "simd_min": (lanes(lambda t: enigma.simd_min(t)), [0] * 32 + [32] * 4),
    "simd_max": (lanes(lambda t: enigma.simd_max(f(0) - t)), [0.0] * 32 + [-32.0] * 4),
    "simd_and": (lanes(lambda t: enigma.simd_and(t | 64)), [64] * 32 + [96] * 4),
    "simd_or": (lanes(lambda t: enigma.simd_or(t)), [31] * 32 + [35] * 4),
    "simd_xor": (lanes(lambda t: enigma.simd_xor(t + 1)), [32] * 32 + [33 ^ 34 ^ 35 ^ 36] * 4),
    "simd_prefix_inclusive_sum": (
        lanes(lambda t: enigma.simd_prefix_inclusive_sum(t)),
        [t * (t + 1) // 2 for t in range(32)] + [32, 65, 99, 134],
    ),
    "simd_prefix_exclusive_sum": (
        lanes(lambda t: enigma.simd_prefix_exclusive_sum(t)),
        [t * (t - 1) // 2 for t in range(32)] + [0, 32, 65, 99],
    ),
    "simd_prefix_inclusive_product": (
        lanes(lambda t: enigma.simd_prefix_inclusive_product(u8(2))),
        [2 ** (t + 1) % 256 for t in range(32)] + [2, 4, 8, 16],
    ),
    "simd_prefix_exclusive_product": (
        lanes(lambda t: enigma.simd_prefix_exclusive_product(u8(2))),
        [2**t % 256 for t in range(32)] + [1, 2, 4, 8],
    ),
    "simd_shuffle": (
        lanes(lambda t: enigma.simd_shuffle(t, (t + 5) % 32)),
        [(t + 5) % 32 for t in range(32)] + [32, 33, 34, 35],
    ),
    "simd_shuffle_down": (
        lanes(lambda t: enigma.simd_shuffle_down(t, 2)),
        [t + 2 if t < 30 else t for t in range(32)] + [34, 35, 34, 35],
    ),
    "simd_shuffle_up": (
        lanes(lambda t: enigma.simd_shuffle_up(t, 2)),
        [t - 2 if t > 1 else t for t in range(32)] + [32, 33, 32, 33],
    ),
    "simd_shuffle_xor": (
        lanes(lambda t: enigma.simd_shuffle_xor(t, 1)),
        [t ^ 1 for t in range(36)],
    ),
    "simd_shuffle_rotate_down": (
        lanes(lambda t: enigma.simd_shuffle_rotate_down(t, 1)),
        [(t + 1) % 32 for t in range(32)] + [33, 34, 35, 35],
    ),
    "simd_shuffle_rotate_up": (
        lanes(lambda t: enigma.simd_shuffle_rotate_up(t, 1)),
        [(t - 1) % 32 for t in range(32)] + [32, 32, 33, 34],
    ),
    "simd_broadcast": (lanes(lambda t: enigma.simd_broadcast(t, 3)), [3] * 32 + [35] * 4),
    "simd_broadcast_first": (lanes(lambda t: enigma.simd_broadcast_first(t)), [0] * 32 + [32] * 4),
    "simd_ballot": (
        lanes(lambda t: enigma.simd_ballot(t % 2 == 0)),
        [0x55555555] * 32 + [0b0101] * 4,
    ),
    "simd_all": (lanes(lambda t: enigma.simd_all(t < 32)), [True] * 32 + [False] * 4),
    "simd_any": (lanes(lambda t: enigma.simd_any(t == 33)), [False] * 32 + [True] * 4),
    "simd_is_first": (lanes(lambda t: enigma.simd_is_first()), [t in (0, 32) for t in range(36)]),
    **{
        f"quad_{name}": (
            lanes(lambda t, name=name: getattr(enigma, f"quad_{name}")(t)),
            [result(list(range(t - t % 4, t - t % 4 + 4))) for t in range(36)],
        )
        for name, result in (("sum", sum), ("min", min), ("max", max), ("broadcast_first", min))
    },
    "quad_product": (lanes(lambda t: enigma.quad_product(t % 4 + 1)), [24] * 36),
    "quad_and": (lanes(lambda t: enigma.quad_and(t)), [t & ~3 for t in range(36)]),
    "quad_or": (lanes(lambda t: enigma.quad_or(t)), [t | 3 for t in range(36)]),
    "quad_xor": (lanes(lambda t: enigma.quad_xor(t)), [0] * 36),
    "quad_prefix_inclusive_sum": (
        lanes(lambda t: enigma.quad_prefix_inclusive_sum(t % 4 + 1)),
        [1, 3, 6, 10] * 9,
    ),
    "quad_prefix_exclusive_sum": (
        lanes(lambda t: enigma.quad_prefix_exclusive_sum(t % 4 + 1)),
        [0, 1, 3, 6] * 9,
    ),
    "quad_prefix_inclusive_product": (
        lanes(lambda t: enigma.quad_prefix_inclusive_product(t % 4 + 1)),
        [1, 2, 6, 24] * 9,
    ),
    "quad_prefix_exclusive_product": (
        lanes(lambda t: enigma.quad_prefix_exclusive_product(t % 4 + 1)),
        [1, 1, 2, 6] * 9,
    ),
    "quad_shuffle": (
        lanes(lambda t: enigma.quad_shuffle(t, 3 - t % 4)),
        [t ^ 3 for t in range(36)],
    ),
    "quad_shuffle_down": (lanes(lambda t: enigma.quad_shuffle_down(t % 4, 1)), [1, 2, 3, 3] * 9),
    "quad_shuffle_up": (lanes(lambda t: enigma.quad_shuffle_up(t % 4, 1)), [0, 0, 1, 2] * 9),
    "quad_shuffle_xor": (
        lanes(lambda t: enigma.quad_shuffle_xor(t, 2)),
        [t ^ 2 for t in range(36)],
    ),
    "quad_shuffle_rotate_down": (
        lanes(lambda t: enigma.quad_shuffle_rotate_down(t % 4, 1)),
        [1, 2, 3, 0] * 9,
    ),
    "quad_shuffle_rotate_up": (
        lanes(lambda t: enigma.quad_shuffle_rotate_up(t % 4, 1)),
        [3, 0, 1, 2] * 9,
    ),
    "quad_broadcast": (
        lanes(lambda t: enigma.quad_broadcast(t, 2)),
        [t & ~3 | 2 for t in range(36)],
    ),
    "quad_ballot": (
        lanes(lambda t: enigma.quad_ballot(t % 3 == 0)),
        [sum(1 << k for k in range(4) if (t - t % 4 + k) % 3 == 0) for t in range(36)],
    ),
    "quad_all": (lanes(lambda t: enigma.quad_all(t > 3)), [t > 3 for t in range(36)]),
    "quad_any": (lanes(lambda t: enigma.quad_any(t == 5)), [4 <= t < 8 for t in range(36)]),
    "quad_is_first": (lanes(lambda t: enigma.quad_is_first()), [t % 4 == 0 for t in range(36)]),
}
MATRICES = (
    "make_filled_simdgroup_matrix",
    "simdgroup_matrix_load",
    "simdgroup_matrix_store",
    "simdgroup_multiply",
    "simdgroup_multiply_accumulate",
)
REGIONS = ("for", "if", "while")  # Python's own: test_interpreter.py


@pytest.fixture
def reached(monkeypatch) -> set[str]:
    """The ops that the front end asks the interpreter for."""
    names: set[str] = set()

    def watch(method: str, name_of: Callable[..., str]) -> None:
        original = getattr(EagerTracer, method)

        def watched(self: EagerTracer, *arguments: Any, **named: Any) -> Any:
            names.add(name_of(*arguments))
            return original(self, *arguments, **named)

        monkeypatch.setattr(EagerTracer, method, watched)

    watch("emit", lambda name, *_: name)
    watch("effect", lambda name, *_: name)
    watch("append", lambda op: op.name)
    watch("append_with_results", lambda op, _: op.name)
    return names


# Operators between values of one type are computed without asking; as functions they are asked.
def same(got: Any, expected: Any) -> bool:
    """Bit for bit, but NaNs are alike."""
    if isinstance(expected, tuple):
        pairs = zip(got, expected, strict=True)
        return type(got) is tuple and all(same(a, b) for a, b in pairs)
    if type(got) is not type(expected):
        return False
    return repr(got) == repr(expected)


@pytest.mark.parametrize("name", ROWS)
def test_row(name: str, reached: set[str]) -> None:
    body, expected = ROWS[name]
    (got,), _ = run(body)
    assert same(got, expected), (got, expected)
    assert name in reached


@pytest.mark.parametrize("name", TOGETHER)
def test_row_of_lanes(name: str, reached: set[str]) -> None:
    body, expected = TOGETHER[name]
    results: dict[int, Any] = {}

    def kept(*parameters: Any) -> None:
        value = body(*parameters)
        results[int(position())] = value.python_number()

    run(kept, 36)
    got = [results[t] for t in range(36)]
    assert [repr(x) for x in got] == [repr(x) for x in expected]
    assert name in reached


def test_matrices(reached: set[str]) -> None:
    results, _ = run(matrix, 32)
    totals = sorted({(total, product) for total, product in results})
    assert totals == sorted((x + 0.5, float(x)) for x in MATRIX)
    assert set(MATRICES) <= reached


def test_every_row_is_known_and_tested() -> None:
    rows = {row.name for row in OPS}
    assert rows - KNOWN == set()
    assert KNOWN - rows == set()
    assert rows - {*ROWS, *TOGETHER, *MATRICES, *REGIONS} == set()
