"""Runs a traced kernel for one thread in plain Python, so that control flow can be tested by its
results. Integers wrap; floats are Python's."""

from __future__ import annotations

import math
import operator


def evaluate(kernel: dict, buffers: dict[str, list], scalars: dict | None = None) -> None:
    """Run the kernel on lists; stores change them. Thread queries are scalars of their names."""
    _Thread(kernel, buffers, scalars or {}).run(kernel["body"], {})


def _wrap(x, dtype: str):
    if dtype[0] not in "iu":
        return x
    bits = int(dtype[1:])
    x &= (1 << bits) - 1
    return x - (1 << bits) if dtype[0] == "i" and x >> (bits - 1) else x


def _quotient(a, b):
    return a / b if isinstance(a, float) else int(math.copysign(abs(a) // abs(b), a * b))


_BINARY = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": _quotient,
    "rem": lambda a, b: math.fmod(a, b) if isinstance(a, float) else int(math.fmod(a, b)),
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "shl": operator.lshift,
    "shr": operator.rshift,
    "fmax": max,
    "fmin": min,
    "pow": operator.pow,
    "imax": max,
    "imin": min,
    "cmp_eq": operator.eq,
    "cmp_ne": operator.ne,
    "cmp_lt": operator.lt,
    "cmp_le": operator.le,
    "cmp_gt": operator.gt,
    "cmp_ge": operator.ge,
}
_UNARY = {
    "neg": operator.neg,
    "sqrt": math.sqrt,
    "floor": lambda x: float(math.floor(x)),
    "fabs": abs,
    "iabs": abs,
}


class _Thread:
    def __init__(self, kernel: dict, buffers: dict[str, list], scalars: dict) -> None:
        self.buffers = buffers
        self.scalars = scalars
        self.shapes = {p["name"]: p.get("shape") for p in kernel["params"]}

    def run(self, body: list, outer: dict) -> dict:
        env = dict(outer)
        for op in body:
            name, inputs = op["op"], op.get("in", [])
            outs = op.get("out", [])
            dtype = outs[0][1] if outs else ""
            if name == "constant":
                results = [float(v) if isinstance(v := op["attrs"]["value"], str) else v]
            elif name == "scalar":
                results = [self.scalars[inputs[0]]]
            elif name.startswith(("thread_position", "threadgroup_position", "thread_index")):
                results = [self.scalars[name]]
            elif name in ("thread_alloc", "threadgroup_alloc"):
                shape = [int(n) for n in dtype[:-1].split(",")[1].split("x")]
                self.shapes[outs[0][0]] = shape
                self.buffers[outs[0][0]] = [None] * math.prod(shape)
                continue
            elif name == "barrier":
                results = []
            elif name == "load_if":
                *indices, condition, other = inputs[1:]
                position = self.index(inputs[0], indices, env) if env[condition] else None
                read = env[condition]
                results = [self.buffers[inputs[0]][position] if read else env[other]]
            elif name == "store_if":
                *indices, value, condition = inputs[1:]
                if env[condition]:
                    self.buffers[inputs[0]][self.index(inputs[0], indices, env)] = env[value]
                results = []
            elif name == "load":
                results = [self.buffers[inputs[0]][self.index(inputs[0], inputs[1:], env)]]
            elif name == "store":
                *indices, value = inputs[1:]
                self.buffers[inputs[0]][self.index(inputs[0], indices, env)] = env[value]
                results = []
            elif name == "cast":
                x = env[inputs[0]]
                is_integer = dtype[0] in "iu"
                results = [int(x) if is_integer else bool(x) if dtype == "b1" else float(x)]
            elif name == "select":
                condition, true_value, false_value = (env[i] for i in inputs)
                results = [true_value if condition else false_value]
            elif name == "not":
                results = [not env[inputs[0]] if dtype == "b1" else ~env[inputs[0]]]
            elif name in _BINARY:
                results = [_BINARY[name](env[inputs[0]], env[inputs[1]])]
            elif name in _UNARY:
                results = [_UNARY[name](env[inputs[0]])]
            else:
                results = getattr(self, "run_" + name)(op, [env[i] for i in inputs], env)
            for (out, type_), result in zip(outs, results, strict=True):
                env[out] = _wrap(result, type_)
        return env

    def index(self, buffer: str, indices: list, env: dict) -> int:
        numbers = [env[i] for i in indices]
        shape = self.shapes[buffer] if len(numbers) > 1 else [0]
        position = 0
        for number, extent in zip(numbers, shape, strict=True):
            position = position * extent + number
        assert position >= 0
        return position

    def region(self, region: dict, args: list, env: dict) -> list:
        inner = dict(env)
        inner.update((n, v) for (n, _), v in zip(region["args"], args, strict=True))
        inner = self.run(region["body"], inner)
        return [inner[name] for name in region["yield"]]

    def run_for(self, op: dict, inputs: list, env: dict) -> list:
        low, high, step, *carried = inputs
        for i in range(low, high, step):
            carried = self.region(op["regions"][0], [i, *carried], env)
        return carried

    def run_if(self, op: dict, inputs: list, env: dict) -> list:
        return self.region(op["regions"][0 if inputs[0] else 1], [], env)

    def run_while(self, op: dict, carried: list, env: dict) -> list:
        for _ in range(10_000):
            if not self.region(op["regions"][0], carried, env)[0]:
                return carried
            carried = self.region(op["regions"][1], carried, env)
        raise AssertionError("the loop does not end")
