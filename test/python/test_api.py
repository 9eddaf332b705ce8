"""The public surface: names, signatures, documentation, stubs, start-up; and the examples."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import enigma
import pytest
from conftest import ROOT, SCHEMA
from enigma._optable import DTYPES, OPS
from schema_check import schema_errors

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
FUNCTIONS = [row for row in OPS if row.function]

# What issue after issue adds to; language.md's tables, as far as they are built.
LANGUAGE = """
kernel export define In Out Scalar EnigmaError DType Value Buffer Carry Kernel arch
f32 f16 bf16 i8 u8 i16 u16 i32 u32 i64 u64 b1
Float32 Float16 BFloat16 Int8 UInt8 Int16 UInt16 Int32 UInt32 Int64 UInt64 Bool
for_range if_ while_ range range_constexpr unroll
thread_position_in_grid thread_position_in_grid_xyz thread_position_in_threadgroup
threadgroup_position_in_grid threads_per_threadgroup threads_per_grid threadgroups_per_grid grid_size
thread_index_in_threadgroup thread_index_in_simdgroup simdgroup_index_in_threadgroup
threads_per_simdgroup simdgroups_per_threadgroup thread_index_in_quadgroup
quadgroup_index_in_threadgroup
sqrt rsqrt abs ceil floor round rint trunc exp exp2 exp10 log log2 log10 sin cos tan tanh
fmin fmax pow fma clamp where metal_cast cast as_type
simd_sum simd_product simd_min simd_max simd_shuffle simd_shuffle_up simd_shuffle_down
simd_shuffle_xor simd_broadcast
simd_and simd_or simd_xor simd_prefix_inclusive_sum simd_prefix_inclusive_product
simd_prefix_exclusive_sum simd_prefix_exclusive_product simd_shuffle_rotate_up
simd_shuffle_rotate_down simd_broadcast_first simd_ballot simd_all simd_any simd_is_first
quad_sum quad_product quad_min quad_max quad_and quad_or quad_xor quad_prefix_inclusive_sum
quad_prefix_inclusive_product quad_prefix_exclusive_sum quad_prefix_exclusive_product quad_shuffle
quad_shuffle_up quad_shuffle_down quad_shuffle_xor quad_shuffle_rotate_up quad_shuffle_rotate_down
quad_broadcast quad_broadcast_first quad_ballot quad_all quad_any quad_is_first
barrier simd_barrier mem_none mem_device mem_threadgroup mem_device_and_threadgroup mem_texture
load_if store_if threadgroup_alloc register_tensor copy pipeline Pipeline Stage
async_copy_1d_d2t async_copy_1d_t2d async_copy_2d_d2t async_copy_2d_t2d async_copy_wait AsyncCopy
async_copy_to_threadgroup async_copy_commit
atomic_load atomic_store atomic_exchange atomic_compare_exchange_weak atomic_compare_exchange
make_filled_simdgroup_matrix simdgroup_matrix_load simdgroup_matrix_store simdgroup_multiply
simdgroup_multiply_accumulate gemm
atomic_fetch_add atomic_fetch_sub atomic_fetch_min atomic_fetch_max atomic_fetch_and
atomic_fetch_or atomic_fetch_xor
function_constant FunctionConstant device_print device_assert interpret
cmp_eq cmp_ne cmp_lt cmp_le cmp_gt cmp_ge cmp_ult cmp_ule cmp_ugt cmp_uge
step copysign fdim smoothstep isnan isinf isfinite isnormal signbit
abs_diff abs_diff_unary extract_bits insert_bits
pack_uint8x4 unpack_uint8x4 pack_int4x2 unpack_int4x2 dequantize_int8
Layout Swizzle SwizzledLayout make_layout make_ordered_layout make_identity_layout make_layout_tv
size cosize rank depth coalesce complement composition right_inverse left_inverse
logical_divide zipped_divide tiled_divide logical_product zipped_product tiled_product
blocked_product raked_product recast_layout swizzle
product repeat_like select flatten crd2idx idx2crd print_layout draw_layout draw_tv draw_swizzle
pack_float_to_snorm4x8 pack_float_to_unorm4x8 pack_float_to_snorm2x16 pack_float_to_unorm2x16
pack_float_to_srgb_unorm4x8 pack_float_to_unorm10a2 unpack_snorm4x8_to_float
unpack_unorm4x8_to_float unpack_snorm2x16_to_float unpack_unorm2x16_to_float
unpack_srgb_unorm4x8_to_float unpack_unorm10a2_to_float
make_vec vec_extract vec_insert any all load_vec store_vec
Matrix make_matrix matmul transpose determinant
Tensor make_tensor make_identity_tensor threadgroup_tensor make_fragment make_fragment_like
tensor_composition tensor_zipped_divide local_tile local_partition predicate Predicate elem_less
TensorSSA full full_like jit TensorSpec intermediate
""".split()
LANGUAGE += [f"{s}{c}x{r}" for s in ("float", "half") for c in (2, 3, 4) for r in (2, 3, 4)]
LANGUAGE += [f"{row.name}x{width}" for row in DTYPES for width in (2, 3, 4)]
LANGUAGE += [
    f"make_{name}{width}" for name in ("float", "half", "int", "uint") for width in (2, 3, 4)
]


def test_all_is_the_language():
    assert len(enigma.__all__) == len(set(enigma.__all__))
    generated = {name for row in FUNCTIONS for name in (row.name, *row.aliases)}
    assert set(enigma.__all__) == set(LANGUAGE) | generated
    assert set(LANGUAGE) <= set(enigma.__all__)
    for name in enigma.__all__:
        assert hasattr(enigma, name)


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row.name)
def test_every_function_of_the_table(row):
    for name in (row.name, *row.aliases):
        function = getattr(enigma, name)
        assert function.__name__ == name
        assert (
            row.doc.split(",")[0].split(";")[0].lower()
            in " ".join(function.__doc__.split()).lower()
        )
        parameters = list(inspect.signature(function).parameters)
        assert parameters == list(row.args)
        if row.msl_section:
            assert row.msl_section in function.__doc__


@pytest.mark.parametrize("row", [r for r in FUNCTIONS if "T:" in r.signature], ids=lambda r: r.name)
def test_every_elementwise_function_is_traced(trace_body, row):
    operands = [w.strip() for w in row.signature.partition("->")[0].split(",")]
    integers = operands[0] in ("T:int", "T:sint", "T:uint", "T:laneint")
    arguments = ", ".join(
        "n" if want in ("u16", "u32") or integers else f"F[{i}]" for i, want in enumerate(operands)
    )
    answer = trace_body(f"x = enigma.{row.name}({arguments})")
    (op,) = answer.ops(row.name)
    assert op["name"] == "x" and len(op["in"]) == len(operands)
    named = ", ".join(
        f"{a}=1" if w in ("u16", "u32") else f"{a}=n" if integers else f"{a}=F[0]"
        for a, w in zip(row.args, operands)
    )
    assert len(trace_body(f"x = enigma.{row.name}({named})").ops(row.name)) == 1


@pytest.mark.parametrize("family", ["simd", "quad"])
def test_votes(trace_body, family):
    answer = trace_body(f"""
        mask = enigma.{family}_ballot(n > 3)
        every = enigma.{family}_all(F[0])
        some = enigma.{family}_any(mask)
        first = enigma.{family}_is_first()
    """)
    (ballot,) = answer.ops(f"{family}_ballot")
    assert ballot["out"][0][1] == ("u64" if family == "simd" else "u32")
    for name in ("all", "any", "is_first"):
        (op,) = answer.ops(f"{family}_{name}")
        assert op["out"][0][1] == "b1"
    # A number is a condition.
    assert len(answer.ops("cmp_ne")) == 2


@pytest.mark.parametrize(
    ("dtype", "unsigned"), [("i8", "u8"), ("u8", "u8"), ("i32", "u32"), ("i64", "u64")]
)
def test_distances_are_unsigned(trace_body, dtype, unsigned):
    answer = trace_body(f"""
        a = enigma.metal_cast(n, "{dtype}")
        x = enigma.abs_diff(a, 3)
        y = enigma.abs_diff_unary(a)
        z = x + y
    """)
    assert answer.ops("abs_diff")[0]["out"][0][1] == unsigned
    assert answer.ops("add")[0]["out"][0][1] == unsigned


def test_packed_integers(trace_body):
    answer = trace_body("""
        w = enigma.pack_uint8x4(n, 2, n + 1, enigma.metal_cast(n, "char"))
        b = enigma.unpack_uint8x4(w)
        v = enigma.pack_int4x2(n, -3)
        lo, hi = enigma.unpack_int4x2(v)
        x = enigma.dequantize_int8(lo, 0.5, hi)
        y = enigma.dequantize_int8(n, F[0])
    """)
    types = {op["name"]: op["out"][0][1] for op in answer.body() if "name" in op}
    assert [types[name] for name in ("w", "v", "x", "y")] == ["u32", "u32", "f32", "f32"]
    assert [op["out"][0][1] for op in answer.ops("extract_bits")] == ["u32"] * 4 + ["i32"] * 2
    assert len(answer.ops("extract_bits")) == 6 and len(answer.ops("insert_bits")) == 4


@pytest.mark.parametrize(
    "expression",
    ["{q}()", "{q}('x')", "{q}(dim='x')", "{q}.x", "enigma.i32(0) + {q}", "{q} * 2", "-{q}", "F[{q}]",
     "{q} < n", "enigma.where(0, {q}, n)", "enigma.metal_cast({q}, 'int')", "{q}(0)"],
)  # fmt: skip
@pytest.mark.parametrize("query", ["thread_position_in_grid", "grid_size"])
def test_thread_queries(trace_body, expression, query):
    answer = trace_body("x = " + expression.format(q=f"enigma.{query}"))
    name = "threadgroups_per_grid" if query == "grid_size" else query
    (op,) = answer.ops(name)
    assert op["attrs"] == {"dim": "x"} and op["out"][0][1] == "u32"


def test_the_other_components(trace_body):
    answer = trace_body("""
        a = enigma.thread_position_in_grid.y
        b = enigma.thread_position_in_grid_xyz("z")
        c = enigma.thread_position_in_grid_xyz(1)
    """)
    dims = [op["attrs"]["dim"] for op in answer.ops("thread_position_in_grid")]
    assert dims == ["y", "z", "y"]


@pytest.mark.parametrize(
    ("function", "op"),
    [
        ("thread_idx", "thread_position_in_threadgroup"),
        ("block_idx", "threadgroup_position_in_grid"),
        ("block_dim", "threads_per_threadgroup"),
        ("grid_dim", "threadgroups_per_grid"),
    ],
)
def test_arch(trace_body, function, op):
    answer = trace_body(f"x, y, z = enigma.arch.{function}()")
    assert [o["attrs"]["dim"] for o in answer.ops(op)] == ["x", "y", "z"]


@pytest.mark.parametrize("name", ["barrier", "simd_barrier"])
@pytest.mark.parametrize(
    ("argument", "flags"),
    [
        ("", "mem_threadgroup"),
        ("enigma.mem_none", "mem_none"),
        ("'mem_device'", "mem_device"),
        ("mem_flags=enigma.mem_device_and_threadgroup", "mem_device_and_threadgroup"),
        ("enigma.mem_texture", "mem_texture"),
    ],
)
def test_barriers(trace_body, name, argument, flags):
    (op,) = trace_body(f"enigma.{name}({argument})").ops(name)
    assert op["attrs"] == {"mem_flags": flags}


def test_memory(trace_body):
    answer = trace_body("""
        tile = enigma.threadgroup_alloc("half", (4, 5))
        line = enigma.threadgroup_alloc(enigma.f32, 8)
        tile[n, 1] = 2
        x = tile[n * 5]
        y = enigma.load_if(tile, (n, 2), n > 3)
        enigma.store_if(line, n, 1.5, n)
    """)
    allocations = answer.ops("threadgroup_alloc")
    assert [op["out"][0][1] for op in allocations] == ["threadgroup<f16,4x5>", "threadgroup<f32,8>"]
    assert len(answer.ops("load_if")[0]["in"]) == 5
    assert len(answer.ops("store_if")[0]["in"]) == 4
    assert answer.ids == []


def test_importing_is_light():
    """No module that costs milliseconds, and nothing from outside the standard library."""
    script = "import sys\nbefore = set(sys.modules)\nimport enigma.module_runner\n"
    script += "print(' '.join(sorted(set(sys.modules) - before)))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "pyfront")}
    command = [sys.executable, "-S", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    loaded = {m for m in done.stdout.split() if m.split(".")[0] != "enigma"}
    heavy = {"inspect", "dataclasses", "ast", "re", "json", "argparse", "dis", "numpy", "typing"}
    assert not loaded & heavy, loaded & heavy


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_examples(run, path):
    answer = run(path.read_text())
    assert answer.diagnostics == []
    docstring = path.read_text().split('"""')[1]
    assert f"enigmac examples/{path.name} -o out/" in docstring
    assert f"enigma-run out/{path.stem}.manifest.json" in docstring


def test_there_are_examples():
    names = {path.stem for path in EXAMPLES}
    assert {"vector_add", "saxpy", "transpose", "softmax", "histogram", "matmul"} <= names


@pytest.mark.parametrize("tile", ["8", "32"])
def test_the_tile_of_transpose_is_a_define(run, tile):
    answer = run((ROOT / "examples/transpose.py").read_text(), {"TILE": tile})
    (tile_op,) = answer.ops("threadgroup_alloc")
    assert tile_op["out"][0][1] == f"threadgroup<f32,{tile}x{int(tile) + 1}>"
    assert answer.kernel()["launch"]["block"] == [int(tile), int(tile), 1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.pop("files"), "files is missing"),
        (lambda t: t["kernels"][0].update(loc=[0, 1, 2]), "3 items"),
        (lambda t: t["kernels"][0]["body"][0].update(extra=1), "extra is unknown"),
        (lambda t: t["kernels"][0]["params"][0].update(dtype="f64"), "f64"),
        (lambda t: t.update(files=["/abs.py"]), "does not match"),
        (lambda t: t["kernels"][0]["body"][0]["out"].append(["x", "f32"]), "does not match"),
    ],
)
def test_the_schema_refuses(run, change, words):
    trace = run((ROOT / "examples/vector_add.py").read_text()).trace
    change(trace)
    errors = schema_errors(trace, SCHEMA)
    assert errors and words in " ".join(errors)
