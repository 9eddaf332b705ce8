"""The Enigma kernel language: GPU kernels in Python, compiled ahead of time to Metal.

    import enigma

    @enigma.kernel(block=256)
    def add(A: enigma.f32, B: enigma.f32, C: enigma.f32):
        i = enigma.thread_position_in_grid()
        C[i] = A[i] + B[i]

``enigmac add.py -o out/`` compiles the module. The language is described in docs/language.md.
"""

from __future__ import annotations

import sys

from enigma import arch as arch
from enigma.async_copy import (
    AsyncCopy,
    async_copy_1d_d2t,
    async_copy_1d_t2d,
    async_copy_2d_d2t,
    async_copy_2d_t2d,
    async_copy_commit,
    async_copy_to_threadgroup,
    async_copy_wait,
)
from enigma.atomics import (
    atomic_compare_exchange,
    atomic_compare_exchange_weak,
    atomic_exchange,
    atomic_fetch_add,
    atomic_fetch_and,
    atomic_fetch_max,
    atomic_fetch_min,
    atomic_fetch_or,
    atomic_fetch_sub,
    atomic_fetch_xor,
    atomic_load,
    atomic_store,
)
from enigma.control_flow import (
    for_range,
    if_,
    range,
    range_constexpr,
    unroll,
    while_,
)
from enigma.conversions import as_type, metal_cast
from enigma.debugging import device_assert, device_print
from enigma.defines import define
from enigma.dtypes import BY_NAME as _BY_NAME
from enigma.dtypes import VECTORS as _VECTORS
from enigma.dtypes import DType
from enigma.errors import EnigmaError
from enigma.function_constants import FunctionConstant, function_constant
from enigma.functions import abs, abs_diff_unary, row_functions, where
from enigma.gemm import gemm
from enigma.kernels import Kernel, export, kernel
from enigma.memory import (
    Buffer,
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
from enigma.quantization import (
    dequantize_int8,
    pack_int4x2,
    pack_uint8x4,
    unpack_int4x2,
    unpack_uint8x4,
)
from enigma.simdgroup_matrix import (
    make_filled_simdgroup_matrix,
    simdgroup_matrix_load,
    simdgroup_matrix_store,
    simdgroup_multiply,
    simdgroup_multiply_accumulate,
)
from enigma.thread_queries import QUERIES as _QUERIES
from enigma.thread_queries import thread_position_in_grid_xyz
from enigma.tiles import Pipeline, Stage, copy, pipeline, register_tensor
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

# What most kernels do without: the modules load at first use.
_ON_DEMAND = {
    **dict.fromkeys(
        ("crd2idx", "depth", "flatten", "idx2crd", "product", "rank", "repeat_like", "select"),
        "enigma.int_tuples",
    ),
    **dict.fromkeys(
        (
            "Layout",
            "cosize",
            "make_identity_layout",
            "make_layout",
            "make_ordered_layout",
            "size",
        ),
        "enigma.layouts",
    ),
    **dict.fromkeys(
        (
            "blocked_product",
            "coalesce",
            "complement",
            "composition",
            "left_inverse",
            "logical_divide",
            "logical_product",
            "make_layout_tv",
            "raked_product",
            "recast_layout",
            "right_inverse",
            "tiled_divide",
            "tiled_product",
            "zipped_divide",
            "zipped_product",
        ),
        "enigma.layout_algebra",
    ),
    **dict.fromkeys(("Swizzle", "SwizzledLayout", "swizzle"), "enigma.swizzles"),
    **dict.fromkeys(
        ("Matrix", "determinant", "make_matrix", "matmul", "transpose"), "enigma.matrices"
    ),
    **{
        f"{scalar}{columns}x{rows}": "enigma.matrix_types"
        for scalar in ("float", "half")
        for columns in (2, 3, 4)
        for rows in (2, 3, 4)
    },
    "interpret": "enigma.interpreter",
    **dict.fromkeys(
        (
            "Tensor",
            "make_identity_tensor",
            "make_tensor",
            "threadgroup_tensor",
        ),
        "enigma.tensors",
    ),
    **dict.fromkeys(
        ("local_partition", "local_tile", "tensor_composition", "tensor_zipped_divide"),
        "enigma.tensor_tiles",
    ),
    **dict.fromkeys(("Predicate", "elem_less", "predicate"), "enigma.predicates"),
    **dict.fromkeys(
        ("TensorSSA", "full", "full_like", "make_fragment", "make_fragment_like"),
        "enigma.fragments",
    ),
    **dict.fromkeys(("TensorSpec", "intermediate", "jit"), "enigma.jit_functions"),
    **dict.fromkeys(
        ("draw_layout", "draw_swizzle", "draw_tv", "print_layout"), "enigma.layout_pictures"
    ),
}


def __getattr__(name: str) -> object:
    module = _ON_DEMAND.get(name)
    if module is None:
        raise AttributeError(
            f"module 'enigma' has no attribute '{name}'", name=name, obj=sys.modules[__name__]
        )
    value = getattr(__import__(module, fromlist=[name]), name)
    globals()[name] = value
    return value


__all__ = [
    "AsyncCopy",
    "Buffer",
    "Carry",
    "DType",
    "EnigmaError",
    "FunctionConstant",
    "In",
    "Kernel",
    "Out",
    "Pipeline",
    "Scalar",
    "Stage",
    "Value",
    "abs",
    "abs_diff_unary",
    "all",
    "any",
    "arch",
    "as_type",
    "async_copy_1d_d2t",
    "async_copy_1d_t2d",
    "async_copy_2d_d2t",
    "async_copy_2d_t2d",
    "async_copy_commit",
    "async_copy_to_threadgroup",
    "async_copy_wait",
    "atomic_compare_exchange",
    "atomic_compare_exchange_weak",
    "atomic_exchange",
    "atomic_fetch_add",
    "atomic_fetch_and",
    "atomic_fetch_max",
    "atomic_fetch_min",
    "atomic_fetch_or",
    "atomic_fetch_sub",
    "atomic_fetch_xor",
    "atomic_load",
    "atomic_store",
    "barrier",
    "cast",
    "copy",
    "define",
    "dequantize_int8",
    "device_assert",
    "device_print",
    "export",
    "for_range",
    "function_constant",
    "gemm",
    "if_",
    "kernel",
    "load_if",
    "load_vec",
    "make_filled_simdgroup_matrix",
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
    "pack_int4x2",
    "pack_uint8x4",
    "pipeline",
    "range",
    "range_constexpr",
    "register_tensor",
    "simd_barrier",
    "simdgroup_matrix_load",
    "simdgroup_matrix_store",
    "simdgroup_multiply",
    "simdgroup_multiply_accumulate",
    "store_if",
    "store_vec",
    "thread_position_in_grid_xyz",
    "threadgroup_alloc",
    "unpack_int4x2",
    "unpack_snorm2x16_to_float",
    "unpack_snorm4x8_to_float",
    "unpack_srgb_unorm4x8_to_float",
    "unpack_uint8x4",
    "unpack_unorm10a2_to_float",
    "unpack_unorm2x16_to_float",
    "unpack_unorm4x8_to_float",
    "unroll",
    "vec_extract",
    "vec_insert",
    "where",
    "while_",
    *_generated,
    *_ON_DEMAND,
]
