"""Attention in one pass over the keys, without ever storing the scores: the online softmax.

    Out[h, q] = sum over k of softmax(Q[h, q] . K[h, k] / sqrt(D)) * V[h, k]

for heads x n queries and as many keys and values of D elements; `causal` attends to keys up to the
query's own. A simdgroup has one query. The threadgroup copies KEYS keys and values into its
memory; lane k scores key k, the simdgroup agrees on the largest score and the sum so far, and what
was summed before is scaled to the new maximum; then each lane adds its elements of the values.

The grid is QUERIES simdgroups for every QUERIES queries, times the heads. Compile and run on the
CPU device, here 3 heads of 37 queries:

    enigmac examples/attention.py -o out/
    enigma-run out/attention.manifest.json attention --fill Q=random:1 --size Q=7104 \\
        --fill K=random:2 --size K=7104 --fill V=random:3 --size V=7104 --size Out=7104 \\
        --scalar n=37 --grid 1280,3 --block 128 --out Out=attention.npy
"""

import enigma

D = enigma.define("D", 64)  # a multiple of 32
QUERIES = 4  # of a threadgroup, one for each simdgroup
KEYS = 32  # at a time, one for each lane
THREADS = 32 * QUERIES
# Of f32. Not infinity: fast math, the default in Metal, assumes that there is none.
LOWEST = -3.4028234663852886e38


def attend(Q, K, V, Out, n, causal):
    """The kernel, for one head's queries from `first` on."""
    queries = enigma.threadgroup_alloc("float", (QUERIES, D))
    keys = enigma.threadgroup_alloc("float", (KEYS, D + 1))  # lanes read columns
    values = enigma.threadgroup_alloc("float", (KEYS, D))
    thread = enigma.thread_index_in_threadgroup()
    simdgroup = enigma.simdgroup_index_in_threadgroup()
    lane = enigma.thread_index_in_simdgroup()
    head = enigma.threadgroup_position_in_grid("y") * n * D
    first = enigma.threadgroup_position_in_grid("x") * QUERIES
    query = first + simdgroup

    for i in range(thread, QUERIES * D, THREADS):
        x = enigma.load_if(Q, head + first * D + i, first + i // D < n)
        queries[i // D, i % D] = x * D**-0.5

    largest = LOWEST
    total = 0.0
    sums = [0.0] * (D // 32)
    end = enigma.imin(first + QUERIES, n) if causal else n
    for start in range(0, end, KEYS):
        enigma.barrier()  # before the tiles are overwritten
        for i in range(thread, KEYS * D, THREADS):
            exists = start + i // D < n
            keys[i // D, i % D] = enigma.load_if(K, head + start * D + i, exists)
            values[i // D, i % D] = enigma.load_if(V, head + start * D + i, exists)
        enigma.barrier()

        score = 0.0
        for d in range(D):
            score += queries[simdgroup, d] * keys[lane, d]
        key = start + lane
        seen = (key < n) & (key <= query) if causal else key < n
        score = score if seen else LOWEST
        largest_so_far = enigma.fmax(largest, enigma.simd_max(score))
        weight = enigma.exp(score - largest_so_far) if seen else 0.0
        rescale = enigma.exp(largest - largest_so_far)
        largest = largest_so_far
        total = total * rescale + enigma.simd_sum(weight)
        sums = [x * rescale for x in sums]
        for k in range(KEYS):
            of_key = enigma.simd_shuffle(weight, enigma.metal_cast(k, "ushort"))
            for part in enigma.range_constexpr(D // 32):
                sums[part] += of_key * values[k, part * 32 + lane]

    if query < n:
        for part in enigma.range_constexpr(D // 32):
            Out[head + query * D + part * 32 + lane] = sums[part] / total


@enigma.kernel(block=THREADS)
def attention(
    Q: enigma.f32, K: enigma.f32, V: enigma.f32, Out: enigma.f32, n: enigma.Scalar("uint")
):
    attend(Q, K, V, Out, n, causal=False)


@enigma.kernel(block=THREADS)
def attention_causal(
    Q: enigma.f32, K: enigma.f32, V: enigma.f32, Out: enigma.f32, n: enigma.Scalar("uint")
):
    attend(Q, K, V, Out, n, causal=True)
