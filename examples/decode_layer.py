"""One layer of a transformer for one token, in one dispatch of one threadgroup.

    x += Wo @ attention(rope(Wq @ norm(x)), keys, values)     with the token's key and value cached
    x += Wdown @ (silu(Wgate @ norm(x)) * (Wup @ norm(x)))

Norms are RMSNorm, positions are rotary embeddings over pairs (i, i + HEAD_DIM / 2), the feed-
forward is SwiGLU. Everything between the steps stays in threadgroup memory; weights are read once,
each row by a simdgroup. The caches hold MAX_TOKENS keys and values of DIM elements; the token is
number `position`, and its key and value are added to them.

One threadgroup of 32 to 1024 threads, a multiple of 32. Compile and run on the CPU device:

    enigmac examples/decode_layer.py -o out/
    enigma-run out/decode_layer.manifest.json --fill X=random:1 --fill Norms=ones \\
        --fill Wq=random:2 --fill Wk=random:3 --fill Wv=random:4 --fill Wo=random:5 \\
        --fill Wgate=random:6 --fill Wup=random:7 --fill Wdown=random:8 --fill Keys=zeros \\
        --fill Values=zeros --scalar position=0 --scalar eps=1e-5 --grid 256 --block 256 \\
        --out X=x.npy
"""

import enigma

DIM = enigma.define("DIM", 64)
HEADS = enigma.define("HEADS", 4)
HIDDEN = enigma.define("HIDDEN", 172)
MAX_TOKENS = enigma.define("MAX_TOKENS", 40)
HEAD_DIM = DIM // HEADS
BASE = 10000.0  # of the rotary embedding's wavelengths
# Of f32. Not infinity: fast math, the default in Metal, assumes that there is none.
LOWEST = -3.4028234663852886e38


def simdgroups():
    """This thread's simdgroup and how many there are."""
    return enigma.simdgroup_index_in_threadgroup(), enigma.simdgroups_per_threadgroup()


def dot(matrix, row, vector, count):
    """The product of a row of a matrix and a vector, by all lanes of a simdgroup."""
    total = 0.0
    for i in range(enigma.thread_index_in_simdgroup(), count, 32):
        total += matrix[row, i] * vector[i]
    return enigma.simd_sum(total)


def rms_norm(x, weights, which, eps, result):
    """result = norm(x) * weights, in every simdgroup alike, so that nobody waits for a sum."""
    total = 0.0
    for i in range(enigma.thread_index_in_simdgroup(), DIM, 32):
        total += x[i] * x[i]
    scale = enigma.rsqrt(enigma.simd_sum(total) / DIM + eps)
    for i in range(enigma.thread_index_in_threadgroup(), DIM, enigma.threads_per_threadgroup()):
        result[i] = x[i] * scale * weights[which, i]
    enigma.barrier()


def rotate(x, head, i, position):
    """Elements i and i + HEAD_DIM / 2 of a head, turned by the position's angle."""
    half = HEAD_DIM // 2
    angle = position * enigma.exp2(i * (-2.0 / HEAD_DIM * 13.287712379549449))  # log2(BASE)
    sine, cosine = enigma.sin(angle), enigma.cos(angle)
    a, b = x[head * HEAD_DIM + i], x[head * HEAD_DIM + half + i]
    x[head * HEAD_DIM + i] = a * cosine - b * sine
    x[head * HEAD_DIM + half + i] = a * sine + b * cosine


def attend(query, Keys, Values, scores, tokens, result):
    """Softmax attention of each head over the cache; a simdgroup has a head at a time."""
    simdgroup, count = simdgroups()
    lane = enigma.thread_index_in_simdgroup()
    for head in range(simdgroup, HEADS, count):
        largest = LOWEST
        for t in range(lane, tokens, 32):
            score = 0.0
            for i in range(HEAD_DIM):
                score += query[head * HEAD_DIM + i] * Keys[t, head * HEAD_DIM + i]
            score *= HEAD_DIM**-0.5
            scores[head, t] = score
            largest = enigma.fmax(largest, score)
        largest = enigma.simd_max(largest)
        total = 0.0
        for t in range(lane, tokens, 32):
            weight = enigma.exp(scores[head, t] - largest)
            scores[head, t] = weight
            total += weight
        total = enigma.simd_sum(total)
        enigma.simd_barrier()
        for i in range(lane, HEAD_DIM, 32):
            value = 0.0
            for t in range(tokens):
                value += scores[head, t] * Values[t, head * HEAD_DIM + i]
            result[head * HEAD_DIM + i] = value / total
    enigma.barrier()


@enigma.kernel(block=256, grid=256)
def decode_layer(
    X: enigma.f32[DIM],
    Norms: enigma.f32[2, DIM],
    Wq: enigma.f32[DIM, DIM],
    Wk: enigma.f32[DIM, DIM],
    Wv: enigma.f32[DIM, DIM],
    Wo: enigma.f32[DIM, DIM],
    Wgate: enigma.f32[HIDDEN, DIM],
    Wup: enigma.f32[HIDDEN, DIM],
    Wdown: enigma.f32[DIM, HIDDEN],
    Keys: enigma.f32[MAX_TOKENS, DIM],
    Values: enigma.f32[MAX_TOKENS, DIM],
    position: enigma.Scalar("uint"),
    eps: enigma.Scalar("float"),
):
    x = enigma.threadgroup_alloc("float", DIM)
    normed = enigma.threadgroup_alloc("float", DIM)
    query = enigma.threadgroup_alloc("float", DIM)
    key = enigma.threadgroup_alloc("float", DIM)
    attended = enigma.threadgroup_alloc("float", DIM)
    hidden = enigma.threadgroup_alloc("float", HIDDEN)
    scores = enigma.threadgroup_alloc("float", (HEADS, MAX_TOKENS))
    thread = enigma.thread_index_in_threadgroup()
    threads = enigma.threads_per_threadgroup()
    simdgroup, count = simdgroups()
    is_first = enigma.thread_index_in_simdgroup() == 0

    for i in range(thread, DIM, threads):
        x[i] = X[i]
    enigma.barrier()

    # Query, key and value.
    rms_norm(x, Norms, 0, eps, normed)
    for row in range(simdgroup, DIM, count):
        q, k, v = (dot(W, row, normed, DIM) for W in (Wq, Wk, Wv))
        if is_first:
            query[row], key[row], Values[position, row] = q, k, v
    enigma.barrier()
    for pair in range(thread, DIM // 2, threads):
        head, i = pair // (HEAD_DIM // 2), pair % (HEAD_DIM // 2)
        rotate(query, head, i, position)
        rotate(key, head, i, position)
    enigma.barrier()
    for i in range(thread, DIM, threads):
        Keys[position, i] = key[i]
    enigma.barrier("mem_device_and_threadgroup")  # the caches are read by other threads

    attend(query, Keys, Values, scores, position + 1, attended)
    for row in range(simdgroup, DIM, count):
        y = dot(Wo, row, attended, DIM)
        if is_first:
            x[row] += y
    enigma.barrier()

    # The feed-forward.
    rms_norm(x, Norms, 1, eps, normed)
    for row in range(simdgroup, HIDDEN, count):
        gate, up = dot(Wgate, row, normed, DIM), dot(Wup, row, normed, DIM)
        if is_first:
            hidden[row] = gate / (1.0 + enigma.exp(-gate)) * up
    enigma.barrier()
    for row in range(simdgroup, DIM, count):
        y = dot(Wdown, row, hidden, HIDDEN)
        if is_first:
            X[row] = x[row] + y
