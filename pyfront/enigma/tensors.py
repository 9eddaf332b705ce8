"""Tensors: memory seen through a layout, and coordinates seen through one.

A tensor is an engine (a buffer, threadgroup memory, a register tensor, a stage of a pipeline), a
layout and an offset. Indexing gives elements, None keeps modes, as in CuTe. What the layout says is
computed while tracing; what remains is ``base + constant`` with one multiplication for each traced
coordinate, and divisions only where one traced integer addresses several modes.
"""

from __future__ import annotations

from enigma.conversions import convert, literal_dtype
from enigma.dtypes import DType, i64, u32
from enigma.errors import Note, mistake
from enigma.int_tuples import as_tuple, leaves, product, show
from enigma.layout_algebra import _merged
from enigma.layouts import (
    Basis,
    Layout,
    as_layout,
    cosize,
    make_identity_layout,
    sliced,
)
from enigma.memory import Buffer, element_count
from enigma.swizzles import Swizzle, SwizzledLayout
from enigma.values import Composite, Operand, Value, read_operand

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from enigma.fragments import TensorSSA

Path = tuple[int, ...]

# Offsets beyond this are computed in 64 bits.
_MAX_OFFSET = (1 << 31) - 1


class Place:
    """An offset, or one component of a coordinate: what is traced, and a constant."""

    __slots__ = ("base", "start")

    def __init__(self, base: Value | None = None, start: int = 0) -> None:
        self.base = base
        self.start = start

    def plus(self, other: Place) -> Place:
        """The sum, with the constants together."""
        base = self.base
        if base is None:
            base = other.base
        elif other.base is not None:
            base = base + other.base
        return Place(base, self.start + other.start)

    def value(self) -> Value | int:
        """As one number."""
        if self.base is None:
            return self.start
        return self.base + self.start if self.start else self.base


def _as_place(number: Any) -> Place:
    return Place(number) if isinstance(number, Value) else Place(None, number)


Places = dict[Path, Place]


def _added(a: Places, b: Places) -> Places:
    """The sum of two offsets, component by component."""
    total = dict(a)
    for path, place in b.items():
        total[path] = total[path].plus(place) if path in total else place
    return total


class JitBuffer:
    """The memory behind a tensor of a jit function, while no kernel is being traced.

    Attributes:
        name: what the manifest calls it.
        index: its `[[buffer(index)]]`, or None where the kernel decides.
        dtype: the elements' type.
        size: how many elements it has.
    """

    __slots__ = ("dtype", "index", "intermediate", "layout", "location", "name", "size")

    space = "device"

    def __init__(
        self,
        name: str,
        index: int | None,
        dtype: DType,
        layout: Layout,
        location: Any,
        *,
        intermediate: bool = False,
    ) -> None:
        self.name = name
        self.index = index
        self.dtype = dtype
        self.layout = layout
        self.size = cosize(layout)
        self.location = location
        self.intermediate = intermediate

    def __getitem__(self, index: object) -> NoReturn:
        raise mistake("E0101", what=f"an element of tensor '{self.name}'")

    __setitem__ = __getitem__  # type: ignore[assignment]


class Coordinates:
    """The engine of an identity tensor: there is no memory, elements are coordinates."""

    __slots__ = ()

    name = "coordinates"
    space = "none"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Coordinates)

    __hash__ = None  # type: ignore[assignment]


class Tensor(Composite):
    """Memory seen through a layout.

    ``t[i, j]`` reads an element and ``t[i, j] = x`` writes it; coordinates nest as the shape does,
    and one integer may stand for all modes together (the first is fastest). ``t[None, j]`` or
    ``t[:, j]`` is the tensor of the modes that are kept. Integers may be traced.

    Args:
        name, index, dtype, layout: as an argument of `enigma.export`, a tensor of a jit function:
            its name, its ``[[buffer(index)]]``, and a `Layout` or a shape. Kernels make theirs with
            `make_tensor`.

    Attributes:
        layout: the layout; of a swizzled tensor a `SwizzledLayout`.
        shape, stride: those of the layout.
        dtype: the elements' type; None for coordinates.
        engine: the memory behind it.
    """

    __slots__ = ("_origin", "_places", "_plain", "_swizzle", "_wide", "engine")

    # NumPy's arrays leave the operation to us.
    __array_ufunc__ = None

    def __init__(self, name: str, index: int, dtype: object, layout: object) -> None:
        from enigma.jit_functions import argument_buffer

        engine = argument_buffer(name, index, dtype, layout)
        self._set(engine, engine.layout, {(): Place()}, None, 0)

    def _set(
        self,
        engine: Any,
        layout: Layout,
        places: Places,
        swizzle: Swizzle | None,
        origin: Value | int,
    ) -> None:
        self.engine = engine
        self._plain = layout
        # By the mode of a coordinate; memory has the path () alone.
        self._places = places
        self._swizzle = swizzle
        # What is added after the swizzle: where the swizzled memory starts.
        self._origin = origin
        self._wide = False

    @classmethod
    def of(
        cls,
        engine: Any,
        layout: Layout,
        places: Places,
        swizzle: Swizzle | None = None,
        origin: Value | int = 0,
        *,
        wide: bool = False,
    ) -> Tensor:
        """A tensor of parts that are known to be good."""
        tensor = cls.__new__(cls)
        tensor._set(engine, layout, places, swizzle, origin)
        tensor._wide = wide
        return tensor

    def with_layout(self, layout: Layout, places: Places | None = None) -> Tensor:
        """The same memory through another layout, from the same place or a later one."""
        moved = self._places if places is None else _added(self._places, places)
        return Tensor.of(self.engine, layout, moved, self._swizzle, self._origin, wide=self._wide)

    def on(self, engine: Buffer) -> Tensor:
        """The tensor over other memory: that of the kernel that a jit function gives it to."""
        return Tensor.of(
            engine,
            self._plain,
            self._places,
            self._swizzle,
            self._origin,
            wide=cosize(self._plain) + self._places[()].start > _MAX_OFFSET,
        )

    # Parts, for variables that branches and loops assign.

    def parts(self) -> tuple[Any, ...]:
        fixed = _Constants(self.engine, self._plain, self._swizzle, self._wide, tuple(self._places))
        # An offset that is constant on one path may be traced on another.
        offsets = [(0 if p.base is None else p.base, p.start) for p in self._places.values()]
        return (fixed, self._origin, *offsets)

    def rebuilt(self, parts: list[Any]) -> Tensor:
        fixed, origin, *offsets = parts

        def settled(number: Any) -> Any:
            # A variable that starts at a constant offset.
            weak = number.weak if isinstance(number, Value) else None
            if weak is not None:
                weak.become(i64 if fixed.wide else u32)
            return number

        places = {
            path: Place().plus(_as_place(settled(base))).plus(_as_place(settled(start)))
            for path, (base, start) in zip(fixed.paths, offsets, strict=True)
        }
        return Tensor.of(
            fixed.engine, fixed.layout, places, fixed.swizzle, settled(origin), wide=fixed.wide
        )

    # What it looks like.

    @property
    def layout(self) -> Layout | SwizzledLayout:
        """The layout; a traced offset is not part of it."""
        if self._swizzle is None:
            return self._plain
        return SwizzledLayout(self._swizzle, self._plain, self._places[()].start)

    @property
    def shape(self) -> Any:
        """The layout's shape."""
        return self._plain.shape

    @property
    def stride(self) -> Any:
        """The layout's stride."""
        return self._plain.stride

    @property
    def size(self) -> int:
        """Number of coordinates."""
        return self._plain.size

    @property
    def dtype(self) -> DType | None:
        """The elements' type; None for coordinates."""
        return None if self.is_identity else self.engine.dtype

    @property
    def element_type(self) -> DType | None:
        """`dtype` under another name."""
        return self.dtype

    @property
    def space(self) -> str:
        """Whose memory it is: "device", "threadgroup", "thread"; "none" for coordinates."""
        return str(self.engine.space)

    @property
    def is_identity(self) -> bool:
        """Whether its elements are coordinates, not memory."""
        return isinstance(self.engine, Coordinates)

    @property
    def name(self) -> str:
        """What errors call it: its memory's name."""
        return str(self.engine.name)

    def __repr__(self) -> str:
        dtype = "" if self.is_identity else f" {self.dtype}"
        return f"<tensor {self.name}:{dtype} {self.layout}>"

    def __len__(self) -> int:
        return len(self._plain)

    def __iter__(self) -> NoReturn:
        raise mistake(
            "E0526",
            function=f"iteration over tensor '{self.name}'",
            problem="elements are not iterated",
            fix="index them: for i in enigma.range_constexpr(t.size): … t[i]",
        )

    def __bool__(self) -> bool:
        return True

    # Indexing.

    def __getitem__(self, index: object) -> Any:
        crd = self._coordinate(index)
        if _keeps_modes(crd):
            places = _added(self._places, placed(self._plain, crd, self._wide))
            kept = sliced(self._plain, crd)
            return Tensor.of(
                self.engine, kept, places, self._swizzle, self._origin, wide=self._wide
            )
        places = _added(self._places, placed(self._plain, crd, self._wide))
        if self.is_identity:
            return _as_coordinate(places)
        return self.engine[self._offset(places)]

    def __setitem__(self, index: object, value: object) -> None:
        if self.is_identity:
            raise mistake(
                "E0526",
                function="a store",
                problem="coordinates are not memory",
                fix="store into a tensor made by enigma.make_tensor",
            )
        crd = self._coordinate(index)
        if _keeps_modes(crd):
            self[index].store(value)
            return
        self.engine[self.element_place(index)[1]] = value

    def element_place(self, index: object) -> tuple[Buffer, Value | int]:
        """The buffer of an element, and its number in it."""
        crd = self._coordinate(index)
        if _keeps_modes(crd):
            raise mistake("E0524", what=show(crd))
        self.check_memory("an element")
        places = _added(self._places, placed(self._plain, crd, self._wide))
        return self.engine, self._offset(places)

    def check_memory(self, what: str) -> Buffer:
        """The buffer behind the tensor."""
        if isinstance(self.engine, Buffer):
            return self.engine
        if isinstance(self.engine, JitBuffer):
            raise mistake("E0101", what=f"{what} of tensor '{self.name}'")
        raise mistake(
            "E0526",
            function=what,
            problem="coordinates are not memory",
            fix="use a tensor made by enigma.make_tensor",
        )

    def start_offset(self) -> Value | int:
        """The number of the element at coordinate 0."""
        return self._offset(self._places)

    @property
    def swizzle(self) -> Swizzle | None:
        """What permutes the offsets, or None."""
        return self._swizzle

    def _offset(self, places: Places) -> Value | int:
        offset = places[()].value()
        if self._swizzle is None:
            return offset
        offset = self._swizzle(offset)
        if type(self._origin) is int and self._origin == 0:
            return offset
        return self._origin + offset

    def _coordinate(self, index: object) -> Any:
        """The coordinate that an index is, checked against the shape."""
        crd = read_coordinate(index)
        shape = self._plain.shape
        if isinstance(crd, tuple) and len(crd) == 1 and not isinstance(shape, tuple):
            crd = crd[0]
        self._check_bounds(crd, shape, ())
        return crd

    def _check_bounds(self, crd: Any, shape: Any, path: Path) -> None:
        if crd is None:
            return
        if isinstance(crd, tuple):
            if not isinstance(shape, tuple) or len(shape) != len(crd):
                raise mistake("E0504", crd=show(shown(crd)), shape=show(shape))
            for i, (c, s) in enumerate(zip(crd, shape, strict=True)):
                self._check_bounds(c, s, (*path, i))
        elif type(crd) is int:
            extent = product(shape)
            if not 0 <= crd < extent:
                mode = "".join(f"[{i}]" for i in path) if path else "0"
                raise mistake("E0523", crd=crd, extent=extent, mode=mode, layout=self.layout)

    # Loading and storing: recorded element by element, in the order of the coordinates.

    def load(self, pred: object = None, other: object = 0) -> TensorSSA:
        """All elements as values.

        Args:
            pred: which elements are read: a `predicate`, or values of b1 of the same shape.
            other: what the others are.
        """
        from enigma.fragments import load

        return load(self, pred, other)

    def store(self, value: object, pred: object = None) -> None:
        """Write all elements.

        Args:
            value: a `TensorSSA` of the same shape, or one number for all.
            pred: which elements are written: a `predicate`, or values of b1 of the same shape.
        """
        from enigma.fragments import store

        store(self, value, pred)

    def fill(self, value: object) -> None:
        """Write one number to all elements."""
        self.store(value)


class _Constants:
    """The parts of a tensor that no branch or loop may change."""

    __slots__ = ("engine", "layout", "paths", "swizzle", "wide")

    def __init__(self, *parts: Any) -> None:
        self.engine, self.layout, self.swizzle, self.wide, self.paths = parts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Constants):
            return NotImplemented
        return (self.engine is other.engine or self.engine == other.engine) and all(
            getattr(self, name) == getattr(other, name)
            for name in ("layout", "swizzle", "wide", "paths")
        )

    __hash__ = None  # type: ignore[assignment]


def _refuse_arithmetic(name: str) -> None:
    def operator(self: Tensor, *operands: object) -> NoReturn:
        raise mistake("E0522", name=self.name)

    operator.__name__ = name
    setattr(Tensor, name, operator)


for _operator in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    _refuse_arithmetic(f"__{_operator}__")
    _refuse_arithmetic(f"__r{_operator}__")
for _operator in ("lt", "le", "gt", "ge", "neg", "abs", "invert", "index", "float", "int"):
    _refuse_arithmetic(f"__{_operator}__")
del _operator


# -- coordinates -------------------------------------------------------------------------------


def read_coordinate(index: object) -> Any:
    """An index with None for kept modes, Python ints and traced integers."""
    if isinstance(index, tuple | list):
        return tuple(read_coordinate(e) for e in index)
    if index is None or (isinstance(index, slice) and index == slice(None)):
        return None
    if isinstance(index, slice | str | Tensor) or index is Ellipsis:
        words = {slice: "a range of a slice", str: "a string", Tensor: "a tensor"}
        raise mistake("E0524", what=words.get(type(index), "`...`"))
    operand = read_operand(index, "a coordinate")
    dtype = operand.dtype if isinstance(operand, Value) else literal_dtype(operand)
    if dtype.width > 1 or dtype.is_float or dtype.is_bool:
        raise mistake("E0524", what=f"a {dtype}")
    if not isinstance(operand, Value):
        return int(operand)
    if dtype.bytes < 4:  # what is computed with it does not wrap
        from enigma.tiles import integer

        return integer(operand, "a tensor", "a coordinate")
    return operand


def _keeps_modes(crd: Any) -> bool:
    return any(_keeps_modes(c) for c in crd) if isinstance(crd, tuple) else crd is None


def shown(crd: Any) -> Any:
    """A coordinate as an error shows it."""
    if isinstance(crd, tuple):
        return tuple(map(shown, crd))
    return crd if crd is None or type(crd) is int else "traced"


def placed(layout: Layout, crd: Any, wide: bool = False) -> Places:
    """What a coordinate adds to the offset; modes at None add nothing."""
    total: dict[Path, Place] = {}

    def add(c: Any, stride: Any) -> None:
        path: Path = ()
        if isinstance(stride, Basis):
            path, stride = stride.path, stride.value
        if isinstance(c, Value):
            term = Place(c if stride == 1 else c * stride)
        else:
            term = Place(None, c * stride)
        total[path] = total[path].plus(term) if path in total else term

    def visit(c: Any, shape: Any, stride: Any) -> None:
        if c is None:
            return
        if isinstance(c, tuple):
            for part, s, d in zip(c, shape, stride, strict=True):
                visit(part, s, d)
            return
        modes = _merged(list(zip(leaves(shape), leaves(stride), strict=True)))
        if isinstance(c, Value):
            c = convert(c, i64) if wide else unsigned(c)
        for i, (s, d) in enumerate(modes):
            part = c
            if i < len(modes) - 1:
                c, part = c // s, c % s
            if not (type(d) is int and d == 0) and not (isinstance(part, Value) and s == 1):
                add(part, d)

    visit(crd, layout.shape, layout.stride)
    return total


def unsigned(c: Value) -> Value:
    """A coordinate as u32: offsets are of one type, and unsigned division is less work."""
    return convert(c, u32)


def _as_coordinate(places: Places) -> Any:
    """The coordinate that the components of an identity tensor's offset are."""

    def build(prefix: Path) -> Any:
        if prefix in places:
            return places[prefix].value()
        inner = [p[len(prefix)] for p in places if p[: len(prefix)] == prefix]
        return tuple(build((*prefix, i)) for i in range(max(inner) + 1))

    return build(())


# -- construction ------------------------------------------------------------------------------


def make_tensor(memory: object, layout: object, offset: object = 0) -> Tensor:
    """Memory seen through a layout.

    Args:
        memory: a buffer, threadgroup memory, a register tensor, a stage of a pipeline; or a tensor,
            whose first element is where the new one starts.
        layout: a `Layout` or `SwizzledLayout`, or a shape, which is laid out column-major.
        offset: where the tensor starts in the memory, in elements.

    Raises:
        EnigmaError: the layout reaches beyond memory whose size is known.
    """
    from enigma.tiles import Stage, integer

    start = integer(offset, "make_tensor", "offset")
    swizzle = None
    if isinstance(layout, SwizzledLayout):
        swizzle = layout.swizzle
        plain, inner = layout.layout, layout.offset
    else:
        plain, inner = as_layout(as_tuple(layout)), 0
    reach = cosize(layout if swizzle is not None else plain)
    if isinstance(memory, Tensor):
        if memory.swizzle is not None:
            raise mistake(
                "E0526",
                function="make_tensor",
                problem=f"'{memory.name}' is swizzled",
                fix="make the tensor from the memory itself",
            )
        memory.check_memory("make_tensor")
        first = memory.start_offset()
        engine: Any = memory.engine
    elif isinstance(memory, Stage):
        engine, first = memory.buffer, memory.offset
    elif isinstance(memory, Buffer):
        engine, first = memory, 0
    else:
        kind = "a traced value" if isinstance(memory, Operand) else type(memory).__name__
        raise mistake(
            "E0526",
            function="make_tensor",
            problem=f"the memory is {kind}",
            fix="give a buffer parameter, threadgroup memory or a register tensor",
        )
    origin = _constant_sum(first, start)
    _check_reach(engine, layout if swizzle is not None else plain, origin, reach)
    wide = reach > _MAX_OFFSET or (type(origin) is int and origin + reach > _MAX_OFFSET)
    if swizzle is not None:
        return Tensor.of(engine, plain, {(): Place(None, inner)}, swizzle, origin, wide=wide)
    place = _as_place(origin)
    return Tensor.of(engine, plain, {(): place}, wide=wide)


def _constant_sum(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int:
        return a + b
    return b if type(a) is int and a == 0 else a if type(b) is int and b == 0 else a + b


def _check_reach(engine: Buffer, layout: object, start: Value | int, reach: int) -> None:
    if engine.shape is None:
        return
    size = element_count(engine.shape)
    first = start if type(start) is int else 0
    if first + reach > size:
        raise mistake(
            "E0521",
            layout=layout,
            start=start if type(start) is int else "a traced offset",
            last=first + reach - 1,
            name=engine.name,
            size=size,
            notes=(Note(f"'{engine.name}' is made here", engine.location),),
        )


def make_identity_tensor(shape: object) -> Tensor:
    """A tensor whose elements are their own coordinates, for predicates: ``c[i, j] == (i, j)``.

    Tiled and partitioned as the tensor that it goes with, it says where in it an element is.
    """
    layout = make_identity_layout(getattr(shape, "shape", shape))
    return Tensor.of(Coordinates(), layout, {step.path: Place() for step in leaves(layout.stride)})


def threadgroup_tensor(layout: object, dtype: object = "float") -> Tensor:
    """A tensor in threadgroup memory of its own; undefined until written.

    Args:
        layout: a `Layout` or `SwizzledLayout`, or a shape, which is laid out column-major.
        dtype: the elements' type.
    """
    from enigma.memory import threadgroup_alloc

    if not isinstance(layout, SwizzledLayout):
        layout = as_layout(as_tuple(layout))
    return make_tensor(threadgroup_alloc(dtype, cosize(layout)), layout)


def as_tensor(x: object, function: str) -> Tensor:
    """The tensor that an argument is."""
    if isinstance(x, Tensor):
        return x
    kind = "a traced value" if isinstance(x, Operand) else type(x).__name__
    fix = "make one: enigma.make_tensor(buffer, layout)"
    raise mistake("E0526", function=function, problem=f"{kind} is no tensor", fix=fix)
