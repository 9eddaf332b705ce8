"""Softmax of a 37 x 1003 matrix on the CPU device, beside NumPy: `demo_softmax.py RUN MANIFEST`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from example_runs import softmax_with_error

ROWS, COLS, BLOCK = 37, 1003, 256


def main(enigma_run: str, manifest: str) -> None:
    x = (3 * np.random.default_rng(0).standard_normal((ROWS, COLS))).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "x.npy", x)
        command = [enigma_run, manifest, "softmax", "--in", f"X={folder}/x.npy"]
        command += ["--scalar", f"rows={ROWS}", "--scalar", f"cols={COLS}"]
        command += ["--grid", str(ROWS * BLOCK), "--block", str(BLOCK)]
        command += ["--size", f"Out={x.size}", "--out", f"Out={folder}/out.npy"]
        if subprocess.run(command).returncode != 0:
            sys.exit("enigma-run failed")
        out = np.load(Path(folder) / "out.npy").reshape(ROWS, COLS)

    expected, allowed = softmax_with_error(x, fast=True)
    print("  row  column    enigma-run         NumPy")
    for row, column in ((0, 0), (7, 500), (36, 1002)):
        print(f"  {row:3}  {column:6}  {out[row, column]:.8e}  {expected[row, column]:.8e}")
    sums = out.sum(axis=1, dtype=np.float64)
    print(f"  largest relative error  {np.max(np.abs(out - expected) / expected):.2e}")
    print(f"  row sums                {sums.min():.7f} to {sums.max():.7f}")
    if not np.all(np.abs(out - expected) <= allowed) or np.max(np.abs(sums - 1)) > 1e-5:
        sys.exit("these are not NumPy's numbers")
    print("  right, to the last digit that fast math promises")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: demo_softmax.py path/to/enigma-run path/to/softmax.manifest.json")
    main(sys.argv[1], sys.argv[2])
