"""Y = W @ X for a rows x cols matrix of small integers with a scale for each GROUP of a row.

    matvec_int8: W[r, c] = Weights[r, c] * Scales[r, c // GROUP]
    matvec_int4: W[r, c] = (nibble - 8) * Scales[r, c // GROUP], two to a byte, the lower first

One simdgroup computes an element of Y: its lanes share the groups of the row, so that weights are
read once and widened in registers. `cols` is a multiple of GROUP. The grid has 32 threads for each
row, the block is a multiple of 32. Compile and run on the CPU device, here for 37 x 96:

    enigmac examples/quantized_matvec.py -o out/
    enigma-run out/quantized_matvec.manifest.json matvec_int4 --fill Weights=random:1 \\
        --size Weights=1776 --fill Scales=ones --size Scales=111 --fill X=random:2 --size X=96 \\
        --size Y=37 --scalar rows=37 --scalar cols=96 --grid 1184 --block 128 --out Y=y.npy
"""

import enigma

GROUP = 32


def row_of_simdgroup():
    """The row that this thread's simdgroup computes."""
    simdgroups = enigma.simdgroups_per_threadgroup()
    return (
        enigma.threadgroup_position_in_grid() * simdgroups + enigma.simdgroup_index_in_threadgroup()
    )


@enigma.kernel(block=128)
def matvec_int8(
    Weights: enigma.i8,
    Scales: enigma.f16,
    X: enigma.f32,
    Y: enigma.f32,
    rows: enigma.Scalar("uint"),
    cols: enigma.Scalar("uint"),
):
    row = row_of_simdgroup()
    lane = enigma.thread_index_in_simdgroup()
    if row >= rows:
        return
    groups = cols // GROUP
    total = 0.0
    for group in range(groups):
        weight = enigma.metal_cast(Weights[row * cols + group * GROUP + lane], "float")
        total += weight * X[group * GROUP + lane] * Scales[row * groups + group]
    total = enigma.simd_sum(total)
    if lane == 0:
        Y[row] = total


@enigma.kernel(block=128)
def matvec_int4(
    Weights: enigma.u8,
    Scales: enigma.f16,
    X: enigma.f32,
    Y: enigma.f32,
    rows: enigma.Scalar("uint"),
    cols: enigma.Scalar("uint"),
):
    row = row_of_simdgroup()
    lane = enigma.thread_index_in_simdgroup()
    if row >= rows:
        return
    groups = cols // GROUP
    total = 0.0
    # A lane takes a byte, two columns; 16 lanes make a group.
    for byte in range(lane, cols // 2, 32):
        pair = enigma.metal_cast(Weights[row * (cols // 2) + byte], "int")
        low = enigma.metal_cast((pair & 15) - 8, "float")
        high = enigma.metal_cast((pair >> 4) - 8, "float")
        scale = Scales[row * groups + byte // (GROUP // 2)]
        total += (low * X[2 * byte] + high * X[2 * byte + 1]) * scale
    total = enigma.simd_sum(total)
    if lane == 0:
        Y[row] = total
