"""Options of the fuzz tests; the differential suite's witnesses are theirs too."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "differential")]


def pytest_addoption(parser) -> None:
    parser.addoption(
        "--seeds",
        # Those from 1000 on have found defects; those from 100000 on have register tensors.
        default=os.environ.get("ENIGMA_FUZZ_SEEDS", "0:50,1000:1010,1080:1090,100000:100030"),
        help="seeds of random kernels, first:end,… (also ENIGMA_FUZZ_SEEDS)",
    )
    parser.addoption(
        "--python-seeds",
        default=os.environ.get("ENIGMA_FUZZ_PYTHON_SEEDS", "0:40"),
        help="seeds of random kernels in plain Python, first:end (also ENIGMA_FUZZ_PYTHON_SEEDS)",
    )
