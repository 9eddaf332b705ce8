"""Loops and branches in every form, at the ends of their ranges, and carried values."""

import enigma


@enigma.kernel
def loops(Out: enigma.i64, n: enigma.Scalar("int"), m: enigma.Scalar("uint")):
    """Sums that tell which iterations ran, in which order."""
    i = enigma.metal_cast(enigma.thread_position_in_grid(), "int")
    total = enigma.threads_per_grid()
    row = 0

    def finish(value):
        nonlocal row
        Out[row * total + enigma.thread_position_in_grid()] = enigma.metal_cast(value, "long")
        row += 1

    with enigma.for_range(0, i, init=[0]) as (k, c):
        c[0] = c[0] * 3 + k
    finish(c[0])
    with enigma.for_range(i, 0, -1, init=[0]) as (k, c):
        c[0] = c[0] * 3 + k
    finish(c[0])
    with enigma.for_range(i, -n, -3, init=[1]) as (k, c):
        c[0] = c[0] * 5 + k
    finish(c[0])
    with enigma.for_range(-i, n, 2, init=[1]) as (k, c):
        c[0] = c[0] * 5 + k
    finish(c[0])
    with enigma.for_range(5, 5, init=[7]) as (k, c):
        c[0] = k
    finish(c[0])
    with enigma.for_range(9, 5, init=[7]) as (k, c):
        c[0] = k
    finish(c[0])
    # The last step would leave the type's range.
    with enigma.for_range(2147483640, 2147483647, 3, init=[0]) as (k, c):
        c[0] = c[0] + (k - 2147483600)
    finish(c[0])
    with enigma.for_range(-2147483640, -2147483648, -5, init=[0]) as (k, c):
        c[0] = c[0] + (k + 2147483600)
    finish(c[0])
    with enigma.for_range(4294967290, 4294967295, 2, "uint", init=[0]) as (k, c):
        c[0] = c[0] * 2 + enigma.metal_cast(k & 15, "int")
    finish(c[0])
    with enigma.for_range(m - 7, m, m / 1000000000, "uint", init=[0]) as (k, c):
        c[0] = c[0] * 2 + enigma.metal_cast(k & 15, "int")
    finish(c[0])
    with enigma.for_range(enigma.thread_position_in_grid(), m, m / 3, "uint", init=[0]) as (k, c):
        c[0] = c[0] * 2 + enigma.metal_cast(k & 7, "int")
    finish(c[0])
    with enigma.for_range(250, 255, 2, "uchar", init=[0]) as (k, c):
        c[0] = c[0] * 10 + enigma.metal_cast(k - 250, "int")
    finish(c[0])
    with enigma.for_range(-120, 127, 50, "char", init=[0]) as (k, c):
        c[0] = c[0] * 10 + enigma.metal_cast(k / 50, "int")
    finish(c[0])
    with enigma.for_range(0, i, 1, "long", init=[0]) as (k, c):
        c[0] = c[0] + k * 10000000000
    finish(c[0])
    # Spans beyond the signed numbers of the type, and a step beyond them.
    with enigma.for_range(-2000000000, 2000000000, 1000000000, init=[1]) as (k, c):
        c[0] = c[0] * 10 + k / 1000000000
    finish(c[0])
    with enigma.for_range(0, 4000000000, 3000000000, "uint", init=[1]) as (k, c):
        c[0] = c[0] * 10 + enigma.metal_cast(k / 1000000000, "int")
    finish(c[0])
    with enigma.for_range(2000000000, -2000000000, -1500000000, init=[1]) as (k, c):
        c[0] = c[0] * 10 + k / 500000000
    finish(c[0])
    low = enigma.where(-2000000000, -2000000000, i > 3)
    with enigma.for_range(low, 2000000000, 1500000000, init=[1]) as (k, c):
        c[0] = c[0] * 10 + k / 500000000
    finish(c[0])
    with enigma.for_range(-1, 2147483647, 2147483647, init=[1]) as (k, c):
        c[0] = c[0] * 10 + k / 1000000000
    finish(c[0])


@enigma.kernel
def branches(A: enigma.i32, Out: enigma.i32):
    i = enigma.thread_position_in_grid()
    total = enigma.threads_per_grid()
    a = A[i]
    with enigma.if_(a > 10, init=[a, 0]) as c:
        c[0] = c[0] - 10
        with enigma.if_(a > 20):
            c[1] = c[0] + 100
    Out[i] = c[0] * 1000 + c[1]
    with enigma.if_(a & 1, init=[0]) as (odd, even, d):
        with odd:
            d[0] = a * 3
            with enigma.if_(a > 15) as (large, small):
                with large:
                    d[0] = d[0] + 1
                with small:
                    d[0] = -d[0]
        with even:
            d[0] = a / 2
    Out[total + i] = d[0]
    with enigma.if_(a < 0) as (negative, other):
        with negative:
            Out[2 * total + i] = -1
        with other:
            with enigma.if_(a == 0) as (zero, positive):
                with zero:
                    Out[2 * total + i] = 0
                with positive:
                    Out[2 * total + i] = 1
    with enigma.if_((a > 5) & (a < 25) | (a == -3)):
        Out[3 * total + i] = a


@enigma.kernel
def whiles(Out: enigma.u32):
    """Collatz, a binary search, and a loop in a loop in a branch."""
    i = enigma.thread_position_in_grid()
    total = enigma.threads_per_grid()
    with enigma.while_(lambda c: c[0] > 1, init=[i + 1, 0]) as c:
        odd = c[0] & 1
        c[0] = enigma.where(c[0] / 2, 3 * c[0] + 1, odd)
        c[1] = c[1] + 1
    Out[i] = enigma.metal_cast(c[1], "uint")

    with enigma.while_(lambda c: c[1] - c[0] > 1, init=[i * 0, i + 2]) as c:
        middle = (c[0] + c[1]) / 2
        with enigma.if_(middle * middle <= i) as (low, high):
            with low:
                c[0] = middle
            with high:
                c[1] = middle
    Out[total + i] = c[0]

    with enigma.for_range(0, i, 1, "uint", init=[0, i]) as (k, s):
        with enigma.if_(k % 3 == 0):
            with enigma.while_(lambda c: c[0] < k, init=[k * 0]) as c:
                c[0] = c[0] + 2
                s[0] = s[0] + 1
        s[1] = s[1] ^ (k * 5)
    Out[2 * total + i] = enigma.metal_cast(s[0], "uint") * 1000 + s[1] % 1000


@enigma.kernel
def carries_change_at_once(Out: enigma.i32):
    """Fibonacci and a rotation: each new value is made of the old ones."""
    i = enigma.metal_cast(enigma.thread_position_in_grid(), "int")
    with enigma.for_range(0, i, init=[0, 1]) as (k, f):
        f[0], f[1] = f[1], f[0] + f[1]
    with enigma.for_range(0, i, init=[1, 2, 3]) as (k, r):
        r[0], r[1], r[2] = r[2], r[0], r[1]
    with enigma.for_range(0, 4, init=[0]) as (k, outer):
        with enigma.for_range(k, 4, init=[outer[0]]) as (j, inner):
            inner[0] = inner[0] * 2 + j
            outer[0] = outer[0] + 1
        outer[0] = outer[0] + inner[0] % 7
    Out[i] = f[0] * 1000 + r[0] * 100 + r[1] * 10 + r[2] + outer[0] * 1000000


@enigma.kernel
def unrolled(A: enigma.f32, Out: enigma.f32):
    i = enigma.thread_position_in_grid()
    s = A[i]
    for k in enigma.range_constexpr(1, 5):
        s = s * 0.5 + k
    for k in enigma.range(3):
        Out[i * 3 + enigma.metal_cast(k, "uint")] = s + k
