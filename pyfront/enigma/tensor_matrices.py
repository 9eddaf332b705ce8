"""Tensors as matrices: operands of `gemm`, and the place of a simdgroup matrix."""

from __future__ import annotations

from enigma.errors import mistake
from enigma.gemm import MatrixOperand, gemm_problem
from enigma.int_tuples import leaves, product, show
from enigma.simdgroup_matrix import EXTENT
from enigma.tensors import Tensor, as_tensor

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any

    from enigma.memory import Buffer
    from enigma.values import Value


def matrix_strides(tensor: Tensor, op: str) -> tuple[int, bool]:
    """How far apart rows of a matrix are, and whether rows and columns are exchanged."""
    flat = leaves(tensor.stride)
    fix = "a matrix in memory has two modes, one of stride 1"
    if len(flat) != 2 or not isinstance(tensor.shape, tuple) or len(tensor.shape) != 2:
        raise mistake("E0526", function=op, problem=f"the layout is {tensor.layout}", fix=fix)
    if tensor.swizzle is not None:
        raise mistake(
            "E0526",
            function=op,
            problem=f"the layout is {tensor.layout}",
            fix="rows of a simdgroup matrix are contiguous; a swizzled tile is read by elements",
        )
    if flat[1] == 1 and flat[0] > 0:
        return flat[0], False
    if flat[0] == 1 and flat[1] > 0:
        return flat[1], True
    raise mistake("E0526", function=op, problem=f"the layout is {tensor.layout}", fix=fix)


def tensor_place(
    op: str, x: object, given: tuple[object, ...]
) -> tuple[Buffer, int, Value | int, bool]:
    """The memory of an 8x8 tensor, its rows' distance, its start and whether it is transposed."""
    tensor = as_tensor(x, op)
    memory = tensor.check_memory(op)
    if given != (None, 0, None, False):
        raise mistake(
            "E0526",
            function=op,
            problem="a tensor brings its place",
            fix="leave out elements_per_row, offset, origin and transpose",
        )
    if tensor.shape != (EXTENT, EXTENT):
        raise mistake(
            "E0526",
            function=op,
            problem=f"the tensor has the shape {show(tensor.shape)}",
            fix=f"take a tile: enigma.local_tile(t, ({EXTENT}, {EXTENT}), (i, j))",
        )
    elements_per_row, transposed = matrix_strides(tensor, op)
    return memory, elements_per_row, tensor.start_offset(), transposed


class TensorOperand(MatrixOperand):
    """A tensor as a matrix of the shape that it has."""

    def __init__(self, tensor: Any, name: str, transposed: bool, is_private: bool) -> None:
        if transposed:
            raise gemm_problem(
                f"transpose_{name} of a tensor", "its strides say how it is stored; leave it out"
            )
        self.tensor = tensor
        self.buffer = tensor.check_memory("gemm")
        self.transposed = False
        self.elements_per_row = 0
        if not is_private:
            self.elements_per_row, self.transposed = matrix_strides(tensor, "gemm")

    def element(self, row: object, col: object) -> Value:
        return self.tensor[row, col]  # type: ignore[no-any-return]

    def set_element(self, row: object, col: object, value: Value) -> None:
        self.tensor[row, col] = value

    def _place(self, row: object, col: object) -> dict[str, object]:
        return {"offset": self.tensor.start_offset(), **super()._place(row, col)}


def matrix_extents(
    tensors: dict[str, tuple[object, str]], given: dict[str, object]
) -> dict[str, object]:
    """M, N and K as the tensors have them, where they are not given."""
    found = dict(given)
    for name, (operand, letters) in tensors.items():
        if not isinstance(operand, Tensor):
            continue
        shape = operand.shape
        if not isinstance(shape, tuple) or len(shape) != 2:
            raise gemm_problem(
                f"{name} has the shape {show(shape)}",
                f"{name} is a matrix, {letters[0]} x {letters[1]}",
            )
        for letter, extent in zip(letters, (product(s) for s in shape), strict=True):
            if found[letter] is None:
                found[letter] = extent
            elif found[letter] != extent:
                raise gemm_problem(
                    f"{name} has the shape {show(shape)}, and {letter} is {found[letter]}",
                    "A is M x K, B is K x N, C is M x N",
                )
    return found
