"""Truth of b1 vectors."""

import enigma


def truths(A, Out):
    i = enigma.thread_position_in_grid()
    v = A[i]
    Out[3 * i] = enigma.any(v)
    Out[3 * i + 1] = enigma.all(v)
    with enigma.if_(enigma.any(~v)):
        Out[3 * i + 2] = True


@enigma.kernel
def any_and_all_2(A: enigma.b1x2, Out: enigma.b1):
    truths(A, Out)


@enigma.kernel
def any_and_all_3(A: enigma.b1x3, Out: enigma.b1):
    truths(A, Out)


@enigma.kernel
def any_and_all_4(A: enigma.b1x4, Out: enigma.b1):
    truths(A, Out)
