"""Measure enigmac: `./dev bench [compile] [softmax]`.

Every figure is a median over processes of its own, with minimum and maximum beside it: a wide
spread says that the machine was noisy.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("ENIGMA_BUILD", ROOT / "build"))
RUNS = 21


def spread(values: list[float]) -> str:
    """Median, minimum and maximum as one column each."""
    return f"{statistics.median(values):9.2f} {min(values):9.2f} {max(values):9.2f}"


def bench_compile() -> None:
    """A cold process and one kernel: wall time, and where it goes."""
    phases: dict[str, list[float]] = {}
    walls: list[float] = []
    with tempfile.TemporaryDirectory() as out:
        command = [BUILD / "bin/enigmac", ROOT / "examples/vector_add.py", "-o", out]
        for measured in range(-2, RUNS):  # two runs to warm the page cache
            start = time.perf_counter()
            subprocess.run(command, check=True)
            wall = time.perf_counter() - start
            report = subprocess.run(
                [*command, "--time-passes"], check=True, capture_output=True, text=True
            ).stderr
            if measured < 0:
                continue
            walls.append(wall * 1e3)
            for name, milliseconds in re.findall(r"^(\S.*?) +([\d.]+) +[\d.]+$", report, re.M):
                phases.setdefault(name, []).append(float(milliseconds))
    print(f"enigmac examples/vector_add.py, {RUNS} cold processes (ms)")
    print(f"{'':18} {'median':>9} {'min':>9} {'max':>9}")
    for name, values in phases.items():
        print(f"{name:18} {spread(values)}")
    print(f"{'wall':18} {spread(walls)}")


def device_softmax(manifest: Path, rows: int, columns: int, scratch: Path, repeat: int) -> float:
    """Median microseconds of the softmax example on the CPU device."""
    import numpy

    source = scratch / "x.npy"
    numpy.save(source, numpy.sin(numpy.arange(rows * columns, dtype=numpy.float32)))
    block = 256
    report = subprocess.run(
        [
            *(BUILD / "bin/enigma-run", manifest, "softmax", "--in", f"X={source}"),
            *("--size", f"Out={rows * columns}", "--fill", "Out=zeros"),
            *("--scalar", f"rows={rows}", "--scalar", f"cols={columns}"),
            *("--grid", str(rows * block), "--block", str(block)),
            *("--repeat", str(repeat), "--time"),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return float(report.splitlines()[-1].split()[2])


def bench_softmax() -> None:
    """The shipped metallib of examples/softmax.py on the CPU device against a plain C++ loop."""
    rows, columns, repeat = 4096, 1024, 11
    device: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        subprocess.run(
            [BUILD / "bin/enigmac", ROOT / "examples/softmax.py", "-o", scratch], check=True
        )
        for _ in range(3):  # in turn, so that both see the same machine
            manifest = scratch / "softmax.manifest.json"
            device.append(device_softmax(manifest, rows, columns, scratch, repeat))
            command = [BUILD / "bench/plain-softmax", str(rows), str(columns), str(repeat)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            plain.append(float(answer.split()[0]))
    print(f"softmax {rows} x {columns} f32, median of {repeat} dispatches, three rounds (ms)")
    print(f"{'':18} {'median':>9} {'min':>9} {'max':>9}")
    print(f"{'CPU device':18} {spread([value / 1e3 for value in device])}")
    print(f"{'plain C++ -O2':18} {spread([value / 1e3 for value in plain])}")
    ratios = [b / a for a, b in zip(device, plain, strict=True)]
    print(f"{'speed ratio':18} {spread(ratios)}")


BENCHES = {"compile": bench_compile, "softmax": bench_softmax}


def main(names: list[str]) -> int:
    for name in names or BENCHES:
        if name not in BENCHES:
            print(f"bench: there is no '{name}'; there are: {', '.join(BENCHES)}", file=sys.stderr)
            return 2
    for index, name in enumerate(names or BENCHES):
        if index:
            print()
        BENCHES[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
