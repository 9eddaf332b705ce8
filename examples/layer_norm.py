"""Layer normalisation of each row of a rows x cols matrix, one threadgroup for each row.

    Out[r, c] = (X[r, c] - mean(X[r, :])) / sqrt(var(X[r, :]) + eps) * Weight[c] + Bias[c]

The variance is the mean square of what is left when the mean is taken away, which costs a second
pass over the row and saves the digits that mean(X**2) - mean(X)**2 would lose.

Any number of columns, and any block that is a multiple of 32. The grid is rows x block threads.
Compile and run on the CPU device:

    enigmac examples/layer_norm.py -o out/
    enigma-run out/layer_norm.manifest.json --fill X=random:1 --size X=37111 --fill Weight=ones \\
        --size Weight=1003 --fill Bias=zeros --size Bias=1003 --size Out=37111 --scalar rows=37 \\
        --scalar cols=1003 --scalar eps=1e-5 --grid 9472 --block 256 --out Out=layer_norm.npy
"""

import enigma

SIMDGROUPS = 32  # the most that a threadgroup can have


def threadgroup_sum(value, partial):
    """The sum of a value over all threads of the threadgroup; every thread gets it."""
    lane = enigma.thread_index_in_simdgroup()
    of_simdgroup = enigma.simd_sum(value)
    if lane == 0:
        partial[enigma.simdgroup_index_in_threadgroup()] = of_simdgroup
    enigma.barrier()
    total = enigma.simd_sum(
        enigma.load_if(partial, lane, lane < enigma.simdgroups_per_threadgroup())
    )
    enigma.barrier()  # `partial` may be used again after this
    return total


@enigma.kernel(block=256)
def layer_norm(
    X: enigma.f32,
    Weight: enigma.f32,
    Bias: enigma.f32,
    Out: enigma.f32,
    rows: enigma.Scalar("uint"),
    cols: enigma.Scalar("uint"),
    eps: enigma.Scalar("float"),
):
    partial = enigma.threadgroup_alloc("float", SIMDGROUPS)
    row = enigma.threadgroup_position_in_grid()
    thread = enigma.thread_position_in_threadgroup()
    threads = enigma.threads_per_threadgroup()
    if row >= rows:  # all threads of the threadgroup, so that none waits at a barrier
        return
    start = row * cols

    total = 0.0
    for i in range(thread, cols, threads):
        total += X[start + i]
    mean = threadgroup_sum(total, partial) / cols

    squares = 0.0
    for i in range(thread, cols, threads):
        left = X[start + i] - mean
        squares += left * left
    scale = enigma.rsqrt(threadgroup_sum(squares, partial) / cols + eps)

    for i in range(thread, cols, threads):
        Out[start + i] = (X[start + i] - mean) * scale * Weight[i] + Bias[i]
