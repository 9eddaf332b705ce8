"""Kernels over rows: sums, softmax, norms, arg-max, sorting, rotary positions."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from launches import F16, F32, FAST, Expected, Launch, extents, normal, select, spaced

Random = np.random.Generator
CASES: dict[str, Callable[[Random], Launch]] = {}

LANE_RESULTS = {0: 32 * 4}
"""Threadgroup memory for one float of each simdgroup."""


def sum_bound(terms: np.ndarray) -> np.ndarray:
    """How far an f32 sum along the last axis can be off, in whatever order."""
    return (terms.shape[-1] + 1) * F32 * np.sum(np.abs(terms), axis=-1)


def sum_rows(mean: bool, threads: int, random: Random) -> Launch:
    x = spaced(random, 2, 3, 4, 200)
    exact = np.sum(x, axis=-1, keepdims=True, dtype=np.float64) / (200 if mean else 1)
    bound = sum_bound(x)[..., None] / (200 if mean else 1) + F32 * np.abs(exact)
    out = np.zeros(exact.shape, np.float32)
    fields = extents("0", x) | extents("1", x[:0]) | extents("", out)
    return Launch(
        (4, 3, 2),
        (threads, 1, 1),
        {0: fields, 1: x.base, 2: out},
        {2: Expected(exact, bound)},
        LANE_RESULTS,
    )


for threads in (32, 128, 200):
    CASES[f"kernel_sum_rows/{threads} threads"] = partial(sum_rows, False, threads)
CASES["kernel_mean"] = partial(sum_rows, True, 64)


# Softmax ------------------------------------------------------------------------------------------


def alibi_slopes(heads: int, max_bias: float) -> tuple[dict[str, float], np.ndarray]:
    """Press, Smith and Lewis: attention with linear biases, for any number of heads."""
    power = 2 ** int(math.log2(heads))
    m0, m1 = 2.0 ** (-max_bias / power), 2.0 ** (-max_bias / 2 / power)
    slopes = [m0 ** (h + 1) if h < power else m1 ** (2 * (h - power) + 1) for h in range(heads)]
    fields = {"max_bias": max_bias, "m0": m0, "m1": m1, "n_head_log2": power}
    return fields, np.array(slopes if max_bias > 0 else [1.0] * heads)


def soft_max(
    columns: int, mask_type: type, masked: bool, bias: float, sinks: bool, random: Random
) -> Launch:
    """softmax(scale x + slope mask), with one more column per head where there are sinks."""
    x = 2 * normal(random, 2, 3, 5, columns)
    mask = normal(random, 1, 1, 5, columns).astype(mask_type)
    mask[..., 3::7] = -np.inf
    sink = normal(random, 3)
    scale = 0.5
    fields, slopes = alibi_slopes(3, bias)
    logits = scale * x.astype(np.float64)
    if masked:
        logits = logits + slopes[:, None, None] * mask.astype(np.float64)
    columns_of_sinks = np.broadcast_to(sink.astype(np.float64)[:, None, None], (2, 3, 5, 1))
    every = np.concatenate([logits, columns_of_sinks], -1) if sinks else logits
    most = np.max(every, axis=-1, keepdims=True)
    exact = np.exp(logits - most) / np.sum(np.exp(every - most), axis=-1, keepdims=True)
    out = np.zeros(x.shape, np.float32)
    fields |= select(extents("0", x), "ne00", "ne01", "ne02", "nb01", "nb02", "nb03")
    fields |= select(extents("1", mask), "ne11", "ne12", "ne13", "nb11", "nb12", "nb13")
    fields |= select(extents("", out), "nb1", "nb2", "nb3") | {"scale": scale}
    # The exponent is rounded, then its exponential; then the sum and the quotient.
    size = np.max(np.abs(np.where(np.isfinite(every), every, 0)))
    bound = exact * (FAST + 4 * size * F32 + (columns + 4) * F32)
    # A kernel knows that there is no mask, or no sinks, by the buffer being the input's.
    buffers = {0: x, 1: mask if masked else x, 2: sink if sinks else x, 3: out, 4: fields}
    return Launch((5, 3, 2), (64, 1, 1), buffers, {3: Expected(exact, bound)}, LANE_RESULTS)


for type_name, mask_type in (("f16", np.float16), ("f32", np.float32)):
    for suffix, columns in (("", 75), ("_4", 140)):
        name = f"kernel_soft_max_{type_name}{suffix}"
        CASES[f"{name}/plain"] = partial(soft_max, columns, mask_type, False, 0.0, False)
        CASES[f"{name}/mask"] = partial(soft_max, columns, mask_type, True, 0.0, False)
        CASES[f"{name}/alibi and sinks"] = partial(soft_max, columns, mask_type, True, 8.0, True)


# Norms --------------------------------------------------------------------------------------------

EPSILON = 1e-5


def norm(threads: int, random: Random) -> Launch:
    x = 3 + normal(random, 5, 96)
    wide = x.astype(np.float64)
    mean = np.mean(wide, axis=-1, keepdims=True)
    variance = np.mean((wide - mean) ** 2, axis=-1, keepdims=True)
    exact = (wide - mean) / np.sqrt(variance + EPSILON)
    off = sum_bound(x)[:, None] / 96
    # The mean's error moves every element, and the rest is relative.
    bound = 2 * off / np.sqrt(variance) + np.abs(exact) * (FAST + 100 * F32)
    fields = {"ne00": 96, "ne00_4": 24, "nb01": x.strides[0], "eps": EPSILON}
    out = np.zeros_like(x)
    return Launch(
        (5, 1, 1),
        (threads, 1, 1),
        {0: fields, 1: x, 2: out},
        {2: Expected(exact, bound)},
        LANE_RESULTS,
    )


def l2_norm(random: Random) -> Launch:
    x = normal(random, 5, 96)
    wide = x.astype(np.float64)
    exact = wide / np.sqrt(np.sum(wide**2, axis=-1, keepdims=True))
    fields = {"ne00": 96, "ne00_4": 24, "nb01": x.strides[0], "eps": 1e-6}
    bound = np.abs(exact) * (FAST + 100 * F32)
    buffers = {0: fields, 1: x, 2: np.zeros_like(x)}
    return Launch((5, 1, 1), (24, 1, 1), buffers, {2: Expected(exact, bound)}, LANE_RESULTS)


def rms_norm(fused: int, threads: int, random: Random) -> Launch:
    """x / rms(x), then `* b`, then `+ c`, where they are fused; b and c are broadcast."""
    x = spaced(random, 2, 3, 4, 100)
    b, c = normal(random, 1, 1, 4, 100), normal(random, 1, 3, 1, 100)
    wide = x.astype(np.float64)
    exact = wide / np.sqrt(np.mean(wide**2, axis=-1, keepdims=True) + EPSILON)
    size = np.abs(exact)
    if fused > 0:
        exact, size = exact * b, size * np.abs(b)
    if fused > 1:
        exact, size = exact + c, size + np.abs(c)
    out = np.zeros(x.shape, np.float32)
    fields = {"ne00": 100, "ne00_4": 25, "eps": EPSILON}
    fields |= select(extents("", out), "nb1", "nb2", "nb3")
    for i in (1, 2, 3):
        fields[f"nef{i}"] = [array.shape[3 - i] for array in (x, b, c)]
        fields[f"nbf{i}"] = [array.strides[3 - i] for array in (x, b, c)]
    return Launch(
        (4, 3, 2),
        (threads, 1, 1),
        {0: fields, 1: x.base, 2: b, 3: c, 4: out},
        {4: Expected(exact, size * (FAST + 100 * F32))},
        LANE_RESULTS,
    )


def group_norm(random: Random) -> Launch:
    x = 1 + normal(random, 6, 5, 6)
    wide = x.reshape(3, 2, 5, 6).astype(np.float64)
    mean, variance = (f(wide, axis=(1, 2, 3), keepdims=True) for f in (np.mean, np.var))
    exact = ((wide - mean) / np.sqrt(variance + EPSILON)).reshape(x.shape)
    fields = select(extents("0", x[None]), "ne00", "ne01", "ne02", "nb00", "nb01", "nb02")
    fields |= {"n_groups": 3, "eps": EPSILON}
    bound = (np.abs(exact) + 2) * (FAST + 100 * F32)
    buffers = {0: x, 1: np.zeros_like(x), 2: fields}
    return Launch((3, 1, 1), (32, 1, 1), buffers, {1: Expected(exact, bound)}, LANE_RESULTS)


for threads in (24, 64):
    CASES[f"kernel_norm/{threads} threads"] = partial(norm, threads)
CASES["kernel_l2_norm"] = l2_norm
for fused, name in enumerate(("kernel_rms_norm", "kernel_rms_norm_mul", "kernel_rms_norm_mul_add")):
    for threads in (25, 128):
        CASES[f"{name}/{threads} threads"] = partial(rms_norm, fused, threads)
CASES["kernel_group_norm"] = group_norm

# Orders -------------------------------------------------------------------------------------------


def argmax(random: Random) -> Launch:
    x = normal(random, 6, 301)
    exact = np.argmax(x, axis=-1).astype(np.int32)
    buffers = {0: x, 1: np.zeros_like(exact), 2: np.int64([301]), 3: np.uint64([x.strides[0]])}
    memory = {0: 32 * 4, 1: 32 * 4}
    return Launch((6, 1, 1), (128, 1, 1), buffers, {1: Expected(exact, dtype=np.int32)}, memory)


def argsort(descending: bool, random: Random) -> Launch:
    """One thread an element of the row, padded to a power of two."""
    columns, padded = 100, 128
    x = normal(random, 5, columns)
    exact = np.argsort(-x if descending else x, axis=-1).astype(np.int32)
    fields = {"ncols": columns, "ncols_pad": padded}
    return Launch(
        (1, 5, 1),
        (padded, 1, 1),
        {0: x, 1: np.zeros_like(exact), 2: fields},
        {1: Expected(exact, dtype=np.int32)},
        {0: padded * 4},
    )


CASES["kernel_argmax"] = argmax
CASES["kernel_argsort_f32_i32_asc"] = partial(argsort, False)
CASES["kernel_argsort_f32_i32_desc"] = partial(argsort, True)

# Rotary position embedding ------------------------------------------------------------------------

BASE = 10000.0
SECTIONS = (3, 3, 2, 1)


def yarn(theta: np.ndarray, pair: np.ndarray, dimensions: int, options: dict) -> tuple:
    """Angle and magnitude after YaRN's blend of interpolated and extrapolated angles."""
    if options["ext_factor"] == 0:
        return options["freq_scale"] * theta, options["attn_factor"]

    def correction(rotations: float) -> float:
        period = options["n_ctx_orig"] / (rotations * 2 * math.pi)
        return dimensions * math.log(period) / (2 * math.log(BASE))

    low = max(0, math.floor(correction(options["beta_fast"])))
    high = min(dimensions - 1, math.ceil(correction(options["beta_slow"])))
    ramp = 1 - np.clip((pair - low) / max(0.001, high - low), 0, 1)
    mix = ramp * options["ext_factor"]
    blended = options["freq_scale"] * theta * (1 - mix) + theta * mix
    return blended, options["attn_factor"] * (1 + 0.1 * math.log(1 / options["freq_scale"]))


def rope(kind: str, dtype: type, scaled: bool, random: Random) -> Launch:
    """Pairs of each head's elements turned by an angle that grows with the token's position."""
    columns, heads, tokens = 40, 3, 4
    dimensions = 20 if kind == "vision" else 32
    x = normal(random, 2, tokens, heads, columns).astype(dtype)
    channels = 4 if kind in ("multi", "vision") else 1
    positions = random.integers(0, 50, (channels, tokens), np.int32)
    factors = random.uniform(1, 2, dimensions).astype(np.float32)
    options = {"n_ctx_orig": 64, "freq_base": BASE, "freq_scale": 1.0, "ext_factor": 0.0}
    options |= {"attn_factor": 1.0, "beta_fast": 32.0, "beta_slow": 1.0}
    if scaled:
        options |= {"freq_scale": 0.25, "ext_factor": 1.0, "attn_factor": 0.9}
    fields = extents("0", x) | options | {"n_past": 0, "n_dims": dimensions}
    fields |= {f"sect_{i}": length for i, length in enumerate(SECTIONS)}
    out = np.zeros_like(x)
    fields |= extents("", out)

    pairs = np.arange(dimensions if kind == "vision" else dimensions // 2)
    exponents = 2.0 * pairs / dimensions
    where = np.zeros(len(pairs), int)
    if channels > 1:
        ends = np.cumsum(SECTIONS[:2] if kind == "vision" else SECTIONS)
        sectors = pairs % ends[-1]
        where = np.searchsorted(ends, sectors, side="right")
        if kind == "vision":
            within = sectors - np.concatenate([[0], ends])[where]
            exponents = 2.0 * within / dimensions
    theta = positions[where].T * BASE**-exponents / (factors[pairs] if scaled else 1)
    angle, magnitude = yarn(theta, pairs, dimensions, options)
    angle = angle[:, None, :]
    first = 2 * pairs if kind == "norm" else pairs
    second = first + {"norm": 1, "vision": dimensions}.get(kind, dimensions // 2)
    wide = x.astype(np.float64)
    a, b = wide[..., first], wide[..., second]
    exact = wide.copy()
    exact[..., first] = magnitude * (a * np.cos(angle) - b * np.sin(angle))
    exact[..., second] = magnitude * (a * np.sin(angle) + b * np.cos(angle))
    # The power is FAST of the angle off; then two products, a sum and the store.
    size = magnitude * (np.abs(a) + np.abs(b)) * (FAST * (2 + np.abs(angle)) + 4 * F32)
    bound = np.zeros(x.shape)
    bound[..., first] = bound[..., second] = size
    if dtype is np.float16:
        bound = bound + F16 * np.abs(exact)
    buffers = {0: fields, 1: x, 2: positions, 3: factors if scaled else x, 4: out}
    return Launch(
        (heads, tokens, 2),
        (16, 1, 1),
        buffers,
        {4: Expected(exact, bound, dtype)},
    )


for kind in ("norm", "neox", "multi", "vision"):
    for type_name, dtype in (("f32", np.float32), ("f16", np.float16)):
        for label, scaled in (("plain", False), ("scaled", True)):
            CASES[f"kernel_rope_{kind}_{type_name}/{label}"] = partial(rope, kind, dtype, scaled)
