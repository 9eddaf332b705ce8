"""Random kernels: own evaluation = CPU device = Metal as C++, at -O0 and -O2, = interpreter, in every bit.

An open run: pytest test/fuzz/test_random_kernels.py --seeds 1000:9000 (or ENIGMA_FUZZ_SEEDS).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from random_kernels import BLOCK, THREADS, Generator
from witnesses import PRECISE, Compiled, paths

BATCH = 10  # kernels in a module


def pytest_generate_tests(metafunc) -> None:
    batches = []
    for part in metafunc.config.getoption("--seeds").split(","):
        first, end = map(int, part.split(":"))
        batches += [range(k, min(k + BATCH, end)) for k in range(first, end, BATCH)]
    metafunc.parametrize("seeds", batches, ids=lambda r: f"{r.start}:{r.stop}")


def test_witnesses_agree(tmp_path: Path, seeds: range) -> None:
    generators = [Generator(seed) for seed in seeds]
    sources = [generator.generate() for generator in generators]
    module = tmp_path / "fuzz.py"
    module.write_text("import enigma\n\n\n" + "\n\n".join(sources))
    inputs = [generator.arguments() for generator in generators]
    wrong = []
    expected = [g.evaluate(buffers) for g, buffers in zip(generators, inputs, strict=True)]
    for mode in PRECISE:
        compiled = Compiled(module, tmp_path, mode)
        for generator, source, buffers, wanted in zip(
            generators, sources, inputs, expected, strict=True
        ):
            for path in paths(mode):
                got = compiled.run(path, generator.name, buffers, THREADS, BLOCK, warnings=False)
                differing = [
                    f"{name}[{k}] is {array[k]}, not {wanted[name][k]}"
                    for name, array in got.items()
                    for k in np.flatnonzero(~same(array, wanted[name]))[:1]
                ]
                if differing:
                    wrong.append(f"{path} {mode}: {'; '.join(differing)}\n{source}")
    assert not wrong, "\n".join(wrong[:2])


def same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where elements agree in every bit; a NaN is a NaN."""
    if a.dtype != np.float32:
        return a == b
    return (a.view(np.uint32) == b.view(np.uint32)) | (np.isnan(a) & np.isnan(b))
