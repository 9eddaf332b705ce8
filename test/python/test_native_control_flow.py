"""Plain Python control flow in kernels: the recorded kernel computes what Python computes.

Each body is traced and evaluated, and executed as the Python function that it is, on lists.
"""

from __future__ import annotations

import itertools
import textwrap

import pytest
from trace_evaluator import evaluate

SIZE = 16


def start() -> dict[str, list]:
    return {
        "F": [float(-i if i % 2 == 0 else i) for i in range(SIZE)],
        "I": [0] * SIZE,
        "U": list(range(SIZE)),
        "B": [0] * SIZE,
        "H": [0.0] * SIZE,
    }


def in_python(body: str, n: int, prelude: str = "") -> dict[str, list]:
    """The buffers after the body has run as plain Python."""
    buffers = start()
    source = prelude + "\ndef k(F, I, U, B, H, n, u, a):\n"
    source += textwrap.indent(textwrap.dedent(body), "    ")
    scope: dict = {}
    exec(source, scope)
    scope["k"](**buffers, n=n, u=n, a=2.0)
    return buffers


def recorded(answer, n: int) -> dict[str, list]:
    """The buffers after the traced kernel has run."""
    assert answer.trace is not None, answer.diagnostics
    buffers = start()
    evaluate(answer.kernel(), buffers, {"n": n, "u": n, "a": 2.0})
    return buffers


BODIES = {
    "if": "x = 1.0\nif n > 3:\n    x = F[0] + 5\nF[1] = x",
    "if else": "if n > 3:\n    x = F[3]\nelse:\n    x = F[4] * 2\nF[1] = x",
    "elif": """
        if n > 6:
            x = 1
        elif n > 3:
            x = 2
        elif n > 1:
            x = 3
        else:
            x = 4
        I[0] = x
    """,
    "one way assigns what the other reads": """
        x = 1
        if n > 3:
            x = 5
            I[0] = x
        else:
            I[1] = x
            x = 7
            I[2] = x
    """,
    "an alias of a list that a branch changes": """
        x = [1, 2]
        y = x
        if n > 3:
            x[0] = 5
        I[0] = y[0]
    """,
    "a traced condition after a traced break": """
        c = 0
        x = I[1]
        while c < 1 or F[c] <= n:
            c += 1
            x = x + 1
            if n > 3:
                break
        I[0] = x
    """,
    "nested ifs": """
        a0 = 1
        b0 = 2
        if n > 1:
            if n > 4:
                a0 = U[3]
            else:
                b0 = U[4]
            a0 = a0 + b0
        I[0] = a0
        I[1] = b0
    """,
    "swap": "x = F[1]\ny = F[2]\nif n > 3:\n    x, y = y, x\nF[0] = x\nF[1] = y",
    "swap in a loop": """
        x = 1
        y = 1
        for i in range(n):
            x, y = y, x + y
        I[0] = x
        I[1] = y
    """,
    "early return": "if n > 3:\n    return\nI[0] = 7",
    "return in else": "if n > 3:\n    I[0] = 1\nelse:\n    I[0] = 2\n    return\nI[1] = 3",
    "return in both": "if n > 3:\n    I[0] = 1\n    return\nelse:\n    I[0] = 2\n    return\nI[1] = 3",
    "for": "t = 0\nfor i in range(n):\n    t += i * i\nI[0] = t",
    "for from": "t = 0\nfor i in range(2, n):\n    t = t * 2 + i\nI[0] = t",
    "for step": "t = 0\nfor i in range(1, n, 3):\n    t = t * 2 + i\nI[0] = t",
    "for down": "t = 0\nfor i in range(n, -1, -2):\n    t = t * 2 + i\nI[0] = t",
    "for down to 0 unsigned": "t = 0\nfor i in range(u - 1, -1, -1):\n    t = t * 3 + i\nI[0] = t",
    "for mixed signs": "t = 0\nfor i in range(U[2], n, 2):\n    t = t * 3 + i\nI[0] = t",
    "constant bounds": "t = 0\nfor i in range(4):\n    t += U[i]\nI[0] = t",
    "target after": "i = 9\nfor i in range(n):\n    pass\nI[0] = i",
    "body-local": "t = 0.0\nfor i in range(n):\n    x = F[i]\n    t += x * x\nF[0] = t",
    "reused name": "x = F[2]\nF[0] = x\nfor i in range(n):\n    x = U[i]\n    I[i] = x + 1",
    "for break": "t = 0\nfor i in range(n):\n    if F[i] < -3:\n        break\n    t += 1\nI[0] = t",
    "break with step": """
        t = 0
        for i in range(1, n, 2):
            t += i
            if t > 5:
                break
        I[0] = t
    """,
    "break down": "t = 0\nfor i in range(n, 0, -3):\n    t += i\n    if t > 9:\n        break\nI[0] = t",
    "for continue": """
        t = 0
        for i in range(n):
            if F[i] < 0:
                continue
            t += i
        I[0] = t
    """,
    "for else": """
        t = 0
        for i in range(n):
            if i == 4:
                break
        else:
            t = 100
        I[0] = t
    """,
    "while": "i = 0\nt = 1\nwhile t < n * 10:\n    t = t * 2\n    i += 1\nI[0] = i\nI[1] = t",
    "while true": "i = n\nwhile True:\n    if i < 3:\n        break\n    i -= 2\nI[0] = i",
    "while else": "i = n\nwhile i > 0:\n    i -= 3\n    if i == 2:\n        break\nelse:\n    i = 50\nI[0] = i",
    "while memory": "i = 0\nwhile i < n and U[i] < 5:\n    i += 1\nI[0] = i",
    "while continue": """
        i = 0
        t = 0
        while i < n:
            i += 1
            if i % 2 == 0:
                continue
            t += i
        I[0] = t
    """,
    "return in a loop": """
        for i in range(n):
            I[i] = 1
            if U[i] == 4:
                return
        I[15] = 9
    """,
    "return in two loops": """
        for i in range(n):
            for j in range(i):
                I[j] = I[j] + 1
                if i * j == 6:
                    return
            I[14] = i
        I[15] = 9
    """,
    "collatz": """
        x = n + 6
        steps = 0
        while x != 1:
            if x % 2 == 0:
                x = x // 2
            else:
                x = 3 * x + 1
            steps += 1
        I[0] = steps
    """,
    "primes": """
        count = 0
        for i in range(2, n + 8):
            prime = True
            for j in range(2, i):
                if i % j == 0:
                    prime = False
                    break
            if prime:
                count += 1
        I[0] = count
    """,
    "gcd": "x = n * 12\ny = 18\nwhile y != 0:\n    x, y = y, x % y\nI[0] = x",
    "list": "acc = [0, 1]\nfor i in range(n):\n    acc[0] += i\n    acc[1] = acc[1] * 2\nI[0] = acc[0]\nI[1] = acc[1]",
    "list in a branch": "acc = [1, 2]\nif n > 3:\n    acc[1] = 9\nelse:\n    acc[0] = n\nI[0] = acc[0]\nI[1] = acc[1]",
    "nested list": "m = [[0, 0], [0, 0]]\nfor i in range(n):\n    m[1][0] += i\n    m[0][1] -= i\nI[0] = m[1][0]\nI[1] = m[0][1]",
    "tuple": "p = (0, 1)\nfor i in range(n):\n    p = (p[1], p[0] + i)\nI[0] = p[0]\nI[1] = p[1]",
    "dict": "d = {'s': 0, 'c': 0}\nfor i in range(n):\n    d['s'] += i\n    d['c'] += 1\nI[0] = d['s']\nI[1] = d['c']",
    "unrolled with break": """
        t = 0
        for c in [1, 2, 3, 4]:
            if U[c] + n > 6:
                break
            t += c
        I[0] = t
    """,
    "unrolled with continue": """
        t = 0
        for c in (1, 2, 3, 4):
            if (n + c) % 2 == 0:
                continue
            t = t * 10 + c
        I[0] = t
    """,
    "python decides": """
        t = 0
        for c in [1, 2, 3, 4]:
            if c == 2:
                continue
            if c == 4:
                break
            t += c * n
        I[0] = t
    """,
    "conditional expression": "I[0] = 1 if n > 3 else 2\nF[1] = F[2] if n > 3 else F[3]",
    "conditional guards memory": "I[0] = U[n] if n < 16 else 99",
    "nested conditional": "I[0] = 1 if n > 6 else 2 if n > 3 else 3",
    "and or not": """
        I[0] = 1 if n > 2 and n < 6 else 0
        I[1] = 1 if n < 2 or n > 6 else 0
        I[2] = 1 if not n > 4 else 0
        I[3] = 1 if not (n > 2 and F[n] < 0) or U[1] == n else 0
    """,
    "and guards memory": "I[0] = 1 if n < 16 and U[n] > 3 else 0",
    "chain": "I[0] = 1 if 2 < n <= 6 else 0\nI[1] = 1 if 1 < U[3] < n < 9 else 0",
    "number as a condition": "t = 0\nif n:\n    t = 1\nwhile n and t < 5:\n    t += 1\nI[0] = t",
    "mixed python and traced": "x = 5\nif n > 2 and x > 3:\n    x = 6\nif x > 5 or n > 0:\n    I[0] = x",
    "python numbers stay": "k = 2\nif n > 3:\n    k = 2\nI[[0, 1, 2][k]] = 5",
    "with a match": """
        kind = 'b'
        t = 0
        match kind:
            case 'a':
                t = 1
            case 'b':
                for i in range(n):
                    t += i
        I[0] = t
    """,
    "walrus": "if (x := n * 2) > 6:\n    I[0] = x",
    "comprehension": "I[0] = sum([U[i] for i in range(4)])",
    "last value guarded": """
        found = -1
        for i in range(n):
            if U[i] * 3 > 7 and found < 0:
                found = i
        I[0] = found
    """,
    "bubble sort": """
        for i in range(n):
            for j in range(n - 1 - i):
                x = F[j]
                y = F[j + 1]
                if x > y:
                    F[j] = y
                    F[j + 1] = x
    """,
    "binary search": """
        lo = 0
        hi = n
        while lo < hi:
            mid = (lo + hi) // 2
            if U[mid] < 5:
                lo = mid + 1
            else:
                hi = mid
        I[0] = lo
    """,
    "horner": "x = F[1]\nt = 0.0\nfor i in range(n):\n    t = t * x + F[i]\nF[0] = t",
    "assert": "assert n < 1000, 'too many'\nassert True\nI[0] = 1",
    "pass": "if n > 3:\n    pass\nelse:\n    pass\nfor i in range(n):\n    pass\nI[0] = 1",
    "empty loop": "for i in range(0):\n    I[0] = 1\nfor i in range(5, 2):\n    I[1] = 1",
    "shadowed range": "range = [3, 4]\nt = 0\nfor i in range:\n    t += i * n\nI[0] = t",
    "flag": "done = False\ni = 0\nwhile not done:\n    i += 1\n    done = i * i > n\nI[0] = i",
    "inner function": """
        def bump(x, by=1):
            if x > 3:
                return x + by
            return x - by
        I[0] = bump(n)
        I[1] = bump(n, by=5)
    """,
    "deep": """
        t = 0
        for i in range(3):
            for j in range(3):
                for k in range(3):
                    if (i + j + k) % 3 == n % 3:
                        continue
                    if t > 20:
                        break
                    t += i + j * k + 1
                if t > 25:
                    break
                t += 1
        I[0] = t
    """,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_computes_what_python_computes(trace_body, name):
    body = BODIES[name]
    answer = trace_body(textwrap.dedent(body))
    for n in (0, 1, 2, 3, 4, 5, 7, 8):
        if "unsigned" in name and n == 0:  # 0 - 1 wraps
            continue
        assert recorded(answer, n) == in_python(body, n), (n, answer.text)


# Every combination of loops and exits to depth 3.

LOOPS = ("for", "while", "unrolled")
EXITS = ("", "break", "continue", "return")


def nest(levels: list[tuple[str, str]], depth: int = 0) -> list[str]:
    """Loops inside each other, each with an exit on a condition that changes."""
    if not levels:
        return ["t += 5", "I[0] = t"]
    (loop, leave), inner = levels[0], levels[1:]
    i = "ijk"[depth]
    # `while` counts before anything can continue.
    body = {
        "for": [f"for {i} in range(3):"],
        "while": [f"{i} = -1", f"while {i} < 2:", f"    {i} += 1"],
        "unrolled": [f"for {i} in [0, 1, 2]:"],
    }[loop]
    inside = [f"t = (t * 3 + {i} + n) % 97", "I[0] = t"]
    check = [f"if (t + {i}) % {depth + 3} == 1:", f"    {leave}"] if leave else []
    nested = nest(inner, depth + 1)
    inside += check + nested if depth % 2 == 0 else nested + check
    inside += ["t += 2", "I[0] = t"]
    return body + ["    " + line for line in inside]


def cases(depth: int) -> list[tuple[tuple[str, str], ...]]:
    return list(itertools.product(itertools.product(LOOPS, EXITS), repeat=depth))


@pytest.mark.parametrize("depth", [1, 2])
def test_every_nest(trace_body, depth):
    for levels in cases(depth):
        body = "t = 0\n" + "\n".join(nest(list(levels))) + "\nI[1] = t"
        answer = trace_body(body)
        for n in (0, 1, 5):
            assert recorded(answer, n) == in_python(body, n), body


@pytest.mark.parametrize("outer", list(itertools.product(LOOPS, EXITS)), ids="-".join)
def test_every_nest_of_three(trace_body, outer):
    for inner in cases(2):
        body = "t = 0\n" + "\n".join(nest([outer, *inner])) + "\nI[1] = t"
        answer = trace_body(body)
        assert recorded(answer, 2) == in_python(body, 2), body


# -- helpers -----------------------------------------------------------------------------------

HELPERS = """
class Accumulator:
    def __init__(self, start):
        self.start = start

    def add(self, x):
        if x > 3:
            return self.start + x
        return self.start - x

def first_above(buf, n, limit):
    for i in range(n):
        if buf[i] > limit:
            return i
    return -1

def find_pair(buf, n):
    for i in range(n):
        for j in range(i):
            if buf[i] + buf[j] == 7:
                return i * 10 + j
    return -1

def classify(x):
    if x < 2:
        return 0
    elif x < 5:
        return 1
    return 2

def pair(x):
    if x > 3:
        return x, x * 2
    return x + 1, x

def sum_of(values):
    total = 0
    for v in values:
        if v > 2:
            total += v
    return total

def scaled(factor):
    def apply(x):
        return x * factor if x > 1 else x
    return apply

def table():
    try:
        return [i * i for i in range(4)]
    finally:
        pass

def squares(count):
    for i in range(count):
        yield i * i

triple = scaled(3)
"""


@pytest.mark.parametrize(
    "body",
    [
        "I[0] = first_above(U, n, 3)",
        "I[0] = find_pair(U, n)",
        "I[0] = classify(n) * 10 + classify(U[1])",
        "x, y = pair(n)\nI[0] = x\nI[1] = y",
        "I[0] = Accumulator(100).add(n)",
        "I[0] = sum_of([n, n + 3, 1])",
        "I[0] = triple(n) + scaled(n)(4)",
        "t = 0\nfor s in table():\n    if n > 2:\n        t += s\nI[0] = t",
        "t = 0\nfor s in squares(4):\n    t += s * n\nI[0] = t",
        "I[0] = (lambda x: x + 1 if x > 2 else x)(n)",
    ],
)
def test_helpers_are_followed(run, body):
    module = (
        "import enigma\n" + HELPERS + "\n@enigma.kernel\ndef k(F: enigma.f32, I: enigma.i32, "
        "U: enigma.u32, B: enigma.u8, H: enigma.f16, n: enigma.Scalar('int'), "
        "u: enigma.Scalar('uint'), a: enigma.Scalar('float')):\n" + textwrap.indent(body, "    ")
    )
    answer = run(module)
    for n in (0, 1, 3, 4, 8):
        assert recorded(answer, n) == in_python(body, n, HELPERS), n


# -- structure ---------------------------------------------------------------------------------


def test_simple_loops_have_no_flags(trace_body):
    answer = trace_body("for i in range(n):\n    if F[i] < 0:\n        continue\n    F[i] = 1")
    assert len(answer.ops("for")) == 1 and "out" not in answer.ops("for")[0]
    answer = trace_body(
        "t = 0\nfor i in range(n):\n    x = F[i]\n    if x > 1:\n        t += x\nF[0] = t"
    )
    (loop,) = answer.ops("for")
    assert len(loop["out"]) == 1 and loop["regions"][0]["args"][1][0] == "%t"


def test_pure_conditions_are_not_branches(trace_body):
    answer = trace_body("x = n > 1 and n < 5 or not n == 3\nI[0] = 1 if x else 2")
    assert answer.ops("if") == [] and len(answer.ops("select")) == 1


def test_a_guarded_load_is_a_branch(trace_body):
    answer = trace_body("I[0] = 1 if n < 16 and U[n] > 3 else 0")
    (branch,) = answer.ops("if")
    assert [op["op"] for op in branch["regions"][0]["body"]].count("load") == 1


def test_without_source_a_decision_is_explained(run):
    answer = run("""
        import enigma
        scope = {"enigma": enigma}
        exec("@enigma.kernel\\ndef k(A: enigma.f32):\\n    if A[0] > 1:\\n        A[0] = 2", scope)
        k = scope["k"]
        k.__module__ = __name__
    """)
    assert answer.ids == ["E0102"] or answer.ids == ["E0305"]
