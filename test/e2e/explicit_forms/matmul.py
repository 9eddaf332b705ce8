"""C = A @ B on simdgroup matrices, through tiles of threadgroup memory: A is m x k, B is k x n.

A threadgroup of four simdgroups computes a TILE x TILE block of C. It goes along k in steps: all
threads copy a tile of A and a tile of B into threadgroup memory, then each simdgroup multiplies its
quarter of the block in 8x8 matrices. Sums are f32, whatever the elements are.

Any m, n and k: tiles are filled with zeros past the edges, and the results go through threadgroup
memory, from where each thread converts and writes the elements that exist. The grid has one
threadgroup for each block of C, 128 threads wide. Compile and run on the CPU device, here
64 x 64 x 64:

    enigmac examples/matmul.py -o out/
    enigma-run out/matmul.manifest.json matmul_f32 --fill A=random:1 --size A=4096 \\
        --fill B=random:2 --size B=4096 --size C=4096 --scalar m=64 --scalar n=64 --scalar k=64 \\
        --grid 256,2 --block 128 --out C=matmul.npy
"""

import enigma

TILE = 32  # rows and columns of C that a threadgroup computes
STEP = 16  # columns of A and rows of B at a time
THREADS = 128  # four simdgroups, two by two
QUARTER = TILE // 2


def matmul(A, B, C, m, n, k):
    """The kernel for any element type."""
    tile_a = enigma.threadgroup_alloc(A.dtype, (TILE, STEP))
    tile_b = enigma.threadgroup_alloc(B.dtype, (STEP, TILE))
    block = enigma.threadgroup_alloc("float", (TILE, TILE))
    thread = enigma.thread_index_in_threadgroup()
    simdgroup = enigma.simdgroup_index_in_threadgroup()
    block_row = enigma.threadgroup_position_in_grid("y") * TILE
    block_col = enigma.threadgroup_position_in_grid("x") * TILE
    top = simdgroup // 2 * QUARTER
    left = simdgroup % 2 * QUARTER
    rows = cols = range(0, QUARTER, 8)

    zero = enigma.make_filled_simdgroup_matrix("float", 0.0)
    with enigma.for_range(0, k, STEP, "uint", init=[zero] * 4) as (start, sums):
        with enigma.for_range(thread, TILE * STEP, THREADS, "uint") as i:
            row, col = block_row + i // STEP, start + i % STEP
            tile_a[i // STEP, i % STEP] = enigma.load_if(A, row * k + col, (row < m) & (col < k))
            row, col = start + i // TILE, block_col + i % TILE
            tile_b[i // TILE, i % TILE] = enigma.load_if(B, row * n + col, (row < k) & (col < n))
        enigma.barrier("mem_threadgroup")
        for depth in enigma.range_constexpr(0, STEP, 8):
            a = [enigma.simdgroup_matrix_load(tile_a, STEP, origin=(depth, top + r)) for r in rows]
            b = [enigma.simdgroup_matrix_load(tile_b, TILE, origin=(left + c, depth)) for c in cols]
            for t in enigma.range_constexpr(4):
                sums[t] = enigma.simdgroup_multiply_accumulate(a[t // 2], b[t % 2], sums[t])
        enigma.barrier("mem_threadgroup")  # before the tiles are overwritten

    for t in enigma.range_constexpr(4):
        place = (left + t % 2 * 8, top + t // 2 * 8)
        enigma.simdgroup_matrix_store(sums[t], block, TILE, origin=place)
    enigma.barrier("mem_threadgroup")
    with enigma.for_range(thread, TILE * TILE, THREADS, "uint") as i:
        row, col = block_row + i // TILE, block_col + i % TILE
        value = enigma.metal_cast(block[i // TILE, i % TILE], C.dtype)
        enigma.store_if(C, row * n + col, value, (row < m) & (col < n))


@enigma.kernel(block=THREADS)
def matmul_f32(
    A: enigma.f32,
    B: enigma.f32,
    C: enigma.f32,
    m: enigma.Scalar("uint"),
    n: enigma.Scalar("uint"),
    k: enigma.Scalar("uint"),
):
    matmul(A, B, C, m, n, k)


@enigma.kernel(block=THREADS)
def matmul_f16(
    A: enigma.f16,
    B: enigma.f16,
    C: enigma.f16,
    m: enigma.Scalar("uint"),
    n: enigma.Scalar("uint"),
    k: enigma.Scalar("uint"),
):
    matmul(A, B, C, m, n, k)
