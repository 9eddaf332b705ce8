"""C = A + B by a thread-value layout: each thread adds VALUES elements that lie side by side.

The host function cuts the vectors into tiles and says which element of a tile is which thread's;
the kernel is given tensors of tiles. A last tile that is not whole is guarded by a predicate.

Compile for 1003 elements and run on the CPU device:

    enigmac examples/vector_add_tv.py -o out/ -D N=1003
    enigma-run out/vector_add_tv.manifest.json --fill A=arange --fill B=ones --out C=C.npy \\
        --print C:8
"""

import enigma

N = enigma.define("N", 1000)
THREADS = 128
VALUES = 4


@enigma.kernel(block=THREADS)
def add_tile(A: enigma.Tensor, B: enigma.Tensor, C: enigma.Tensor, coords, layout_tv, n):
    tile = enigma.threadgroup_position_in_grid()
    thread = enigma.thread_position_in_threadgroup()

    def part(tensor):
        return enigma.tensor_composition(tensor[None, tile], layout_tv)[thread, None]

    a, b, c = part(A), part(B), part(C)
    if (tile + 1) * (THREADS * VALUES) <= n:  # nothing to guard, and accesses may be wide
        c.store(a.load() + b.load())
    else:
        exists = enigma.predicate(part(coords), n)
        c.store(a.load(exists) + b.load(exists), exists)


@enigma.jit
def vector_add_tv(A, B, C):
    n = A.size
    tiler, layout_tv = enigma.make_layout_tv((THREADS,), (VALUES,))
    coords = enigma.make_identity_tensor(n)
    tiles = [enigma.tensor_zipped_divide(t, tiler, ragged=True) for t in (A, B, C, coords)]
    count = enigma.size(tiles[0].shape[1])
    add_tile(*tiles, layout_tv, n).launch(grid=count * THREADS)


vector = enigma.TensorSpec(N, "float")
enigma.export(vector_add_tv, vector, vector, vector)
