"""Emitted Metal, compiled as C++ and run, against exact integers and NumPy. UBSan watches every run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msl_runner import run_msl

BUILD = Path(os.environ.get("ENIGMA_BUILD", Path(__file__).resolve().parents[2] / "build"))


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., dict[str, np.ndarray]]:
    """Emits a module and runs its kernel `k`."""

    def emit_and_run(mlir: str, arguments: dict, grid, block, **options) -> dict[str, np.ndarray]:
        (tmp_path / "k.mlir").write_text(mlir)
        metal = tmp_path / "k.metal"
        translate = BUILD / "bin" / "enigma-translate"
        subprocess.run([translate, "--mlir-to-msl", tmp_path / "k.mlir", "-o", metal], check=True)
        return run_msl(metal, "k", arguments, grid, block, sanitize=True, **options)

    return emit_and_run


# The language's integers, on Python's exact ones.


def wrap(value: int, width: int, signed: bool) -> int:
    value &= (1 << width) - 1
    return value - (1 << width) if signed and value >> (width - 1) else value


def divide(a: int, b: int) -> int:
    quotient = 0 if b == 0 else abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def remainder(a: int, b: int) -> int:
    return 0 if b == 0 else a - b * divide(a, b)


Semantics = Callable[[int, int, int], int]
# Op, whether its operands are signed (None: as the buffers), what it computes, whether the result is i1.
SIGNED: dict[str, Semantics] = {
    "divsi": lambda a, b, w: divide(a, b),
    "remsi": lambda a, b, w: remainder(a, b),
    "shrsi": lambda a, b, w: a >> (b % w),
    "minsi": lambda a, b, w: min(a, b),
    "maxsi": lambda a, b, w: max(a, b),
    "cmpi slt,": lambda a, b, w: a < b,
    "cmpi sge,": lambda a, b, w: a >= b,
}
UNSIGNED: dict[str, Semantics] = {
    "divui": lambda a, b, w: divide(a, b),
    "remui": lambda a, b, w: remainder(a, b),
    "shrui": lambda a, b, w: a >> (b % w),
    "minui": lambda a, b, w: min(a, b),
    "maxui": lambda a, b, w: max(a, b),
    "cmpi ult,": lambda a, b, w: a < b,
    "cmpi uge,": lambda a, b, w: a >= b,
}
EITHER: dict[str, Semantics] = {
    "addi": lambda a, b, w: a + b,
    "subi": lambda a, b, w: a - b,
    "muli": lambda a, b, w: a * b,
    "andi": lambda a, b, w: a & b,
    "ori": lambda a, b, w: a | b,
    "xori": lambda a, b, w: a ^ b,
    "shli": lambda a, b, w: a << (b % w),
    "cmpi eq,": lambda a, b, w: a == b,
    "cmpi ne,": lambda a, b, w: a != b,
}
OPS = [(op, True, f) for op, f in SIGNED.items()]
OPS += [(op, False, f) for op, f in UNSIGNED.items()]
OPS += [(op, True, f) for op, f in EITHER.items()]


def interesting(width: int, signed: bool) -> list[int]:
    edge = [0, 1, 2, 3, -1, -2, 1 << (width - 1), (1 << (width - 1)) - 1, width - 1, width, 0x55]
    return [wrap(value, width, signed) for value in edge]


def integer_kernel(width: int, signed_a: bool, signed_b: bool, literal: int | None, chain: bool):
    """Every op on a[i] and b[i] (or a literal), results one after the other in `out`."""
    a, b = (f"{'s' if s else 'u'}i{width}" for s in (signed_a, signed_b))
    t = f"i{width}"
    lines = [
        f"enigma.kernel @k(%a: !enigma.buffer<{a}, device>, %b: !enigma.buffer<{b}, device>,",
        f"    %out: !enigma.buffer<{a}, device>) fast {{",
        "%i = enigma.thread_position_in_grid x",
        "%ii = arith.index_castui %i : i32 to index",
        "%n = enigma.threads_per_grid x",
        f"%mask = arith.constant {width - 1} : {t}",
        f"%x0 = enigma.load %a[%ii] : !enigma.buffer<{a}, device>",
        f"%y0 = arith.constant {literal} : {t}"
        if literal is not None
        else f"%y0 = enigma.load %b[%ii] : !enigma.buffer<{b}, device>",
        f"%three = arith.constant 3 : {t}",
    ]
    # In a chain the operands are themselves results that left their type's range.
    if chain:
        lines += [f"%x = arith.muli %x0, %x0 : {t}", f"%y = arith.addi %y0, %three : {t}"]
    x, y = ("%x", "%y") if chain else ("%x0", "%y0")
    for k, (op, _, _) in enumerate(OPS):
        right = y
        if op.startswith("sh"):
            lines.append(f"%s{k} = arith.andi {y}, %mask : {t}")
            right = f"%s{k}"
        lines.append(f"%r{k} = arith.{op} {x}, {right} : {t}")
        result = f"%r{k}"
        if op.startswith("cmpi"):
            lines.append(f"%e{k} = arith.extui %r{k} : i1 to {t}")
            result = f"%e{k}"
        lines += [
            f"%k{k} = arith.constant {k} : i32",
            f"%m{k} = arith.muli %k{k}, %n : i32",
            f"%j{k} = arith.addi %m{k}, %i : i32",
            f"%jj{k} = arith.index_castui %j{k} : i32 to index",
            f"enigma.store {result}, %out[%jj{k}] : !enigma.buffer<{a}, device>",
        ]
    return "\n".join(lines + ["enigma.return", "}"])


@pytest.mark.parametrize("width", [8, 16, 32, 64])
@pytest.mark.parametrize("signs", [(True, True), (False, False), (True, False)], ids=str)
@pytest.mark.parametrize("form", ["plain", "chain", "minus_one", "seven"])
def test_integers_are_exact(run, width: int, signs: tuple[bool, bool], form: str) -> None:
    literal = {"minus_one": -1, "seven": 7}.get(form)
    pairs = [(a, b) for a in interesting(width, signs[0]) for b in interesting(width, signs[1])]
    types = [np.dtype(f"{'i' if signed else 'u'}{width // 8}") for signed in signs]
    a = np.array([p[0] for p in pairs], types[0])
    b = np.array([p[1] for p in pairs], types[1])
    out = np.zeros((len(OPS), len(pairs)), types[0])
    mlir = integer_kernel(width, *signs, literal, form == "chain")
    result = run(mlir, {"a": a, "b": b, "out": out}, len(pairs), 64)["out"]
    for row, (op, signed, semantics) in zip(result, OPS, strict=True):
        for (x, y), got in zip(pairs, row, strict=True):
            y = y if literal is None else literal
            if form == "chain":
                x, y = x * x, y + 3
            expected = semantics(wrap(x, width, signed), wrap(y, width, signed), width)
            assert wrap(int(got), width, signed) == wrap(int(expected), width, signed), (
                f"{op} {wrap(x, width, signed)}, {wrap(y, width, signed)} on i{width}"
            )


SOFTMAX = """
enigma.kernel @k(%x: !enigma.buffer<f32, device, read>, %y: !enigma.buffer<f32, device>,
                 %n: !enigma.scalar<ui32>) fast {
  %partial = enigma.threadgroup_alloc "partial" : !enigma.buffer<f32, threadgroup, 8>
  %tid = enigma.thread_position_in_threadgroup x
  %width = enigma.threads_per_threadgroup x
  %row = enigma.threadgroup_position_in_grid x
  %lane = enigma.thread_index_in_simdgroup
  %sg = enigma.simdgroup_index_in_threadgroup
  %groups = enigma.simdgroups_per_threadgroup
  %cols = enigma.load_scalar %n : !enigma.scalar<ui32>
  %base = arith.muli %row, %cols : i32
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : i32
  %first = arith.cmpi eq, %lane, %c0 : i32
  %sgi = arith.index_castui %sg : i32 to index
  %few = arith.cmpi ult, %lane, %groups : i32
  %lanei = arith.index_castui %lane : i32 to index
  %m0 = scf.for unsigned %i = %tid to %cols step %width iter_args(%a = %ninf) -> (f32) : i32 {
    %j = arith.addi %base, %i : i32
    %ji = arith.index_castui %j : i32 to index
    %v = enigma.load %x[%ji] : !enigma.buffer<f32, device, read>
    %r = enigma.fmax %a, %v : f32
    scf.yield %r : f32
  }
  %m1 = enigma.simd_max %m0 : f32
  scf.if %first {
    enigma.store %m1, %partial[%sgi] : !enigma.buffer<f32, threadgroup, 8>
  }
  enigma.barrier mem_threadgroup
  %m2 = scf.if %few -> f32 {
    %q = enigma.load %partial[%lanei] : !enigma.buffer<f32, threadgroup, 8>
    scf.yield %q : f32
  } else {
    scf.yield %ninf : f32
  }
  %m = enigma.simd_max %m2 : f32
  %s0 = scf.for unsigned %i = %tid to %cols step %width iter_args(%a = %zero) -> (f32) : i32 {
    %j = arith.addi %base, %i : i32
    %ji = arith.index_castui %j : i32 to index
    %v = enigma.load %x[%ji] : !enigma.buffer<f32, device, read>
    %d = arith.subf %v, %m : f32
    %e = enigma.exp %d : f32
    enigma.store %e, %y[%ji] : !enigma.buffer<f32, device>
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  %s1 = enigma.simd_sum %s0 : f32
  enigma.barrier mem_threadgroup
  scf.if %first {
    enigma.store %s1, %partial[%sgi] : !enigma.buffer<f32, threadgroup, 8>
  }
  enigma.barrier mem_threadgroup
  %s2 = scf.if %few -> f32 {
    %q = enigma.load %partial[%lanei] : !enigma.buffer<f32, threadgroup, 8>
    scf.yield %q : f32
  } else {
    scf.yield %zero : f32
  }
  %s = enigma.simd_sum %s2 : f32
  scf.for unsigned %i = %tid to %cols step %width : i32 {
    %j = arith.addi %base, %i : i32
    %ji = arith.index_castui %j : i32 to index
    %v = enigma.load %y[%ji] : !enigma.buffer<f32, device>
    %d = arith.divf %v, %s : f32
    enigma.store %d, %y[%ji] : !enigma.buffer<f32, device>
  }
  enigma.return
}
"""


@pytest.mark.parametrize("block", [32, 96, 250])
def test_softmax(run, block: int) -> None:
    x = np.random.default_rng(0).standard_normal((5, 1003), dtype=np.float32)
    arguments = {"x": x, "y": np.zeros_like(x), "n": 1003}
    y = run(SOFTMAX, arguments, 5 * block, block)["y"]
    e = np.exp(x.astype(np.float64) - x.max(1, keepdims=True))
    np.testing.assert_allclose(y, e / e.sum(1, keepdims=True), rtol=2e-6)


TRANSPOSE = """
enigma.kernel @k(%a: !enigma.buffer<f32, device, 37x50>, %b: !enigma.buffer<f32, device, 50x37>) fast {
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 16x17>
  %tx = enigma.thread_position_in_threadgroup x
  %ty = enigma.thread_position_in_threadgroup y
  %gx = enigma.threadgroup_position_in_grid x
  %gy = enigma.threadgroup_position_in_grid y
  %c16 = arith.constant 16 : i32
  %rows = arith.constant 37 : i32
  %cols = arith.constant 50 : i32
  %bx = arith.muli %gx, %c16 : i32
  %by = arith.muli %gy, %c16 : i32
  %col = arith.addi %bx, %tx : i32
  %row = arith.addi %by, %ty : i32
  %txi = arith.index_castui %tx : i32 to index
  %tyi = arith.index_castui %ty : i32 to index
  %coli = arith.index_castui %col : i32 to index
  %rowi = arith.index_castui %row : i32 to index
  %okr = arith.cmpi ult, %row, %rows : i32
  %okc = arith.cmpi ult, %col, %cols : i32
  %ok = arith.andi %okr, %okc : i1
  scf.if %ok {
    %v = enigma.load %a[%rowi, %coli] : !enigma.buffer<f32, device, 37x50>
    enigma.store %v, %tile[%tyi, %txi] : !enigma.buffer<f32, threadgroup, 16x17>
  }
  enigma.barrier mem_threadgroup
  %orow = arith.addi %bx, %ty : i32
  %ocol = arith.addi %by, %tx : i32
  %orowi = arith.index_castui %orow : i32 to index
  %ocoli = arith.index_castui %ocol : i32 to index
  %ok2r = arith.cmpi ult, %orow, %cols : i32
  %ok2c = arith.cmpi ult, %ocol, %rows : i32
  %ok2 = arith.andi %ok2r, %ok2c : i1
  scf.if %ok2 {
    %v = enigma.load %tile[%txi, %tyi] : !enigma.buffer<f32, threadgroup, 16x17>
    enigma.store %v, %b[%orowi, %ocoli] : !enigma.buffer<f32, device, 50x37>
  }
  enigma.return
}
"""


def test_transpose_through_a_tile(run) -> None:
    a = np.arange(37 * 50, dtype=np.float32).reshape(37, 50)
    out = run(TRANSPOSE, {"a": a, "b": np.zeros((50, 37), np.float32)}, (64, 48), (16, 16))
    np.testing.assert_array_equal(out["b"], a.T)


HISTOGRAM = """
enigma.kernel @k(%x: !enigma.buffer<ui8, device, read>, %hist: !enigma.buffer<ui32, device>,
                 %n: !enigma.scalar<ui32>) fast {
  %shared = enigma.threadgroup_alloc "bins" : !enigma.buffer<ui32, threadgroup, 256>
  %i = enigma.thread_position_in_grid x
  %t = enigma.thread_index_in_threadgroup
  %width = enigma.threads_per_threadgroup x
  %count = enigma.load_scalar %n : !enigma.scalar<ui32>
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c256 = arith.constant 256 : i32
  scf.for unsigned %b = %t to %c256 step %width : i32 {
    %bi = arith.index_castui %b : i32 to index
    enigma.store %c0, %shared[%bi] : !enigma.buffer<ui32, threadgroup, 256>
  }
  enigma.barrier mem_threadgroup
  %ok = arith.cmpi ult, %i, %count : i32
  scf.if %ok {
    %ii = arith.index_castui %i : i32 to index
    %v = enigma.load %x[%ii] : !enigma.buffer<ui8, device, read>
    %vi = arith.index_castui %v : i8 to index
    %old = enigma.atomic_rmw add relaxed %c1, %shared[%vi] : !enigma.buffer<ui32, threadgroup, 256>
  }
  enigma.barrier mem_threadgroup
  scf.for unsigned %b = %t to %c256 step %width : i32 {
    %bi = arith.index_castui %b : i32 to index
    %v = enigma.load %shared[%bi] : !enigma.buffer<ui32, threadgroup, 256>
    %old = enigma.atomic_rmw add relaxed %v, %hist[%bi] : !enigma.buffer<ui32, device>
  }
  enigma.return
}
"""


def test_histogram_in_a_ragged_grid(run) -> None:
    x = np.random.default_rng(1).integers(0, 256, 1000).astype(np.uint8)
    arguments = {"x": x, "hist": np.zeros(256, np.uint32), "n": 990}
    hist = run(HISTOGRAM, arguments, 1000, 192)["hist"]
    np.testing.assert_array_equal(hist, np.bincount(x[:990], minlength=256))


DIVERGENT = """
enigma.kernel @k(%out: !enigma.buffer<si32, device>) fast {
  %i = enigma.thread_position_in_grid x
  %ii = arith.index_castui %i : i32 to index
  %lane = enigma.thread_index_in_simdgroup
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c3 = arith.constant 3 : i32
  %trips = arith.remui %lane, %c3 : i32
  %acc = scf.for unsigned %k = %c0 to %trips step %c1 iter_args(%a = %c0) -> (i32) : i32 {
    %parity = arith.andi %lane, %c1 : i32
    %odd = arith.cmpi eq, %parity, %c1 : i32
    %v = scf.if %odd -> i32 {
      %s = enigma.simd_sum %c1 : i32
      scf.yield %s : i32
    } else {
      scf.yield %c0 : i32
    }
    %both = enigma.simd_max %v : i32
    %next = arith.addi %a, %both : i32
    scf.yield %next : i32
  }
  %all = enigma.simd_sum %acc : i32
  enigma.store %all, %out[%ii] : !enigma.buffer<si32, device>
  enigma.return
}
"""


def test_simdgroup_functions_see_the_active_lanes(run) -> None:
    out = run(DIVERGENT, {"out": np.zeros(40, np.int32)}, 40, 40)["out"]

    def expected(lanes: range) -> int:
        total = 0
        for trip in range(2):
            active = [lane for lane in lanes if lane % 3 > trip]
            odd = sum(lane % 2 for lane in active)
            total += odd * len(active)
        return total

    assert out[:32].tolist() == [expected(range(32))] * 32
    # A partial simdgroup: lanes 0 to 7.
    assert out[32:].tolist() == [expected(range(8))] * 8


SWAP = """
enigma.kernel @k(%out: !enigma.buffer<ui32, device>) fast {
  %i = enigma.thread_position_in_grid x
  %ii = arith.index_castui %i : i32 to index
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %f:2 = scf.for unsigned %k = %c0 to %i step %c1 iter_args(%a = %c0, %b = %c1) -> (i32, i32) : i32 {
    %s = arith.addi %a, %b : i32
    scf.yield %b, %s : i32, i32
  }
  %g:2 = scf.for unsigned %k = %c0 to %i step %c1 iter_args(%a = %f#0, %b = %i) -> (i32, i32) : i32 {
    scf.yield %b, %a : i32, i32
  }
  %c100 = arith.constant 100 : i32
  %w:2 = scf.while (%a = %g#0, %n = %c0) : (i32, i32) -> (i32, i32) {
    %d = arith.addi %a, %a : i32
    %more = arith.cmpi ult, %d, %c100 : i32
    scf.condition(%more) %d, %n : i32, i32
  } do {
  ^bb0(%a: i32, %n: i32):
    %next = arith.addi %n, %c1 : i32
    %t = arith.addi %a, %c1 : i32
    scf.yield %t, %next : i32, i32
  }
  %c1000 = arith.constant 1000 : i32
  %m = arith.muli %w#0, %c1000 : i32
  %r = arith.addi %m, %w#1 : i32
  enigma.store %r, %out[%ii] : !enigma.buffer<ui32, device>
  enigma.return
}
"""


def test_carried_values_are_assigned_at_once(run) -> None:
    out = run(SWAP, {"out": np.zeros(30, np.uint32)}, 30, 30)["out"]
    for i, got in enumerate(out):
        a, b = 0, 1
        for _ in range(i):
            a, b = b, a + b
        b = i
        for _ in range(i):
            a, b = b, a
        n = 0
        while (d := 2 * a) < 100:
            a, n = d + 1, n + 1
        assert got == d * 1000 + n, f"thread {i}"


def test_half_rounds_after_each_operation(run) -> None:
    mlir = """
enigma.kernel @k(%x: !enigma.buffer<f16, device>, %out: !enigma.buffer<f16, device>) fast {
  %i = enigma.thread_position_in_grid x
  %ii = arith.index_castui %i : i32 to index
  %x0 = enigma.load %x[%ii] : !enigma.buffer<f16, device>
  %c = arith.constant 0.1 : f16
  %p = arith.mulf %x0, %x0 : f16
  %q = arith.addf %p, %c : f16
  %r = enigma.sqrt %q : f16
  enigma.store %r, %out[%ii] : !enigma.buffer<f16, device>
  enigma.return
}
"""
    x = np.linspace(-30, 30, 1000).astype(np.float16)
    out = run(mlir, {"x": x, "out": np.zeros_like(x)}, 1000, 64)["out"]
    np.testing.assert_array_equal(out, np.sqrt(x * x + np.float16(0.1)))
