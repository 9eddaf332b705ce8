"""Kernels that Apple's compiler made compute, on the CPU device, what NumPy does.

Each family module has a table: function (with a label where there are several cases), and what
builds a launch together with the numbers that must come out, from the operation's definition.
"""

from __future__ import annotations

import zlib

import attention
import copies
import elementwise
import numpy as np
import products
import pytest
import rows
import spatial
from cpu_device import Library
from launches import run

FAMILIES = (elementwise, rows, spatial, copies, products, attention)
CASES = {name: case for family in FAMILIES for name, case in family.CASES.items()}


@pytest.mark.parametrize("name", CASES)
def test_kernel(name: str, ggml: Library, ggml_arguments: dict[str, dict[int, dict]]):
    function = name.split("/")[0]
    launch = CASES[name](np.random.default_rng(zlib.crc32(name.encode())))
    run(ggml.kernel(function), launch, ggml_arguments[function])
