"""Kernels over images and sequences: windows, pooling, resampling, state-space and RWKV scans."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from launches import F32, FAST, Expected, Launch, extents, normal, select

Random = np.random.Generator
CASES: dict[str, Callable[[Random], Launch]] = {}


def im2col(dtype: type, wide: bool, random: Random) -> Launch:
    """Each row holds the window of one output position, zero outside the image."""
    batch, channels, height, width = 2, 3, 7, 9
    kernel_h, kernel_w, stride_x, stride_y, pad_x, pad_y, step_x, step_y = 3, 2, 2, 1, 1, 2, 2, 1
    x = normal(random, batch, channels, height, width)
    out_h = (height + 2 * pad_y - step_y * (kernel_h - 1) - 1) // stride_y + 1
    out_w = (width + 2 * pad_x - step_x * (kernel_w - 1) - 1) // stride_x + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad_y, pad_y), (pad_x, pad_x)))
    exact = np.zeros((batch, out_h, out_w, channels, kernel_h, kernel_w), dtype)
    for oy, ox, ky, kx in np.ndindex(out_h, out_w, kernel_h, kernel_w):
        at = padded[:, :, oy * stride_y + ky * step_y, ox * stride_x + kx * step_x]
        exact[:, oy, ox, :, ky, kx] = at
    window = channels * kernel_h * kernel_w
    fields = {"ofs0": x[0].size, "ofs1": x[0, 0].size, "IW": width, "IH": height, "CHW": window}
    fields |= {"s0": stride_x, "s1": stride_y, "p0": pad_x, "p1": pad_y, "d0": step_x, "d1": step_y}
    fields |= {"N": batch, "KH": kernel_h, "KW": kernel_w, "KHW": kernel_h * kernel_w}
    groups, threads = (channels, out_h, out_w), (batch, kernel_h, kernel_w)
    if wide:
        groups, threads = (window, out_h, out_w), (batch, 1, 1)
    buffers = {0: x, 1: np.zeros_like(exact), 2: fields}
    return Launch(groups, threads, buffers, {1: Expected(exact, dtype=dtype)})


def pool(average: bool, random: Random) -> Launch:
    """The average divides by the whole window, the part outside the image included."""
    x = normal(random, 2, 3, 8, 10)
    kernel_x, kernel_y, stride_x, stride_y, pad_x, pad_y = 3, 2, 2, 2, 1, 0
    out_h, out_w = (8 + 2 * pad_y - kernel_y) // stride_y + 1, (10 + 2 * pad_x - kernel_x) // 2 + 1
    fill = 0 if average else -np.inf
    padded = np.pad(x, ((0, 0), (0, 0), (pad_y, pad_y), (pad_x, pad_x)), constant_values=fill)
    exact = np.zeros((2, 3, out_h, out_w))
    for oy, ox in np.ndindex(out_h, out_w):
        top, left = oy * stride_y, ox * stride_x
        window = padded[:, :, top : top + kernel_y, left : left + kernel_x].astype(np.float64)
        exact[:, :, oy, ox] = window.mean(axis=(2, 3)) if average else window.max(axis=(2, 3))
    fields = {"k0": kernel_x, "k1": kernel_y, "s0": stride_x, "s1": stride_y, "p0": pad_x}
    fields |= {"p1": pad_y, "IH": 8, "IW": 10, "OH": out_h, "OW": out_w}
    fields |= {"parallel_elements": exact.size}
    out = np.zeros(exact.shape, np.float32)
    # Six terms, each times 1/6.
    bound = 8 * F32 * np.max(np.abs(x)) if average else 0
    groups = ((exact.size + 63) // 64, 1, 1)
    buffers = {0: x, 1: out, 2: fields}
    return Launch(groups, (64, 1, 1), buffers, {1: Expected(exact, bound)})


def conv_transpose(dtype: type, random: Random) -> Launch:
    channels_in, channels_out, length, taps, stride = 4, 3, 10, 5, 2
    weights = normal(random, channels_in, channels_out, taps).astype(dtype)
    x = normal(random, channels_in, length)
    out = np.zeros((channels_out, (length - 1) * stride + taps), np.float32)
    exact, size = np.zeros(out.shape), np.zeros(out.shape)
    for i, t in np.ndindex(length, taps):
        terms = weights[:, :, t].astype(np.float64) * x[:, i, None]
        exact[:, i * stride + t] += terms.sum(axis=0)
        size[:, i * stride + t] += np.abs(terms).sum(axis=0)
    fields = {"IC": channels_in, "IL": length, "K": taps, "s0": stride}
    fields |= select(extents("", out), "nb0", "nb1")
    buffers = {0: weights, 1: x, 2: out, 3: fields}
    groups = (out.shape[1], channels_out, 1)
    return Launch(groups, (1, 1, 1), buffers, {2: Expected(exact, 16 * F32 * size)})


for type_name, dtype in (("f32", np.float32), ("f16", np.float16)):
    CASES[f"kernel_im2col_{type_name}"] = partial(im2col, dtype, False)
    CASES[f"kernel_im2col_ext_{type_name}"] = partial(im2col, dtype, True)
    CASES[f"kernel_conv_transpose_1d_{type_name}_f32"] = partial(conv_transpose, dtype)
CASES["kernel_pool_2d_max_f32"] = partial(pool, False)
CASES["kernel_pool_2d_avg_f32"] = partial(pool, True)


def upscale(random: Random) -> Launch:
    """Nearest neighbour."""
    x = normal(random, 2, 2, 4, 5)
    shape, factors = (2, 4, 12, 10), (2.0, 3.0, 2.0, 1.0)
    at = [np.arange(n) * x.shape[i] // n for i, n in enumerate(shape)]
    exact = x[np.ix_(*at)]
    fields = extents("0", x) | extents("", exact)
    fields |= {f"sf{i}": factor for i, factor in enumerate(factors)}
    buffers = {0: x, 1: np.zeros_like(exact), 2: fields}
    return Launch((12, 4, 2), (10, 1, 1), buffers, {1: Expected(exact)})


def pad(random: Random) -> Launch:
    """Zeros after the end of each dimension."""
    x = normal(random, 1, 2, 4, 5)
    exact = np.pad(x, ((0, 1), (0, 2), (0, 1), (0, 3)))
    buffers = {0: x, 1: np.ones_like(exact), 2: extents("0", x) | extents("", exact)}
    return Launch((5, 4, 2), (8, 1, 1), buffers, {1: Expected(exact)})


def pad_reflect(random: Random) -> Launch:
    x = normal(random, 1, 2, 4, 9)
    before, after = 3, 4
    exact = np.pad(x, ((0, 0), (0, 0), (0, 0), (before, after)), mode="reflect")
    fields = extents("0", x) | extents("", exact) | {"p0": before, "p1": after}
    buffers = {0: x, 1: np.ones_like(exact), 2: fields}
    return Launch((4, 2, 1), (16, 1, 1), buffers, {1: Expected(exact)})


CASES["kernel_upscale_f32"] = upscale
CASES["kernel_pad_f32"] = pad
CASES["kernel_pad_reflect_1d_f32"] = pad_reflect

# Scans --------------------------------------------------------------------------------------------


def ssm_conv(random: Random) -> Launch:
    """A causal convolution along time, for each channel of each sequence."""
    taps, channels, steps, sequences = 4, 6, 5, 2
    x, weights = (
        normal(random, sequences, channels, taps - 1 + steps),
        normal(random, channels, taps),
    )
    windows = np.lib.stride_tricks.sliding_window_view(x, taps, axis=2).astype(np.float64)
    terms = windows * weights[None, :, None, :]
    exact = terms.sum(axis=-1).transpose(0, 2, 1)
    bound = 5 * F32 * np.abs(terms).sum(axis=-1).transpose(0, 2, 1)
    out = np.zeros(exact.shape, np.float32)
    fields = select(extents("0", x), "ne00", "ne01", "ne02", "nb00", "nb01", "nb02")
    fields |= select(extents("1", weights), "ne10", "ne11", "nb10", "nb11")
    fields |= select(extents("", out), "ne0", "ne1", "ne2", "nb0", "nb1", "nb2")
    buffers = {0: x, 1: weights, 2: out, 3: fields}
    return Launch((channels, steps, sequences), (1, 1, 1), buffers, {2: Expected(exact, bound)})


def softplus(x: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(x))


def ssm_scan(grouped: bool, random: Random) -> Launch:
    """state = state exp(dt A) + B (x dt), y = C state; Mamba 2 has one A a head.

    Heads take the groups of B and C in turn.
    """
    states, heads, groups, steps, sequences = 64, 4, 2, 3, 2
    inner = 3 if grouped else 1
    state = normal(random, sequences, heads, inner, states)
    x = normal(random, sequences, steps, heads, inner)
    dt = normal(random, sequences, steps, heads)
    a = -np.abs(normal(random, heads, 1 if grouped else states))
    b, c = normal(random, 2, sequences, steps, groups, states)
    order = np.int32([1, 0])
    b, c = np.ascontiguousarray(b), np.ascontiguousarray(c)
    y = np.zeros(x.shape)
    size = np.zeros(x.shape)
    last = np.zeros(state.shape)
    for sequence in range(sequences):
        now = state[order[sequence]].astype(np.float64)
        for step in range(steps):
            delta = softplus(dt[sequence, step].astype(np.float64))[:, None, None]
            to_group = np.arange(heads) % groups
            at_b, at_c = b[sequence, step][to_group, None], c[sequence, step][to_group, None]
            now = now * np.exp(delta * a[:, None, :]) + at_b * x[sequence, step][..., None] * delta
            y[sequence, step] = np.sum(now * at_c, axis=-1)
            size[sequence, step] = np.sum(np.abs(now * at_c), axis=-1)
        last[sequence] = now
    fields = {"d_state": states, "d_inner": inner, "n_head": heads, "n_group": groups}
    fields |= {"n_seq_tokens": steps, "n_seqs": sequences, "s_off": x.nbytes}
    fields |= {f"nb0{i}": state.strides[3 - i] for i in (1, 2, 3)}
    fields |= {f"nb1{i}": x.strides[3 - i] for i in (1, 2, 3)}
    fields |= {"nb21": dt.strides[1], "nb22": dt.strides[0], "nb31": a.strides[0]}
    fields |= {f"nb4{i}": b.strides[3 - i] for i in (1, 2, 3)}
    fields |= {f"nb5{i}": c.strides[3 - i] for i in (1, 2, 3)}
    out = np.zeros(x.size + state.size, np.float32)
    exact = np.concatenate([y.ravel(), last.ravel()])
    # Every step has two functions within FAST; the sum over states adds its own rounding.
    y_bound = size * (steps * 4 * FAST + 70 * F32)
    state_bound = (np.abs(last) + np.max(np.abs(last))) * steps * 4 * FAST
    bound = np.concatenate([y_bound.ravel(), state_bound.ravel()])
    buffers = {0: state, 1: x, 2: dt, 3: a, 4: b, 5: c, 6: order, 7: out, 8: fields}
    grid = (inner, heads, sequences) if grouped else (heads, sequences, 1)
    return Launch(grid, (states, 1, 1), buffers, {7: Expected(exact, bound)}, {0: 32 * 4})


CASES["kernel_ssm_conv_f32"] = ssm_conv
CASES["kernel_ssm_scan_f32"] = partial(ssm_scan, False)
CASES["kernel_ssm_scan_f32_group"] = partial(ssm_scan, True)


def rwkv(version: int, random: Random) -> Launch:
    """The recurrences of RWKV 6 and 7: a matrix state for each head of 64 channels."""
    sequences, steps, heads, size = 2, 6, 2, 64
    channels = heads * size

    def vectors(low: float, high: float) -> np.ndarray:
        return random.uniform(low, high, (steps, heads, size)).astype(np.float32)

    r, k, v = vectors(-1, 1), vectors(-1, 1), vectors(-1, 1)
    decay, a, b = vectors(0.5, 1), vectors(-0.1, 0.1), vectors(-0.1, 0.1)
    first = random.uniform(-1, 1, (heads, size)).astype(np.float32)
    state = normal(random, sequences, heads, size, size)
    y, last = np.zeros((steps, heads, size)), np.zeros(state.shape)
    per_sequence = steps // sequences
    bound = np.zeros(y.shape)
    for sequence in range(sequences):
        # Version 6 keeps [key, value], version 7 [value, key].
        now = state[sequence].astype(np.float64)
        for t in range(sequence * per_sequence, (sequence + 1) * per_sequence):
            if version == 6:
                product = k[t, :, :, None].astype(np.float64) * v[t, :, None, :]
                terms = r[t, :, :, None] * (first[:, :, None] * product + now)
                y[t], bound[t] = terms.sum(axis=1), np.abs(terms).sum(axis=1)
                now = now * decay[t, :, :, None] + product
            else:
                product = v[t, :, :, None].astype(np.float64) * k[t, :, None, :]
                removed = np.sum(a[t, :, None, :] * now, axis=-1, keepdims=True)
                now = now * decay[t, :, None, :] + product + removed * b[t, :, None, :]
                terms = now * r[t, :, None, :]
                y[t], bound[t] = terms.sum(axis=-1), np.abs(terms).sum(axis=-1)
        last[sequence] = now
    inputs = [k, v, r, first, decay, state] if version == 6 else [r, decay, k, v, a, b, state]
    out = np.zeros(y.size + state.size, np.float32)
    exact = np.concatenate([y.ravel(), last.ravel()])
    # 64 terms a sum, over the steps of a sequence.
    total = np.concatenate([bound.ravel(), np.full(state.size, np.max(np.abs(last)))])
    counts = [np.uint32([n]) for n in (sequences, steps, channels, heads)]
    buffers = dict(enumerate([*inputs, out, *counts]))
    at = len(inputs)
    return Launch(
        (sequences * heads, 1, 1),
        (size, 1, 1),
        buffers,
        {at: Expected(exact, total * 70 * per_sequence * F32)},
    )


CASES["kernel_rwkv_wkv6_f32"] = partial(rwkv, 6)
CASES["kernel_rwkv_wkv7_f32"] = partial(rwkv, 7)
