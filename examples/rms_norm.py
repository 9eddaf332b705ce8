"""RMSNorm of each row of a rows x cols matrix, one threadgroup for each row.

    Out[r, c] = X[r, c] / sqrt(mean(X[r, :]**2) + eps) * Weight[c]

Any number of columns, and any block that is a multiple of 32. The grid is rows x block threads.
Compile and run on the CPU device:

    enigmac examples/rms_norm.py -o out/
    enigma-run out/rms_norm.manifest.json --fill X=random:1 --size X=37111 --fill Weight=ones \\
        --size Weight=1003 --size Out=37111 --scalar rows=37 --scalar cols=1003 --scalar eps=1e-5 \\
        --grid 9472 --block 256 --out Out=rms_norm.npy
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
def rms_norm(
    X: enigma.f32,
    Weight: enigma.f32,
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
        total += X[start + i] * X[start + i]
    scale = enigma.rsqrt(threadgroup_sum(total, partial) / cols + eps)
    for i in range(thread, cols, threads):
        Out[start + i] = X[start + i] * scale * Weight[i]
