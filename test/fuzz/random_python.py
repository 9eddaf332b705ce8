"""Random kernels in plain Python control flow, and what Python itself computes for each thread.

Numbers stay between 0 and 255, where i32 and Python's integers are one. A program is well defined:
variables have a value before they are read, and loops end.
"""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np

THREADS, WIDTH = 12, 8  # each thread has WIDTH elements of A and of B
BLOCK = 8
MODULE = """import enigma

LIMIT = 3

"""


class Generator:
    """One random kernel."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.name = f"k{seed}"
        self.lines: list[str] = []
        self.fresh = 0
        self.helpers: list[str] = []
        self.budget = 40

    # -- expressions ---------------------------------------------------------------------------

    def number(self, known: list[str], level: int = 0) -> str:
        """An expression from 0 to 255."""
        pick = self.random.random()
        if level > 2 or pick < 0.2:
            return self.random.choice([*known, *known, str(self.random.randrange(10)), "LIMIT"])
        if pick < 0.35:
            return f"A[t * {WIDTH} + {self.random.randrange(WIDTH)}]"
        a, b = self.number(known, level + 1), self.number(known, level + 1)
        if pick < 0.75:
            operator = self.random.choice(["+", "-", "*", "^", "|", "&", ">>"])
            b = f"({b} & 7)" if operator == ">>" else b
            return f"(({a} {operator} {b}) & 255)"
        if pick < 0.9:
            return f"({a} if {self.condition(known, level + 1)} else {b})"
        if self.helpers:
            return f"{self.random.choice(self.helpers)}({a}, {b})"
        return f"(({a} // ({b} + 1)) & 255)"

    def condition(self, known: list[str], level: int = 0) -> str:
        pick = self.random.random()
        if level > 2 or pick < 0.5:
            a, b = self.number(known, level + 1), self.number(known, level + 1)
            operator = self.random.choice(["<", "<=", ">", ">=", "==", "!="])
            return f"{a} {operator} {b}"
        if pick < 0.6:
            parts = [self.number(known, level + 1) for _ in range(3)]
            return f"{parts[0]} <= {parts[1]} < {parts[2]}"
        if pick < 0.7:
            return f"not ({self.condition(known, level + 1)})"
        if pick < 0.75:
            return self.random.choice(["LIMIT > 2", "LIMIT == 7", "True", "False"])
        word = self.random.choice(["and", "or"])
        count = self.random.choice([2, 2, 3])
        sides = [self.condition(known, level + 1) for _ in range(count)]
        return "(" + f" {word} ".join(f"({side})" for side in sides) + ")"

    # -- statements ----------------------------------------------------------------------------

    def put(self, indent: int, text: str) -> None:
        self.lines.append("    " * indent + text)

    def block(self, indent: int, known: list[str], loop: str) -> None:
        """Statements; `loop` is what a `break` would leave: a loop, an unrolled one, or nothing."""
        known = list(known)
        for _ in range(self.random.choice([1, 2, 2, 3])):
            self.statement(indent, known, loop)

    def statement(self, indent: int, known: list[str], loop: str) -> None:
        self.budget -= 1
        kinds = ["assign"] * 3 + ["augment", "swap", "list", "pair", "store", "new"]
        if self.budget > 0 and indent < 7:
            kinds += ["if"] * 3 + ["for", "while", "unrolled", "leave", "leave"]
        getattr(self, "_" + self.random.choice(kinds))(indent, known, loop)

    def _assign(self, indent: int, known: list[str], loop: str) -> None:
        self.put(indent, f"{self.random.choice('wxyz')} = {self.number(known)}")

    def _augment(self, indent: int, known: list[str], loop: str) -> None:
        operator = self.random.choice(["^", "|", "&"])
        self.put(indent, f"{self.random.choice('wxyz')} {operator}= {self.number(known)}")

    def _swap(self, indent: int, known: list[str], loop: str) -> None:
        a, b = self.random.sample("wxyz", 2)
        self.put(indent, f"{a}, {b} = {b}, {self.number(known)}")

    def _list(self, indent: int, known: list[str], loop: str) -> None:
        self.put(indent, f"items[{self.random.randrange(2)}] = {self.number(known)}")

    def _pair(self, indent: int, known: list[str], loop: str) -> None:
        self.put(indent, f"pair = ({self.number(known)}, pair[0])")

    def _store(self, indent: int, known: list[str], loop: str) -> None:
        place = f"B[t * {WIDTH} + {self.random.randrange(WIDTH)}]"
        self.put(indent, f"{place} = {self.number(known)}")

    def _new(self, indent: int, known: list[str], loop: str) -> None:
        self.fresh += 1
        name = f"v{self.fresh}"
        if self.random.random() < 0.5:
            self.put(indent, f"{name} = {self.number(known)}")
        else:
            self.put(indent, f"if {self.condition(known)}:")
            self.put(indent + 1, f"{name} = {self.number(known)}")
            self.put(indent, "else:")
            self.put(indent + 1, f"{name} = {self.number(known)}")
        known.append(name)

    def _if(self, indent: int, known: list[str], loop: str) -> None:
        self.put(indent, f"if {self.condition(known)}:")
        self.block(indent + 1, known, loop)
        if self.random.random() < 0.3:
            self.put(indent, f"elif {self.condition(known)}:")
            self.block(indent + 1, known, loop)
        if self.random.random() < 0.5:
            self.put(indent, "else:")
            self.block(indent + 1, known, loop)

    def _for(self, indent: int, known: list[str], loop: str) -> None:
        self.fresh += 1
        i = f"i{self.fresh}"
        bounds = self.random.choice(
            [
                "3",
                f"{self.number(known)} & 3",
                f"1, 1 + ({self.number(known)} & 3)",
                f"{self.number(known)} & 7, 8, 2",
                f"{self.number(known)} & 3, -1, -1",
            ]
        )
        self.put(indent, f"for {i} in range({bounds}):")
        self.block(indent + 1, [*known, i], "loop")
        self._orelse(indent, known, loop)

    def _while(self, indent: int, known: list[str], loop: str) -> None:
        self.fresh += 1
        c = f"c{self.fresh}"
        self.put(indent, f"{c} = 0")
        test = f"{c} < {self.random.randrange(1, 4)}"
        if self.random.random() < 0.6:
            test += f" and {self.condition(known)}"
        self.put(indent, f"while {test}:")
        self.put(indent + 1, f"{c} += 1")
        self.block(indent + 1, [*known, c], "loop")
        self._orelse(indent, known, loop)

    def _unrolled(self, indent: int, known: list[str], loop: str) -> None:
        self.fresh += 1
        i = f"i{self.fresh}"
        sequence = self.random.choice(
            ["enigma.range_constexpr(2)", "enigma.unroll(range(3))", "(1, 4)", "enumerate((7, 9))"]
        )
        target = f"{i}, j{self.fresh}" if sequence.startswith("enumerate") else i
        self.put(indent, f"for {target} in {sequence}:")
        self.block(indent + 1, [*known, i], "loop")
        self._orelse(indent, known, loop)

    def _orelse(self, indent: int, known: list[str], loop: str) -> None:
        if self.random.random() < 0.25:
            self.put(indent, "else:")
            self.block(indent + 1, known, loop)

    def _leave(self, indent: int, known: list[str], loop: str) -> None:
        words = ["return"] if not loop else ["break", "break", "continue", "continue", "return"]
        self.put(indent, f"if {self.condition(known)}:")
        if self.random.random() < 0.5:
            self._assign(indent + 1, known, loop)
        self.put(indent + 1, self.random.choice(words))

    # -- functions -----------------------------------------------------------------------------

    def helper(self) -> str:
        """A function of two numbers with returns on several paths; its source."""
        name = f"h{len(self.helpers)}_{self.name}"
        known = ["p", "q", "r"]
        self.lines = [f"def {name}(p, q):", "    r = p"]
        for _ in range(self.random.choice([1, 2])):
            choice = self.random.random()
            if choice < 0.5:
                self.put(1, f"if {self.scalar_condition(known)}:")
                self.put(2, f"return {self.scalar(known)}")
            else:
                self.put(1, f"for i in range({self.scalar(known)} & 3):")
                self.put(2, f"r = {self.scalar([*known, 'i'])}")
                self.put(2, f"if {self.scalar_condition([*known, 'i'])}:")
                self.put(3, self.random.choice(["break", "continue", "return r"]))
                self.put(2, "q = (q + 3) & 255")
        self.put(1, f"return {self.scalar(known)}")
        self.helpers.append(name)
        return "\n".join(self.lines) + "\n\n\n"

    def scalar(self, known: list[str]) -> str:
        """A number from variables alone."""
        a, b = self.random.choice(known), self.random.choice([*known, "5"])
        return f"(({a} {self.random.choice('+-*^')} {b}) & 255)"

    def scalar_condition(self, known: list[str]) -> str:
        return f"{self.scalar(known)} {self.random.choice(['<', '>=', '!='])} {self.scalar(known)}"

    def generate(self) -> str:
        """The source of the kernel and its helpers."""
        source = "".join(self.helper() for _ in range(self.random.randrange(3)))
        self.lines = [
            "@enigma.kernel",
            f"def {self.name}(A: enigma.i32, B: enigma.i32):",
            "    t = enigma.thread_position_in_grid",
            "    w = 1",
            f"    x = A[t * {WIDTH}]",
            f"    y = A[t * {WIDTH} + 1]",
            "    z = 0",
            "    items = [x, 2]",
            "    pair = (y, 3)",
        ]
        known = ["w", "x", "y", "z", "items[0]", "items[1]", "pair[0]", "pair[1]"]
        for _ in range(self.random.choice([3, 4, 5])):
            self.statement(1, known, "")
        for place, name in enumerate(known[: WIDTH - 1]):
            self.put(1, f"B[t * {WIDTH} + {place}] = {name}")
        return source + "\n".join(self.lines) + "\n"


def arguments(seed: int) -> dict[str, np.ndarray]:
    numbers = np.random.default_rng(seed)
    count = THREADS * WIDTH
    return {
        "A": numbers.integers(0, 256, count).astype(np.int32),
        "B": np.zeros(count, np.int32),
    }


def in_python(source: str, name: str, buffers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the kernel computes when Python runs it, a thread after the other."""
    lists = {key: array.tolist() for key, array in buffers.items()}
    enigma = SimpleNamespace(kernel=lambda f: f, i32=int, range_constexpr=range, unroll=lambda r: r)
    scope: dict = {"enigma": enigma, "LIMIT": 3}
    exec(compile(source, name, "exec"), scope)
    for thread in range(THREADS):
        enigma.thread_position_in_grid = thread
        scope[name](lists["A"], lists["B"])
    return {key: np.array(values, np.int32) for key, values in lists.items()}
