"""Register tensors, copies by the threadgroup and by the simdgroup, pipelines."""

from __future__ import annotations

import pytest

PARAMS = "A: enigma.f32, S: enigma.f32[8, 16], H: enigma.f16, n: enigma.Scalar('int'), b: enigma.u8"
TILE = "t = enigma.threadgroup_alloc('float', (4, 16))\n"


def test_register_tensor(trace_body):
    answer = trace_body("acc = enigma.register_tensor((2, 3), 'half', n)\nacc[1, n] = acc[5]")
    (op,) = answer.ops("thread_alloc")
    assert op["out"][0][1] == "thread<f16,2x3>" and op["name"] == "acc"
    stores = [s for s in answer.ops("store") if s["in"][0] == op["out"][0][0]]
    assert len(stores) == 7
    assert len({s["in"][-1] for s in stores[:6]}) == 1


@pytest.mark.parametrize(("size", "stores"), [(64, 64), (65, 1)])
def test_a_large_fill_is_a_loop(trace_body, size, stores):
    answer = trace_body(f"acc = enigma.register_tensor({size}, 'int', 7)")
    assert len(answer.ops("store")) == stores and len(answer.ops("for")) == (stores == 1)


def test_register_tensor_without_fill(trace_body):
    answer = trace_body("acc = enigma.register_tensor(4, fill=None)")
    assert len(answer.ops("thread_alloc")) == 1 and answer.ops("store") == []


def test_register_tensor_in_a_loop(trace_body):
    answer = trace_body(
        "for i in enigma.for_range(n):\n    r = enigma.register_tensor(2)\n    r[i % 2] = F[i]"
    )
    (loop,) = answer.ops("for")
    assert "thread_alloc" in [op["op"] for op in loop["regions"][0]["body"]]


def test_copy_is_shared_by_the_threadgroup(trace_body):
    answer = trace_body(TILE + "enigma.copy(A, t, 50, src_offset=n, dst_offset=14)", PARAMS)
    (loop,) = answer.ops("for")
    (index,) = answer.ops("thread_index_in_threadgroup")
    assert loop["in"][0] == index["out"][0][0]
    assert [op["attrs"]["dim"] for op in answer.ops("threads_per_threadgroup")] == ["x", "y", "z"]
    assert answer.ops("barrier") == []
    (load,), (store,) = answer.ops("load"), answer.ops("store")
    assert load["in"][0] == "A" and store["in"][2] == load["out"][0][0]


def test_copy_of_a_register_tensor_is_each_threads_own(trace_body):
    answer = trace_body("r = enigma.register_tensor(8)\nenigma.copy(A, r, 8)", PARAMS)
    assert answer.ops("thread_index_in_threadgroup") == []
    assert len(answer.ops("for")) == 1


def test_copy_converts(trace_body):
    answer = trace_body(TILE + "enigma.copy(H, t, 64)\nenigma.copy(t, H, 64)", PARAMS)
    assert [op["out"][0][1] for op in answer.ops("cast")] == ["f32", "f16"]
    assert answer.ids == ["W0101"]


def test_copy_with_mask_and_width(trace_body):
    call = "enigma.copy(A, t, 48, mask_fn=lambda k: k < n, coalesced_width=4)"
    answer = trace_body(TILE + call, PARAMS)
    assert len(answer.ops("load_if")) == len(answer.ops("store_if")) == 4
    body = [op["op"] for op in answer.ops("for")[0]["regions"][0]["body"]]
    assert body.index("store_if") > max(i for i, op in enumerate(body) if op == "load_if")


def test_pipeline_by_steps(trace_body):
    answer = trace_body(
        """
        p = enigma.pipeline("float", (4, 8), stages=3)
        for step in enigma.for_range(0, n):
            enigma.copy(A, p.acquire(step), 32)
            p.commit()
            s = p.consume(step)
            A[step] = s[n] + s[1, 2]
        """,
        PARAMS,
    )
    (alloc,) = answer.ops("threadgroup_alloc")
    assert alloc["out"][0][1] == "threadgroup<f32,96>" and alloc["name"] == "p"
    assert len(answer.ops("barrier")) == 2
    assert len(answer.ops("rem")) == 2


def test_pipeline_by_turns(trace_body):
    answer = trace_body(
        """
        p = enigma.pipeline("int", 8, stages=2)
        p.back()[3] = 1
        p.swap()
        U[0] = p.front()[3]
        p.rotate()
        p.advance()
        U[1] = p.stage(1)[3]
        """
    )
    constants = {op["out"][0][0]: op["attrs"]["value"] for op in answer.ops("constant")}
    (alloc,) = answer.ops("threadgroup_alloc")
    accesses = answer.ops("store")[:1] + answer.ops("load")
    assert [constants[op["in"][1]] for op in accesses] == [11, 11, 3]
    assert all(op["in"][0] == alloc["out"][0][0] for op in accesses)


def test_async_copies(trace_body):
    answer = trace_body(
        TILE
        + """
e = enigma.async_copy_1d_d2t(t, 0, A, n, 64)
f = enigma.async_copy_2d_d2t(t, 1, 16, S, b, 16, 8, 4)
enigma.async_copy_wait(e, f)
enigma.async_copy_wait(enigma.async_copy_1d_t2d(A, n, t, 2, n))
enigma.async_copy_2d_t2d(S, 0, 16, t, 0, 16, n, b)
enigma.async_copy_wait()
g = enigma.async_copy_to_threadgroup(A, t, 3, 1, 2)
enigma.async_copy_commit(g)
""",
        "A: enigma.f32, S: enigma.f32[8, 16], n: enigma.Scalar('int'), b: enigma.Scalar('uchar')",
    )
    assert answer.ids == []
    assert len(answer.ops("async_copy_wait")) == 3
    (last,) = [
        op
        for op in answer.ops("async_copy_1d_d2t")
        if answer.text_of(op).startswith("enigma.async_copy_to")
    ]
    constants = {op["out"][0][0]: op["attrs"]["value"] for op in answer.ops("constant")}
    assert [constants.get(name, name) for name in last["in"][1:]] == [2, "A", 1, 3]


def test_async_copy_into_a_stage(trace_body):
    answer = trace_body(
        "p = enigma.pipeline('float', 16)\nenigma.async_copy_1d_d2t(p.acquire(n), 2, A, 0, 8)",
        PARAMS,
    )
    (op,) = answer.ops("async_copy_1d_d2t")
    (total,) = answer.ops("add")
    assert op["in"][1] == total["out"][0][0]


REFUSED = [
    ("enigma.register_tensor(8193)", "32772 bytes for each thread"),
    ("enigma.register_tensor(n)", "a traced value"),
    ("enigma.register_tensor(0)", "a dimension is 0"),
    ("enigma.copy(S, t, 65)", "elements 0 to 65 of 't', which has 64"),
    ("enigma.copy(S, t, 64, src_offset=65)", "elements 65 to 129 of 'S', which has 128"),
    ("enigma.copy(A, t, -1)", "count is -1"),
    ("enigma.copy(A, t, 1.5)", "count is a f32"),
    ("enigma.copy(A, t, True)", "count is a b1"),
    ("enigma.copy(A, t, 10, coalesced_width=4)", "coalesced_width=4 does not divide 10 elements"),
    ("enigma.copy(A, t, n, coalesced_width=2)", "does not divide a traced count"),
    ("enigma.copy(A, t, 4, coalesced_width=0)", "coalesced_width=0"),
    ("enigma.copy(n, t, 4)", "not a buffer"),
    ("enigma.pipeline('int', 4, stages=1)", "stages=1"),
    ("enigma.pipeline('int', 4, stages=n)", "stages="),
    ("enigma.pipeline('int', n)", "a traced value"),
    ("p.swap()", "swap of 3 stages"),
    ("p.front()[8]", "index 8 is out of bounds of 'p' with 8 elements"),
    ("p.front()[1, 2]", "1 dimensions but 2"),
    ("p.front()[-1]", "an index is -1"),
    ("enigma.atomic_load(p.front(), 0)", "the memory is Stage, not a buffer"),
    ("enigma.async_copy_1d_d2t(A, 0, t, 0, 4)", "the destination 'A' is device memory"),
    ("enigma.async_copy_1d_d2t(t, 0, t, 0, 4)", "the source 't' is threadgroup memory"),
    ("enigma.async_copy_1d_t2d(A, 0, r, 0, 4)", "the source 'r' is thread memory"),
    ("enigma.async_copy_1d_d2t(t, 0, H, 0, 4)", "'H' holds f16 and 't' f32"),
    ("enigma.async_copy_1d_d2t(t, 60, A, 0, 5)", "elements 60 to 65 of 't', which has 64"),
    ("enigma.async_copy_2d_d2t(t, 0, 16, A, 0, 16, 17, 2)", "rows of 17 elements overlap"),
    ("enigma.async_copy_2d_d2t(t, 1, 16, A, 0, 16, 16, 4)", "elements 1 to 65 of 't'"),
    ("enigma.async_copy_2d_t2d(S, 0, 40, t, 0, 16, 16, 4)", "of 'S', which has 128"),
    ("enigma.async_copy_1d_d2t(t, a, A, 0, 4)", "dst_offset is a f32"),
    ("enigma.async_copy_wait(3)", "an argument is int, not a copy"),
    ("enigma.async_copy_wait(n)", "an argument is a traced value, not a copy"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_refusals(trace_body, call, words):
    params = PARAMS.replace("b: enigma.u8", "a: enigma.Scalar('float')")
    memory = TILE + "r = enigma.register_tensor(8)\np = enigma.pipeline('float', 8, stages=3)\n"
    answer = trace_body(memory + call, params=params)
    assert len(answer.diagnostics) == 1 and answer.ids[0][0] == "E"
    assert words in answer.diagnostics[0]["message"]
    assert answer.text_at(answer.diagnostics[0]) == call


@pytest.mark.parametrize("turn", ["rotate", "advance", "swap"])
def test_turns_in_a_traced_loop_are_refused(trace_body, turn):
    answer = trace_body(
        f"p = enigma.pipeline('float', 8)\nfor i in enigma.for_range(n):\n    p.{turn}()"
    )
    assert answer.ids == ["E0119"]
    assert "turned round in a traced for_range" in answer.diagnostics[0]["message"]


def test_a_register_tensor_ends_with_its_region(trace_body):
    answer = trace_body("with enigma.if_(n):\n    r = enigma.register_tensor(2)\nF[0] = r[0]")
    assert answer.ids == ["E0119"]
    assert "'r' is used outside the if_ that makes it" in answer.diagnostics[0]["message"]


def test_directions(trace_body):
    params = "A: enigma.In('float'), B: enigma.Out('float')"
    allowed = TILE + "enigma.async_copy_1d_d2t(t, 0, A, 0, 4)\nenigma.copy(t, B, 4)"
    assert trace_body(allowed, params=params).ids == []
    for call in (
        "async_copy_1d_t2d(A, 0, t, 0, 4)",
        "async_copy_1d_d2t(t, 0, B, 0, 4)",
        "copy(B, t, 4)",
        "copy(t, A, 4)",
    ):
        assert trace_body(TILE + "enigma." + call, params=params).ids == ["E0117"]


def test_an_event_of_another_kernel(run):
    answer = run("""
        import enigma
        kept = []

        @enigma.kernel
        def first(A: enigma.f32):
            t = enigma.threadgroup_alloc("float", 4)
            kept.append(enigma.async_copy_1d_d2t(t, 0, A, 0, 4))

        @enigma.kernel
        def second(A: enigma.f32):
            enigma.async_copy_wait(*kept)
    """)
    assert answer.ids == ["E0122"]
    assert "started here" in answer.diagnostics[0]["notes"][0]["message"]
