"""Elementwise kernels: binary with broadcasting, unary, gated linear units, generators."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from launches import F32, FAST, Expected, Launch, extents, normal, spaced

Random = np.random.Generator
CASES: dict[str, Callable[[Random], Launch]] = {}

# Binary -------------------------------------------------------------------------------------------

BINARY = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}


def binary(operation: np.ufunc, fused: int, random: Random) -> Launch:
    """`fused` right operands, one behind the other in one buffer, are applied in turn."""
    a = spaced(random, 3, 4, 5, 37)
    # Away from zero, for division; broadcast along dimensions 0, 1 and 3.
    b = np.float32(1.5) + random.random((fused, 1, 4, 1, 1), np.float32)
    offsets = [i * b[0].nbytes for i in range(fused)] + [0] * (8 - fused)
    out = np.zeros(a.shape, np.float32)
    exact, bound = a.astype(np.float64), 0.0
    for operand in b.astype(np.float64):
        exact = operation(exact, operand)
        # Division may be a multiplication with a rounded reciprocal.
        bound = bound + np.abs(exact) * F32 * (3 if operation is np.divide else 1) * 1.01
    fields = extents("0", a) | extents("1", b[0]) | extents("", out) | {"offs": 0, "o1": offsets}
    return Launch(
        (5, 4, 3), (32, 1, 1), {0: fields, 1: a.base, 2: b, 3: out}, {3: Expected(exact, bound)}
    )


def binary_row(operation: np.ufunc, fused: int, random: Random) -> Launch:
    """The right operand is a row; every thread takes four elements."""
    a = normal(random, 6, 44)
    b = np.float32(1.5) + random.random((fused, 44), np.float32)
    offsets = [i * b[0].nbytes for i in range(fused)] + [0] * (8 - fused)
    out = np.zeros(a.shape, np.float32)
    exact, bound = a.astype(np.float64), 0.0
    for operand in b.astype(np.float64):
        exact = operation(exact, operand)
        bound = bound + np.abs(exact) * F32 * (3 if operation is np.divide else 1) * 1.01
    fields = extents("0", a) | extents("1", b[0]) | extents("", out) | {"offs": 0, "o1": offsets}
    return Launch(
        (a.size // 4, 1, 1),
        (1, 1, 1),
        {0: fields, 1: a, 2: b, 3: out},
        {3: Expected(exact, bound)},
    )


for name, operation in BINARY.items():
    CASES[f"kernel_{name}"] = partial(binary, operation, 1)
    CASES[f"kernel_{name}_row_c4"] = partial(binary_row, operation, 1)
for fused in range(2, 9):
    CASES[f"kernel_add_fuse_{fused}"] = partial(binary, np.add, fused)
    CASES[f"kernel_add_row_c4_fuse_{fused}"] = partial(binary_row, np.add, fused)


def add_id(random: Random) -> Launch:
    """A row of the second operand, chosen by index, is added."""
    a, table = normal(random, 6, 3, 20), normal(random, 9, 20)
    rows = random.integers(0, 9, (6, 3), np.int32)
    out = np.zeros(a.shape, np.float32)
    fields = {"ne0": 20, "ne1": 3, "nb01": a.strides[1], "nb02": a.strides[0]}
    fields |= {"nb11": table.strides[0], "nb21": rows.strides[0]}
    return Launch(
        (3, 6, 1),
        (16, 1, 1),
        {0: fields, 1: a, 2: table, 3: rows, 4: out},
        {4: Expected(a + table[rows])},
    )


CASES["kernel_add_id"] = add_id

# Unary --------------------------------------------------------------------------------------------

erf = np.vectorize(math.erf)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def gelu(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * x * (1 + 0.044715 * x * x)))


def gelu_erf(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def gelu_quick(x: np.ndarray) -> np.ndarray:
    return x * sigmoid(1.702 * x)


UNARY: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float, float]] = {
    # Name: definition, relative bound, absolute bound. A sum that cancels (1 + tanh, exp - 1) has
    # an absolute error of its operands' rounding; the erf of the kernels is a rational
    # approximation good to 1.5e-7.
    "relu": (lambda x: np.maximum(x, 0), 0, 0),
    "sigmoid": (sigmoid, FAST, 0),
    "tanh": (np.tanh, FAST, 0),
    "gelu": (gelu, FAST, 8 * 2.0**-23),
    "gelu_quick": (gelu_quick, 8 * FAST, 0),
    "gelu_erf": (gelu_erf, FAST, 8 * (1.5e-7 + 2.0**-22)),
    "silu": (lambda x: x * sigmoid(x), FAST, 0),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(x)), FAST, FAST),
    "sqr": (np.square, F32, 0),
    "sqrt": (lambda x: np.sqrt(x), FAST, 0),
    "sin": (np.sin, FAST, FAST),
    "cos": (np.cos, FAST, FAST),
    "neg": (np.negative, 0, 0),
    "abs": (np.abs, 0, 0),
    "sgn": (np.sign, 0, 0),
    "step": (lambda x: np.where(x > 0, 1.0, 0.0), 0, 0),
    "hardswish": (lambda x: x * np.clip((x + 3) / 6, 0, 1), 4 * F32, 8 * F32),
    "hardsigmoid": (lambda x: np.clip((x + 3) / 6, 0, 1), 4 * F32, F32),
    "exp": (np.exp, FAST, 0),
}


def unary_input(random: Random, name: str) -> np.ndarray:
    x = 3 * normal(random, 500)
    x[:5] = [0, 1, -1, 2.5, -6.0]
    return np.abs(x) if name == "sqrt" else np.clip(x, -8, 8)


def unary(name: str, width: int, random: Random) -> Launch:
    definition, relative, absolute = UNARY[name]
    x = unary_input(random, name)
    exact = definition(x.astype(np.float64))
    bound = relative * np.abs(exact) + absolute
    out = np.zeros_like(x)
    return Launch((x.size // width, 1, 1), (1, 1, 1), {0: x, 1: out}, {1: Expected(exact, bound)})


for name in UNARY:
    CASES[f"kernel_{name}"] = partial(unary, name, 1)
for name in ("gelu", "gelu_quick", "gelu_erf", "silu"):
    CASES[f"kernel_{name}_4"] = partial(unary, name, 4)


def scale(width: int, random: Random) -> Launch:
    x, factor, bias = normal(random, 400), np.float32([1.75]), np.float32([-0.3])
    exact = x.astype(np.float64) * factor + bias
    bound = F32 * (np.abs(x * factor) + np.abs(exact))
    return Launch(
        (x.size // width, 1, 1),
        (1, 1, 1),
        {0: x, 1: np.zeros_like(x), 2: factor, 3: bias},
        {1: Expected(exact, bound)},
    )


def clamp(random: Random) -> Launch:
    x, low, high = normal(random, 400), np.float32([-0.5]), np.float32([0.75])
    buffers = {0: x, 1: np.zeros_like(x), 2: low, 3: high}
    return Launch((400, 1, 1), (1, 1, 1), buffers, {1: Expected(np.clip(x, low, high))})


def leaky_relu(random: Random) -> Launch:
    x, slope = normal(random, 400), np.float32(0.1)
    exact = np.where(x > 0, x, x.astype(np.float64) * slope)
    buffers = {0: x, 1: np.zeros_like(x), 2: {"slope": float(slope)}}
    return Launch((400, 1, 1), (1, 1, 1), buffers, {1: Expected(exact, F32 * np.abs(exact))})


CASES["kernel_scale"] = partial(scale, 1)
CASES["kernel_scale_4"] = partial(scale, 4)
CASES["kernel_clamp"] = clamp
CASES["kernel_leaky_relu_f32"] = leaky_relu

# Gated linear units -------------------------------------------------------------------------------

ALPHA, LIMIT = 1.702, 1.5


def swiglu_oai(x: np.ndarray, gate: np.ndarray) -> np.ndarray:
    x = np.minimum(x, LIMIT)
    return x * sigmoid(ALPHA * x) * (1 + np.clip(gate, -LIMIT, LIMIT))


GLU: dict[str, tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], float, float]] = {
    # Definition, and the bounds of its activation as above.
    "reglu": (lambda x, gate: np.maximum(x, 0) * gate, F32, 0),
    "geglu": (lambda x, gate: gelu(x) * gate, FAST, 8 * 2.0**-23),
    "swiglu": (lambda x, gate: x * sigmoid(x) * gate, FAST, 0),
    "swiglu_oai": (swiglu_oai, 8 * FAST, F32 * LIMIT * 2),
    "geglu_erf": (lambda x, gate: gelu_erf(x) * gate, FAST, 8 * (1.5e-7 + 2.0**-22)),
    "geglu_quick": (lambda x, gate: gelu_quick(x) * gate, 8 * FAST, 0),
}


def glu(name: str, split: bool, random: Random) -> Launch:
    """The two operands are two tensors, or the two halves of each row of one."""
    definition, relative, absolute = GLU[name]
    rows, columns = 7, 40
    whole = normal(random, rows, 2 * columns)
    x, gate = (whole[:, :columns], whole[:, columns:]) if split else whole.reshape(2, rows, columns)
    x, gate = (np.ascontiguousarray(v) if not split else v for v in (x, gate))
    exact = definition(x.astype(np.float64), gate.astype(np.float64))
    out = np.zeros((rows, columns), np.float32)
    fields = {"ne00": 2 * columns if split else columns, "nb01": x.strides[0]}
    fields |= {"ne10": fields["ne00"], "nb11": gate.strides[0], "ne0": columns}
    fields |= {"nb1": out.strides[0], "i00": 0, "i10": columns if split else 0}
    fields |= {"alpha": ALPHA, "limit": LIMIT}
    bound = relative * np.abs(exact) + absolute * np.maximum(1, np.abs(gate))
    buffers = {0: whole if split else x, 1: whole if split else gate, 2: out, 3: fields}
    return Launch((rows, 1, 1), (columns // 2, 1, 1), buffers, {2: Expected(exact, bound)})


for name in GLU:
    CASES[f"kernel_{name}/two tensors"] = partial(glu, name, False)
    CASES[f"kernel_{name}/halves"] = partial(glu, name, True)

# Generators and masks -----------------------------------------------------------------------------


def arange(random: Random) -> Launch:
    count, start, step = 300, -4.0, 0.375
    out = np.zeros(count, np.float32)
    exact = start + step * np.arange(count)
    fields = {"ne0": count, "start": start, "step": step}
    return Launch((1, 1, 1), (64, 1, 1), {0: out, 1: fields}, {0: Expected(exact)})


def timestep_embedding(random: Random) -> Launch:
    """cos and sin of t * period^(-j / half)."""
    columns, half, period = 32, 16, 10000
    steps = random.uniform(0, 10, 5).astype(np.float32)
    angles = steps[:, None] * period ** (-np.arange(half) / half)
    exact = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    out = np.zeros((5, columns), np.float32)
    fields = {"nb1": out.strides[0], "dim": columns, "max_period": period}
    # The error of the angle: exp within FAST, of an exponent up to log(period) that is rounded.
    bound = np.max(angles) * (FAST + math.log(period) * 4 * F32) + FAST
    return Launch(
        (5, 1, 1), (half, 1, 1), {0: steps, 1: out, 2: fields}, {1: Expected(exact, bound)}
    )


def diag_mask(columns: int, random: Random) -> Launch:
    x, past = normal(random, 3, 10, columns), 4
    masked = np.arange(columns) > past + np.arange(10)[:, None]
    out = np.zeros_like(x)
    fields = {"ne00": columns, "ne01": 10, "n_past": past}
    groups = (columns, 10, 3) if columns % 8 else (x.size // 8, 1, 1)
    exact = np.where(masked, -np.inf, x)
    return Launch(groups, (1, 1, 1), {0: x, 1: out, 2: fields}, {1: Expected(exact)})


CASES["kernel_arange_f32"] = arange
CASES["kernel_timestep_embedding_f32"] = timestep_embedding
CASES["kernel_diag_mask_inf"] = partial(diag_mask, 19)
CASES["kernel_diag_mask_inf_8"] = partial(diag_mask, 24)
