// Which line of Metal source comes from which place. Text moves while it is
// made, so each line carries a mark until the file is complete.
#pragma once

#include "enigma/msl/EmitMSL.h"
#include <string>

namespace enigma::msl {

class LinePlaces {
public:
  /// Text for the end of a line that comes from `loc`.
  std::string mark(mlir::Location loc);

  /// `text` without its marks; `into` gets the place of each of its lines. A
  /// line without a mark belongs to the one before it, or where there is none
  /// before it to the first one that has one.
  std::string take(llvm::StringRef text, MSLPlaces &into) const;

private:
  std::vector<mlir::Location> places;
};

} // namespace enigma::msl
