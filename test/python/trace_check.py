"""What a schema cannot say of a trace: values are defined once and before use, types agree."""

from __future__ import annotations

from enigma._optable import OPS
from enigma.dtypes import CLASSES

ROWS = {row.name: row for row in OPS}
MEMORY = ("load", "store", "load_if", "store_if")


def check_trace(trace: dict) -> None:
    """Assert that every kernel of a trace is well formed."""
    for kernel in trace["kernels"]:
        _Kernel(kernel, len(trace["files"])).check()


class _Kernel:
    def __init__(self, kernel: dict, files: int) -> None:
        self.kernel = kernel
        self.files = files
        self.params = {p["name"]: p for p in kernel["params"]}
        self.defined: set[str] = set()

    def check(self) -> None:
        assert len(self.params) == len(self.kernel["params"])
        self.body(self.kernel["body"], {})

    def define(self, pairs: list, scope: dict) -> None:
        for name, type_ in pairs:
            assert name not in self.defined, f"{name} is defined twice"
            self.defined.add(name)
            scope[name] = type_

    def body(self, ops: list, outer: dict) -> dict:
        scope = dict(outer)
        for op in ops:
            assert op["op"] in ROWS, op
            file, line, column, end_line, end_column = op["loc"]
            assert file < self.files and (line, column) <= (end_line, end_column), op
            for call in op.get("callers", []):
                assert call["function"] and call["loc"][0] < self.files, op
            getattr(self, "check_" + op["op"], self.check_row)(op, scope)
            self.define(op.get("out", []), scope)
        return scope

    def value(self, name: str, scope: dict) -> str:
        assert name in scope, f"{name} is not defined here"
        assert not scope[name].startswith("thread"), f"{name} is memory"
        return scope[name]

    def check_row(self, op: dict, scope: dict) -> None:
        if op["op"].startswith("atomic_"):
            self.atomic(op, scope)
            return
        if op["op"].startswith("async_copy_"):
            self.async_copy(op, scope)
            return
        signature = ROWS[op["op"]].signature
        assert signature, op
        left, _, result = (part.strip() for part in signature.partition("->"))
        wanted = [w.strip() for w in left.split(",")] if left else []
        types = [self.value(name, scope) for name in op.get("in", [])]
        assert len(types) == len(wanted), op
        variables: dict[str, str] = {}
        width = ""
        for type_, want in zip(types, wanted, strict=True):
            variable, colon, cls = want.partition(":")
            if colon:
                scalar, _, count = type_.partition("x")
                variables |= {variable: type_, "S": scalar}
                assert scalar in [t.name for t in CLASSES[cls]], op
                assert count in {"T": ("", *"234"), "V": "234", "V3": "3"}[variable], op
                width = f"x{count}" if variable == "T" and count else ""
            if op["op"] == "select" and want == "b1":
                assert type_ in ("b1", "b1" + types[1][-2:]), op
                continue
            assert variables.get(variable, variable) == type_, op
        unsigned = result.startswith("unsigned ")
        result = result.removeprefix("unsigned ")
        result = variables.get(result, result + width)
        if unsigned:
            result = "u" + result[1:]
        assert [t for _, t in op["out"]] == [result], op

    def check_make_vec(self, op: dict, scope: dict) -> None:
        scalar, _, count = op["out"][0][1].partition("x")
        assert [self.value(name, scope) for name in op["in"]] == [scalar] * int(count), op

    def lanes(self, op: dict, scope: dict) -> tuple[str, list[int]]:
        """The component type and the lanes of an op on a vector, which has them."""
        scalar, _, count = self.value(op["in"][0], scope).partition("x")
        lanes = op["attrs"]["lanes"]
        assert count and all(0 <= lane < int(count) for lane in lanes), op
        return scalar, lanes

    def check_vec_extract(self, op: dict, scope: dict) -> None:
        scalar, lanes = self.lanes(op, scope)
        assert len(lanes) == 1 and op["out"][0][1] == scalar, op

    def check_vec_swizzle(self, op: dict, scope: dict) -> None:
        scalar, lanes = self.lanes(op, scope)
        assert op["out"][0][1] == f"{scalar}x{len(lanes)}", op

    def check_vec_insert(self, op: dict, scope: dict) -> None:
        scalar, lanes = self.lanes(op, scope)
        assert len(lanes) == 1 and self.value(op["in"][1], scope) == scalar, op
        assert op["out"][0][1] == self.value(op["in"][0], scope), op

    def check_load_vec(self, op: dict, scope: dict) -> None:
        op = {**op, "out": [[op["out"][0][0], op["out"][0][1].partition("x")[0]]]}
        assert len(op["in"]) == 2 and self.memory(op, scope, 0), op

    def check_store_vec(self, op: dict, scope: dict) -> None:
        assert len(op["in"]) == 3, op
        element, value = self.memory(op, scope, 1)
        assert value.partition("x")[0] == element != value, op

    def check_constant(self, op: dict, scope: dict) -> None:
        ((_, type_),) = op["out"]
        type_ = type_.partition("x")[0]
        value = op["attrs"]["value"]
        if type_ == "b1":
            assert isinstance(value, bool)
        elif type_[0] in "fb":
            assert isinstance(value, float) or value in ("nan", "inf", "-inf")
        else:
            assert type(value) is int
            bits = int(type_[1:])
            low, high = (0, 2**bits) if type_[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1))
            assert low <= value < high, op

    def check_scalar(self, op: dict, scope: dict) -> None:
        (name,) = op["in"]
        assert self.params[name]["kind"] == "scalar"
        assert op["out"][0][1] == self.params[name]["dtype"]

    def check_function_constant(self, op: dict, scope: dict) -> None:
        (name,) = op["in"]
        (constant,) = [c for c in self.kernel["function_constants"] if c["name"] == name]
        assert op["out"][0][1] == constant["dtype"]

    def check_device_print(self, op: dict, scope: dict) -> None:
        assert isinstance(op["attrs"]["format"], str)
        for name in op.get("in", []):
            self.value(name, scope)

    def check_device_assert(self, op: dict, scope: dict) -> None:
        (name,) = op["in"]
        assert self.value(name, scope) == "b1"
        assert isinstance(op["attrs"]["message"], str)

    def check_cast(self, op: dict, scope: dict) -> None:
        (name,) = op["in"]
        assert self.value(name, scope) != op["out"][0][1], "a cast that changes nothing"

    def check_as_type(self, op: dict, scope: dict) -> None:
        self.check_cast(op, scope)

    def check_barrier(self, op: dict, scope: dict) -> None:
        assert op["attrs"]["mem_flags"].startswith("mem_")

    check_simd_barrier = check_barrier

    def check_threadgroup_alloc(self, op: dict, scope: dict) -> None:
        assert op in self.kernel["body"]

    def memory(self, op: dict, scope: dict, after: int) -> list[str]:
        """Check buffer and indices; gives the types of the operands after them."""
        buffer, *rest = op["in"]
        if buffer in self.params:
            assert self.params[buffer]["kind"] == "buffer"
            element, shape = self.params[buffer]["dtype"], self.params[buffer]["shape"]
        else:
            element, _, extents = scope[buffer].partition("<")[2][:-1].partition(",")
            shape = extents.split("x")
        types = [self.value(name, scope) for name in rest]
        indices = types[: len(types) - after]
        assert len(indices) in (1, len(shape or ())), op
        assert all(t[0] in "iu" for t in indices), op
        assert not op.get("out") or op["out"][-1][1] == element, op
        return [element, *types[len(types) - after :]]

    def check_thread_alloc(self, op: dict, scope: dict) -> None:
        ((_, type_),) = op["out"]
        assert type_.startswith("thread<"), op

    def atomic(self, op: dict, scope: dict) -> None:
        results = [t for _, t in op.get("out", [])]
        exchanges = op["op"].startswith("atomic_compare_exchange")
        after = 2 if exchanges else 0 if op["op"] == "atomic_load" else 1
        element, *values = self.memory(op, scope, after)
        assert values == [element] * after, op
        wanted = [] if op["op"] == "atomic_store" else [element]
        assert results == ["b1"] * exchanges + wanted, op
        assert op["attrs"] == {"order": "relaxed"}, op

    def async_copy(self, op: dict, scope: dict) -> None:
        assert not op.get("out"), op
        operands = op.get("in", [])
        source = {0: None, 5: 2, 8: 3}[len(operands)]
        assert (source is None) == (op["op"] == "async_copy_wait"), op
        for position, name in enumerate(operands):
            if position not in (0, source):
                assert self.value(name, scope)[0] in "iu", op
        if source is not None:
            device = source if op["op"].endswith("d2t") else 0
            tile = scope[operands[source - device]]
            assert tile.startswith(f"threadgroup<{self.params[operands[device]]['dtype']},"), op

    def check_load(self, op: dict, scope: dict) -> None:
        self.memory(op, scope, 0)

    def check_store(self, op: dict, scope: dict) -> None:
        element, value = self.memory(op, scope, 1)
        assert value == element, op

    def check_load_if(self, op: dict, scope: dict) -> None:
        element, condition, other = self.memory(op, scope, 2)
        assert (condition, other) == ("b1", element), op

    def check_store_if(self, op: dict, scope: dict) -> None:
        element, value, condition = self.memory(op, scope, 2)
        assert (condition, value) == ("b1", element), op

    def check_make_filled_simdgroup_matrix(self, op: dict, scope: dict) -> None:
        (name,) = op["in"]
        assert op["out"][0][1] == f"simdgroup_matrix<{self.value(name, scope)},8x8>", op

    def matrix_access(self, op: dict, scope: dict, names: list[str]) -> str:
        """The type of a matrix in the memory that a load or store names first."""
        buffer, *place = names
        if buffer in self.params:
            element = self.params[buffer]["dtype"]
        else:
            element = scope[buffer].removeprefix("threadgroup<").partition(",")[0]
        assert len(place) == 4 and all(self.value(name, scope)[0] in "iu" for name in place), op
        assert list(op["attrs"]) == ["transpose"], op
        return f"simdgroup_matrix<{element},8x8>"

    def check_simdgroup_matrix_load(self, op: dict, scope: dict) -> None:
        assert self.matrix_access(op, scope, op["in"]) == op["out"][0][1], op

    def check_simdgroup_matrix_store(self, op: dict, scope: dict) -> None:
        *place, matrix = op["in"]
        assert self.matrix_access(op, scope, place) == self.value(matrix, scope), op

    def check_simdgroup_multiply(self, op: dict, scope: dict) -> None:
        types = [self.value(name, scope) for name in op["in"]] + [op["out"][0][1]]
        assert len(types) == 3 and all(t.startswith("simdgroup_matrix<") for t in types), op

    def check_simdgroup_multiply_accumulate(self, op: dict, scope: dict) -> None:
        types = [self.value(name, scope) for name in op["in"]] + [op["out"][0][1]]
        assert len(types) == 4 and all(t.startswith("simdgroup_matrix<") for t in types), op

    def region(self, region: dict, scope: dict) -> list[str]:
        inner = dict(scope)
        self.define(region["args"], inner)
        inner = self.body(region["body"], inner)
        return [self.value(name, inner) for name in region["yield"]]

    def check_for(self, op: dict, scope: dict) -> None:
        types = [self.value(name, scope) for name in op["in"]]
        bound = types[0]
        assert types[:3] == [bound] * 3 and bound[0] in "iu", op
        (region,) = op["regions"]
        results = [t for _, t in op.get("out", [])]
        assert [t for _, t in region["args"]] == [bound, *types[3:]], op
        assert self.region(region, scope) == types[3:] == results, op

    def check_if(self, op: dict, scope: dict) -> None:
        assert [self.value(name, scope) for name in op["in"]] == ["b1"]
        results = [t for _, t in op.get("out", [])]
        assert len(op["regions"]) == 2
        for region in op["regions"]:
            assert region["args"] == []
            assert self.region(region, scope) == results, op

    def check_while(self, op: dict, scope: dict) -> None:
        types = [self.value(name, scope) for name in op.get("in", [])]
        before, body = op["regions"]
        for region in (before, body):
            assert [t for _, t in region["args"]] == types, op
        assert self.region(before, scope) == ["b1"], op
        assert self.region(body, scope) == types == [t for _, t in op.get("out", [])], op
