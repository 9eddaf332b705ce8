"""The heat equation on a HEIGHT x WIDTH plate over many steps, one launch for each.

Every inner element moves towards the mean of its neighbours; the edge keeps its temperature. The
host function launches STEPS times between two plates of memory in turn, one of which is its own;
the manifest lists the launches. Compile for 30 steps on 37 x 50 elements and run on the CPU device:

    enigmac examples/heat.py -o out/ -D STEPS=30 -D HEIGHT=37 -D WIDTH=50
    enigma-run out/heat.manifest.json heat --fill Start=random:1 --out End=heat.npy
"""

import enigma

HEIGHT = enigma.define("HEIGHT", 37)
WIDTH = enigma.define("WIDTH", 50)
STEPS = enigma.define("STEPS", 12)
RATE = 0.2


@enigma.kernel(block=(32, 8))
def diffuse(Old: enigma.Tensor, New: enigma.Tensor):
    col = enigma.thread_position_in_grid_xyz("x")
    row = enigma.thread_position_in_grid_xyz("y")
    height, width = Old.shape
    if row >= height or col >= width:
        return
    here = Old[row, col]
    if row > 0 and row < height - 1 and col > 0 and col < width - 1:
        around = Old[row - 1, col] + Old[row + 1, col] + Old[row, col - 1] + Old[row, col + 1]
        here += RATE * (around - 4.0 * here)
    New[row, col] = here


@enigma.jit
def heat(Start, End, steps=1):
    spare = enigma.intermediate(Start.shape, Start.dtype)
    height, width = Start.shape
    old = Start
    for step in range(steps):
        # The last step writes End, and those before it take turns.
        new = End if (steps - step) % 2 else spare
        diffuse(old, new).launch(grid=(width, height))
        old = new


plate = enigma.TensorSpec((HEIGHT, WIDTH), "float")
enigma.export(heat, plate, plate, steps=STEPS)
