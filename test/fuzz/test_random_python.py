"""Random kernels in plain Python control flow: Python's numbers = CPU device = Metal as C++.

An open run: pytest test/fuzz/test_random_python.py --python-seeds 1000:9000
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from random_python import BLOCK, MODULE, THREADS, Generator, arguments, in_python
from witnesses import PATHS, PRECISE, Compiled

BATCH = 10  # kernels in a module


def pytest_generate_tests(metafunc) -> None:
    first, end = map(int, metafunc.config.getoption("--python-seeds").split(":"))
    batches = [range(k, min(k + BATCH, end)) for k in range(first, end, BATCH)]
    metafunc.parametrize("seeds", batches, ids=lambda r: f"{r.start}:{r.stop}")


def test_python_is_what_it_means(tmp_path: Path, seeds: range) -> None:
    generators = [Generator(seed) for seed in seeds]
    sources = [generator.generate() for generator in generators]
    module = tmp_path / "plain.py"
    module.write_text(MODULE + "\n\n".join(sources))
    wrong = []
    for mode in PRECISE:
        compiled = Compiled(module, tmp_path, mode)
        for seed, generator, source in zip(seeds, generators, sources, strict=True):
            buffers = arguments(seed)
            wanted = in_python(source, generator.name, buffers)
            for path in PATHS:
                got = compiled.run(path, generator.name, buffers, THREADS, BLOCK, warnings=False)
                for name, array in got.items():
                    for k in np.flatnonzero(array != wanted[name])[:1]:
                        wrong.append(
                            f"{path} {mode}: {name}[{k}] is {array[k]}, not {wanted[name][k]}\n{source}"
                        )
    assert not wrong, "\n".join(wrong[:2])
