"""enigma-run on libraries that Apple's compiler made: no manifest, arguments by index."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from command_line import (
    ROOT,
    WRONG_COMMAND_LINE,
    WRONG_ENVIRONMENT,
    WRONG_INPUT,
    Finished,
    enigma_run,
    files_in,
)

APPLE = Path(os.environ.get("ENIGMA_APPLE_METALLIBS", ROOT.parent / "shared/apple-metallibs"))
GGML = APPLE / "ggml-llama.ios18.metallib"
VADD = APPLE / "constants.14.metallib"
EMPTY = APPLE / "kernels.14.metallib"

pytestmark = pytest.mark.skipif(
    not GGML.exists(),
    reason=f"no libraries of Apple's compiler in {APPLE} ($ENIGMA_APPLE_METALLIBS)",
)


def ggml(line: str, tmp_path: Path, status: int = 0) -> Finished:
    return enigma_run(GGML, *line.split(), cwd=tmp_path).expect(status)


def test_scalars_as_bytes(tmp_path: Path):
    x = np.linspace(-3, 3, 4096, dtype=np.float32)
    np.save(tmp_path / "a.npy", x)
    ggml(
        "kernel_scale --arg 0=a.npy --arg 1=zeros:f32[4096] --arg 2=bytes:0000003f "
        "--arg 3=bytes:0000803f --out 1=c.npy --grid 4096 --block 256",
        tmp_path,
    )
    assert np.array_equal(np.load(tmp_path / "c.npy"), np.float32(0.5) * x + 1)


def test_argument_struct_and_threadgroup_memory(tmp_path: Path):
    """A norm of three rows; the struct's layout is what metallib-dump prints."""
    x = np.random.default_rng(5).standard_normal((3, 256), np.float32)
    np.save(tmp_path / "x.npy", x)
    (tmp_path / "args").write_bytes(struct.pack("<iiQf4x", 256, 64, 1024, 1e-5))
    ggml(
        "kernel_norm --arg 0=@args --arg 1=x.npy --arg 2=zeros:f32[768] --out 2=y.npy "
        "--threadgroup 0=128 --grid 192 --block 64",
        tmp_path,
    )
    wide = x.astype(np.float64)
    wide -= wide.mean(axis=1, keepdims=True)
    expected = wide / np.sqrt(wide.var(axis=1, keepdims=True) + 1e-5)
    found = np.load(tmp_path / "y.npy").reshape(3, 256)
    # Sums of 256 terms in f32, then an inverse square root.
    assert np.allclose(found, expected, rtol=2**-18, atol=2**-18)


def test_outputs_as_other_types_and_printed(tmp_path: Path):
    done = ggml(
        "kernel_neg --arg 0=arange:f32[8] --arg 1=bytes:" + "00" * 32 + " --out 1=bits.npy:u32 "
        "--print 0:3 --grid 8 --block 8",
        tmp_path,
    )
    assert done.out == "0: 0 1 2\n"
    expected = (-np.arange(8, dtype=np.float32)).view(np.uint32)
    assert np.array_equal(np.load(tmp_path / "bits.npy"), expected)


def test_unused_arguments_may_stay_away(tmp_path: Path):
    """rms_norm declares two inputs that only its fused variants read."""
    args = struct.pack("<iiQQQf9i9Q", 4, 1, 16, 16, 16, 0.0, *[1] * 9, *[16] * 9)
    (tmp_path / "args").write_bytes(args)
    done = ggml(
        "kernel_rms_norm --arg 0=@args --arg 1=ones:f32[4] --arg 4=zeros:f32[4] "
        "--threadgroup 0=128 --grid 1 --block 1 --print 4",
        tmp_path,
    )
    assert done.out == "4: 1 1 1 1\n"


SCALE = (
    "kernel_scale --arg 0=ones:f32[8] --arg 1=zeros:f32[8] --arg 2=bytes:0000003f "
    "--arg 3=bytes:0000803f --grid 8 --block 8"
)
NORM = "kernel_norm --arg 1=ones:f32[8] --arg 2=zeros:f32[8] --grid 8 --block 8"


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("", WRONG_INPUT, ["which function? There are 'kernel_add', ", "and 413 more (metallib-dump)"]),
        ("kernel_sale --grid 1 --block 1", WRONG_INPUT, ["no function 'kernel_sale'; did you mean", "'kernel_scale'"]),
        ("soft_max --grid 1 --block 1", WRONG_INPUT, ["'kernel_soft_max_f32'"]),
        ("q4_0_h96 --grid 1 --block 1", WRONG_INPUT, ["'kernel_flash_attn_ext_q4_0_h96'", "'kernel_flash_attn_ext_vec_q4_0_h96'"]),
        ("quicksort --grid 1 --block 1", WRONG_INPUT, ["no function 'quicksort'; there are 'kernel_add'"]),
        ("kernel_scale --arg 0=ones:f32[8]", WRONG_INPUT, ["--grid and --block"]),
        (SCALE.replace("--arg 2=bytes:0000003f", ""), WRONG_INPUT, ["argument 2 ('scale') of type 'float' (4 bytes) is not bound: give --arg 2="]),
        (SCALE.replace("--arg 0=ones:f32[8]", ""), WRONG_INPUT, ["argument 0 ('src0') of type 'float' is not bound: give --arg 0="]),
        (SCALE.replace("bytes:0000003f", "bytes:003f"), WRONG_INPUT, ["buffer 2 ('scale') has 2 bytes, the kernel reads 4"]),
        (f"{SCALE} --arg 2=bytes:0000003f", WRONG_COMMAND_LINE, ["--arg 2 is given twice"]),
        (f"{SCALE} --arg 4=ones:f32[8]", WRONG_INPUT, ["no argument 4; there are 0 'src0', 1 'dst', 2 'scale', 3 'bias'"]),
        (f"{SCALE} --arg x=ones:f32[8]", WRONG_COMMAND_LINE, ["'x'"]),
        (f"{SCALE} --arg", WRONG_COMMAND_LINE, ["--arg"]),
        (f"{SCALE} --arg 0", WRONG_COMMAND_LINE, ["NAME=VALUE"]),
        (f"{SCALE} --threadgroup 0=64", WRONG_INPUT, ["no argument 0; there are none"]),
        (f"{SCALE} --constant 0=1", WRONG_INPUT, ["no function constant 0"]),
        (f"{SCALE} --constant scale=1", WRONG_INPUT, ["no function constant 'scale'"]),
        (f"{SCALE} --constant 0=many", WRONG_COMMAND_LINE, ["'many' is not a number"]),
        (f"{SCALE} --out 2=o.npy", WRONG_INPUT, ["argument 2 holds raw bytes", "DTYPE"]),
        (f"{SCALE} --out 2=o.npy:i64", WRONG_INPUT, ["4 bytes are not a whole number of i64"]),
        (f"{SCALE} --out 1=none/o.npy", WRONG_ENVIRONMENT, ["none/o.npy"]),
        (f"{SCALE} --out 9=o.npy", WRONG_INPUT, ["argument 9 has no --arg"]),
        (SCALE.replace("--block 8", "--block 1025"), WRONG_INPUT, ["1024", "1025"]),
        (SCALE.replace("--grid 8", "--grid 8,0"), WRONG_COMMAND_LINE, ["--grid"]),
        (f"{NORM} --arg 0=bytes:00 --threadgroup 0=128", WRONG_INPUT, ["buffer 0 ('args') has 1 bytes, the kernel reads 24"]),
        (f"{NORM} --arg 0=zeros:u8[24]", WRONG_INPUT, ["threadgroup argument 0 ('shmem_f32') has no size: give --threadgroup 0=BYTES"]),
        (f"{NORM} --arg 0=zeros:u8[24] --threadgroup 0=0", WRONG_INPUT, ["--threadgroup 0: 1 to 32768 bytes, not 0"]),
        (f"{NORM} --arg 0=zeros:u8[24] --threadgroup 0=32769", WRONG_INPUT, ["32768"]),
        (f"{NORM} --arg 0=zeros:u8[24] --threadgroup 0=4k", WRONG_COMMAND_LINE, ["'4k' is not a count"]),
        (f"{NORM} --arg 0=zeros:u8[24] --threadgroup 0=64 --threadgroup 0=64", WRONG_COMMAND_LINE, ["--threadgroup 0 is given twice"]),
        (f"{NORM} --arg 0=zeros:u8[24] --threadgroup 1=64", WRONG_INPUT, ["no argument 1; there are 0 'shmem_f32'"]),
    ],
)  # fmt: skip
def test_mistakes(line: str, status: int, said: list[str], tmp_path: Path):
    done = ggml(line, tmp_path, status)
    assert done.out == "" and done.err.startswith("enigma-run: error: ")
    assert done.err.count("\n") == 1
    for part in said:
        assert part in done.err, done.err
    assert files_in(tmp_path) == {}


VADD_ARGUMENTS = (
    "vadd --arg 0=ones:f32[8] --arg 1=ones:f32[8] --arg 2=zeros:f32[8] --grid 8 --block 8"
)


@pytest.mark.parametrize(
    ("constants", "said"),
    [
        ("--constant 0=1", "'bar' (index 2, f32) is required and not set"),
        ("--constant 0=1 --constant foo=2 --constant 2=1", "'foo' (index 0) is set twice"),
        ("--constant 0=1 --constant 2=1 --constant 1=1", "there is no function constant 1"),
        ("--constant 0=1 --constant 2=1 --constant baz=1", "there is no function constant 'baz'"),
    ],
)
def test_wrong_function_constants(constants: str, said: str, tmp_path: Path):
    line = f"{VADD_ARGUMENTS} {constants}"
    done = enigma_run(VADD, *line.split(), cwd=tmp_path).expect(WRONG_INPUT)
    assert said in done.err


def test_function_constants(tmp_path: Path):
    line = f"{VADD_ARGUMENTS} --constant 0=2.5 --constant bar=-1 --print 2"
    assert enigma_run(VADD, *line.split(), cwd=tmp_path).expect().out == "2:" + " 2.5" * 8 + "\n"


def test_a_library_whose_functions_take_nothing(tmp_path: Path):
    for function in ("foo", "bar", "baz"):
        enigma_run(EMPTY, function, "--grid", "4", "--block", "4", cwd=tmp_path).expect()
    done = enigma_run(EMPTY, "--grid", "4", "--block", "4", cwd=tmp_path).expect(WRONG_INPUT)
    assert done.err == "enigma-run: error: which function? There are 'foo', 'bar', 'baz'\n"
