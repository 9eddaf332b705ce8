"""Softmax of each row of a rows x cols matrix, one threadgroup for each row.

    Out[r, c] = exp(X[r, c] - max(X[r, :])) / sum(exp(X[r, :] - max(X[r, :])))

Taking the row's maximum away first keeps exp from overflowing. A maximum or sum over a row is found
in three steps: each thread over the columns it strides through, each simdgroup over its lanes, and
the first simdgroup over the simdgroups' results in threadgroup memory.

Any number of columns, and any block that is a multiple of 32 up to 1024. The grid is rows x block
threads. Compile and run on the CPU device:

    enigmac examples/softmax.py -o out/
    enigma-run out/softmax.manifest.json --fill X=random:1 --size X=37111 --size Out=37111 \\
        --scalar rows=37 --scalar cols=1003 --grid 9472 --block 256 --out Out=softmax.npy
"""

import enigma

SIMDGROUPS = 32  # the most that a threadgroup can have
# Of f32. Not infinity: fast math, the default in Metal, assumes that there is none.
LOWEST = -3.4028234663852886e38


def threadgroup_reduce(value, reduce, identity, partial):
    """Reduce a value over all threads of the threadgroup; every thread gets the result."""
    lane = enigma.thread_index_in_simdgroup()
    simdgroup = enigma.simdgroup_index_in_threadgroup()
    count = enigma.simdgroups_per_threadgroup()

    of_simdgroup = reduce(value)
    with enigma.if_(lane == 0):
        partial[simdgroup] = of_simdgroup
    enigma.barrier("mem_threadgroup")

    # Every simdgroup reads all partial results, so that none has to wait for the first to share its
    # own.
    of_lane = enigma.load_if(partial, lane, lane < count, identity)
    result = reduce(of_lane)
    enigma.barrier("mem_threadgroup")  # `partial` may be used again after this
    return result


@enigma.kernel(block=256)
def softmax(
    X: enigma.f32,
    Out: enigma.f32,
    rows: enigma.Scalar("uint"),
    cols: enigma.Scalar("uint"),
):
    partial = enigma.threadgroup_alloc("float", SIMDGROUPS)
    row = enigma.threadgroup_position_in_grid()
    thread = enigma.thread_position_in_threadgroup()
    threads = enigma.threads_per_threadgroup()

    # The same for all threads of a threadgroup, so that they reach the barriers together.
    with enigma.if_(row < rows):
        start = row * cols

        with enigma.for_range(thread, cols, threads, "uint", init=[LOWEST]) as (i, largest):
            largest[0] = enigma.fmax(largest[0], X[start + i])
        row_max = threadgroup_reduce(largest[0], enigma.simd_max, LOWEST, partial)

        with enigma.for_range(thread, cols, threads, "uint", init=[0.0]) as (i, total):
            total[0] = total[0] + enigma.exp(X[start + i] - row_max)
        row_sum = threadgroup_reduce(total[0], enigma.simd_sum, 0.0, partial)

        with enigma.for_range(thread, cols, threads, "uint") as i:
            Out[start + i] = enigma.exp(X[start + i] - row_max) / row_sum
