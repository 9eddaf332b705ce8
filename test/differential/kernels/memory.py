"""Threadgroup memory, shapes, index types, masked accesses, barriers and atomics."""

import enigma

BLOCK = 48


@enigma.kernel
def reverse_twice(A: enigma.i32, Out: enigma.i32):
    """Through two arrays of threadgroup memory, with a device-memory barrier as well."""
    first = enigma.threadgroup_alloc("int", BLOCK)
    second = enigma.threadgroup_alloc("short", (BLOCK, 2))
    i = enigma.thread_position_in_grid()
    t = enigma.thread_position_in_threadgroup()
    size = enigma.threads_per_threadgroup()
    first[t] = A[i]
    enigma.barrier()
    second[t, 0] = enigma.metal_cast(first[size - 1 - t], "short")
    second[t, 1] = 7
    enigma.barrier("mem_device_and_threadgroup")
    Out[i] = second[size - 1 - t, 0] * 10 + second[t, 1]


@enigma.kernel
def scan_in_rounds(A: enigma.u32, Out: enigma.u32):
    """A barrier in a loop: an inclusive scan of each threadgroup, by doubling."""
    sums = enigma.threadgroup_alloc("uint", BLOCK)
    i = enigma.thread_position_in_grid()
    t = enigma.thread_index_in_threadgroup()
    sums[t] = A[i]
    enigma.barrier()
    with enigma.while_(lambda c: c[0] < BLOCK, init=[1]) as c:
        distance = enigma.metal_cast(c[0], "uint")
        before = enigma.load_if(sums, t - distance, t >= distance, 0)
        enigma.barrier()
        sums[t] = sums[t] + before
        enigma.barrier()
        c[0] = c[0] * 2
    Out[i] = sums[t]


@enigma.kernel
def barrier_in_uniform_loop(Out: enigma.i32, rounds: enigma.Scalar("int")):
    """Threads pass numbers round a ring, a round in each iteration, with every flag once."""
    ring = enigma.threadgroup_alloc("int", BLOCK)
    t = enigma.thread_index_in_threadgroup()
    size = enigma.threads_per_threadgroup()
    ring[t] = enigma.metal_cast(t, "int")
    enigma.barrier("mem_threadgroup")
    with enigma.for_range(0, rounds, init=[0]) as (r, total):
        with enigma.if_(rounds > 2):
            value = ring[(t + 1) % size]
            enigma.barrier("mem_threadgroup")
            ring[t] = value + r
            enigma.barrier("mem_threadgroup")
        total[0] = total[0] + ring[t]
    enigma.barrier("mem_none")
    enigma.barrier("mem_device")
    enigma.barrier("mem_texture")
    enigma.simd_barrier("mem_none")
    enigma.simd_barrier("mem_threadgroup")
    enigma.simd_barrier("mem_device")
    enigma.simd_barrier("mem_device_and_threadgroup")
    enigma.simd_barrier("mem_texture")
    Out[enigma.thread_position_in_grid()] = total[0]


@enigma.kernel
def shaped(A: enigma.i32[5, 7], B: enigma.i32[3, 5, 7], Out: enigma.i32[7, 5]):
    x = enigma.thread_position_in_grid("x")
    y = enigma.thread_position_in_grid("y")
    Out[x, y] = A[y, x] + B[2, y, x] * 100 + B[0, 4, 6]


@enigma.kernel
def index_types(
    A: enigma.i32,
    I8: enigma.i8,
    U8: enigma.u8,
    I16: enigma.i16,
    U16: enigma.u16,
    I64: enigma.i64,
    U64: enigma.u64,
    Out: enigma.i32,
    n: enigma.Scalar("uint"),
):
    """Narrow unsigned indices are not sign-extended; wide ones are not cut off."""
    i = enigma.thread_position_in_grid()
    Out[0 * n + i] = A[I8[i]]
    Out[1 * n + i] = A[U8[i]]
    Out[2 * n + i] = A[I16[i]]
    Out[3 * n + i] = A[U16[i]]
    Out[4 * n + i] = A[I64[i]]
    Out[5 * n + i] = A[U64[i]]
    Out[6 * n + i] = A[U8[i] + U8[i]]


@enigma.kernel
def negative_offset(A: enigma.i32, Out: enigma.i32):
    """A signed sum that is negative on the way and in range at the end."""
    i = enigma.metal_cast(enigma.thread_position_in_grid(), "int")
    Out[i] = A[(i - 5) + 5] + A[enigma.where(-i, i, i >= 0)]


@enigma.kernel
def atomics(
    Ints: enigma.i32[8],
    Uints: enigma.u32[8],
    Floats: enigma.f32[2],
    Values: enigma.i32,
    Old: enigma.u32,
    LocalInts: enigma.i32,
    LocalUints: enigma.u32,
):
    """All read-modify-write ops, many threads to each element, in device and threadgroup memory."""
    ints = enigma.threadgroup_alloc("int", 8)
    uints = enigma.threadgroup_alloc("uint", 8)
    i = enigma.thread_position_in_grid()
    t = enigma.thread_index_in_threadgroup()
    group = enigma.threadgroup_position_in_grid()
    with enigma.if_(t < 8):
        ints[t] = enigma.where(0, -1, t == 4)
        uints[t] = enigma.where(enigma.metal_cast(0, "uint"), 0xFFFFFFFF, (t == 4) | (t == 2))
    enigma.barrier()
    v = Values[i]
    u = enigma.as_type(v, "uint")
    ops = (
        enigma.atomic_fetch_add,
        enigma.atomic_fetch_sub,
        enigma.atomic_fetch_min,
        enigma.atomic_fetch_max,
        enigma.atomic_fetch_and,
        enigma.atomic_fetch_or,
        enigma.atomic_fetch_xor,
    )
    for place, op in enumerate(ops):
        op(Ints, place, v)
        op(Uints, place, u)
        op(ints, place, v)
        op(uints, place, u)
    Old[i] = enigma.atomic_fetch_add(Uints, 7, 1)
    Floats.atomic_fetch_add(0, 0.5)
    enigma.atomic_fetch_sub(Floats, 1, 2.0)
    enigma.barrier()
    with enigma.if_(t < 8):
        LocalInts[group * 8 + t] = ints[t]
        LocalUints[group * 8 + t] = uints[t]
