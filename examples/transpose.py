"""Out = transpose of a rows x cols matrix, through a tile of threadgroup memory.

Reading and writing rows of the tile keeps both accesses to device memory contiguous. A row of the
tile is one element longer than the tile is wide, so that reading a column touches every memory
bank.

Any number of rows and columns. The grid covers the matrix in whole tiles: both sides are rounded up
to a multiple of TILE. Compile and run on the CPU device, here for 37 x 101:

    enigmac examples/transpose.py -o out/
    enigma-run out/transpose.manifest.json --fill A=arange --size A=3737 --size Out=3737 \\
        --scalar rows=37 --scalar cols=101 --grid 112,48 --out Out=transpose.npy

Another tile: enigmac -D TILE=32 examples/transpose.py -o out/
"""

import enigma

TILE = enigma.define("TILE", 16)


@enigma.kernel(block=(TILE, TILE))
def transpose(
    A: enigma.f32,
    Out: enigma.f32,
    rows: enigma.Scalar("uint"),
    cols: enigma.Scalar("uint"),
):
    tile = enigma.threadgroup_alloc("float", (TILE, TILE + 1))
    tx = enigma.thread_position_in_threadgroup("x")
    ty = enigma.thread_position_in_threadgroup("y")
    tile_col = enigma.threadgroup_position_in_grid("x") * TILE
    tile_row = enigma.threadgroup_position_in_grid("y") * TILE

    row = tile_row + ty
    col = tile_col + tx
    if row < rows and col < cols:
        tile[ty, tx] = A[row * cols + col]
    enigma.barrier()

    # Row and column of the result: the tile's own are swapped, the thread's within it are not.
    out_row = tile_col + ty
    out_col = tile_row + tx
    if out_row < cols and out_col < rows:
        Out[out_row * rows + out_col] = tile[tx, ty]
