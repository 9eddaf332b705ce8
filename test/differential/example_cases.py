"""The examples with sizes that divide nothing, and what NumPy says their results are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from running_error import UNIT, Bounded, Statistical, joined

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
F32 = np.float32


@dataclass(frozen=True)
class ExampleCase:
    """A kernel or export of an example; without a grid it is a program, which has its own."""

    module: str
    entry: str
    arguments: dict[str, Any]
    # For precise and for fast math, what the buffers hold afterwards.
    expected: Callable[[bool], Mapping[str, Bounded]]
    grid: int | tuple[int, ...] | None = None
    block: int | tuple[int, ...] | None = None
    defines: dict[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return "-".join([self.entry, *(f"{k}{v}" for k, v in self.defines.items()), str(self.grid)])


def normal(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(F32)


def exactly(**buffers: np.ndarray) -> Callable[[bool], Mapping[str, Bounded]]:
    return lambda fast: {name: Bounded.exact(x, fast) for name, x in buffers.items()}


def vector_add(n: int) -> ExampleCase:
    a, b = normal(17, n), normal(18, n)
    arguments = {"A": a, "B": b, "C": np.zeros_like(a)}
    return ExampleCase("vector_add", "vector_add", arguments, exactly(C=a + b), n, 64)


def vector_add_tv(n: int) -> ExampleCase:
    a, b = normal(1, n), normal(2, n)
    arguments = {"A": a, "B": b, "C": np.zeros_like(a)}
    return ExampleCase(
        "vector_add_tv", "vector_add_tv", arguments, exactly(C=a + b), defines={"N": n}
    )


def transpose_swizzled(rows: int, cols: int) -> ExampleCase:
    a = normal(3, rows, cols)
    arguments = {"A": a, "Out": np.zeros((cols, rows), F32)}
    defines = {"ROWS": rows, "COLS": cols}
    return ExampleCase(
        "transpose_swizzled", "transpose_swizzled", arguments, exactly(Out=a.T), defines=defines
    )


def gemm_tiled(m: int, n: int, k: int) -> ExampleCase:
    a, b = normal(4, m, k), normal(5, k, n)

    def expected(fast: bool) -> Mapping[str, Bounded]:
        products = Bounded.exact(a[:, None, :], fast) * Bounded.exact(b.T[None], fast)
        return {"C": products.sum()}

    arguments = {"A": a, "B": b, "C": np.zeros((m, n), F32)}
    defines = {"M": m, "N": n, "K": k}
    return ExampleCase("gemm_tiled", "gemm_tiled", arguments, expected, defines=defines)


def rms_norm(rows: int, cols: int, block: int) -> ExampleCase:
    x, weight = normal(6, rows, cols), normal(7, cols)

    def expected(fast: bool) -> Mapping[str, Bounded]:
        values = Bounded.exact(x, fast)
        mean = (values * values).sum(keepdims=True) / float(cols)
        return {"Out": values * (mean + 1e-5).rsqrt() * Bounded.exact(weight, fast)}

    arguments = {"X": x, "Weight": weight, "Out": np.zeros_like(x)}
    arguments |= {"rows": rows, "cols": cols, "eps": 1e-5}
    return ExampleCase("rms_norm", "rms_norm", arguments, expected, rows * block, block)


def layer_norm(rows: int, cols: int, block: int) -> ExampleCase:
    x, weight, bias = normal(8, rows, cols) + F32(3), normal(9, cols), normal(10, cols)

    def expected(fast: bool) -> Mapping[str, Bounded]:
        values = Bounded.exact(x, fast)
        left = values - values.sum(keepdims=True) / float(cols)
        variance = (left * left).sum(keepdims=True) / float(cols)
        scaled = left * (variance + 1e-5).rsqrt() * Bounded.exact(weight, fast)
        return {"Out": scaled + Bounded.exact(bias, fast)}

    arguments = {"X": x, "Weight": weight, "Bias": bias, "Out": np.zeros_like(x)}
    arguments |= {"rows": rows, "cols": cols, "eps": 1e-5}
    return ExampleCase("layer_norm", "layer_norm", arguments, expected, rows * block, block)


def laplacian(n: int) -> ExampleCase:
    x = normal(11, n)

    def expected(fast: bool) -> Mapping[str, Bounded]:
        values = Bounded.exact(x, fast)
        inner = (values[:-2] - values[1:-1] * 2.0 + values[2:]) * 6.25
        ends = Bounded.exact(np.zeros(1 if n > 1 else 0), fast)
        result = joined([ends, inner, ends]) if n > 1 else Bounded.exact(np.zeros(n), fast)
        if not fast and n > 2:  # without contraction, to the bit
            single = (x[:-2] - F32(2) * x[1:-1] + x[2:]) * F32(6.25)
            result = Bounded.exact(np.concatenate([[0], single, [0]]), fast)
        return {"Out": result}

    arguments = {"X": x, "Out": np.ones_like(x), "n": n, "over_h2": 6.25}
    return ExampleCase("laplacian", "laplacian", arguments, expected, n + 5, 64)


def heat(height: int, width: int, steps: int) -> ExampleCase:
    start = normal(12, height, width)

    def step_exactly(u: np.ndarray) -> np.ndarray:
        here = u[1:-1, 1:-1]
        around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
        new = u.copy()
        new[1:-1, 1:-1] = here + F32(0.2) * (around - F32(4) * here)
        return new

    def step_bounded(u: Bounded) -> Bounded:
        here = u[1:-1, 1:-1]
        around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
        inner = here + (around - here * 4.0) * 0.2
        value, error = u.value.copy(), u.error.copy()
        value[1:-1, 1:-1], error[1:-1, 1:-1] = inner.value, inner.error
        return Bounded(value, error, u.fast)

    def expected(fast: bool) -> Mapping[str, Bounded]:
        if not fast:
            u = start
            for _ in range(steps):
                u = step_exactly(u)
            return {"End": Bounded.exact(u, fast), "Start": Bounded.exact(start, fast)}
        bounded = Bounded.exact(start, fast)
        for _ in range(steps):
            bounded = step_bounded(bounded)
        return {"End": bounded, "Start": Bounded.exact(start, fast)}

    arguments = {"Start": start, "End": np.zeros_like(start)}
    defines = {"HEIGHT": height, "WIDTH": width, "STEPS": steps}
    return ExampleCase("heat", "heat", arguments, expected, defines=defines)


def matvec(bits: int, rows: int, cols: int, block: int) -> ExampleCase:
    random = np.random.default_rng([bits, rows])
    x = normal(13, cols)
    scales = (random.random((rows, cols // 32)) * 0.1).astype(np.float16)
    if bits == 8:
        weights = random.integers(-128, 128, (rows, cols)).astype(np.int8)
        integers = weights.astype(np.float64)
    else:
        weights = random.integers(0, 256, (rows, cols // 2)).astype(np.uint8)
        integers = np.stack([weights & 15, weights >> 4], -1).reshape(rows, cols) - 8.0

    def expected(fast: bool) -> Mapping[str, Bounded]:
        wide = np.repeat(scales.astype(np.float64), 32, axis=1)
        terms = Bounded.exact(integers, fast) * Bounded.exact(x, fast) * Bounded.exact(wide, fast)
        # Of int4, two products are added before they are scaled: one rounding more for each term.
        more = terms.rounded(terms.value, terms.error)
        return {"Y": more.sum()}

    arguments = {"Weights": weights, "Scales": scales, "X": x, "Y": np.zeros(rows, F32)}
    arguments |= {"rows": rows, "cols": cols}
    grid = -(-rows * 32 // block) * block
    return ExampleCase("quantized_matvec", f"matvec_int{bits}", arguments, expected, grid, block)


def attention(heads: int, n: int, causal: bool) -> ExampleCase:
    dim = 64
    q, k, v = (normal(seed, heads, n, dim) for seed in (14, 15, 16))

    def expected(fast: bool) -> Mapping[str, Bounded]:
        query = Bounded.exact(q, fast) * dim**-0.5
        scores = (query[:, :, None, :] * Bounded.exact(k[:, None], fast)).sum()
        seen = np.tril(np.ones((n, n), bool)) if causal else np.ones((n, n), bool)
        raised = np.where(seen, scores.value, -np.inf)
        weights = np.exp(raised - raised.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        # A weight is a product of an exponential for each block of keys from its own on. What it
        # errs by, relatively: its score, then for each block the rounding of a difference of
        # scores, of the exponential, and of the product.
        spread = 2 * np.abs(np.where(seen, scores.value, 0)).max(-1, keepdims=True) + 1
        blocks = -(-n // 32) + 1
        function = 2.0**-20 if fast else 8 * UNIT
        relative = scores.error + blocks * (spread * UNIT + function + 2 * UNIT)
        relative = relative + (n + 2) * UNIT
        errors = weights * relative
        size = np.abs(v.astype(np.float64))
        out = weights @ v.astype(np.float64)
        error = errors @ size + errors.sum(-1, keepdims=True) * (weights @ size)
        error = 1.01 * (error + function * (weights @ size))
        return {"Out": Bounded(out, error, fast)}

    arguments = {"Q": q, "K": k, "V": v, "Out": np.zeros_like(q), "n": n}
    entry = "attention_causal" if causal else "attention"
    grid = (-(-n // 4) * 128, heads)
    return ExampleCase("attention", entry, arguments, expected, grid, 128)


def decode_layer(position: int, block: int) -> ExampleCase:
    dim, heads, hidden, most = 64, 4, 172, 40
    head_dim, half = dim // heads, dim // heads // 2
    weights = {
        "Norms": normal(20, 2, dim),
        **{name: normal(21 + i, dim, dim) / F32(8) for i, name in enumerate(("Wq", "Wk", "Wv", "Wo"))},
        "Wgate": normal(25, hidden, dim) / F32(8),
        "Wup": normal(26, hidden, dim) / F32(8),
        "Wdown": normal(27, dim, hidden) / F32(13),
    }  # fmt: skip
    x, keys, values = normal(28, dim), normal(29, most, dim), normal(30, most, dim)

    def rotated(vector: Bounded) -> Bounded:
        i = Statistical.exact(np.arange(half), vector.fast)
        angle = (i * (-2.0 / head_dim * np.log2(10000.0))).exp2() * float(position)
        sine, cosine = angle.circular(np.sin), angle.circular(np.cos)
        parts = []
        for head in range(heads):
            a = vector[head * head_dim : head * head_dim + half]
            b = vector[head * head_dim + half : (head + 1) * head_dim]
            parts += [a * cosine - b * sine, a * sine + b * cosine]
        return joined(parts)

    def expected(fast: bool) -> Mapping[str, Bounded]:
        w = {name: Statistical.exact(array, fast) for name, array in weights.items()}

        def norm(vector: Bounded, which: int) -> Bounded:
            scale = ((vector * vector).sum() / float(dim) + 1e-5).rsqrt()
            return vector * scale * w["Norms"][which]

        state = Statistical.exact(x, fast)
        normed = norm(state, 0)
        query, key = (rotated(w[name].dot(normed)) for name in ("Wq", "Wk"))
        value = w["Wv"].dot(normed)

        def cached(cache: np.ndarray, new: Bounded) -> Bounded:
            all_values, errors = cache.astype(np.float64), np.zeros(cache.shape)
            all_values[position], errors[position] = new.value, new.error
            return Statistical(all_values, errors, fast)

        all_keys, all_values = cached(keys, key), cached(values, value)
        attended = []
        for head in range(heads):
            part = np.s_[head * head_dim : (head + 1) * head_dim]
            seen = all_keys[: position + 1, part]
            scores = seen.dot(query[part]) * head_dim**-0.5
            top = Statistical(scores.value.max(), scores.error.max(), fast)
            raised = (scores - top).exp()
            sums = (
                Statistical(raised.value[:, None], raised.error[:, None], fast)
                * all_values[: position + 1, part]
            )
            attended.append(sums.sum(0) / raised.sum())
        state = state + w["Wo"].dot(joined(attended))
        normed = norm(state, 1)
        gate, up = w["Wgate"].dot(normed), w["Wup"].dot(normed)
        inner = gate / ((-gate).exp() + 1.0) * up
        state = state + w["Wdown"].dot(inner)
        return {"X": state, "Keys": all_keys, "Values": all_values}

    arguments = {
        "X": x,
        **weights,
        "Keys": keys,
        "Values": values,
        "position": position,
        "eps": 1e-5,
    }
    return ExampleCase("decode_layer", "decode_layer", arguments, expected, block, block)


CASES = [
    vector_add(1003),
    vector_add_tv(1003),
    vector_add_tv(1),
    vector_add_tv(1024),
    transpose_swizzled(37, 101),
    transpose_swizzled(64, 32),
    transpose_swizzled(1, 50),
    gemm_tiled(37, 101, 53),
    gemm_tiled(64, 64, 64),
    gemm_tiled(8, 40, 16),
    rms_norm(37, 1003, 256),
    rms_norm(3, 7, 32),
    layer_norm(37, 1003, 256),
    layer_norm(5, 7, 96),
    laplacian(1003),
    laplacian(2),
    laplacian(1),
    heat(37, 50, 12),
    heat(9, 33, 1),
    heat(3, 3, 5),
    matvec(8, 37, 96, 128),
    matvec(8, 5, 320, 32),
    matvec(4, 37, 96, 128),
    matvec(4, 5, 352, 64),
    *(attention(heads, n, causal) for causal in (False, True) for heads, n in ((3, 37), (1, 1), (2, 70))),
    decode_layer(0, 256),
    decode_layer(37, 256),
    decode_layer(17, 96),
]  # fmt: skip
