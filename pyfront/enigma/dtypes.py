"""Scalar element types: the rows of the dtype table as Python objects."""

from __future__ import annotations

from enigma._optable import DTYPES
from enigma.errors import mistake


class DType:
    """A scalar element type, such as ``enigma.f32`` (also ``enigma.Float32``, ``"float"``).

    As an annotation it is a buffer of that type; ``enigma.f32[M, N]`` is a buffer with a shape.
    Called in a kernel, ``enigma.f32(x)`` is ``enigma.metal_cast(x, enigma.f32)``.

    Attributes:
        name: the name in traces and manifests, ``"f32"``.
        metal: Metal's name, ``"float"``.
        bytes: the size of an element.
        is_float, is_integer, is_signed, is_bool: what it is; b1 is neither float nor integer.
        low, high: the range of values that it can hold.
    """

    __slots__ = (
        "bytes",
        "class_name",
        "high",
        "is_bool",
        "is_float",
        "is_integer",
        "is_signed",
        "low",
        "metal",
        "name",
    )

    def __init__(self, name: str, class_name: str, metal: str, size: int, kind: str) -> None:
        self.name = name
        self.class_name = class_name
        self.metal = metal
        self.bytes = size
        self.is_float = kind in ("Float", "BFloat")
        self.is_integer = kind in ("SignedInt", "UnsignedInt")
        self.is_signed = kind == "SignedInt" or self.is_float
        self.is_bool = kind == "Bool"
        self.low: int | float
        self.high: int | float
        if self.is_float:
            self.high = _LARGEST_FLOAT[name]
            self.low = -self.high
        else:
            bits = 1 if self.is_bool else size * 8
            self.low = -(1 << bits - 1) if kind == "SignedInt" else 0
            self.high = (1 << bits - 1) - 1 if kind == "SignedInt" else (1 << bits) - 1

    def __repr__(self) -> str:
        return f"enigma.{self.name}"

    def __str__(self) -> str:
        return self.name

    def __reduce__(self) -> str:
        # There is one object for each dtype; copying and pickling keep it so.
        return self.name

    def __getitem__(self, shape: object) -> object:
        """A buffer parameter with a static shape: ``enigma.f32[M, N]``."""
        from enigma.parameters import BufferType

        return BufferType(self, shape)

    def __call__(self, x: object) -> object:
        """``enigma.metal_cast(x, self)``."""
        from enigma.conversions import metal_cast

        return metal_cast(x, self)


# The largest finite values; a literal beyond them is out of range.
_LARGEST_FLOAT = {
    "f32": 3.4028234663852886e38,
    "f16": 65504.0,
    "bf16": 3.3895313892515355e38,
}

BY_NAME: dict[str, DType] = {
    row.name: DType(row.name, row.cls, row.metal, row.bytes, row.kind) for row in DTYPES
}

# Everything that a string may say: our names, the classes' and Metal's.
_SPELLINGS: dict[str, DType] = {}
for _dtype in BY_NAME.values():
    for _spelling in (_dtype.name, _dtype.class_name, _dtype.metal):
        _SPELLINGS[_spelling] = _dtype
del _dtype, _spelling

f32, f16, bf16 = BY_NAME["f32"], BY_NAME["f16"], BY_NAME["bf16"]
i8, u8, i16, u16 = BY_NAME["i8"], BY_NAME["u8"], BY_NAME["i16"], BY_NAME["u16"]
i32, u32, i64, u64 = BY_NAME["i32"], BY_NAME["u32"], BY_NAME["i64"], BY_NAME["u64"]
b1 = BY_NAME["b1"]

# What an annotation such as `float` means, as literals do: Python's own types.
_PYTHON_TYPES: dict[object, DType] = {float: f32, int: i32, bool: b1}


def find_dtype(spelling: object) -> DType | None:
    """The dtype that an object or string means, or None."""
    if isinstance(spelling, DType):
        return spelling
    if isinstance(spelling, str):
        return _SPELLINGS.get(spelling)
    if isinstance(spelling, type):
        return _PYTHON_TYPES.get(spelling)
    return None


def as_dtype(spelling: object) -> DType:
    """The dtype that an object or string means; anything else is an error."""
    dtype = find_dtype(spelling)
    if dtype is None:
        raise mistake("E0110", value=repr(spelling), known=", ".join(BY_NAME))
    return dtype


def unsigned_of(dtype: DType) -> DType:
    """The unsigned integer of an integer's width."""
    return BY_NAME[f"u{dtype.bytes * 8}"]


# The classes of the op table's signatures (OpTable.td).
_FLOATS = (f32, f16)
_INTEGERS = (i8, u8, i16, u16, i32, u32, i64, u64)
CLASSES: dict[str, tuple[DType, ...]] = {
    "float": _FLOATS,
    "anyfloat": (*_FLOATS, bf16),
    "sint": tuple(t for t in _INTEGERS if t.is_signed),
    "uint": tuple(t for t in _INTEGERS if not t.is_signed),
    "int": _INTEGERS,
    "arith": (*_FLOATS, bf16, *_INTEGERS),
    "laneint": tuple(t for t in _INTEGERS if t.bytes <= 4),
    "lane": (*_FLOATS, bf16, *(t for t in _INTEGERS if t.bytes <= 4)),
    "bits": (*_INTEGERS, b1),
    "any": tuple(BY_NAME.values()),
}
