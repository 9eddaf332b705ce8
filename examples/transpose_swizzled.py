"""Out = transpose of a ROWS x COLS matrix, through a swizzled tile of threadgroup memory.

Reading and writing rows of the matrices keeps accesses to device memory contiguous. The tile's
columns are exclusive-or'ed with its rows, so that a row and a column of the tile both touch every
memory bank, and no memory is spent on padding.

Any number of rows and columns, known when the module is compiled. Compile and run on the CPU
device, here for 37 x 101:

    enigmac examples/transpose_swizzled.py -o out/ -D ROWS=37 -D COLS=101
    enigma-run out/transpose_swizzled.manifest.json --fill A=arange --out Out=transpose.npy
"""

import enigma

ROWS = enigma.define("ROWS", 37)
COLS = enigma.define("COLS", 101)
TILE = 32
THREADS = 256


@enigma.kernel(block=THREADS)
def transpose_tile(A: enigma.Tensor, Out: enigma.Tensor):
    row = enigma.threadgroup_position_in_grid("y")
    col = enigma.threadgroup_position_in_grid("x")
    shape = (TILE, TILE)
    rows_of_tile = enigma.make_layout(shape, stride=(TILE, 1))
    tile = enigma.threadgroup_tensor(enigma.swizzle(rows_of_tile, 5, 0, 5), A.dtype)
    # The same memory with rows and columns exchanged: (i, j) is element (j, i) of the tile.
    transposed = enigma.tensor_composition(tile, rows_of_tile)

    def exists(tensor, place):
        coords = enigma.make_identity_tensor(tensor.shape)
        return enigma.predicate(enigma.local_tile(coords, shape, place, ragged=True), tensor)

    source = enigma.local_tile(A, shape, (row, col), ragged=True)
    enigma.copy(source, tile, threads=THREADS, pred=exists(A, (row, col)))
    enigma.barrier()
    target = enigma.local_tile(Out, shape, (col, row), ragged=True)
    enigma.copy(transposed, target, threads=THREADS, pred=exists(Out, (col, row)))


@enigma.jit
def transpose_swizzled(A, Out):
    tiles_down, tiles_across = (-(-extent // TILE) for extent in A.shape)
    transpose_tile(A, Out).launch(grid=(tiles_across * THREADS, tiles_down))


enigma.export(transpose_swizzled, enigma.TensorSpec((ROWS, COLS)), enigma.TensorSpec((COLS, ROWS)))
