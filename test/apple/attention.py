"""Flash attention: softmax(Q K^T) V without the matrix of weights, in tiles and row by row."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from launches import F16, F32, FAST, Expected, Launch, bfloat16, normal, widened
from products import weights
from quantized import FORMATS
from rows import alibi_slopes

Random = np.random.Generator
CASES: dict[str, Callable[[Random], Launch]] = {}

HEADS, KEY_HEADS, BATCH, KEYS = 2, 1, 2, 96
SIMDGROUPS = 4


def ceil_to(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def staging(tiled: bool, key_columns: int, value_columns: int, quantized: bool) -> int:
    """Threadgroup memory in halves, doubled: queries, weights and masks, results, staged blocks."""
    if tiled:
        halves = 8 * (2 * key_columns + 2 * (2 * 32 + 8) * SIMDGROUPS)
        halves += 16 * 32 * SIMDGROUPS if quantized else 0
    else:
        halves = ceil_to(key_columns, 128) + 4 * 32 * SIMDGROUPS + 2 * value_columns * SIMDGROUPS
    return ceil_to(2 * halves, 16)


def attention(
    tiled: bool,
    type_name: str,
    key_columns: int,
    value_columns: int,
    options: str,
    random: Random,
) -> Launch:
    """`options`: "plain", "mask", or "all": mask, linear biases, a cap on the logits, and sinks."""
    queries = 11 if tiled else 3
    # Queries that halves and bfloats hold: their rounding in the kernels is none.
    q = widened(bfloat16(normal(random, BATCH, HEADS, queries, key_columns)))
    k, k_values = weights(type_name, random, BATCH, KEY_HEADS, KEYS, key_columns)
    v, v_values = weights(type_name, random, BATCH, KEY_HEADS, KEYS, value_columns)
    if type_name in FORMATS:
        k_values, v_values = k_values.astype(np.float16), v_values.astype(np.float16)
    repeats = HEADS // KEY_HEADS
    k_values, v_values = (np.repeat(x.astype(np.float64), repeats, 1) for x in (k_values, v_values))
    mask = normal(random, 1, 1, ceil_to(queries, 8), KEYS).astype(np.float16)
    mask[..., 5::9] = -np.inf
    sink = normal(random, HEADS)
    masked, everything = options != "plain", options == "all"
    cap = 4.0 if everything else 0.0
    scale = 1 / math.sqrt(key_columns)
    bias, slopes = alibi_slopes(HEADS, 8.0 if everything else 0.0)

    logits = scale * q.astype(np.float64) @ k_values.swapaxes(-1, -2)
    size = scale * np.abs(q.astype(np.float64)) @ np.abs(k_values).swapaxes(-1, -2)
    if cap:
        logits = cap * np.tanh(logits / cap)
    if masked:
        logits = logits + slopes[:, None, None] * mask[:, :, :queries].astype(np.float64)
    sinks = np.broadcast_to(sink.astype(np.float64)[:, None, None], (*logits.shape[:-1], 1))
    every = np.concatenate([logits, sinks], -1) if everything else logits
    most = np.max(every, axis=-1, keepdims=True)
    share = np.exp(logits - most) / np.sum(np.exp(every - most), axis=-1, keepdims=True)
    exact = (share @ v_values).swapaxes(1, 2)

    # The logits are sums in f32 of exact products (of keys rounded to f16, for quantised ones),
    # the result is accumulated in f16: once for every eight keys, and rescaled for every 32.
    rounded = F16 if type_name in FORMATS else 0
    logit_error = np.max(size) * (rounded + (key_columns + 8) * F32) + 8 * FAST
    steps = KEYS / 8 + KEYS / 32 + 2
    bound = (share @ np.abs(v_values)).swapaxes(1, 2) * (2 * logit_error + (steps + 1) * F16)

    out = np.zeros(exact.shape, np.float32)
    fields = {"ne01": queries, "ne02": HEADS, "ne03": BATCH, "ne11": KEYS}
    fields |= {"ne_12_2": KEY_HEADS, "ne_12_3": BATCH, "ne32": 1, "ne33": 1}
    for prefix, array in (("0", q), ("1", k), ("2", v), ("3", mask)):
        fields |= {f"nb{prefix}{i}": array.strides[3 - i] for i in (1, 2, 3)}
    fields |= {"ne1": HEADS, "ne2": queries, "logit_softcap": cap} | bias
    fields["scale"] = scale / cap if cap else scale
    # A kernel knows that there is no mask, or no sinks, by the buffer being the queries'.
    buffers = {0: fields, 1: q, 2: k, 3: v, 4: mask if masked else q}
    buffers |= {5: sink if everything else q, 6: out}
    groups = ((queries + 7) // 8 if tiled else queries, HEADS, BATCH)
    memory = {0: staging(tiled, key_columns, value_columns, type_name in FORMATS)}
    return Launch(groups, (32, SIMDGROUPS, 1), buffers, {6: Expected(exact, bound)}, memory)


SIZES = {"h64": (64, 64), "h80": (80, 80), "h128": (128, 128), "hk192_hv128": (192, 128)}
for type_name in ("f16", "bf16", "q4_0", "q4_1", "q5_0", "q5_1", "q8_0"):
    for label, (key_columns, value_columns) in SIZES.items():
        for tiled, kind in ((True, ""), (False, "vec_")):
            if label == "h80" and (not tiled or type_name in FORMATS):
                continue  # no such kernel, or blocks of 32 do not fit
            name = f"kernel_flash_attn_ext_{kind}{type_name}_{label}"
            case = partial(attention, tiled, type_name, key_columns, value_columns)
            CASES[name] = partial(case, "mask")
            if label == "h64":
                CASES[f"{name}/plain"] = partial(case, "plain")
                CASES[f"{name}/bias, cap, sinks"] = partial(case, "all")
