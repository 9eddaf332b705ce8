"""Every thread query, in one, two and three dimensions: the grid need not divide into blocks."""

import enigma

THREE = (
    enigma.thread_position_in_grid,
    enigma.thread_position_in_threadgroup,
    enigma.threadgroup_position_in_grid,
    enigma.threads_per_threadgroup,
    enigma.threads_per_grid,
    enigma.threadgroups_per_grid,
)
ONE = (
    enigma.thread_index_in_threadgroup,
    enigma.thread_index_in_simdgroup,
    enigma.simdgroup_index_in_threadgroup,
    enigma.threads_per_simdgroup,
    enigma.simdgroups_per_threadgroup,
    enigma.thread_index_in_quadgroup,
    enigma.quadgroup_index_in_threadgroup,
)


def store_queries(Out, place, total):
    """Each query's answers, one after the other."""
    row = 0
    for query in THREE:
        for dim in "xyz":
            Out[total * row + place] = query(dim)
            row += 1
    for query in ONE:
        Out[total * row + place] = query()
        row += 1


@enigma.kernel
def queries(Out: enigma.u32):
    size_x = enigma.threads_per_grid("x")
    size_y = enigma.threads_per_grid("y")
    x, y, z = (enigma.thread_position_in_grid(dim) for dim in "xyz")
    total = size_x * size_y * enigma.threads_per_grid("z")
    store_queries(Out, (z * size_y + y) * size_x + x, total)


@enigma.kernel
def queries_alone(Out: enigma.u32):
    """Only x components, which are scalar attributes in Metal; grid_size is an alias."""
    i = enigma.thread_position_in_grid.x
    n = enigma.threads_per_grid()
    Out[i] = enigma.thread_position_in_threadgroup.x
    Out[n + i] = enigma.grid_size()
    Out[2 * n + i] = enigma.threads_per_threadgroup() + enigma.threadgroup_position_in_grid() * 1000
