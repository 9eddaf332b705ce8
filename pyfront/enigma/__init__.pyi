"""Written by pyfront/gen_stubs.py from the op table: do not edit, run `./dev docs`."""

from collections.abc import Callable
from typing import Any, overload

from enigma import arch as arch
from enigma.async_copy import AsyncCopy as AsyncCopy
from enigma.async_copy import async_copy_1d_d2t as async_copy_1d_d2t
from enigma.async_copy import async_copy_1d_t2d as async_copy_1d_t2d
from enigma.async_copy import async_copy_2d_d2t as async_copy_2d_d2t
from enigma.async_copy import async_copy_2d_t2d as async_copy_2d_t2d
from enigma.async_copy import async_copy_commit as async_copy_commit
from enigma.async_copy import async_copy_to_threadgroup as async_copy_to_threadgroup
from enigma.async_copy import async_copy_wait as async_copy_wait
from enigma.atomics import atomic_compare_exchange as atomic_compare_exchange
from enigma.atomics import atomic_compare_exchange_weak as atomic_compare_exchange_weak
from enigma.atomics import atomic_exchange as atomic_exchange
from enigma.atomics import atomic_fetch_add as atomic_fetch_add
from enigma.atomics import atomic_fetch_and as atomic_fetch_and
from enigma.atomics import atomic_fetch_max as atomic_fetch_max
from enigma.atomics import atomic_fetch_min as atomic_fetch_min
from enigma.atomics import atomic_fetch_or as atomic_fetch_or
from enigma.atomics import atomic_fetch_sub as atomic_fetch_sub
from enigma.atomics import atomic_fetch_xor as atomic_fetch_xor
from enigma.atomics import atomic_load as atomic_load
from enigma.atomics import atomic_store as atomic_store
from enigma.control_flow import for_range as for_range
from enigma.control_flow import if_ as if_
from enigma.control_flow import range as range
from enigma.control_flow import range_constexpr as range_constexpr
from enigma.control_flow import unroll as unroll
from enigma.control_flow import while_ as while_
from enigma.conversions import as_type as as_type
from enigma.conversions import metal_cast as metal_cast
from enigma.debugging import device_assert as device_assert
from enigma.debugging import device_print as device_print
from enigma.defines import define as define
from enigma.dtypes import DType as DType
from enigma.errors import EnigmaError as EnigmaError
from enigma.fragments import TensorSSA as TensorSSA
from enigma.fragments import full as full
from enigma.fragments import full_like as full_like
from enigma.fragments import make_fragment as make_fragment
from enigma.fragments import make_fragment_like as make_fragment_like
from enigma.function_constants import FunctionConstant as FunctionConstant
from enigma.function_constants import function_constant as function_constant
from enigma.functions import abs as abs
from enigma.functions import abs_diff_unary as abs_diff_unary
from enigma.functions import where as where
from enigma.gemm import gemm as gemm
from enigma.int_tuples import crd2idx as crd2idx
from enigma.int_tuples import depth as depth
from enigma.int_tuples import flatten as flatten
from enigma.int_tuples import idx2crd as idx2crd
from enigma.int_tuples import product as product
from enigma.int_tuples import rank as rank
from enigma.int_tuples import repeat_like as repeat_like
from enigma.int_tuples import select as select
from enigma.interpreter import interpret as interpret
from enigma.jit_functions import TensorSpec as TensorSpec
from enigma.jit_functions import intermediate as intermediate
from enigma.jit_functions import jit as jit
from enigma.kernels import Kernel as Kernel
from enigma.kernels import export as export
from enigma.layout_algebra import blocked_product as blocked_product
from enigma.layout_algebra import coalesce as coalesce
from enigma.layout_algebra import complement as complement
from enigma.layout_algebra import composition as composition
from enigma.layout_algebra import left_inverse as left_inverse
from enigma.layout_algebra import logical_divide as logical_divide
from enigma.layout_algebra import logical_product as logical_product
from enigma.layout_algebra import make_layout_tv as make_layout_tv
from enigma.layout_algebra import raked_product as raked_product
from enigma.layout_algebra import recast_layout as recast_layout
from enigma.layout_algebra import right_inverse as right_inverse
from enigma.layout_algebra import tiled_divide as tiled_divide
from enigma.layout_algebra import tiled_product as tiled_product
from enigma.layout_algebra import zipped_divide as zipped_divide
from enigma.layout_algebra import zipped_product as zipped_product
from enigma.layout_pictures import draw_layout as draw_layout
from enigma.layout_pictures import draw_swizzle as draw_swizzle
from enigma.layout_pictures import draw_tv as draw_tv
from enigma.layout_pictures import print_layout as print_layout
from enigma.layouts import Layout as Layout
from enigma.layouts import cosize as cosize
from enigma.layouts import make_identity_layout as make_identity_layout
from enigma.layouts import make_layout as make_layout
from enigma.layouts import make_ordered_layout as make_ordered_layout
from enigma.layouts import size as size
from enigma.matrices import Matrix as Matrix
from enigma.matrices import determinant as determinant
from enigma.matrices import make_matrix as make_matrix
from enigma.matrices import matmul as matmul
from enigma.matrices import transpose as transpose
from enigma.matrix_types import float2x2 as float2x2
from enigma.matrix_types import float2x3 as float2x3
from enigma.matrix_types import float2x4 as float2x4
from enigma.matrix_types import float3x2 as float3x2
from enigma.matrix_types import float3x3 as float3x3
from enigma.matrix_types import float3x4 as float3x4
from enigma.matrix_types import float4x2 as float4x2
from enigma.matrix_types import float4x3 as float4x3
from enigma.matrix_types import float4x4 as float4x4
from enigma.matrix_types import half2x2 as half2x2
from enigma.matrix_types import half2x3 as half2x3
from enigma.matrix_types import half2x4 as half2x4
from enigma.matrix_types import half3x2 as half3x2
from enigma.matrix_types import half3x3 as half3x3
from enigma.matrix_types import half3x4 as half3x4
from enigma.matrix_types import half4x2 as half4x2
from enigma.matrix_types import half4x3 as half4x3
from enigma.matrix_types import half4x4 as half4x4
from enigma.memory import Buffer as Buffer
from enigma.memory import barrier as barrier
from enigma.memory import load_if as load_if
from enigma.memory import simd_barrier as simd_barrier
from enigma.memory import store_if as store_if
from enigma.memory import threadgroup_alloc as threadgroup_alloc
from enigma.packing import pack_float_to_snorm2x16 as pack_float_to_snorm2x16
from enigma.packing import pack_float_to_snorm4x8 as pack_float_to_snorm4x8
from enigma.packing import pack_float_to_srgb_unorm4x8 as pack_float_to_srgb_unorm4x8
from enigma.packing import pack_float_to_unorm2x16 as pack_float_to_unorm2x16
from enigma.packing import pack_float_to_unorm4x8 as pack_float_to_unorm4x8
from enigma.packing import pack_float_to_unorm10a2 as pack_float_to_unorm10a2
from enigma.packing import unpack_snorm2x16_to_float as unpack_snorm2x16_to_float
from enigma.packing import unpack_snorm4x8_to_float as unpack_snorm4x8_to_float
from enigma.packing import unpack_srgb_unorm4x8_to_float as unpack_srgb_unorm4x8_to_float
from enigma.packing import unpack_unorm2x16_to_float as unpack_unorm2x16_to_float
from enigma.packing import unpack_unorm4x8_to_float as unpack_unorm4x8_to_float
from enigma.packing import unpack_unorm10a2_to_float as unpack_unorm10a2_to_float
from enigma.parameters import In as In
from enigma.parameters import Out as Out
from enigma.parameters import Scalar as Scalar
from enigma.predicates import Predicate as Predicate
from enigma.predicates import elem_less as elem_less
from enigma.predicates import predicate as predicate
from enigma.quantization import dequantize_int8 as dequantize_int8
from enigma.quantization import pack_int4x2 as pack_int4x2
from enigma.quantization import pack_uint8x4 as pack_uint8x4
from enigma.quantization import unpack_int4x2 as unpack_int4x2
from enigma.quantization import unpack_uint8x4 as unpack_uint8x4
from enigma.simdgroup_matrix import make_filled_simdgroup_matrix as make_filled_simdgroup_matrix
from enigma.simdgroup_matrix import simdgroup_matrix_load as simdgroup_matrix_load
from enigma.simdgroup_matrix import simdgroup_matrix_store as simdgroup_matrix_store
from enigma.simdgroup_matrix import simdgroup_multiply as simdgroup_multiply
from enigma.simdgroup_matrix import simdgroup_multiply_accumulate as simdgroup_multiply_accumulate
from enigma.swizzles import Swizzle as Swizzle
from enigma.swizzles import SwizzledLayout as SwizzledLayout
from enigma.swizzles import swizzle as swizzle
from enigma.tensor_tiles import local_partition as local_partition
from enigma.tensor_tiles import local_tile as local_tile
from enigma.tensor_tiles import tensor_composition as tensor_composition
from enigma.tensor_tiles import tensor_zipped_divide as tensor_zipped_divide
from enigma.tensors import Tensor as Tensor
from enigma.tensors import make_identity_tensor as make_identity_tensor
from enigma.tensors import make_tensor as make_tensor
from enigma.tensors import threadgroup_tensor as threadgroup_tensor
from enigma.thread_queries import ThreadQuery as ThreadQuery
from enigma.thread_queries import thread_position_in_grid_xyz as thread_position_in_grid_xyz
from enigma.tiles import Pipeline as Pipeline
from enigma.tiles import Stage as Stage
from enigma.tiles import copy as copy
from enigma.tiles import pipeline as pipeline
from enigma.tiles import register_tensor as register_tensor
from enigma.values import Carry as Carry
from enigma.values import Operand as Operand
from enigma.values import Value as Value
from enigma.vectors import all as all
from enigma.vectors import any as any
from enigma.vectors import load_vec as load_vec
from enigma.vectors import make_vec as make_vec
from enigma.vectors import store_vec as store_vec
from enigma.vectors import vec_extract as vec_extract
from enigma.vectors import vec_insert as vec_insert

# What an operand may be: a traced value, a thread query (its x component) or a Python number.
Number = Operand | int | float

cast = metal_cast

@overload
def kernel(fn: Callable[..., None]) -> Kernel: ...
@overload
def kernel(
    *,
    grid: int | tuple[int, ...] | None = None,
    block: int | tuple[int, ...] | None = None,
    name: str | None = None,
    max_threads: int | None = None,
) -> Callable[[Callable[..., None]], Kernel]: ...

class Float32(Buffer):
    """Metal's float: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

f32 = Float32

class Float16(Buffer):
    """Metal's half: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

f16 = Float16

class BFloat16(Buffer):
    """Metal's bfloat: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

bf16 = BFloat16

class Int8(Buffer):
    """Metal's char: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

i8 = Int8

class UInt8(Buffer):
    """Metal's uchar: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

u8 = UInt8

class Int16(Buffer):
    """Metal's short: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

i16 = Int16

class UInt16(Buffer):
    """Metal's ushort: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

u16 = UInt16

class Int32(Buffer):
    """Metal's int: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

i32 = Int32

class UInt32(Buffer):
    """Metal's uint: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

u32 = UInt32

class Int64(Buffer):
    """Metal's long: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

i64 = Int64

class UInt64(Buffer):
    """Metal's ulong: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

u64 = UInt64

class Bool(Buffer):
    """Metal's bool: as an annotation a buffer of it, called a conversion to it."""

    def __new__(cls, x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

b1 = Bool

class f32x2(Buffer):
    """Metal's float2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class f16x2(Buffer):
    """Metal's half2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class bf16x2(Buffer):
    """Metal's bfloat2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i8x2(Buffer):
    """Metal's char2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u8x2(Buffer):
    """Metal's uchar2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i16x2(Buffer):
    """Metal's short2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u16x2(Buffer):
    """Metal's ushort2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i32x2(Buffer):
    """Metal's int2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u32x2(Buffer):
    """Metal's uint2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i64x2(Buffer):
    """Metal's long2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u64x2(Buffer):
    """Metal's ulong2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class b1x2(Buffer):
    """Metal's bool2: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class f32x3(Buffer):
    """Metal's float3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class f16x3(Buffer):
    """Metal's half3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class bf16x3(Buffer):
    """Metal's bfloat3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i8x3(Buffer):
    """Metal's char3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u8x3(Buffer):
    """Metal's uchar3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i16x3(Buffer):
    """Metal's short3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u16x3(Buffer):
    """Metal's ushort3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i32x3(Buffer):
    """Metal's int3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u32x3(Buffer):
    """Metal's uint3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i64x3(Buffer):
    """Metal's long3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u64x3(Buffer):
    """Metal's ulong3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class b1x3(Buffer):
    """Metal's bool3: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class f32x4(Buffer):
    """Metal's float4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class f16x4(Buffer):
    """Metal's half4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class bf16x4(Buffer):
    """Metal's bfloat4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i8x4(Buffer):
    """Metal's char4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u8x4(Buffer):
    """Metal's uchar4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i16x4(Buffer):
    """Metal's short4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u16x4(Buffer):
    """Metal's ushort4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i32x4(Buffer):
    """Metal's int4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u32x4(Buffer):
    """Metal's uint4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class i64x4(Buffer):
    """Metal's long4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class u64x4(Buffer):
    """Metal's ulong4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

class b1x4(Buffer):
    """Metal's bool4: as an annotation a buffer of it; called with components a vector, with one
    value a conversion."""

    def __new__(cls, *x: Number) -> Value: ...  # type: ignore[misc]
    def __class_getitem__(cls, shape: int | tuple[int, ...]) -> Any: ...

mem_device: str
mem_device_and_threadgroup: str
mem_none: str
mem_texture: str
mem_threadgroup: str
thread_position_in_grid: ThreadQuery
thread_position_in_threadgroup: ThreadQuery
threadgroup_position_in_grid: ThreadQuery
threads_per_threadgroup: ThreadQuery
threads_per_grid: ThreadQuery
threadgroups_per_grid: ThreadQuery
grid_size: ThreadQuery

def thread_index_in_threadgroup() -> Value:
    """The thread's linear index in its threadgroup, x fastest, as u32.

    Signature: ``-> u32``.

    Metal Shading Language Specification, section 5.2.3.6.
    """

def thread_index_in_simdgroup() -> Value:
    """The thread's lane in its simdgroup, as u32.

    Signature: ``-> u32``.

    Metal Shading Language Specification, section 5.2.3.6.
    """

def simdgroup_index_in_threadgroup() -> Value:
    """The simdgroup's index in its threadgroup, as u32.

    Signature: ``-> u32``.

    Metal Shading Language Specification, section 5.2.3.6.
    """

def threads_per_simdgroup() -> Value:
    """The number of lanes of a simdgroup, as u32.

    Signature: ``-> u32``.

    Metal Shading Language Specification, section 5.2.3.6.
    """

def simdgroups_per_threadgroup() -> Value:
    """The number of simdgroups in the threadgroup, as u32.

    Signature: ``-> u32``.

    Metal Shading Language Specification, section 5.2.3.6.
    """

def thread_index_in_quadgroup() -> Value:
    """The thread's lane in its quadgroup, as u32.

    Signature: ``-> u32``.

    Metal Shading Language Specification, section 5.2.3.6.
    """

def quadgroup_index_in_threadgroup() -> Value:
    """The quadgroup's index in its threadgroup, as u32.

    Signature: ``-> u32``.

    Metal Shading Language Specification, section 5.2.3.6.
    """

def sqrt(x: Number) -> Value:
    """Square root.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def rsqrt(x: Number) -> Value:
    """Reciprocal of the square root.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def exp(x: Number) -> Value:
    """E to the power of x.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def exp2(x: Number) -> Value:
    """2 to the power of x.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def exp10(x: Number) -> Value:
    """10 to the power of x.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def log(x: Number) -> Value:
    """Natural logarithm.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def log2(x: Number) -> Value:
    """Logarithm to the base 2.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def log10(x: Number) -> Value:
    """Logarithm to the base 10.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def sin(x: Number) -> Value:
    """Sine of an angle in radians.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def cos(x: Number) -> Value:
    """Cosine of an angle in radians.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def tan(x: Number) -> Value:
    """Tangent of an angle in radians.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def sinpi(x: Number) -> Value:
    """Sine of pi times x.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def cospi(x: Number) -> Value:
    """Cosine of pi times x.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def asin(x: Number) -> Value:
    """Arc sine, in radians.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def acos(x: Number) -> Value:
    """Arc cosine, in radians.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def atan(x: Number) -> Value:
    """Arc tangent, in radians.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def sinh(x: Number) -> Value:
    """Hyperbolic sine.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def cosh(x: Number) -> Value:
    """Hyperbolic cosine.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def tanh(x: Number) -> Value:
    """Hyperbolic tangent.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def asinh(x: Number) -> Value:
    """Inverse hyperbolic sine.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def acosh(x: Number) -> Value:
    """Inverse hyperbolic cosine.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def atanh(x: Number) -> Value:
    """Inverse hyperbolic tangent.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def floor(x: Number) -> Value:
    """Largest integral value not above x.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def ceil(x: Number) -> Value:
    """Smallest integral value not below x.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def round(x: Number) -> Value:
    """Nearest integral value, halfway cases away from zero.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def rint(x: Number) -> Value:
    """Nearest integral value, halfway cases to even.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def trunc(x: Number) -> Value:
    """Integral value towards zero.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def fmin(x: Number, y: Number) -> Value:
    """The smaller value; a NaN loses against a number.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def fmax(x: Number, y: Number) -> Value:
    """The larger value; a NaN loses against a number.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def pow(x: Number, y: Number) -> Value:
    """X to the power of y.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def powr(x: Number, y: Number) -> Value:
    """X to the power of y, for x that is not negative.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def fmod(x: Number, y: Number) -> Value:
    """Remainder of x / y with the sign of x.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def atan2(y: Number, x: Number) -> Value:
    """Arc tangent of y / x in the quadrant of the point, in radians.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def fma(a: Number, b: Number, c: Number) -> Value:
    """X * y + z with one rounding.

    Signature: ``T:float, T, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def saturate(x: Number) -> Value:
    """X limited to the range from 0 to 1.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.2.
    """

def sign(x: Number) -> Value:
    """1, -1, or a zero with the sign of x; 0 for a NaN.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.2.
    """

def fract(x: Number) -> Value:
    """X - floor(x), below 1.

    Signature: ``T:float -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def mix(x: Number, y: Number, a: Number) -> Value:
    """X + (y - x) * a.

    Signature: ``T:float, T, T -> T``.

    Metal Shading Language Specification, section 6.2.
    """

def clamp(x: Number, lo: Number, hi: Number) -> Value:
    """X limited to the range from lo to hi.

    Signature: ``T:float, T, T -> T``.

    Metal Shading Language Specification, section 6.2.
    """

def copysign(x: Number, y: Number) -> Value:
    """X with the sign of y.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def fdim(x: Number, y: Number) -> Value:
    """X - y where x is above y, else 0; NaN where one of them is.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.5.
    """

def step(edge: Number, x: Number) -> Value:
    """0 where x is below edge, else 1.

    Signature: ``T:float, T -> T``.

    Metal Shading Language Specification, section 6.2.
    """

def smoothstep(edge0: Number, edge1: Number, x: Number) -> Value:
    """Smooth transition from 0 at edge0 to 1 at edge1: t * t * (3 - 2 * t) with t = saturate((x
    - edge0) / (edge1 - edge0)).

    Signature: ``T:float, T, T -> T``.

    Metal Shading Language Specification, section 6.2.
    """

def isnan(x: Number) -> Value:
    """Whether x is a NaN. Also under fast math.

    Signature: ``T:anyfloat -> b1``.

    Metal Shading Language Specification, section 6.4.
    """

def isinf(x: Number) -> Value:
    """Whether x is an infinity. Also under fast math.

    Signature: ``T:anyfloat -> b1``.

    Metal Shading Language Specification, section 6.4.
    """

def isfinite(x: Number) -> Value:
    """Whether x is neither an infinity nor a NaN. Also under fast math.

    Signature: ``T:anyfloat -> b1``.

    Metal Shading Language Specification, section 6.4.
    """

def isnormal(x: Number) -> Value:
    """Whether x is neither zero, subnormal, an infinity nor a NaN. Also under fast math.

    Signature: ``T:anyfloat -> b1``.

    Metal Shading Language Specification, section 6.4.
    """

def signbit(x: Number) -> Value:
    """Whether the sign bit of x is set, as in -1, -0 and some NaNs. Also under fast math.

    Signature: ``T:anyfloat -> b1``.

    Metal Shading Language Specification, section 6.4.
    """

def imin(x: Number, y: Number) -> Value:
    """The smaller value.

    Signature: ``T:int, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def imax(x: Number, y: Number) -> Value:
    """The larger value.

    Signature: ``T:int, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def iclamp(x: Number, lo: Number, hi: Number) -> Value:
    """X limited to the range from lo to hi.

    Signature: ``T:int, T, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def add_sat(x: Number, y: Number) -> Value:
    """X + y, limited to the type's range.

    Signature: ``T:int, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def sub_sat(x: Number, y: Number) -> Value:
    """X - y, limited to the type's range.

    Signature: ``T:int, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def mul_hi(x: Number, y: Number) -> Value:
    """The high half of the double-width product x * y.

    Signature: ``T:int, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def mad_hi(a: Number, b: Number, c: Number) -> Value:
    """Mul_hi(a, b) + c, wrapping.

    Signature: ``T:int, T, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def mad_sat(a: Number, b: Number, c: Number) -> Value:
    """A * b + c, limited to the type's range.

    Signature: ``T:int, T, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def rotate(x: Number, n: Number) -> Value:
    """X rotated left by n bits, n taken modulo the width.

    Signature: ``T:int, T -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def popcount(x: Number) -> Value:
    """Number of one bits.

    Signature: ``T:int -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def clz(x: Number) -> Value:
    """Number of leading zero bits; the width for zero.

    Signature: ``T:int -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def ctz(x: Number) -> Value:
    """Number of trailing zero bits; the width for zero.

    Signature: ``T:int -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def reverse_bits(x: Number) -> Value:
    """The bits in the opposite order.

    Signature: ``T:int -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def abs_diff(x: Number, y: Number) -> Value:
    """The distance |x - y|, as an unsigned number, which holds it.

    Signature: ``T:int, T -> unsigned T``.

    Metal Shading Language Specification, section 6.3.
    """

def extract_bits(x: Number, offset: Number, bits: Number) -> Value:
    """The bits from offset up, moved down; a signed x extends their sign. Unspecified where
    offset + bits is above the width.

    Signature: ``T:int, u32, u32 -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def insert_bits(base: Number, insert: Number, offset: Number, bits: Number) -> Value:
    """Base with its bits from offset up replaced by the low bits of insert. Unspecified where
    offset + bits is above the width.

    Signature: ``T:int, T, u32, u32 -> T``.

    Metal Shading Language Specification, section 6.3.
    """

def simd_sum(value: Number) -> Value:
    """Sum over the active lanes of the simdgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_product(value: Number) -> Value:
    """Product over the active lanes of the simdgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_min(value: Number) -> Value:
    """Smallest value of the active lanes of the simdgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_max(value: Number) -> Value:
    """Largest value of the active lanes of the simdgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_and(value: Number) -> Value:
    """Bitwise and over the active lanes of the simdgroup.

    Signature: ``T:laneint -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_or(value: Number) -> Value:
    """Bitwise or over the active lanes of the simdgroup.

    Signature: ``T:laneint -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_xor(value: Number) -> Value:
    """Bitwise exclusive or over the active lanes of the simdgroup.

    Signature: ``T:laneint -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_prefix_inclusive_sum(value: Number) -> Value:
    """Sum over the active lanes up to this one.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_prefix_inclusive_product(value: Number) -> Value:
    """Product over the active lanes up to this one.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_prefix_exclusive_sum(value: Number) -> Value:
    """Sum over the active lanes below this one; 0 for the first.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_prefix_exclusive_product(value: Number) -> Value:
    """Product over the active lanes below this one; 1 for the first.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_shuffle(value: Number, lane: Number) -> Value:
    """The value of a lane.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_shuffle_down(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` above this one; own value past the end.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_shuffle_up(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` below this one; own value before the start.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_shuffle_xor(value: Number, mask: Number) -> Value:
    """The value of the lane whose index is this one's exclusive-or `mask`.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_shuffle_rotate_down(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` above this one; from the start again past the end.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_shuffle_rotate_up(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` below this one; from the end again before the start.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_broadcast(value: Number, lane: Number) -> Value:
    """The value of a lane, the same for all.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_broadcast_first(value: Number) -> Value:
    """The value of the first active lane.

    Signature: ``T:any -> T``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_ballot(predicate: Number) -> Value:
    """The active lanes where the predicate holds: bit n is lane n.

    Signature: ``b1 -> u64``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_all(predicate: Number) -> Value:
    """Whether the predicate holds in every active lane.

    Signature: ``b1 -> b1``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_any(predicate: Number) -> Value:
    """Whether the predicate holds in an active lane.

    Signature: ``b1 -> b1``.

    Metal Shading Language Specification, section 6.9.2.
    """

def simd_is_first() -> Value:
    """Whether this is the first active lane of the simdgroup.

    Signature: ``-> b1``.

    Metal Shading Language Specification, section 6.9.2.
    """

def quad_sum(value: Number) -> Value:
    """Sum over the active lanes of the quadgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_product(value: Number) -> Value:
    """Product over the active lanes of the quadgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_min(value: Number) -> Value:
    """Smallest value of the active lanes of the quadgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_max(value: Number) -> Value:
    """Largest value of the active lanes of the quadgroup.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_and(value: Number) -> Value:
    """Bitwise and over the active lanes of the quadgroup.

    Signature: ``T:laneint -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_or(value: Number) -> Value:
    """Bitwise or over the active lanes of the quadgroup.

    Signature: ``T:laneint -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_xor(value: Number) -> Value:
    """Bitwise exclusive or over the active lanes of the quadgroup.

    Signature: ``T:laneint -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_prefix_inclusive_sum(value: Number) -> Value:
    """Sum over the active lanes up to this one.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_prefix_inclusive_product(value: Number) -> Value:
    """Product over the active lanes up to this one.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_prefix_exclusive_sum(value: Number) -> Value:
    """Sum over the active lanes below this one; 0 for the first.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_prefix_exclusive_product(value: Number) -> Value:
    """Product over the active lanes below this one; 1 for the first.

    Signature: ``T:lane -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_shuffle(value: Number, lane: Number) -> Value:
    """The value of a lane.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_shuffle_down(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` above this one; own value past the end.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_shuffle_up(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` below this one; own value before the start.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_shuffle_xor(value: Number, mask: Number) -> Value:
    """The value of the lane whose index is this one's exclusive-or `mask`.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_shuffle_rotate_down(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` above this one; from the start again past the end.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_shuffle_rotate_up(value: Number, delta: Number) -> Value:
    """The value of the lane `delta` below this one; from the end again before the start.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_broadcast(value: Number, lane: Number) -> Value:
    """The value of a lane, the same for all.

    Signature: ``T:any, u16 -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_broadcast_first(value: Number) -> Value:
    """The value of the first active lane.

    Signature: ``T:any -> T``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_ballot(predicate: Number) -> Value:
    """The active lanes where the predicate holds: bit n is lane n.

    Signature: ``b1 -> u32``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_all(predicate: Number) -> Value:
    """Whether the predicate holds in every active lane.

    Signature: ``b1 -> b1``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_any(predicate: Number) -> Value:
    """Whether the predicate holds in an active lane.

    Signature: ``b1 -> b1``.

    Metal Shading Language Specification, section 6.9.3.
    """

def quad_is_first() -> Value:
    """Whether this is the first active lane of the quadgroup.

    Signature: ``-> b1``.

    Metal Shading Language Specification, section 6.9.3.
    """

def dot(x: Number, y: Number) -> Value:
    """Sum of the products of components.

    Signature: ``V:float, V -> S``.

    Metal Shading Language Specification, section 6.6.
    """

def length(x: Number) -> Value:
    """Length of a vector: sqrt(dot(x, x)).

    Signature: ``V:float -> S``.

    Metal Shading Language Specification, section 6.6.
    """

def length_squared(x: Number) -> Value:
    """Square of the length: dot(x, x).

    Signature: ``V:float -> S``.

    Metal Shading Language Specification, section 6.6.
    """

def distance(x: Number, y: Number) -> Value:
    """Length of x - y.

    Signature: ``V:float, V -> S``.

    Metal Shading Language Specification, section 6.6.
    """

def normalize(x: Number) -> Value:
    """The vector of length 1 in the direction of x.

    Signature: ``V:float -> V``.

    Metal Shading Language Specification, section 6.6.
    """

def cross(x: Number, y: Number) -> Value:
    """Cross product of two vectors of 3.

    Signature: ``V3:float, V3 -> V3``.

    Metal Shading Language Specification, section 6.6.
    """

def reflect(i: Number, n: Number) -> Value:
    """The incident vector i reflected at a surface of unit normal n: i - 2 * dot(n, i) * n.

    Signature: ``V:float, V -> V``.

    Metal Shading Language Specification, section 6.6.
    """

def faceforward(n: Number, i: Number, nref: Number) -> Value:
    """N if dot(nref, i) is negative, else -n.

    Signature: ``V:float, V, V -> V``.

    Metal Shading Language Specification, section 6.6.
    """

def refract(i: Number, n: Number, eta: Number) -> Value:
    """The unit vector i refracted at a surface of unit normal n with ratio eta of indices; zero
    where there is only reflection.

    Signature: ``V:float, V, S -> V``.

    Metal Shading Language Specification, section 6.6.
    """

def cmp_eq(a: Number, b: Number) -> Value:
    """`a == b`, by the operands' type.

    Signature: ``T:any, T -> b1``.
    """

def cmp_ne(a: Number, b: Number) -> Value:
    """`a != b`, by the operands' type.

    Signature: ``T:any, T -> b1``.
    """

def cmp_lt(a: Number, b: Number) -> Value:
    """`a < b`, by the operands' type.

    Signature: ``T:any, T -> b1``.
    """

def cmp_le(a: Number, b: Number) -> Value:
    """`a <= b`, by the operands' type.

    Signature: ``T:any, T -> b1``.
    """

def cmp_gt(a: Number, b: Number) -> Value:
    """`a > b`, by the operands' type.

    Signature: ``T:any, T -> b1``.
    """

def cmp_ge(a: Number, b: Number) -> Value:
    """`a >= b`, by the operands' type.

    Signature: ``T:any, T -> b1``.
    """

def cmp_ult(a: Number, b: Number) -> Value:
    """`a < b` of the bits read as unsigned.

    Signature: ``T:int, T -> b1``.
    """

def cmp_ule(a: Number, b: Number) -> Value:
    """`a <= b` of the bits read as unsigned.

    Signature: ``T:int, T -> b1``.
    """

def cmp_ugt(a: Number, b: Number) -> Value:
    """`a > b` of the bits read as unsigned.

    Signature: ``T:int, T -> b1``.
    """

def cmp_uge(a: Number, b: Number) -> Value:
    """`a >= b` of the bits read as unsigned.

    Signature: ``T:int, T -> b1``.
    """

def make_float2(*values: Number) -> Value:
    """A float2 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_float3(*values: Number) -> Value:
    """A float3 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_float4(*values: Number) -> Value:
    """A float4 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_half2(*values: Number) -> Value:
    """A half2 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_half3(*values: Number) -> Value:
    """A half3 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_half4(*values: Number) -> Value:
    """A half4 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_int2(*values: Number) -> Value:
    """A int2 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_int3(*values: Number) -> Value:
    """A int3 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_int4(*values: Number) -> Value:
    """A int4 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_uint2(*values: Number) -> Value:
    """A uint2 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_uint3(*values: Number) -> Value:
    """A uint3 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

def make_uint4(*values: Number) -> Value:
    """A uint4 from its components, converted; one number becomes each of them.

    Metal Shading Language Specification, section 2.2.
    """

__all__: list[str]
