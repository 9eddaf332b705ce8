"""Matrix products: one row at a time, a few rows, simdgroup matrices, and experts chosen by index."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from copies import FLOATS, loaded, stored
from launches import BF16, F16, F32, Expected, Launch, extents, normal, select
from quantized import FORMATS

Random = np.random.Generator
CASES: dict[str, Callable[[Random], Launch]] = {}


def weights(type_name: str, random: Random, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Memory of a tensor of random weights, and its values."""
    if type_name in FORMATS:
        return FORMATS[type_name].random(random, *shape)
    memory = stored(normal(random, *shape), type_name)
    return memory, loaded(memory, type_name).astype(np.float64)


def element_bytes(type_name: str) -> int:
    if type_name in FORMATS:
        return FORMATS[type_name].size
    return np.dtype(FLOATS[type_name]).itemsize


def operand(prefix: str, type_name: str, memory: np.ndarray, values: np.ndarray) -> dict:
    """Extents in values, strides in bytes of the stored blocks."""
    fields = {f"ne{prefix}{i}": values.shape[3 - i] for i in range(4)}
    fields |= {f"nb{prefix}{i}": memory.strides[3 - i] for i in (1, 2, 3)}
    return fields | {f"nb{prefix}0": element_bytes(type_name)}


def product(a: np.ndarray, b: np.ndarray, rounding: float = 0) -> tuple[np.ndarray, np.ndarray]:
    """b times a transposed, a repeated over b's batches; and how far f32 sums can be off.

    `rounding` is the relative rounding of the operands before they are multiplied.
    """
    a = np.repeat(a, b.shape[-3] // a.shape[-3], axis=-3).swapaxes(-1, -2)
    b = b.astype(np.float64)
    size = np.abs(b) @ np.abs(a)
    # A term may be a scale times a sum that is off by an offset's cancellation: twice the terms.
    return b @ a, size * (2 * (a.shape[-2] + 8) * F32 + rounding)


def operands(
    a_type: str, b_type: str, depth: int, rows_a: int, rows_b: int, random: Random
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict]:
    """Two matrices of A for four of B, in each of two cubes; with the fields that describe them."""
    a, a_values = weights(a_type, random, 2, 2, rows_a, depth)
    b, b_values = weights(b_type, random, 2, 4, rows_b, depth)
    fields = operand("0", a_type, a, a_values) | operand("1", b_type, b, b_values)
    return a, a_values, b, b_values, fields | {"ne0": rows_a, "ne1": rows_b, "r2": 2, "r3": 1}


PRODUCT_FIELDS = (
    "ne00", "ne01", "ne02", "nb00", "nb01", "nb02", "nb03", "ne10", "ne11", "ne12",
    "nb10", "nb11", "nb12", "nb13", "ne0", "ne1", "r2", "r3",
)  # fmt: skip

CODEBOOK = {0: 8192}
"""Threadgroup memory of the formats that look values up; the others have no such argument."""
LOOKED_UP = ("mxfp4", "iq4_nl", "iq4_xs")


def ceil_div(a: int, b: int) -> int:
    return -(-a // b)


# A simdgroup for some rows of A -------------------------------------------------------------------

ROWS_OF_SIMDGROUP = {
    "q4_0": 4, "q4_1": 4, "q5_0": 4, "q5_1": 4, "q8_0": 4, "mxfp4": 2, "iq4_nl": 2,
    "q2_K": 4, "q3_K": 2, "q4_K": 4, "q5_K": 2, "q6_K": 1, "iq4_xs": 2,
}  # fmt: skip


def vector_quantized(type_name: str, random: Random) -> Launch:
    rows_a, rows_b, depth = 24, 2, 512
    a, a_values, b, b_values, fields = operands(type_name, "f32", depth, rows_a, rows_b, random)
    exact, bound = product(a_values, b_values)
    out = np.zeros(exact.shape, np.float32)
    buffers = {0: select(fields, *PRODUCT_FIELDS), 1: a, 2: b, 3: out}
    groups = (rows_a // (2 * ROWS_OF_SIMDGROUP[type_name]), rows_b, 8)
    memory = CODEBOOK if type_name in LOOKED_UP else {}
    return Launch(groups, (32, 2, 1), buffers, {3: Expected(exact, bound)}, memory)


for type_name in FORMATS:
    CASES[f"kernel_mul_mv_{type_name}_f32"] = partial(vector_quantized, type_name)

VECTOR_SHAPES = {
    # Suffix: depth, rows of A and of B that a threadgroup takes.
    "": (203, 1, 4),
    "_c4": (4, 32, 4),
    "_1row": (200, 1, 1),
    "_l4": (256, 1, 3),
}


def vector_float(a_type: str, b_type: str, suffix: str, random: Random) -> Launch:
    depth, rows_of_a, rows_of_b = VECTOR_SHAPES[suffix]
    rows_a, rows_b = 9, 3
    a, a_values, b, _, fields = operands(a_type, b_type, depth, rows_a, rows_b, random)
    # Between two narrow operands a last odd element is multiplied in their type.
    narrow = {("f16", "f16"): F16, ("bf16", "bf16"): BF16}.get((a_type, b_type), 0)
    exact, bound = product(a_values, loaded(b, b_type), narrow)
    out = np.zeros(exact.shape, np.float32)
    buffers = {0: select(fields, *PRODUCT_FIELDS), 1: a, 2: b, 3: out}
    groups = (ceil_div(rows_a, rows_of_a), ceil_div(rows_b, rows_of_b), 8)
    return Launch(groups, (32, 1, 1), buffers, {3: Expected(exact, bound)})


for a_type, b_type, suffixes in (
    ("f32", "f32", ("", "_c4")),
    ("f16", "f32", ("", "_c4", "_1row", "_l4")),
    ("f16", "f16", ("",)),
    ("bf16", "f32", ("", "_c4", "_1row", "_l4")),
    ("bf16", "bf16", ("",)),
):
    for suffix in suffixes:
        name = f"kernel_mul_mv_{a_type}_{b_type}{suffix}"
        CASES[name] = partial(vector_float, a_type, b_type, suffix)


def few_rows(a_type: str, rows_of_b: int, random: Random) -> Launch:
    """A simdgroup shares rows of A among groups of lanes, for several rows of B at once."""
    rows_a, rows_b, depth, simdgroups, lanes = 18, rows_of_b + 1, 512, 2, 8
    a, a_values, b, b_values, fields = operands(a_type, "f32", depth, rows_a, rows_b, random)
    exact, bound = product(a_values, b_values)
    out = np.zeros(exact.shape, np.float32)
    fields = select(fields, *PRODUCT_FIELDS)
    fields |= {"nsg": simdgroups, "nxpsg": lanes, "r1ptg": rows_of_b}
    groups = (ceil_div(rows_a, 32 // lanes * simdgroups), ceil_div(rows_b, rows_of_b), 8)
    buffers = {0: fields, 1: a, 2: b, 3: out}
    return Launch(groups, (32, simdgroups, 1), buffers, {3: Expected(exact, bound)})


for a_type in (
    "f16", "q4_0", "q4_1", "q5_0", "q5_1", "q8_0", "mxfp4", "iq4_nl", "q4_K", "q5_K", "q6_K"
):  # fmt: skip
    for rows_of_b in (2, 3, 4, 5):
        name = f"kernel_mul_mv_ext_{a_type}_f32_r1_{rows_of_b}"
        CASES[name] = partial(few_rows, a_type, rows_of_b)

# Simdgroup matrices -------------------------------------------------------------------------------

STAGING = {0: 8192}
"""Tiles of 64 x 32 halves of A and 32 x 32 floats of B."""


def matrix(a_type: str, random: Random) -> Launch:
    """Tiles of A pass through threadgroup memory as halves (bf16 as such)."""
    rows_a, rows_b, depth = 70, 37, 256
    a, a_values, b, b_values, fields = operands(a_type, "f32", depth, rows_a, rows_b, random)
    exact, bound = product(a_values, b_values, rounding=F16)
    out = np.zeros(exact.shape, np.float32)
    names = ("ne00", "ne02", "nb01", "nb02", "nb03", "ne12", "nb10", "nb11", "nb12", "nb13")
    buffers = {0: select(fields, *names, "ne0", "ne1", "r2", "r3"), 1: a, 2: b, 3: out}
    groups = (ceil_div(rows_b, 32), ceil_div(rows_a, 64), 8)
    return Launch(groups, (128, 1, 1), buffers, {3: Expected(exact, bound)}, STAGING)


for a_type in (*FLOATS, *FORMATS):
    CASES[f"kernel_mul_mm_{a_type}_f32"] = partial(matrix, a_type)

# Experts ------------------------------------------------------------------------------------------

EXPERTS, USED, TOKENS = 4, 2, 40


def routing(random: Random, tokens: int = TOKENS) -> np.ndarray:
    """For each token the experts it uses."""
    return np.stack([random.permutation(EXPERTS)[:USED] for _ in range(tokens)]).astype(np.int32)


def places(chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each (token, choice) lands: expert * tokens + its number there; and tokens an expert."""
    where, counts = np.zeros(chosen.shape, np.int32), np.zeros(EXPERTS, np.int32)
    for at in np.ndindex(*chosen.shape):
        expert = chosen[at]
        where[at] = expert * len(chosen) + counts[expert]
        counts[expert] += 1
    return where, counts


def experts_gather(random: Random) -> Launch:
    """Sorts the tokens by expert, as halves."""
    depth, chosen = 64, routing(random)
    where, counts = places(chosen)
    x = normal(random, TOKENS, 1, depth)
    gathered = np.zeros((EXPERTS * TOKENS, depth), np.float16)
    exact = gathered.copy()
    exact[where] = x.astype(np.float16)
    fields = {"ne10": depth, "ne11": 1, "nb11": x.strides[1], "nb12": x.strides[0]}
    fields |= {"neh11": TOKENS, "nbh11": gathered.strides[0], "ne20": USED}
    fields |= {"nb21": chosen.strides[0]}
    buffers = {0: fields, 1: x, 2: chosen, 3: gathered}
    buffers |= {4: np.zeros_like(counts), 5: np.zeros_like(where)}
    return Launch(
        (EXPERTS, 1, 1),
        (depth // 4, 1, 1),
        buffers,
        {
            3: Expected(exact, dtype=np.float16),
            4: Expected(counts, dtype=np.int32),
            5: Expected(where, dtype=np.int32),
        },
    )


def experts_scatter(random: Random) -> Launch:
    """Puts the experts' results back in the tokens' order."""
    depth, chosen = 72, routing(random)
    where, _ = places(chosen)
    results = normal(random, EXPERTS * TOKENS, depth)
    exact = results[where]
    out = np.zeros_like(exact)
    fields = {"ne20": USED, "neh0": depth, "neh1": TOKENS, "nbh1": results.strides[0]}
    fields |= {"nbh2": results.strides[0] * TOKENS, "ne0": depth}
    fields |= {"nb1": out.strides[1], "nb2": out.strides[0]}
    buffers = {0: fields, 1: results, 2: where, 3: out}
    return Launch((USED, TOKENS, 1), (18, 1, 1), buffers, {3: Expected(exact)})


CASES["kernel_mul_mm_id_map0_f16"] = experts_gather
CASES["kernel_mul_mm_id_map1_f32"] = experts_scatter


def experts_matrix(a_type: str, random: Random) -> Launch:
    """A product for each expert with as many rows as it has tokens."""
    rows_a, depth = 70, 256
    counts = np.array([0, 5, 33, TOKENS], np.int32)
    a, a_values = weights(a_type, random, 1, EXPERTS, rows_a, depth)
    b = normal(random, 1, EXPERTS, TOKENS, depth).astype(np.float16)
    exact, bound = product(a_values, b, rounding=F16)
    for expert, count in enumerate(counts):
        exact[0, expert, count:] = bound[0, expert, count:] = 0
    out = np.zeros(exact.shape, np.float32)
    fields = select(operand("0", a_type, a, a_values), "ne00", "ne02", "nb01", "nb02", "nb03")
    fields |= {"neh12": EXPERTS, "neh0": rows_a, "neh1": TOKENS, "r2": 1, "r3": 1}
    fields |= {f"nbh1{i}": b.strides[3 - i] for i in range(4)}
    buffers = {0: fields, 1: a, 2: b, 3: counts, 4: out}
    groups = (ceil_div(TOKENS, 32), ceil_div(rows_a, 64), EXPERTS)
    return Launch(groups, (128, 1, 1), buffers, {4: Expected(exact, bound)}, STAGING)


def experts_vector(a_type: str, random: Random) -> Launch:
    rows_a, depth, tokens = 24, 512, 3
    chosen = routing(random, tokens)
    a, a_values = weights(a_type, random, 1, EXPERTS, rows_a, depth)
    b = normal(random, 1, tokens, USED, depth)
    exact, bound = np.zeros((2, tokens, USED, rows_a))
    for token, use in np.ndindex(tokens, USED):
        of_expert = a_values[0, chosen[token, use]][None]
        one = product(of_expert, b[0, token, use][None, None])
        exact[token, use], bound[token, use] = one[0][0, 0], one[1][0, 0]
    fields = operand("0", a_type, a, a_values) | extents("1", b)
    fields = select(fields, *PRODUCT_FIELDS[:-5], "ne13")
    fields |= {"nei0": USED, "nei1": tokens, "nbi1": chosen.strides[0]}
    fields |= {"ne0": rows_a, "ne1": USED, "nb1": rows_a * 4}
    del fields["nb03"]
    simdgroups, rows = (2, ROWS_OF_SIMDGROUP[a_type]) if a_type in FORMATS else (1, 1)
    buffers = {0: fields, 1: a, 2: b, 3: np.zeros(exact.shape, np.float32), 4: chosen}
    groups = (rows_a // (simdgroups * rows), 1, USED * tokens)
    threads = (32, simdgroups, 1)
    return Launch(groups, threads, buffers, {3: Expected(exact, bound)}, CODEBOOK)


for a_type in (*FLOATS, *FORMATS):
    CASES[f"kernel_mul_mm_id_{a_type}_f16"] = partial(experts_matrix, a_type)
    CASES[f"kernel_mul_mv_id_{a_type}_f32"] = partial(experts_vector, a_type)
