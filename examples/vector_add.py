"""C = A + B, one thread for each element.

Compile and run on the CPU device:

    enigmac examples/vector_add.py -o out/
    enigma-run out/vector_add.manifest.json --fill A=arange --fill B=ones --out C=C.npy \\
        --grid 1000 --print C:8
"""

import enigma


@enigma.kernel(block=256)
def vector_add(A: enigma.f32, B: enigma.f32, C: enigma.f32):
    i = enigma.thread_position_in_grid()
    C[i] = A[i] + B[i]
