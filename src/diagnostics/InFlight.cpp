// Numbered diagnostics through MLIR's engine.
#include "enigma/diagnostics/InFlight.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace enigma::diag;

InFlightDiagnostic enigma::diag::emit(Location loc, const Message &message) {
  const Row &row = rowOf(message.number);
  InFlightDiagnostic diagnostic =
      row.level == Level::error ? emitError(loc) : emitWarning(loc);
  diagnostic << message.text;
  // Attributes own their text; the arguments of a diagnostic do not.
  auto attach = [&](llvm::StringRef text) {
    diagnostic.getUnderlyingDiagnostic()->getMetadata().emplace_back(
        Attribute(StringAttr::get(loc.getContext(), text)));
  };
  attach(row.id);
  attach(message.help);
  return diagnostic;
}

Attached enigma::diag::attachedTo(Diagnostic &diagnostic) {
  auto text = [&](unsigned index) -> llvm::StringRef {
    auto &metadata = diagnostic.getMetadata();
    if (index >= metadata.size() ||
        metadata[index].getKind() !=
            DiagnosticArgument::DiagnosticArgumentKind::Attribute)
      return {};
    auto string = dyn_cast<StringAttr>(metadata[index].getAsAttribute());
    return string ? string.getValue() : llvm::StringRef();
  };
  return {findRow(text(0)), text(1).str()};
}
