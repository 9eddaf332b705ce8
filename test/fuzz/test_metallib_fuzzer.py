"""libFuzzer with address and undefined-behaviour sanitizers on the metallib reader and writer.

A fixed seed and number of runs here; by hand, for as long as one likes:
build/fuzz/metallib-fuzzer CORPUS_FOLDER SEED_FOLDER
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from witnesses import BUILD

ROOT = Path(__file__).resolve().parents[2]
APPLE = Path(os.environ.get("ENIGMA_APPLE_METALLIBS", ROOT.parent / "shared/apple-metallibs"))
RUNS = 20000 * int(os.environ.get("ENIGMA_FUZZ_ROUNDS", "1"))
CLANG = shutil.which("clang++-22")
LLVM_CONFIG = shutil.which("llvm-config-22")
SOURCES = [
    ROOT / "test/fuzz/metallib_fuzzer.cpp",
    *(
        ROOT / "src/target/metallib" / f"{name}.cpp"
        for name in ("Library", "LibraryReader", "LibraryWriter", "ExtensionReader")
    ),
]


@pytest.fixture(scope="module")
def fuzzer() -> Path:
    """The fuzzer, built when it is older than what it is made of."""
    if not CLANG or not LLVM_CONFIG:
        pytest.skip("no clang++-22 and llvm-config-22 on PATH")
    binary = BUILD / "fuzz/metallib-fuzzer"
    parts = [*SOURCES, *(ROOT / "src/target/metallib").rglob("*.h")]
    if binary.exists() and all(part.stat().st_mtime < binary.stat().st_mtime for part in parts):
        return binary
    binary.parent.mkdir(exist_ok=True)

    def llvm(what: str) -> str:
        done = subprocess.run([LLVM_CONFIG, what], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    rooms = ("src/target/metallib", "src/target", "src/dtypes")
    subprocess.run(
        [
            *(CLANG, "-std=c++20", "-O1", "-g1", "-fno-rtti", "-fno-exceptions", "-w"),
            "-fsanitize=fuzzer,address,undefined",
            "-fno-sanitize-recover=all",
            *("-isystem", llvm("--includedir")),
            *(f"-I{ROOT / room / 'include'}" for room in rooms),
            *map(str, SOURCES),
            *("-L" + llvm("--libdir"), "-lLLVM-22"),
            *("-o", str(binary)),
        ],
        check=True,
    )
    return binary


def test_reader_and_writer(fuzzer: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    saxpy = ROOT / "examples/saxpy.py"
    subprocess.run([BUILD / "bin/enigmac", saxpy, "-o", seeds, "--emit", "metallib"], check=True)
    for library in sorted(APPLE.glob("*.metallib")):
        if library.stat().st_size < 6000:
            shutil.copy(library, seeds)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    done = subprocess.run(
        [
            *(fuzzer, corpus, seeds),
            *("-seed=1", f"-runs={RUNS}", "-max_len=8192", "-rss_limit_mb=2048"),
            *("-timeout=20", f"-artifact_prefix={tmp_path}/"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert f"Done {RUNS} runs" in done.stderr
