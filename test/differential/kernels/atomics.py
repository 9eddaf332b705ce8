"""Atomics on contended elements, in device and threadgroup memory, plain accesses beside them."""

import enigma

BLOCK = 64


@enigma.kernel
def count_by_exchange(
    Cells: enigma.i32[2, 3], Floats: enigma.f32[2], Old: enigma.i32, Sums: enigma.u32
):
    """A counter kept by compare-exchange alone, in four kinds of memory."""
    shared = enigma.threadgroup_alloc("uint", (2, 2))
    i = enigma.thread_position_in_grid()
    t = enigma.thread_index_in_threadgroup()
    with enigma.if_(t < 4):
        shared.atomic_store(t, 0)
    enigma.barrier()
    seen = enigma.atomic_load(Cells, (1, 2))
    with enigma.while_(lambda c: c[0] == 0, init=[0, seen]) as c:
        done, found = enigma.atomic_compare_exchange(Cells, (1, 2), c[1], c[1] + 1)
        c[0] = enigma.metal_cast(done, "int")
        c[1] = found
    Old[i] = c[1]
    # The weak form in the loop that it needs; a failure without reason goes round again.
    with enigma.while_(lambda w: w[0] == 0, init=[0]) as w:
        now = Floats.atomic_load(1)
        done = Floats.atomic_compare_exchange_weak(1, now, now + 0.5)
        w[0] = enigma.metal_cast(done, "int")
    with enigma.while_(lambda w: w[0] == 0, init=[0]) as w:
        before = shared.atomic_load((1, 0))
        done, found = shared.atomic_compare_exchange((1, 0), before, before + 3)
        w[0] = enigma.where(0, 1, done & (found == before))
    enigma.barrier()
    with enigma.if_(t == 0):
        Sums[enigma.threadgroup_position_in_grid()] = shared[1, 0]


@enigma.kernel
def exchange_outcomes(
    A: enigma.u32, F: enigma.f32, Done: enigma.u32, Seen: enigma.u32, Bits: enigma.u32
):
    """What a compare-exchange says of equal and unequal elements, by one thread for each."""
    i = enigma.thread_position_in_grid()
    done, seen = enigma.atomic_compare_exchange(A, i, 7, i + 100)
    Done[i] = done
    Seen[i] = seen
    # Bits decide: 0.0 is not -0.0, and a NaN is itself.
    expected = enigma.as_type(Bits[i], "float")
    done, was = enigma.atomic_compare_exchange(F, i, expected, 2.5)
    Done[i + 64] = done
    Seen[i + 64] = enigma.as_type(was, "uint")
    Seen[i + 128] = enigma.as_type(F.atomic_load(i), "uint")
    F.atomic_store(i, 4)


@enigma.kernel
def plain_beside_atomic(Counts: enigma.u32, Total: enigma.u32, Copy: enigma.u32):
    """One buffer with atomic and plain accesses; another that is only read by atomics."""
    i = enigma.thread_position_in_grid()
    Counts[i + 1] = Counts[i + 1] + 5
    enigma.atomic_fetch_add(Counts, 0, Counts[i + 1])
    Copy[i] = Total.atomic_load(i) + 1


@enigma.kernel
def sum_floats(A: enigma.f32, Sums: enigma.f32[2], Groups: enigma.i32):
    """Float sums whose order does not matter: small multiples of a power of two."""
    i = enigma.thread_position_in_grid()
    t = enigma.thread_index_in_threadgroup()
    total = enigma.threadgroup_alloc("int", 1)
    with enigma.if_(t == 0):
        enigma.atomic_store(total, 0, 0)
    enigma.barrier()
    enigma.atomic_fetch_add(Sums, 0, A[i])
    enigma.atomic_fetch_sub(Sums, 1, A[i])
    total.atomic_fetch_add(0, enigma.metal_cast(A[i] * 8, "int"))
    enigma.barrier()
    with enigma.if_(t == 0):
        Groups[enigma.threadgroup_position_in_grid()] = total.atomic_load(0)
