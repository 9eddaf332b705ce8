"""C = A @ B on simdgroup matrices, with tensors: A is M x K, B is K x N.

The same computation as `matmul.py`, for extents that are known when the module is compiled. Four
simdgroups compute a TILE x TILE block of C; tiles of A and B go through threadgroup memory, filled
with zeros past the edges. Compile and run on the CPU device, here 37 x 101 x 53:

    enigmac examples/gemm_tiled.py -o out/ -D M=37 -D N=101 -D K=53
    enigma-run out/gemm_tiled.manifest.json --fill A=random:1 --fill B=random:2 --out C=gemm.npy
"""

import enigma

M, N, K = (enigma.define(name, 64) for name in "MNK")
TILE = 32  # rows and columns of C that a threadgroup computes
STEP = 16  # columns of A and rows of B at a time
THREADS = 128  # four simdgroups, two by two
QUARTER = TILE // 2


@enigma.kernel(block=THREADS)
def gemm_block(A: enigma.Tensor, B: enigma.Tensor, C: enigma.Tensor):
    block = (enigma.threadgroup_position_in_grid("y"), enigma.threadgroup_position_in_grid("x"))
    simdgroup = enigma.simdgroup_index_in_threadgroup()
    quarter = (simdgroup // 2, simdgroup % 2)
    tile_a = enigma.threadgroup_tensor(enigma.make_layout((TILE, STEP), stride=(STEP, 1)))
    tile_b = enigma.threadgroup_tensor(enigma.make_layout((STEP, TILE), stride=(TILE, 1)))
    tile_c = enigma.threadgroup_tensor(enigma.make_layout((TILE, TILE), stride=(TILE, 1)))

    def tiled(tensor, tiler, proj):
        """The tiles that this threadgroup needs of a matrix, and which of their elements exist."""
        coords = enigma.make_identity_tensor(tensor.shape)
        place = (*block, None)
        tiles, crds = (
            enigma.local_tile(t, tiler, place, proj=proj, ragged=True) for t in (tensor, coords)
        )
        return tiles, enigma.predicate(crds, tensor)

    tiler = (TILE, TILE, STEP)
    a, a_exists = tiled(A, tiler, (1, None, 1))
    # B is stored k first: its tiles are picked by (k, n).
    b_tiler = (STEP, TILE)
    rows = enigma.make_identity_tensor(B.shape)
    b = enigma.local_tile(B, b_tiler, (None, block[1]), ragged=True)
    b_exists = enigma.predicate(enigma.local_tile(rows, b_tiler, (None, block[1]), ragged=True), B)
    c, c_exists = tiled(C, tiler, (1, 1, None))

    mine_a = enigma.local_tile(tile_a, (QUARTER, STEP), (quarter[0], 0))
    mine_b = enigma.local_tile(tile_b, (STEP, QUARTER), (0, quarter[1]))
    mine_c = enigma.local_tile(tile_c, (QUARTER, QUARTER), quarter)

    def matrix(tensor, row, col):
        return enigma.local_tile(tensor, (8, 8), (row, col))

    zero = enigma.make_filled_simdgroup_matrix("float", 0.0)
    sums = [zero] * 4
    for step in range(-(-K // STEP)):
        enigma.copy(
            a[None, None, step], tile_a, threads=THREADS, pred=a_exists[None, None, step], fill=0
        )
        enigma.copy(
            b[None, None, step], tile_b, threads=THREADS, pred=b_exists[None, None, step], fill=0
        )
        enigma.barrier()
        for depth in enigma.range_constexpr(STEP // 8):
            left = [enigma.simdgroup_matrix_load(matrix(mine_a, i, depth)) for i in (0, 1)]
            right = [enigma.simdgroup_matrix_load(matrix(mine_b, depth, j)) for j in (0, 1)]
            for t in enigma.range_constexpr(4):
                sums[t] = enigma.simdgroup_multiply_accumulate(left[t // 2], right[t % 2], sums[t])
        enigma.barrier()  # before the tiles are overwritten

    for t in enigma.range_constexpr(4):
        enigma.simdgroup_matrix_store(sums[t], matrix(mine_c, t // 2, t % 2))
    enigma.barrier()
    enigma.copy(tile_c, c, threads=THREADS, pred=c_exists)


@enigma.jit
def gemm_tiled(A, B, C):
    down, across = (-(-extent // TILE) for extent in C.shape)
    gemm_block(A, B, C).launch(grid=(across * THREADS, down))


enigma.export(
    gemm_tiled, enigma.TensorSpec((M, K)), enigma.TensorSpec((K, N)), enigma.TensorSpec((M, N))
)
