"""Compile the enigma package to byte code for the embedded interpreter.

A compilation must not pay for compiling the tracer itself, whatever the environment says about
writing byte code and however read-only the source tree is. The result holds no path and no time.
"""

from __future__ import annotations

import py_compile
import sys
from pathlib import Path


def main(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    compiled = {target / f"{path.stem}.pyc": path for path in sorted(source.glob("*.py"))}
    for stale in set(target.glob("*.pyc")) - set(compiled):
        stale.unlink()
    for output, path in compiled.items():
        py_compile.compile(
            str(path),
            cfile=str(output),
            dfile=f"enigma/{path.name}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


if __name__ == "__main__":
    package = Path(sys.argv[1])
    if len(sys.argv) == 2:  # what the build depends on
        print(*sorted(package.glob("*.py")), sep="\n")
    else:
        main(package, Path(sys.argv[2]))
        Path(sys.argv[3]).touch()
