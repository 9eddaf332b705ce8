"""Fragments: the elements of a tensor as values, and tensors in a thread's registers."""

from __future__ import annotations

import builtins

from enigma.conversions import as_value, condition, metal_cast
from enigma.dtypes import DType, as_dtype
from enigma.errors import mistake
from enigma.functions import call_row
from enigma.functions import where as where_value
from enigma.int_tuples import as_tuple, check_shape, leaves, product, show
from enigma.layouts import Layout, as_layout, concatenated, cosize
from enigma.memory import load_if, store_if
from enigma.predicates import Predicate
from enigma.tensors import Tensor, as_tensor, make_tensor
from enigma.values import Composite, Operand, Value, check_visible

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, NoReturn

# Elements are recorded one by one; more than this belongs into a loop over tiles.
MAX_ELEMENTS = 1024


def check_count(function: str, count: int) -> None:
    """Diagnose what would unroll into more than anybody wants."""
    if count > MAX_ELEMENTS:
        raise mistake("E0527", function=function, count=count, limit=MAX_ELEMENTS)


class TensorSSA(Composite):
    """The values of a tensor's elements: what `Tensor.load` gives.

    Python's operators work element by element, between two of one shape or with a number or traced
    value for all; so do the functions of `map`. ``v[i, j]`` is an element. It may be a variable
    that branches and loops assign.

    Attributes:
        shape: the tensor's shape.
        values: the elements, the first mode fastest.
    """

    __slots__ = ("_shape", "values")

    # NumPy's arrays leave the operation to us.
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, values: tuple[Value, ...], shape: Any) -> None:
        self.values = values
        # The compact layout of the values.
        self._shape = shape if isinstance(shape, Layout) else Layout(shape)

    def parts(self) -> tuple[Any, ...]:
        return (self._shape, *self.values)

    def rebuilt(self, parts: list[Any]) -> TensorSSA:
        return TensorSSA(tuple(parts[1:]), parts[0])

    @property
    def shape(self) -> Any:
        """The tensor's shape."""
        return self._shape.shape

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self.values[0].dtype

    @property
    def size(self) -> int:
        """Number of elements."""
        return len(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Value]:
        return iter([check_visible(v) for v in self.values])

    def __repr__(self) -> str:
        return f"<{len(self.values)} traced {self.dtype} {show(self.shape)}>"

    def __getitem__(self, index: object) -> Any:
        crd = as_tuple(index)
        if _has_traced(crd):
            raise mistake(
                "E0526",
                function="an element of a TensorSSA",
                problem="the index is traced, and values are in registers, not in memory",
                fix="store them into enigma.make_fragment_like(t) and index that",
            )
        offset = self._shape(crd)
        if isinstance(offset, Layout):
            first = _first(self._shape, crd)
            picked = tuple(self.values[first + offset(i)] for i in builtins.range(offset.size))
            return TensorSSA(picked, offset.shape)
        if not 0 <= offset < len(self.values):
            raise mistake(
                "E0523", crd=show(crd), extent=len(self.values), mode="0", layout=self._shape
            )
        return check_visible(self.values[offset])

    # Element by element.

    def map(self, function: Callable[..., Any], *others: object) -> TensorSSA:
        """`function` of each element, and of the others' elements beside it.

        Args:
            function: of one value, such as `enigma.exp`, or of several.
            others: each a TensorSSA of the same shape, or one number for all.
        """
        columns = [self._aligned(other, getattr(function, "__name__", "map")) for other in others]
        made = [function(v, *rest) for v, *rest in zip(self.values, *columns, strict=True)]
        return TensorSSA(tuple(as_value(x) for x in made), self._shape)

    def _aligned(self, other: object, function: str) -> list[Any]:
        if isinstance(other, Tensor):
            raise mistake("E0522", name=other.name)
        if not isinstance(other, TensorSSA):
            return [other] * len(self.values)
        if other._shape.shape != self._shape.shape:
            raise mistake(
                "E0525",
                function=function,
                a=show(self.shape),
                b=show(other.shape),
                fix="both operands have one shape, or one of them is a number",
            )
        return list(other.values)

    def to(self, dtype: object) -> TensorSSA:
        """The elements converted to another dtype, as `metal_cast` does."""
        target = as_dtype(dtype)
        return TensorSSA(tuple(metal_cast(v, target) for v in self.values), self._shape)

    def where(self, cond: object, other: object) -> TensorSSA:
        """These elements where `cond` holds, those of `other` elsewhere."""
        return self.map(lambda x, c, y: where_value(y, x, c), cond, other)

    def reduce(
        self, op: object = "add", init: object = None, profile: object = None
    ) -> Value | TensorSSA:
        """The elements combined, from the first to the last.

        Args:
            op: "add", "mul", "min", "max", "and", "or", "xor", or a function of two values.
            init: what to start with; else the first element.
            profile: for each mode None if it stays, anything else if it is reduced; by default all
                are, and the result is one value.
        """
        combine = _combiner(op)
        if profile is None or not isinstance(profile, tuple | list):
            return _folded(combine, list(self.values), init)
        shape = self.shape if isinstance(self.shape, tuple) else (self.shape,)
        if len(profile) != len(shape):
            raise mistake("E0504", crd=show(as_tuple(profile)), shape=show(self.shape))
        modes = [self._shape[i] for i in builtins.range(len(shape))]
        kept = [m for m, p in zip(modes, profile, strict=True) if p is None]
        gone = [m for m, p in zip(modes, profile, strict=True) if p is not None]
        if not kept or not gone:
            return self if kept else _folded(combine, list(self.values), init)
        stays = kept[0] if len(kept) == 1 else concatenated(kept)
        reduced = concatenated(gone)
        made = [
            _folded(
                combine,
                [self.values[stays(i) + reduced(j)] for j in builtins.range(reduced.size)],
                init,
            )
            for i in builtins.range(stays.size)
        ]
        return TensorSSA(tuple(made), stays.shape)

    def __bool__(self) -> NoReturn:
        raise mistake("E0102")


def _has_traced(crd: Any) -> bool:
    return any(map(_has_traced, crd)) if isinstance(crd, tuple) else isinstance(crd, Operand)


def _first(layout: Layout, crd: Any) -> int:
    """The offset of the modes that a coordinate fixes."""

    def filled(c: Any) -> Any:
        return tuple(map(filled, c)) if isinstance(c, tuple) else 0 if c is None else c

    return layout(filled(crd))  # type: ignore[no-any-return]


def _folded(combine: Callable[[Any, Any], Any], values: list[Any], init: object) -> Value:
    total = values[0] if init is None else combine(init, values[0])
    for value in values[1:]:
        total = combine(total, value)
    return total  # type: ignore[no-any-return]


_ROWS = {"add": "add", "mul": "mul", "and": "and", "or": "or", "xor": "xor"}


def _combiner(op: object) -> Callable[[Any, Any], Any]:
    if callable(op):
        return op  # type: ignore[return-value]
    if op in _ROWS:
        row = _ROWS[str(op)]
        return lambda a, b: call_row(row, (a, b))
    if op in ("min", "max"):

        def extreme(a: Any, b: Any) -> Any:
            dtype = next(x.dtype for x in (a, b) if isinstance(x, Value))
            return call_row(("f" if dtype.is_float else "i") + str(op), (a, b))

        return extreme
    raise mistake(
        "E0526",
        function="reduce",
        problem=f"there is no reduction {op!r}",
        fix="use add, mul, min, max, and, or, xor, or a function of two values",
    )


def _elementwise(name: str, *, swapped: bool = False) -> None:
    """An operator of Python's, element by element."""
    symbol = f"__{'r' if swapped else ''}{name}__"

    def operator(self: TensorSSA, other: object) -> TensorSSA:
        column = self._aligned(other, f"__{name}__")
        made = [_apply(name, v, x, swapped) for v, x in zip(self.values, column, strict=True)]
        return TensorSSA(tuple(made), self._shape)

    operator.__name__ = symbol
    setattr(TensorSSA, symbol, operator)


def _apply(name: str, value: Value, other: Any, swapped: bool) -> Value:
    import operator

    function = getattr(operator, f"__{name}__")
    return function(other, value) if swapped else function(value, other)  # type: ignore[no-any-return]


for _operator in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    _elementwise(_operator)
    _elementwise(_operator, swapped=True)
for _operator in ("lshift", "rshift", "lt", "le", "gt", "ge", "eq", "ne"):
    _elementwise(_operator)


def _unary(name: str) -> None:
    def operator(self: TensorSSA) -> TensorSSA:
        import operator as operators

        function = getattr(operators, f"__{name}__")
        return TensorSSA(tuple(function(v) for v in self.values), self._shape)

    operator.__name__ = f"__{name}__"
    setattr(TensorSSA, f"__{name}__", operator)


for _operator in ("neg", "pos", "invert", "abs"):
    _unary(_operator)
del _operator


# -- loading and storing -----------------------------------------------------------------------


def element_masks(pred: object, tensor: Tensor, function: str) -> list[Any]:
    """Whether each element takes part: b1 values, or Python bools where it is known."""
    count = tensor.size
    if pred is None:
        return [True] * count
    if isinstance(pred, TensorSSA | Predicate | Tensor):
        if product(pred.shape) != count:
            raise mistake(
                "E0525",
                function=function,
                a=show(tensor.shape),
                b=show(pred.shape),
                fix="partition the coordinates of the predicate as the tensor is",
            )
        return [pred[i] for i in builtins.range(count)]
    mask = pred if isinstance(pred, bool) else condition(pred)
    return [mask] * count


def load(tensor: Tensor, pred: object, other: object) -> TensorSSA:
    """What `Tensor.load` does."""
    check_count("a load", tensor.size)
    tensor.check_memory("a load")
    masks = element_masks(pred, tensor, "load")
    values = []
    for i, mask in enumerate(masks):
        if mask is True:
            values.append(tensor[i])
        elif mask is False:
            from enigma.conversions import stored_value

            dtype = tensor.dtype
            assert dtype is not None
            values.append(stored_value(other, dtype, "as the other value of a load"))
        else:
            buffer, place = tensor.element_place(i)
            values.append(load_if(buffer, place, mask, other))
    return TensorSSA(tuple(values), tensor.shape)


def store(tensor: Tensor, value: object, pred: object) -> None:
    """What `Tensor.store` does."""
    check_count("a store", tensor.size)
    tensor.check_memory("a store")
    if isinstance(value, Tensor):
        raise mistake("E0522", name=value.name)
    if isinstance(value, TensorSSA):
        if value.size != tensor.size:
            raise mistake(
                "E0525",
                function="store",
                a=show(tensor.shape),
                b=show(value.shape),
                fix="store as many values as the tensor has elements",
            )
        values: list[Any] = list(value)
    else:
        values = [value] * tensor.size
    for i, mask in enumerate(element_masks(pred, tensor, "store")):
        if mask is True:
            tensor[i] = values[i]
        elif mask is not False:
            buffer, place = tensor.element_place(i)
            store_if(buffer, place, values[i], mask)


# -- register tensors --------------------------------------------------------------------------


def make_fragment(layout: object, dtype: object = "float", fill: object = None) -> Tensor:
    """A tensor in the thread's own registers.

    Args:
        layout: a `Layout`, or a shape, which is laid out column-major.
        dtype: the elements' type.
        fill: what the elements are at first; None leaves them undefined.
    """
    from enigma.tiles import register_tensor

    plain = as_layout(as_tuple(layout))
    return make_tensor(register_tensor(cosize(plain), dtype, fill), plain)


def make_fragment_like(source: object, dtype: object = None, fill: object = None) -> Tensor:
    """A register tensor with the shape of a tensor, laid out densely in the order of its strides.

    Args:
        source: a tensor, or a layout.
        dtype: the elements' type; that of the tensor if it is left out.
        fill: what the elements are at first; None leaves them undefined.
    """
    if dtype is None:
        element = getattr(source, "dtype", None)
        if not isinstance(element, DType):
            raise mistake(
                "E0526",
                function="make_fragment_like",
                problem="the elements have no dtype",
                fix='say it: make_fragment_like(t, "float")',
            )
        dtype = element
    plain = (
        as_layout(source) if isinstance(source, Layout) else as_tensor(source, "make_fragment_like")
    )
    return make_fragment(_dense_like(plain.shape, plain.stride), dtype, fill)


def _dense_like(shape: Any, stride: Any) -> Layout:
    """The dense layout of a shape in the order of some strides; what repeats stays one element."""
    flat = list(zip(leaves(shape), leaves(stride), strict=True))

    def rank_of(i: int) -> tuple[int, int]:
        step = flat[i][1]
        return (step if isinstance(step, int) else 1, i)

    made = [0] * len(flat)
    current = 1
    for i in sorted(builtins.range(len(flat)), key=rank_of):
        extent, step = flat[i]
        if extent > 1 and not (isinstance(step, int) and step == 0):
            made[i] = current
            current *= extent
    from enigma.int_tuples import unflatten

    return Layout(shape, unflatten(made, shape))


def full(shape: object, value: object, dtype: object = "float") -> TensorSSA:
    """Values of a shape that are all one number."""
    profile = check_shape(getattr(shape, "shape", shape))
    check_count("full", product(profile))
    element = metal_cast(value, as_dtype(dtype))
    return TensorSSA((element,) * product(profile), profile)


def full_like(source: object, value: object, dtype: object = None) -> TensorSSA:
    """Values of a tensor's (or TensorSSA's) shape and dtype that are all one number."""
    return full(source.shape, value, dtype or source.dtype)  # type: ignore[attr-defined]
