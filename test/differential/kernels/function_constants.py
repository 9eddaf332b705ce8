"""Function constants of several kernels: a loop's bound, a branch, defaults, made in a kernel too."""

import enigma

rounds = enigma.function_constant("uint", 0, name="rounds")
gain = enigma.function_constant(enigma.f32, 1, default=1.5, name="gain")
enabled = enigma.function_constant("bool", 2, default=True)
# Called like a parameter of both kernels and like a default's variable.
Out = enigma.function_constant("int", 3, default=-7, name="Out")
gain_value = enigma.function_constant("ushort", 65535, default=65535, name="gain_value")


@enigma.kernel
def bound_and_branch(A: enigma.f32, Out: enigma.f32):
    i = enigma.thread_position_in_grid()
    with enigma.for_range(0, rounds, init=[0.0]) as (_, c):
        c[0] = c[0] + A[i]
    with enigma.if_(enabled):
        Out[i] = c[0] * gain
    with enigma.if_(~enabled):
        Out[i] = c[0] - rounds


@enigma.kernel
def names(Ints: enigma.i32, Floats: enigma.f32):
    i = enigma.thread_position_in_grid()
    again = enigma.function_constant(enigma.f32, 1, default=1.5, name="gain")
    Ints[i] = Out * 2 + gain_value
    Floats[i] = again


@enigma.kernel
def without(Ints: enigma.i32):
    i = enigma.thread_position_in_grid()
    Ints[i] = Ints[i] + 1
