// One kernel alone in its module, with its function constants set and every
// call inlined.
#pragma once

#include "enigma/simulator/Device.h"
#include "llvm/IR/Module.h"

namespace enigma::simulator {

/// Removes everything that `kernel` does not need, so that what other kernels
/// use cannot matter.
void isolateKernel(llvm::Function &kernel);

/// Writes the values into the INIT globals and runs the static initialisers on
/// them (reference section 2.8). Says in `reflection` which of the arguments
/// that depend on a constant exist: those have to be bound. Fails on an unknown
/// constant, a value that does not fit, a required one unset.
llvm::Error setFunctionConstants(llvm::Function &kernel, Reflection &reflection,
                                 llvm::ArrayRef<ConstantValue> values);

/// Inlines every function into the kernel: a thread that waits inside a call
/// could not be a stackless coroutine otherwise. Code that the function
/// constants make unreachable is gone afterwards.
llvm::Error flattenCalls(llvm::Function &kernel);

} // namespace enigma::simulator
