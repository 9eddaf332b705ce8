// Numbered diagnostics through MLIR: the number and the help line travel as
// metadata.
#pragma once

#include "enigma/diagnostics/Catalogue.h"
#include "mlir/IR/Diagnostics.h"

namespace enigma::diag {

/// Reports at a place of the IR, as mlir::emitError does; notes may be
/// attached to what it returns.
mlir::InFlightDiagnostic emit(mlir::Location loc, const Message &message);

template <typename Filled>
mlir::InFlightDiagnostic emit(mlir::Location loc, const Filled &filled) {
  return emit(loc, filled.message());
}

/// What `emit` attached to a diagnostic; no row for one of MLIR's own.
struct Attached {
  const Row *row = nullptr;
  std::string help;
};
Attached attachedTo(mlir::Diagnostic &diagnostic);

} // namespace enigma::diag
