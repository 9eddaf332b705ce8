"""Small matrices against NumPy; elements are small whole numbers, so that every product is exact."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from kernel_modules import Launch, check_launches
from witnesses import MODES, Mode

SIZES = (2, 3, 4)
SHAPES = list(itertools.product(SIZES, SIZES))  # columns, rows
TYPES = {"f32": np.float32, "f16": np.float16}
ROUNDS = 6


def source(dtype: str, columns: int, rows: int) -> str:
    """Products of a matrix with its transpose and with vectors, sums, and a matrix that a loop
    changes."""
    loads = ", ".join(f"A[{columns} * i + {c}]" for c in range(columns))
    stores = "\n".join(f"    M[{columns} * i + {c}] = grown[{c}]" for c in range(columns))
    squares = "\n".join(f"    S[{rows} * i + {c}] = square[{c}]" for c in range(rows))
    determinant = "enigma.determinant(square)"
    return f"""
@enigma.kernel
def matrices_{dtype}_{columns}x{rows}(A: enigma.{dtype}x{rows}, X: enigma.{dtype}x{columns},
        Y: enigma.{dtype}x{rows}, MX: enigma.{dtype}x{rows}, YM: enigma.{dtype}x{columns},
        M: enigma.{dtype}x{rows}, S: enigma.{dtype}x{rows}, D: enigma.{dtype}):
    i = enigma.thread_position_in_grid()
    m = enigma.make_matrix({loads})
    MX[i] = m @ X[i]
    YM[i] = enigma.matmul(Y[i], m)
    grown = m
    for k in range(i):
        if k % 2 == 0:
            grown = grown + 2 * m
        else:
            grown = grown - m
{stores}
    square = m @ enigma.transpose(m)
{squares}
    D[i] = {determinant}
"""


def launch(dtype: str, columns: int, rows: int) -> Launch:
    random = np.random.default_rng(columns * 10 + rows)
    kind = TYPES[dtype]
    # So small that f16 holds every minor of the square.
    m = random.integers(-1, 2, (ROUNDS, columns, rows))
    x = random.integers(-3, 4, (ROUNDS, columns))
    y = random.integers(-3, 4, (ROUNDS, rows))
    a = m.transpose(0, 2, 1)  # rows x columns, as NumPy multiplies
    grown = np.stack([m[i] * (1 + 2 * ((i + 1) // 2) - i // 2) for i in range(ROUNDS)])
    square = a @ a.transpose(0, 2, 1)
    expected = {
        "MX": np.einsum("nrc,nc->nr", a, x),
        "YM": np.einsum("nr,nrc->nc", y, a),
        "M": grown.reshape(-1, rows),
        "S": square.transpose(0, 2, 1).reshape(-1, rows),
        "D": np.rint(np.linalg.det(square.astype(np.float64))),
    }
    expected = {name: value.astype(kind) for name, value in expected.items()}
    arguments = {
        "A": m.reshape(-1, rows).astype(kind),
        "X": x.astype(kind),
        "Y": y.astype(kind),
        **{name: np.zeros_like(value) for name, value in expected.items()},
    }
    return Launch(f"matrices_{dtype}_{columns}x{rows}", arguments, ROUNDS, ROUNDS, expected)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_matrices(tmp_path: Path, mode: Mode) -> None:
    cases = [(dtype, *shape) for dtype in TYPES for shape in SHAPES]
    module = tmp_path / "matrices.py"
    module.write_text("import enigma\n" + "".join(source(*case) for case in cases))
    check_launches(module, tmp_path, mode, [launch(*case) for case in cases])


# In memory ---------------------------------------------------------------------------------------


def memory_source(dtype: str, columns: int, rows: int) -> str:
    """Matrices through threadgroup memory, reversed, into a buffer with a shape."""
    metal = {"f32": "float", "f16": "half"}[dtype] + f"{columns}x{rows}"
    return f"""
@enigma.kernel(block=8)
def memory_{dtype}_{columns}x{rows}(A: enigma.{metal}, B: enigma.{metal}[4, 2]):
    i = enigma.thread_position_in_grid()
    tile = enigma.threadgroup_alloc("{metal}", 8)
    tile[i] = A[enigma.u8(i)]
    enigma.barrier()
    B[i // 2, i % 2] = -tile[7 - i]
"""


def memory_launch(dtype: str, columns: int, rows: int) -> Launch:
    a = np.random.default_rng(7).integers(-99, 100, (8, columns, rows)).astype(TYPES[dtype])
    out = -a[::-1]
    arguments = {"A": a.reshape(-1, rows), "B": np.zeros((4, 2, columns, rows), a.dtype)}
    expected = {"B": out.reshape(4, 2, columns, rows)}
    return Launch(f"memory_{dtype}_{columns}x{rows}", arguments, 8, 8, expected)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_matrices_in_memory(tmp_path: Path, mode: Mode) -> None:
    cases = [(dtype, *shape) for dtype in TYPES for shape in SHAPES]
    module = tmp_path / "memory.py"
    module.write_text("import enigma\n" + "".join(memory_source(*case) for case in cases))
    check_launches(module, tmp_path, mode, [memory_launch(*case) for case in cases])
