"""Out = alpha * X + Y, with alpha given at each dispatch.

Compile and run on the CPU device:

    enigmac examples/saxpy.py -o out/
    enigma-run out/saxpy.manifest.json --fill X=arange --fill Y=ones --scalar alpha=2.5 \\
        --out Out=saxpy.npy --grid 1000 --print Out:8
"""

import enigma


@enigma.kernel(block=256)
def saxpy(X: enigma.f32, Y: enigma.f32, Out: enigma.f32, alpha: enigma.Scalar("float")):
    i = enigma.thread_position_in_grid()
    Out[i] = alpha * X[i] + Y[i]
