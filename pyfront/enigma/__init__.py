"""The Enigma kernel language: GPU kernels in Python, compiled ahead of time to Metal.

    import enigma

    @enigma.kernel(block=256)
    def add(A: enigma.f32, B: enigma.f32, C: enigma.f32):
        i = enigma.thread_position_in_grid()
        C[i] = A[i] + B[i]

``enigmac add.py -o out/`` compiles the module. The language is described in docs/language.md.
"""

from __future__ import annotations

from enigma import arch as arch
from enigma.control_flow import (
    for_range,
    if_,
    range,
    range_constexpr,
    unroll,
    while_,
)
from enigma.conversions import as_type, metal_cast
from enigma.defines import define
from enigma.dtypes import BY_NAME as _BY_NAME
from enigma.dtypes import VECTORS as _VECTORS
from enigma.dtypes import DType
from enigma.errors import EnigmaError
from enigma.functions import abs, row_functions, where
from enigma.kernels import Kernel, export, kernel
from enigma.memory import (
    Buffer,
    atomic_fetch_add,
    atomic_fetch_and,
    atomic_fetch_max,
    atomic_fetch_min,
    atomic_fetch_or,
    atomic_fetch_sub,
    atomic_fetch_xor,
    barrier,
    load_if,
    mem_device,
    mem_device_and_threadgroup,
    mem_none,
    mem_texture,
    mem_threadgroup,
    simd_barrier,
    store_if,
    threadgroup_alloc,
)
from enigma.packing import (
    pack_float_to_snorm2x16,
    pack_float_to_snorm4x8,
    pack_float_to_srgb_unorm4x8,
    pack_float_to_unorm2x16,
    pack_float_to_unorm4x8,
    pack_float_to_unorm10a2,
    unpack_snorm2x16_to_float,
    unpack_snorm4x8_to_float,
    unpack_srgb_unorm4x8_to_float,
    unpack_unorm2x16_to_float,
    unpack_unorm4x8_to_float,
    unpack_unorm10a2_to_float,
)
from enigma.parameters import In, Out, Scalar
from enigma.thread_queries import QUERIES as _QUERIES
from enigma.thread_queries import thread_position_in_grid_xyz
from enigma.values import Carry, Value
from enigma.vectors import MAKERS as _MAKERS
from enigma.vectors import all, any, load_vec, make_vec, store_vec, vec_extract, vec_insert

cast = metal_cast

_generated: dict[str, object] = {
    **{dtype.name: dtype for dtype in _BY_NAME.values()},
    **{dtype.class_name: dtype for dtype in _BY_NAME.values()},
    **_VECTORS,
    **_QUERIES,
    **row_functions(),
    **_MAKERS,
}
globals().update(_generated)

__all__ = [
    "Buffer",
    "Carry",
    "DType",
    "EnigmaError",
    "In",
    "Kernel",
    "Out",
    "Scalar",
    "Value",
    "abs",
    "all",
    "any",
    "arch",
    "as_type",
    "atomic_fetch_add",
    "atomic_fetch_and",
    "atomic_fetch_max",
    "atomic_fetch_min",
    "atomic_fetch_or",
    "atomic_fetch_sub",
    "atomic_fetch_xor",
    "barrier",
    "cast",
    "define",
    "export",
    "for_range",
    "if_",
    "kernel",
    "load_if",
    "load_vec",
    "make_vec",
    "mem_device",
    "mem_device_and_threadgroup",
    "mem_none",
    "mem_texture",
    "mem_threadgroup",
    "metal_cast",
    "pack_float_to_snorm2x16",
    "pack_float_to_snorm4x8",
    "pack_float_to_srgb_unorm4x8",
    "pack_float_to_unorm10a2",
    "pack_float_to_unorm2x16",
    "pack_float_to_unorm4x8",
    "range",
    "range_constexpr",
    "simd_barrier",
    "store_if",
    "store_vec",
    "thread_position_in_grid_xyz",
    "threadgroup_alloc",
    "unpack_snorm2x16_to_float",
    "unpack_snorm4x8_to_float",
    "unpack_srgb_unorm4x8_to_float",
    "unpack_unorm10a2_to_float",
    "unpack_unorm2x16_to_float",
    "unpack_unorm4x8_to_float",
    "unroll",
    "vec_extract",
    "vec_insert",
    "where",
    "while_",
    *_generated,
]
