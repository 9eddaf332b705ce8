// The manifest of a module, from the dialect.
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/manifest/Manifest.h"
#include "enigma/target/Targets.h"
#include "mlir/IR/BuiltinOps.h"

namespace enigma::driver {

/// What the manifest says of the kernels of `module`; artifacts and compiler
/// are the caller's. Debugging calls are the CPU device's own only where
/// `isNative` says that enigmac has written the AIR.
std::vector<manifest::Kernel> describeKernels(mlir::ModuleOp module,
                                              bool isNative = true);

/// The launches of the module, in order.
std::vector<manifest::Launch> describeLaunches(mlir::ModuleOp module);

/// The manifest's `target` object.
manifest::TargetFacts describeTarget(const Target &target, bool fastMath,
                                     unsigned level, llvm::StringRef toolchain);

/// File and line of an op's Python source, through names and call sites.
std::optional<mlir::FileLineColRange> findPlace(mlir::Location loc);

/// Where a kernel first has something to do with bf16, if it has.
std::optional<mlir::Location> findBFloat(KernelOp kernel);

} // namespace enigma::driver
