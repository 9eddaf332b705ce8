"""libenigma through ctypes: kernels of a metallib loaded once and run in this process."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ENIGMA_BUILD", ROOT / "build"))
LIBRARY = BUILD / "src/capi" / "libenigma.so"

BOOL, INT, UINT, FLOAT = range(4)


class _Value(ctypes.Union):
    _fields_ = (
        ("as_bool", ctypes.c_bool),
        ("as_int", ctypes.c_int64),
        ("as_uint", ctypes.c_uint64),
        ("as_float", ctypes.c_double),
    )


class _Constant(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("index", ctypes.c_uint32),
        ("kind", ctypes.c_int),
        ("value", _Value),
    )


class _Buffer(ctypes.Structure):
    _fields_ = (
        ("location", ctypes.c_uint32),
        ("bytes", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
    )


class _ThreadgroupMemory(ctypes.Structure):
    _fields_ = (("location", ctypes.c_uint32), ("size", ctypes.c_uint32))


class _Dispatch(ctypes.Structure):
    _fields_ = (
        ("struct_size", ctypes.c_size_t),
        ("grid", ctypes.c_uint32 * 3),
        ("threadgroup", ctypes.c_uint32 * 3),
        ("buffers", ctypes.POINTER(_Buffer)),
        ("buffer_count", ctypes.c_size_t),
        ("threadgroup_memory", ctypes.POINTER(_ThreadgroupMemory)),
        ("threadgroup_memory_count", ctypes.c_size_t),
        ("workers", ctypes.c_uint32),
    )


_OPAQUE = ctypes.c_void_p
_ERROR = ctypes.POINTER(_OPAQUE)
_SIGNATURES = {
    "enigma_error_message": (ctypes.c_char_p, [_OPAQUE]),
    "enigma_error_destroy": (None, [_OPAQUE]),
    "enigma_device_create": (_OPAQUE, [_ERROR]),
    "enigma_device_destroy": (None, [_OPAQUE]),
    "enigma_library_open": (_OPAQUE, [_OPAQUE, ctypes.c_char_p, _ERROR]),
    "enigma_library_function_count": (ctypes.c_size_t, [_OPAQUE]),
    "enigma_library_function_name": (ctypes.c_char_p, [_OPAQUE, ctypes.c_size_t]),
    "enigma_library_destroy": (None, [_OPAQUE]),
    "enigma_kernel_create": (
        _OPAQUE,
        [_OPAQUE, ctypes.c_char_p, ctypes.POINTER(_Constant), ctypes.c_size_t, _ERROR],
    ),
    "enigma_kernel_destroy": (None, [_OPAQUE]),
    "enigma_kernel_dispatch": (ctypes.c_bool, [_OPAQUE, ctypes.POINTER(_Dispatch), _ERROR]),
}


class DeviceError(Exception):
    """What libenigma said."""


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(os.fspath(LIBRARY))
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


_enigma: ctypes.CDLL | None = None


def _call(name: str, *arguments: object) -> object:
    """Call a function that ends with `enigma_error **`; its error becomes an exception."""
    assert _enigma
    error = _OPAQUE()
    result = getattr(_enigma, name)(*arguments, ctypes.byref(error))
    if error:
        message = _enigma.enigma_error_message(error).decode()
        _enigma.enigma_error_destroy(error)
        raise DeviceError(message)
    return result


def _constant(key: int | str, value: bool | int | float) -> _Constant:
    constant = _Constant()
    if isinstance(key, str):
        constant.name = key.encode()
    else:
        constant.index = key
    if isinstance(value, bool):
        constant.kind, constant.value.as_bool = BOOL, value
    elif isinstance(value, int):
        constant.kind, constant.value.as_int = INT, value
    else:
        constant.kind, constant.value.as_float = FLOAT, value
    return constant


class Kernel:
    """A function compiled for the host."""

    def __init__(self, handle: object) -> None:
        self._handle = handle

    def __del__(self) -> None:
        if _enigma:
            _enigma.enigma_kernel_destroy(self._handle)

    def dispatch(
        self,
        grid: Sequence[int],
        threadgroup: Sequence[int],
        buffers: Mapping[int, np.ndarray],
        threadgroup_memory: Mapping[int, int] | None = None,
    ) -> None:
        """Run `grid` threads; buffers are written in place."""
        memory = threadgroup_memory or {}
        bound = (_Buffer * len(buffers))(
            *(_Buffer(at, array.ctypes.data, array.nbytes) for at, array in buffers.items())
        )
        sized = (_ThreadgroupMemory * len(memory))(
            *(_ThreadgroupMemory(at, size) for at, size in memory.items())
        )
        launch = _Dispatch(
            struct_size=ctypes.sizeof(_Dispatch),
            grid=(ctypes.c_uint32 * 3)(*grid),
            threadgroup=(ctypes.c_uint32 * 3)(*threadgroup),
            buffers=bound,
            buffer_count=len(buffers),
            threadgroup_memory=sized,
            threadgroup_memory_count=len(memory),
        )
        _call("enigma_kernel_dispatch", self._handle, ctypes.byref(launch))


class Library:
    """A metallib."""

    def __init__(self, path: Path) -> None:
        global _enigma
        _enigma = _enigma or _load()
        self.path = path
        self._compiled: dict[str, Kernel] = {}
        device = _call("enigma_device_create")
        try:
            self._handle = _call("enigma_library_open", device, os.fsencode(path))
        finally:
            _enigma.enigma_device_destroy(device)

    def __del__(self) -> None:
        if _enigma and hasattr(self, "_handle"):
            _enigma.enigma_library_destroy(self._handle)

    def functions(self) -> list[str]:
        assert _enigma
        count = _enigma.enigma_library_function_count(self._handle)
        return [
            _enigma.enigma_library_function_name(self._handle, i).decode() for i in range(count)
        ]

    def kernel(
        self, name: str, constants: Mapping[int | str, bool | int | float] | None = None
    ) -> Kernel:
        """A function, compiled once where there are no constants."""
        if constants is None and name in self._compiled:
            return self._compiled[name]
        given = [_constant(key, value) for key, value in (constants or {}).items()]
        array = (_Constant * len(given))(*given)
        kernel = Kernel(
            _call("enigma_kernel_create", self._handle, name.encode(), array, len(given))
        )
        if constants is None:
            self._compiled[name] = kernel
        return kernel
