// Trace to enigma dialect.
#pragma once

#include "enigma/IR/Enigma.h"
#include "enigma/trace/Trace.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace enigma {

struct ImportOptions {
  MathMode math = MathMode::fast;
};

/// Builds a module with one `enigma.kernel` for each kernel of a verified
/// trace. What a trace may say and Metal does not allow (too many buffers, a
/// block too large) is reported by the dialect's verifiers at its Python line;
/// the result is null then.
mlir::OwningOpRef<mlir::ModuleOp>
importTrace(mlir::MLIRContext &context, const trace::Trace &trace,
            const ImportOptions &options = {});

/// Registers `enigma-translate --import-trace`.
void registerImportTraceTranslation();

} // namespace enigma
