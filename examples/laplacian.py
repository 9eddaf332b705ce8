"""The 1-D Laplacian, Out[i] = (X[i - 1] - 2 X[i] + X[i + 1]) / h**2, zero at both ends.

Compile and run on the CPU device:

    enigmac examples/laplacian.py -o out/
    enigma-run out/laplacian.manifest.json --fill X=arange --size X=1003 --size Out=1003 \\
        --scalar n=1003 --scalar over_h2=4 --grid 1003 --out Out=laplacian.npy
"""

import enigma


@enigma.kernel(block=256)
def laplacian(
    X: enigma.f32,
    Out: enigma.f32,
    n: enigma.Scalar("uint"),
    over_h2: enigma.Scalar("float"),
):
    i = enigma.thread_position_in_grid()
    if i >= n:
        return
    if i == 0 or i == n - 1:
        Out[i] = 0.0
    else:
        Out[i] = (X[i - 1] - 2.0 * X[i] + X[i + 1]) * over_h2
