"""Counts of the 256 values that bytes can have, in two ways.

`histogram` adds into device memory at once. `histogram_local` counts into threadgroup memory first,
so that threads compete within their threadgroup only, and then adds each threadgroup's counts. Both
add to what is in `Bins`, which starts at zero, and stride over the input, so any grid will do.
Compile and run on the CPU device:

    enigmac examples/histogram.py -o out/
    enigma-run out/histogram.manifest.json histogram_local --fill X=random:1 --size X=100000 \\
        --fill Bins=zeros --size Bins=256 --scalar n=100000 --grid 4096 --block 256 \\
        --out Bins=histogram.npy --print Bins:16
"""

import enigma

BINS = 256


@enigma.kernel(block=256)
def histogram(X: enigma.u8, Bins: enigma.u32[BINS], n: enigma.Scalar("uint")):
    start = enigma.thread_position_in_grid()
    stride = enigma.threads_per_grid()
    with enigma.for_range(start, n, stride, "uint") as i:
        enigma.atomic_fetch_add(Bins, X[i], 1)


@enigma.kernel(block=256)
def histogram_local(X: enigma.u8, Bins: enigma.u32[BINS], n: enigma.Scalar("uint")):
    counts = enigma.threadgroup_alloc("uint", BINS)
    thread = enigma.thread_index_in_threadgroup()
    threads = enigma.threads_per_threadgroup()

    with enigma.for_range(thread, BINS, threads, "uint") as b:
        counts[b] = 0
    enigma.barrier("mem_threadgroup")

    start = enigma.thread_position_in_grid()
    stride = enigma.threads_per_grid()
    with enigma.for_range(start, n, stride, "uint") as i:
        enigma.atomic_fetch_add(counts, X[i], 1)
    enigma.barrier("mem_threadgroup")

    with enigma.for_range(thread, BINS, threads, "uint") as b:
        enigma.atomic_fetch_add(Bins, b, counts[b])
