"""Random well-typed kernels, as Python source and as an evaluator of their own.

A generated piece is its text and a function that computes it for all threads of a threadgroup in
lockstep, with a mask of those that take part. Integers of all widths and f32 with exact operations:
every result is exact, so that witnesses must agree in every bit.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

INTEGERS = {
    "i8": np.int8,
    "u8": np.uint8,
    "i16": np.int16,
    "u16": np.uint16,
    "i32": np.int32,
    "u32": np.uint32,
    "i64": np.int64,
    "u64": np.uint64,
}
NUMPY = INTEGERS | {"f32": np.float32, "b1": np.bool_}
NUMBERS = [*INTEGERS, "f32"]
# Those that simdgroup functions and their result in any order allow.
SIMD = ["i8", "u8", "i16", "u16", "i32", "u32"]
THREADS, BLOCK = 90, 40  # two threadgroups and a ragged one; partial simdgroups
# Kernels from this seed on have register tensors; what a seed below makes stays as it was.
FIRST_WITH_REGISTERS = 100_000


@dataclass
class State:
    """One threadgroup while it is evaluated: variables and memory by name, an element a thread."""

    variables: dict[str, np.ndarray]
    device: dict[str, np.ndarray]
    threads: np.ndarray  # positions in the grid
    tiles: dict[str, np.ndarray] = field(default_factory=dict)
    registers: dict[str, np.ndarray] = field(default_factory=dict)  # four elements a thread


Mask = np.ndarray
Evaluate = Callable[[State, Mask], np.ndarray]
Execute = Callable[[State, Mask], None]


@dataclass
class Expression:
    """Text and meaning of a value of a dtype."""

    text: str
    dtype: str
    evaluate: Evaluate


def common(a: str, b: str) -> str:
    """What two number types convert to."""
    if a == b:
        return a
    if "f32" in (a, b):
        return "f32"
    sizes = [np.dtype(NUMPY[x]).itemsize for x in (a, b)]
    if sizes[0] != sizes[1]:
        return a if sizes[0] > sizes[1] else b
    return a if a.startswith("u") else b


def convert(values: np.ndarray, dtype: str) -> np.ndarray:
    """As the language converts: floats saturate, NaN is 0, integers wrap."""
    if dtype == "b1":
        return values != 0
    if values.dtype == np.float32 and dtype in INTEGERS:
        info = np.iinfo(NUMPY[dtype])
        return np.array(
            [
                0
                if v != v
                else info.max
                if v >= info.max
                else info.min
                if v <= info.min
                else int(v)
                for v in map(float, values)
            ],
            NUMPY[dtype],
        )
    return values.astype(NUMPY[dtype])


def divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Truncating; x / 0 is 0 and INT_MIN / -1 wraps."""
    exact = [
        0 if y == 0 else (abs(x) // abs(y)) * (1 if (x < 0) == (y < 0) else -1)
        for x, y in zip(map(int, a), map(int, b), strict=True)
    ]
    return wrapped(exact, a.dtype)


def remainder(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """With the sign of the dividend; x % 0 is 0."""
    exact = [
        0 if y == 0 else (abs(x) % abs(y)) * (-1 if x < 0 else 1)
        for x, y in zip(map(int, a), map(int, b), strict=True)
    ]
    return wrapped(exact, a.dtype)


def wrapped(exact: list[int], dtype: np.dtype) -> np.ndarray:
    """Integers modulo the range of the dtype."""
    bits = dtype.itemsize * 8
    unsigned = np.array([x & ((1 << bits) - 1) for x in exact], f"u{dtype.itemsize}")
    return unsigned.view(dtype)


def shift(a: np.ndarray, b: np.ndarray, left: bool) -> np.ndarray:
    """The count is taken modulo the width."""
    count = b & b.dtype.type(a.dtype.itemsize * 8 - 1)
    return a << count if left else a >> count


OPERATORS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
    "%": remainder,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: shift(a, b, True),
    ">>": lambda a, b: shift(a, b, False),
}
COMPARISONS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def reduce_lanes(name: str, values: np.ndarray, mask: Mask) -> np.ndarray:
    """A simdgroup function over the active lanes of each simdgroup."""
    result = values.copy()
    for start in range(0, len(values), 32):
        lanes = np.flatnonzero(mask[start : start + 32]) + start
        if len(lanes):
            chosen = values[lanes]
            result[lanes] = {
                "simd_sum": lambda v: v.sum(dtype=v.dtype),
                "simd_product": lambda v: v.prod(dtype=v.dtype),
                "simd_min": lambda v: v.min(),
                "simd_max": lambda v: v.max(),
            }[name](chosen)
    return result


def exchange_lanes(values: np.ndarray, source: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """A shuffle in which all lanes take part; a lane that there is not gives one's own value."""
    result = values.copy()
    for start in range(0, len(values), 32):
        lanes = np.arange(len(values[start : start + 32]))
        chosen = source(lanes)
        valid = (chosen >= 0) & (chosen < len(lanes))
        result[start + lanes[valid]] = values[start + chosen[valid]]
    return result


class Generator:
    """One kernel from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.name = f"kernel_{seed}"
        self.has_registers = seed >= FIRST_WITH_REGISTERS
        self.lines: list[str] = []
        self.indent = 1
        self.count = 0
        # Readable values by scope, carried variables that may be assigned.
        self.scopes: list[list[Expression]] = [[]]
        self.carried: list[tuple[str, str]] = []
        self.outputs: list[str] = []
        self.parts: list[Execute] = []

    # Text ----------------------------------------------------------------------------------------

    def emit(self, line: str) -> None:
        self.lines.append("    " * self.indent + line)

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    # Expressions ---------------------------------------------------------------------------------

    def literal(self, dtype: str) -> str:
        if dtype == "f32":
            return repr(
                self.random.choice(
                    [0.5, 1.0, -1.5, 3.0, 0.0, 1024.0, self.random.randint(-9, 9) / 4]
                )
            )
        info = np.iinfo(NUMPY[dtype])
        small = self.random.randint(0, 9)
        value = self.random.choice([small, small, 1, 2, info.max, info.min, info.bits - 1])
        return f"({value})" if value < 0 else str(value)

    def leaf(self, dtype: str | None = None) -> Expression:
        known = [e for scope in self.scopes for e in scope if dtype in (None, e.dtype)]
        if known and self.random.random() < 0.85:
            return self.random.choice(known)
        dtype = dtype or self.random.choice(NUMBERS)
        if dtype == "b1":
            a = self.leaf(self.random.choice(NUMBERS))
            return self.comparison(a, self.leaf(a.dtype))
        return self.cast(
            self.random.choice([e for s in self.scopes for e in s if e.dtype != "b1"]), dtype
        )

    def cast(self, x: Expression, dtype: str) -> Expression:
        if x.dtype == dtype:
            return x
        return Expression(
            f"enigma.metal_cast({x.text}, enigma.{dtype})",
            dtype,
            lambda s, m: convert(x.evaluate(s, m), dtype),
        )

    def comparison(self, a: Expression, b: Expression) -> Expression:
        symbol = self.random.choice(list(COMPARISONS))
        dtype = common(a.dtype, b.dtype)
        compare = COMPARISONS[symbol]
        return Expression(
            f"({a.text} {symbol} {b.text})",
            "b1",
            lambda s, m: compare(
                convert(a.evaluate(s, m), dtype), convert(b.evaluate(s, m), dtype)
            ),
        )

    def expression(self, depth: int, dtype: str | None = None) -> Expression:
        """Any value, or one of a dtype."""
        if depth <= 0:
            return self.leaf(dtype)
        if dtype == "b1":
            return self.condition(depth)
        form = self.random.random()
        if form < 0.12:
            x = self.leaf()
        elif form < 0.25:
            x = self.choice(depth)
        elif form < 0.32:
            x = self.load(depth)
        elif form < 0.38:
            x = self.unary(depth)
        else:
            x = self.binary(depth)
        return x if dtype is None else self.cast(x, dtype)

    def number(self, depth: int) -> Expression:
        x = self.expression(depth)
        return self.cast(x, "i32") if x.dtype == "b1" else x

    def condition(self, depth: int) -> Expression:
        form = self.random.random()
        if form < 0.2:
            return self.leaf("b1")
        if form < 0.75:
            return self.comparison(self.number(depth - 1), self.number(depth - 1))
        a, b = self.condition(depth - 1), self.condition(depth - 1)
        symbol = self.random.choice("&|^")
        combine = OPERATORS[symbol]
        if self.random.random() < 0.2:
            return Expression(f"(~{a.text})", "b1", lambda s, m: ~a.evaluate(s, m))
        return Expression(
            f"({a.text} {symbol} {b.text})",
            "b1",
            lambda s, m: combine(a.evaluate(s, m), b.evaluate(s, m)),
        )

    def choice(self, depth: int) -> Expression:
        cond, a, b = self.condition(depth - 1), self.number(depth - 1), self.number(depth - 1)
        dtype = common(a.dtype, b.dtype)
        return Expression(
            f"enigma.where({a.text}, {b.text}, {cond.text})",
            dtype,
            lambda s, m: np.where(
                cond.evaluate(s, m),
                convert(b.evaluate(s, m), dtype),
                convert(a.evaluate(s, m), dtype),
            ),
        )

    def load(self, depth: int) -> Expression:
        dtype = self.random.choice(NUMBERS)
        index = self.cast(self.number(depth - 1), "u32")
        return Expression(
            f"In_{dtype}[{index.text} % {THREADS}]",
            dtype,
            lambda s, m: s.device[f"In_{dtype}"][index.evaluate(s, m) % np.uint32(THREADS)],
        )

    def unary(self, depth: int) -> Expression:
        x = self.number(depth - 1)
        if x.dtype == "f32":
            form = self.random.choice(["-{}", "abs({})", "enigma.floor({})", "enigma.rint({})"])
            apply = {"-": np.negative, "a": np.abs, "enigma.f": np.floor, "enigma.r": np.rint}
            key = form[0] if form[0] != "e" else form[:8]
            return Expression(
                f"({form.format(x.text)})", "f32", lambda s, m: apply[key](x.evaluate(s, m))
            )
        symbol = self.random.choice("-~")
        apply_int = np.negative if symbol == "-" else np.invert
        return Expression(f"({symbol}{x.text})", x.dtype, lambda s, m: apply_int(x.evaluate(s, m)))

    def binary(self, depth: int) -> Expression:
        a = self.number(depth - 1)
        symbol = self.random.choice(list(OPERATORS))
        if a.dtype == "f32":
            symbol = self.random.choice("+-*")
        literal = self.random.random() < 0.3
        if literal:
            text = self.literal(a.dtype)
            value = NUMPY[a.dtype](float(text) if a.dtype == "f32" else int(text.strip("()")))
            b = Expression(text, a.dtype, lambda s, m: np.full(len(s.threads), value))
        else:
            b = self.number(depth - 1)
        if symbol in ("<<", ">>"):
            if b.dtype == "f32":
                b = self.cast(b, a.dtype)
            dtype = a.dtype
        else:
            dtype = common(a.dtype, b.dtype)
            if dtype == "f32" and symbol not in "+-*":
                symbol = self.random.choice("+-*")
        apply = OPERATORS[symbol]
        first, second = (a, b)
        if literal and symbol not in ("<<", ">>") and self.random.random() < 0.5:
            first, second = b, a
        return Expression(
            f"({first.text} {symbol} {second.text})",
            dtype,
            lambda s, m: apply(
                convert(first.evaluate(s, m), dtype), convert(second.evaluate(s, m), dtype)
            ),
        )

    # Statements ----------------------------------------------------------------------------------

    def variable(self, name: str, dtype: str) -> Expression:
        """A value that is read by name, an element of a carry included."""
        value = Expression(name, dtype, lambda s, m: s.variables[name])
        self.scopes[-1].append(value)
        return value

    def block(self, depth: int, length: int, uniform: bool) -> list[Execute]:
        self.scopes.append([])
        body = [self.statement(depth, uniform) for _ in range(length)]
        self.scopes.pop()
        return body

    def statement(self, depth: int, uniform: bool) -> Execute:
        forms: list[tuple[int, Callable[[], Execute]]] = [(4, self.assign), (2, self.output)]
        forms += [(2, self.reduction), (1, self.count_atomically)]
        if self.has_registers:
            forms += [(3, self.write_register), (2, self.read_register)]
        if self.carried:
            forms.append((5, self.update))
        if depth > 0:
            forms += [(3, lambda: self.branch(depth)), (3, lambda: self.loop(depth, uniform))]
            forms.append((2, lambda: self.repeat(depth)))
        if uniform:
            forms += [(3, self.through_tile), (2, self.shuffle)]
        return self.random.choices([f for _, f in forms], [w for w, _ in forms])[0]()

    def assign(self) -> Execute:
        value = self.expression(3, self.random.choice([None, "b1", *NUMBERS]))
        name = self.fresh("v")
        self.emit(f"{name} = {value.text}")
        self.variable(name, value.dtype)

        def execute(s: State, m: Mask) -> None:
            s.variables[name] = value.evaluate(s, m)

        return execute

    def output(self) -> Execute:
        value = self.number(3)
        name = f"Out{len(self.outputs)}"
        self.outputs.append(value.dtype)
        self.emit(f"{name}[i] = {value.text}")

        def execute(s: State, m: Mask) -> None:
            s.device[name][s.threads[m]] = value.evaluate(s, m)[m]

        return execute

    def reduction(self) -> Execute:
        function = self.random.choice(["simd_sum", "simd_product", "simd_min", "simd_max"])
        value = self.cast(self.number(2), self.random.choice(SIMD))
        name = self.fresh("v")
        self.emit(f"{name} = enigma.{function}({value.text})")
        self.variable(name, value.dtype)

        def execute(s: State, m: Mask) -> None:
            s.variables[name] = reduce_lanes(function, value.evaluate(s, m), m)

        return execute

    def shuffle(self) -> Execute:
        value = self.cast(self.number(2), self.random.choice([*SIMD, "f32"]))
        k = self.random.randint(0, 31)
        function, source = self.random.choice(
            [
                ("simd_shuffle_down", lambda lanes: lanes + k),
                ("simd_shuffle_up", lambda lanes: lanes - k),
                ("simd_shuffle_xor", lambda lanes: lanes ^ k),
                ("simd_shuffle", lambda lanes: lanes * 0 + k),
                ("simd_broadcast", lambda lanes: lanes * 0 + k),
            ]
        )
        name = self.fresh("v")
        self.emit(f"{name} = enigma.{function}({value.text}, {k})")
        self.variable(name, value.dtype)

        def execute(s: State, m: Mask) -> None:
            s.variables[name] = exchange_lanes(value.evaluate(s, m), source)

        return execute

    def count_atomically(self) -> Execute:
        kind = self.random.choice(["add", "xor", "sub"])
        value, place = self.cast(self.number(2), "u32"), self.cast(self.number(2), "u32")
        # Each op has a place of its own: they do not commute with each other.
        first = ("add", "xor", "sub").index(kind) * 4
        self.emit(f"enigma.atomic_fetch_{kind}(Counts, {place.text} % 4 + {first}, {value.text})")

        def execute(s: State, m: Mask) -> None:
            values, places = value.evaluate(s, m)[m], place.evaluate(s, m)[m] % 4 + first
            function = {"add": np.add, "xor": np.bitwise_xor, "sub": np.subtract}[kind]
            function.at(s.device["Counts"], places, values)

        return execute

    def register(self) -> tuple[str, str, Expression]:
        """A dtype, an element of its register tensor, and the element's number."""
        dtype = self.random.choice(NUMBERS)
        place = self.cast(self.number(1), "u32")
        if self.random.random() < 0.5:
            k = self.random.randint(0, 3)
            place = Expression(str(k), "u32", lambda s, m: np.full(len(m), k, np.uint32))
        return dtype, f"r_{dtype}[{place.text} % 4]", place

    def write_register(self) -> Execute:
        dtype, element, place = self.register()
        value = self.expression(2, dtype)
        self.emit(f"{element} = {value.text}")

        def execute(s: State, m: Mask) -> None:
            places, values = place.evaluate(s, m)[m] % 4, value.evaluate(s, m)[m]
            s.registers[dtype][np.flatnonzero(m), places] = values

        return execute

    def read_register(self) -> Execute:
        dtype, element, place = self.register()
        name = self.fresh("v")
        self.emit(f"{name} = {element}")
        self.variable(name, dtype)

        def execute(s: State, m: Mask) -> None:
            places = place.evaluate(s, m) % 4
            s.variables[name] = s.registers[dtype][np.arange(len(m)), places]

        return execute

    def update(self) -> Execute:
        name, dtype = self.random.choice(self.carried)
        value = self.expression(3, dtype)
        self.emit(f"{name} = {value.text}")

        def execute(s: State, m: Mask) -> None:
            s.variables[name] = np.where(m, value.evaluate(s, m), s.variables[name])

        return execute

    def through_tile(self) -> Execute:
        """Write an element, wait, read another's."""
        dtype = self.random.choice(NUMBERS)
        value, offset = self.expression(2, dtype), self.random.randint(0, 200)
        name = self.fresh("v")
        self.emit(f"tile_{dtype}[t] = {value.text}")
        self.emit("enigma.barrier()")
        self.emit(f"{name} = tile_{dtype}[(t + {offset}) % size]")
        self.emit("enigma.barrier()")
        self.variable(name, dtype)

        def execute(s: State, m: Mask) -> None:
            s.variables[name] = np.roll(value.evaluate(s, m), -offset)

        return execute

    def carry(self, count: int) -> tuple[str, list[tuple[str, Expression]], str]:
        """A carry's name, its slots with their start values, and `init=`."""
        name = self.fresh("c")
        starts = [
            (f"{name}[{k}]", self.expression(1, self.random.choice(NUMBERS))) for k in range(count)
        ]
        return name, starts, "[" + ", ".join(start.text for _, start in starts) + "]"

    def with_slots(
        self, slots: list[tuple[str, Expression]], make: Callable[[], list[Execute]]
    ) -> list[Execute]:
        """A region in which carried variables can be read and assigned."""
        self.scopes.append([])
        added = [(name, start.dtype) for name, start in slots]
        for name, dtype in added:
            self.variable(name, dtype)
        self.carried += added
        self.indent += 1
        body = make()
        self.indent -= 1
        del self.carried[len(self.carried) - len(added) :]
        self.scopes.pop()
        return body

    def begin(self, slots: list[tuple[str, Expression]], s: State, m: Mask) -> None:
        starts = [start.evaluate(s, m) for _, start in slots]
        for (name, _), value in zip(slots, starts, strict=True):
            s.variables[name] = value

    def branch(self, depth: int) -> Execute:
        cond = self.condition(2)
        name, slots, init = self.carry(self.random.randint(0, 2))
        two_way = self.random.random() < 0.6
        init = f", init={init}" if slots else ""
        if not two_way:
            self.emit(f"with enigma.if_({cond.text}{init})" + (f" as {name}:" if slots else ":"))
            then = self.with_slots(
                slots, lambda: self.block(depth - 1, self.random.randint(1, 3), False)
            )
            other: list[Execute] = []
        else:
            both = (f"{name}_then", f"{name}_else")
            names = ", ".join([*both, name] if slots else both)
            self.emit(f"with enigma.if_({cond.text}{init}) as ({names}):")
            bodies = []
            for part in both:
                self.indent += 1
                self.emit(f"with {part}:")
                make = lambda: self.block(depth - 1, self.random.randint(1, 3), False)  # noqa: E731
                bodies.append(self.with_slots(slots, make))
                self.indent -= 1
            then, other = bodies
        for slot, start in slots:
            self.variable(slot, start.dtype)

        def execute(s: State, m: Mask) -> None:
            chosen = cond.evaluate(s, m)
            self.begin(slots, s, m)
            for body, part in ((then, m & chosen), (other, m & ~chosen)):
                if part.any():
                    for step in body:
                        step(s, part)

        return execute

    def loop(self, depth: int, uniform: bool) -> Execute:
        """A counted loop; with constant bounds all threads go through it together."""
        together = uniform and self.random.random() < 0.5
        dtype = self.random.choice(["i32", "u32", "i64", "i16", "u8"])
        step = self.random.choice([1, 1, 2, 3]) * (
            self.random.choice([1, -1]) if dtype[0] == "i" else 1
        )
        if together:
            bounds = [self.random.randint(0, 6) for _ in range(2)]
            low, high = (
                Expression(
                    str(b), dtype, lambda s, m, b=b: np.full(len(s.threads), b, NUMPY[dtype])
                )
                for b in bounds
            )
        else:
            low, high = (self.masked(dtype) for _ in range(2))
        name, slots, init = self.carry(self.random.randint(0, 3))
        counter = self.fresh("k")
        target = f"({counter}, {name})" if slots else counter
        init = f", init={init}" if slots else ""
        self.emit(
            f"with enigma.for_range({low.text}, {high.text}, {step}, enigma.{dtype}{init}) as {target}:"
        )

        def make() -> list[Execute]:
            self.variable(counter, dtype)
            return self.block(depth - 1, self.random.randint(1, 3), together)

        body = self.with_slots(slots, make)
        for slot, start in slots:
            self.variable(slot, start.dtype)

        def execute(s: State, m: Mask) -> None:
            self.begin(slots, s, m)
            at = low.evaluate(s, m).astype(object)
            end = high.evaluate(s, m).astype(object)
            while (active := m & ((at < end) if step > 0 else (at > end)).astype(bool)).any():
                # Those that are through keep their number in range.
                s.variables[counter] = np.where(active, at, 0).astype(NUMPY[dtype])
                for part in body:
                    part(s, active)
                at = np.where(active, at + step, at)

        return execute

    def masked(self, dtype: str) -> Expression:
        """A loop bound that depends on the thread and stays small."""
        x = self.cast(self.number(2), "i32")
        y = Expression(f"({x.text} & 7)", "i32", lambda s, m: x.evaluate(s, m) & 7)
        return self.cast(y, dtype)

    def repeat(self, depth: int) -> Execute:
        """A while loop whose first carried variable goes up to a bound; the body cannot assign it."""
        bound = self.masked("i32")
        name, slots, _ = self.carry(self.random.randint(0, 2))
        start = self.masked("i32")
        init = ", ".join([start.text, *(x.text for _, x in slots)])
        slots = [(f"{name}[{k + 1}]", x) for k, (_, x) in enumerate(slots)]
        limit = self.fresh("b")
        self.emit(f"{limit} = {bound.text}")
        self.emit(
            f"with enigma.while_(lambda {name}: {name}[0] < {limit}, init=[{init}]) as {name}:"
        )
        counter = f"{name}[0]"

        def make() -> list[Execute]:
            self.variable(counter, "i32")
            body = self.block(depth - 1, self.random.randint(1, 2), False)
            self.emit(f"{counter} = {counter} + 1")
            return body

        body = self.with_slots(slots, make)
        for slot, x in [(counter, start), *slots]:
            self.variable(slot, x.dtype)

        def execute(s: State, m: Mask) -> None:
            end = bound.evaluate(s, m)
            self.begin([(counter, start), *slots], s, m)
            while (active := m & (s.variables[counter] < end)).any():
                for part in body:
                    part(s, active)
                s.variables[counter] = np.where(
                    active, s.variables[counter] + np.int32(1), s.variables[counter]
                )

        return execute

    # The kernel ----------------------------------------------------------------------------------

    def generate(self) -> str:
        """The kernel's source."""
        prologue = {
            "i": ("enigma.thread_position_in_grid()", "u32"),
            "t": ("enigma.thread_index_in_threadgroup()", "u32"),
            "size": ("enigma.threads_per_threadgroup()", "u32"),
            "lane": ("enigma.thread_index_in_simdgroup()", "u32"),
        }
        for dtype in NUMBERS:
            self.emit(f"tile_{dtype} = enigma.threadgroup_alloc(enigma.{dtype}, {BLOCK})")
        for dtype in NUMBERS if self.has_registers else ():
            self.emit(f"r_{dtype} = enigma.register_tensor((2, 2), enigma.{dtype}, 3)")
        for name, (text, dtype) in prologue.items():
            self.emit(f"{name} = {text}")
            self.variable(name, dtype)
        for dtype in NUMBERS:
            self.emit(f"x_{dtype} = In_{dtype}[i]")
            self.variable(f"x_{dtype}", dtype)
        self.parts = [self.statement(3, True) for _ in range(self.random.randint(4, 9))]
        self.parts += [self.output() for _ in range(3)]
        parameters = [f"In_{d}: enigma.{d}" for d in NUMBERS] + ["Counts: enigma.u32"]
        parameters += [f"Out{k}: enigma.{d}" for k, d in enumerate(self.outputs)]
        head = f"@enigma.kernel\ndef {self.name}({', '.join(parameters)}):\n"
        return head + "\n".join(self.lines) + "\n"

    def arguments(self) -> dict[str, np.ndarray]:
        """The kernel's buffers."""
        numbers = np.random.default_rng(self.random.getrandbits(32))
        buffers = {}
        for dtype in INTEGERS:
            info = np.iinfo(NUMPY[dtype])
            values = numbers.integers(info.min, info.max, THREADS, NUMPY[dtype], endpoint=True)
            small = numbers.integers(0, 20, THREADS).astype(NUMPY[dtype])
            buffers[f"In_{dtype}"] = np.where(numbers.integers(0, 2, THREADS), values, small)
        halves = numbers.integers(-64, 64, THREADS) / 2
        buffers["In_f32"] = halves.astype(np.float32)
        buffers["Counts"] = np.zeros(12, np.uint32)
        for k, dtype in enumerate(self.outputs):
            buffers[f"Out{k}"] = np.zeros(THREADS, NUMPY[dtype])
        return buffers

    def evaluate(self, arguments: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Every buffer as the kernel should leave it."""
        device = {name: array.copy() for name, array in arguments.items()}
        with np.errstate(all="ignore"):
            for start in range(0, THREADS, BLOCK):
                threads = np.arange(start, min(start + BLOCK, THREADS))
                count = len(threads)
                place = np.arange(count, dtype=np.uint32)
                variables = {
                    "i": threads.astype(np.uint32),
                    "t": place,
                    "size": np.full(count, count, np.uint32),
                    "lane": place % np.uint32(32),
                }
                variables |= {f"x_{d}": arguments[f"In_{d}"][threads] for d in NUMBERS}
                registers = {d: np.full((count, 4), 3, NUMPY[d]) for d in NUMBERS}
                state = State(variables, device, threads, registers=registers)
                for part in self.parts:
                    part(state, np.ones(count, bool))
        return device
