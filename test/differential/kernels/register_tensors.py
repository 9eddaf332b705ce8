"""Register tensors: constant and traced indices, loops, several at once, narrow types."""

import enigma


@enigma.kernel
def bins(A: enigma.u32, Out: enigma.u32, n: enigma.Scalar("uint")):
    """Each thread counts for itself; indices are traced."""
    i = enigma.thread_position_in_grid()
    counts = enigma.register_tensor((2, 4), "ushort")
    for k in enigma.for_range(0, n, dtype="uint"):
        value = A[i * n + k]
        counts[value % 2, value / 2 % 4] = counts[value % 2, value / 2 % 4] + 1
    for k in enigma.for_range(0, 8, dtype="uint"):
        Out[i * 8 + k] = counts[k]


@enigma.kernel
def outer_product(A: enigma.i32, B: enigma.i32, Out: enigma.i32, k: enigma.Scalar("int")):
    """Constant indices in a loop, as a tile of a matrix product."""
    i = enigma.thread_position_in_grid()
    acc = enigma.register_tensor((3, 2), "int", 0)
    for step in enigma.for_range(0, k):
        for x in range(3):
            for y in range(2):
                acc[x, y] = acc[x, y] + A[(i * 3 + x) * k + step] * B[step * 2 + y]
    for x in range(3):
        for y in range(2):
            Out[(i * 3 + x) * 2 + y] = acc[x, y]


@enigma.kernel
def fresh_each_time(A: enigma.i32, Out: enigma.i32, n: enigma.Scalar("int")):
    """Made in a loop and in a branch: filled again each time it is reached."""
    i = enigma.thread_position_in_grid()
    shared = enigma.threadgroup_alloc("int", 96)
    with enigma.for_range(0, n, init=[0]) as (k, total):
        mine = enigma.register_tensor(3, "int", k)
        mine[k % 3] = mine[(k + 1) % 3] + A[i]
        total[0] = total[0] + mine[0] + mine[1] * 10 + mine[2] * 100
        with enigma.if_(A[i] % 2 == 0):
            other = enigma.register_tensor(2, "int", 5)
            other[k % 2] = 6
            total[0] = total[0] + other[0] * 1000
    t = enigma.thread_index_in_threadgroup()
    large = enigma.register_tensor(100, "float", 0.5)
    large[t] = 2
    shared[t] = total[0]
    enigma.barrier()
    # Registers keep their values over a barrier, and are nobody else's.
    size = enigma.threads_per_threadgroup()
    keep = large[t] + large[(t + 1) % 100]
    Out[i] = shared[size - 1 - t] + enigma.metal_cast(keep * 2, "int")


@enigma.kernel
def flags(A: enigma.i32, Out: enigma.b1):
    """Bool takes a byte in memory."""
    i = enigma.thread_position_in_grid()
    seen = enigma.register_tensor(4, enigma.b1, fill=False)
    for k in enigma.for_range(0, 3):
        seen[A[i * 3 + k] % 4] = True
    with enigma.for_range(0, 4) as k:
        Out[i * 4 + k] = seen[k]
