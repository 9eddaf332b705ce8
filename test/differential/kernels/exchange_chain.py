"""Exchanges by every thread: what goes in comes out again."""

import enigma

BLOCK = 64


@enigma.kernel
def exchange_chain(
    Ints: enigma.i32,
    Floats: enigma.f32,
    OldInts: enigma.i32,
    OldFloats: enigma.f32,
    Last: enigma.u32,
):
    """Every value that goes in by an exchange comes out once, but for the last."""
    last = enigma.threadgroup_alloc("uint", 1)
    i = enigma.thread_position_in_grid()
    t = enigma.thread_index_in_threadgroup()
    OldInts[i] = enigma.atomic_exchange(Ints, 0, i + 1)
    OldFloats[i] = Floats.atomic_exchange(0, enigma.metal_cast(i, "float") + 0.5)
    with enigma.if_(t == 0):
        last[0] = BLOCK
    enigma.barrier()
    old = last.atomic_exchange(0, t)
    enigma.barrier()
    Last[i] = old
    with enigma.if_(t == 0):
        # A plain read of memory that atomics have written.
        Last[i + 1024] = last[0]
