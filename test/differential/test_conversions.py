"""Casts between all pairs of dtypes, as_type, and what operators make of mixed operands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edge_values import operand_columns
from number_formats import BYTES, DTYPES, FLOATS, INTEGERS, NUMPY, decode, encode, limits, wrap
from witnesses import MODES, Compiled, Mode, count_cells, paths


def cast(source: str, target: str, values: Any) -> Any:
    """Every value as the target dtype: floats saturate to integers, NaN is 0."""
    if target == "b1":
        return [int(v != 0) for v in values]
    if target in INTEGERS:
        if source not in FLOATS:
            return [wrap(int(v), target) for v in values]
        low, high = limits(target)
        clipped = [0 if v != v else high if v >= high else low if v <= low else v for v in values]
        return [int(v) for v in clipped]
    form = FLOATS[target]
    if source in FLOATS:
        return form.round(values)
    # An integer of 64 bits has more digits than float64.
    return np.array([_rounded_integer(int(v), target) for v in values])


def _rounded_integer(value: int, target: str) -> float:
    from fractions import Fraction

    return FLOATS[target].round_fraction(Fraction(value)) if value else 0.0


def same(dtype: str, got: Any, expected: Any) -> np.ndarray:
    """Where results agree; a NaN is a NaN, and a subnormal f32 may be zero."""
    if dtype not in FLOATS:
        return np.array([x == y for x, y in zip(got, expected, strict=True)])
    equal = (got == expected) & (np.signbit(got) == np.signbit(expected))
    equal |= np.isnan(got) & np.isnan(expected)
    if dtype != "f16":
        equal |= (np.abs(expected) < 2.0**-126) & (got == 0)
    return equal


def is_ordinary(dtype: str, values: Any, fast: bool) -> np.ndarray:
    """Where the contract holds: in fast mode not for NaN, infinities; subnormal f32 may be flushed."""
    if dtype not in FLOATS:
        return np.ones(len(values), bool)
    mask = (values == 0) | (np.abs(values) >= 2.0**-126) | (dtype == "f16")
    return mask & np.isfinite(values) if fast else mask


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("source", DTYPES)
def test_casts(tmp_path: Path, source: str, mode: Mode) -> None:
    targets = [d for d in DTYPES if d != source]
    alike = [d for d in targets if BYTES[d] == BYTES[source] and "b1" not in (d, source)]
    outputs = {f"To_{d}": d for d in targets} | {f"As_{d}": d for d in alike}
    lines = [f"    To_{d}[i] = enigma.metal_cast(a, enigma.{d})" for d in targets]
    lines += [f"    As_{d}[i] = enigma.as_type(a, enigma.{d})" for d in alike]
    parameters = "".join(f", {name}: enigma.{d}" for name, d in outputs.items())
    module = tmp_path / "casts.py"
    module.write_text(
        f"import enigma\n\n\n@enigma.kernel\ndef casts(A: enigma.{source}{parameters}):\n"
        "    i = enigma.thread_position_in_grid()\n    a = A[i]\n" + "\n".join(lines) + "\n"
    )
    compiled = Compiled(module, tmp_path, mode)
    array = np.concatenate([operand_columns(source, 1)[0], conversion_edges(source)])
    values = decode(source, array)
    mask = is_ordinary(source, values, mode.is_fast)
    arguments = {"A": array} | {name: np.zeros(len(array), NUMPY[d]) for name, d in outputs.items()}
    wrong = []
    for path in paths(mode):
        buffers = compiled.run(path, "casts", arguments, len(array), 96)
        for name, target in outputs.items():
            got = decode(target, buffers[name])
            if name.startswith("As_"):
                expected = decode(target, array.view(NUMPY[target]))
                agree = same(target, got, expected)
                if target in FLOATS and mode.is_fast:
                    agree |= ~np.isfinite(np.asarray(expected, np.float64))
            else:
                with np.errstate(all="ignore"):
                    expected = cast(source, target, values)
                    if path == "msl" and target == "bf16" and source in INTEGERS:
                        # Clang converts an integer to __bf16 by way of float.
                        expected = cast("f32", "bf16", cast(source, "f32", values))
                agree = same(target, got, expected) | ~mask
            for k in np.flatnonzero(~agree)[:3]:
                text = f"{values[k]!r} gives {got[k]!r}, not {expected[k]!r}"
                wrong.append(f"{path}: {source} {name}: {text}")
        count_cells([("cast", f"{source}>{d}") for d in targets], path, mode)
        count_cells([("as_type", f"{source}>{d}") for d in alike], path, mode)
    assert not wrong, "\n".join(wrong)


def conversion_edges(source: str) -> np.ndarray:
    """Values around the ends of the other dtypes' ranges and between their numbers."""
    if source == "b1":
        return encode(source, [0, 1])
    if source in FLOATS:
        powers = [2.0**k for k in (7, 8, 15, 16, 24, 31, 32, 63, 64)]
        values = [p + d for p in powers for d in (-1.5, -1, -0.5, 0, 0.5, 1)]
        values += [k + 0.5 for k in range(6)] + [2.0**-24, 65519.0, 65520.0, 65536.0]
        # Halfway between bf16 numbers and between f16 numbers, and next to it.
        values += [
            1 + 2.0**-8,
            1 + 2.0**-8 + 2.0**-20,
            1 + 3 * 2.0**-8,
            1 + 2.0**-11,
            1 + 3 * 2.0**-11,
        ]
        values += [-v for v in values]
        with np.errstate(all="ignore"):
            return encode(source, FLOATS[source].round(np.array(values)))
    integers = [
        sign * (((1 << k) + (half << max(k - p, 0))) + d)
        for k in range(1, INTEGERS[source][0])
        for p in (8, 11, 24)
        for half in (0, 1, 3)
        for d in (-1, 0, 1)
        for sign in (1, -1)
    ]
    return encode(source, [wrap(v, source) for v in integers])


def common(a: str, b: str) -> str:
    """language.md: wider wins, unsigned at equal width, float beats int."""
    if a == b or b == "b1":
        return a
    floats = [d for d in (a, b) if d in FLOATS]
    if floats:
        return max(floats, key=BYTES.__getitem__)
    if BYTES[a] != BYTES[b]:
        return max(a, b, key=BYTES.__getitem__)
    return a if a.startswith("u") else b


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("left", [d for d in DTYPES if d != "b1"])
def test_mixed_operands(tmp_path: Path, left: str, mode: Mode) -> None:
    rights = [d for d in DTYPES if d != left and {d, left} != {"f16", "bf16"}]
    types = {right: common(left, right) for right in rights}
    parameters = [f"A: enigma.{left}", 'n: enigma.Scalar("uint")']
    lines = []
    for right, result in types.items():
        parameters += [f"B_{right}: enigma.{right}", f"Out_{right}: enigma.{result}"]
        lines += [
            f"    Out_{right}[i] = A[i] - B_{right}[i]",
            f"    Out_{right}[n + i] = B_{right}[i] * A[i]",
            f"    Out_{right}[2 * n + i] = enigma.where(A[i], B_{right}[i], A[i] < B_{right}[i])",
        ]
    module = tmp_path / "mixed.py"
    module.write_text(
        f"import enigma\n\n\n@enigma.kernel\ndef mixed({', '.join(parameters)}):\n"
        "    i = enigma.thread_position_in_grid()\n" + "\n".join(lines) + "\n"
    )
    compiled = Compiled(module, tmp_path, mode)
    a = operand_columns(left, 1)[0][:900]
    n = len(a)
    rows = {d: np.resize(operand_columns(d, 2)[1], n) for d in rights}
    arguments: dict[str, Any] = {"A": a, "n": n}
    arguments |= {f"B_{d}": row for d, row in rows.items()}
    arguments |= {f"Out_{d}": np.zeros((3, n), NUMPY[r]) for d, r in types.items()}
    wrong = []
    for path in paths(mode):
        buffers = compiled.run(path, "mixed", arguments, n, 64)
        for right, result in types.items():
            with np.errstate(all="ignore"):
                x = cast(left, result, decode(left, a))
                y = cast(right, result, decode(right, rows[right]))
                if path == "msl" and result == "bf16":  # Clang's way, as in `test_casts`
                    x = cast("f32", "bf16", cast(left, "f32", decode(left, a)))
                    y = cast("f32", "bf16", cast(right, "f32", decode(right, rows[right])))
                expected = mixed_results(result, x, y)
            mask = is_ordinary(result, x, mode.is_fast) & is_ordinary(result, y, mode.is_fast)
            for form, row, want in zip("-*<", buffers[f"Out_{right}"], expected, strict=True):
                got = decode(result, row)
                agree = same(result, got, want) | ~mask
                if mode.is_fast and result in FLOATS:
                    agree |= ~np.isfinite(want) | (want == got)
                for k in np.flatnonzero(~agree)[:3]:
                    text = f"{x[k]!r} {form} {y[k]!r} gives {got[k]!r}, not {want[k]!r}"
                    wrong.append(f"{path}: {left}, {right}: {text}")
        for op in ("sub", "mul", "select", "cmp_lt"):
            count_cells([(op, f"{left},{d}") for d in rights], path, mode)
    assert not wrong, "\n".join(wrong)


def mixed_results(dtype: str, x: Any, y: Any) -> list[Any]:
    """Difference, product and the larger of two, of operands that have one dtype."""
    if dtype in FLOATS:
        form = FLOATS[dtype]
        return [form.round(x - y), form.round(x * y), np.where(x < y, y, x)]
    pairs = list(zip(x, y, strict=True))
    return [
        [wrap(p - q, dtype) for p, q in pairs],
        [wrap(p * q, dtype) for p, q in pairs],
        [max(p, q) for p, q in pairs],
    ]
