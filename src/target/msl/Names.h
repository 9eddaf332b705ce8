// Names in the Metal text: legal, unique where visible, and independent of what
// happens elsewhere.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace mlir {
class Location;
}

namespace enigma::msl {

/// True for what C++, Metal and its standard library call something of their
/// own.
bool isReservedName(llvm::StringRef name);

/// A legal C++ identifier that resembles `name` and is not reserved.
std::string legalName(llvm::StringRef name);

/// The Python variable that a location names, or "".
llvm::StringRef pythonName(mlir::Location loc);

/// The names that are visible at the point of emission, one set for each open
/// brace.
class Scopes {
public:
  void enter() { scopes.emplace_back(); }
  void leave() { scopes.pop_back(); }
  /// Declares `wanted` or, if something visible has that name, `wanted_2`,
  /// `wanted_3`, ...
  std::string declare(llvm::StringRef wanted);
  /// Takes a name as it is.
  void reserve(llvm::StringRef name) { scopes.back().insert(name); }

private:
  bool isVisible(llvm::StringRef name) const;
  llvm::SmallVector<llvm::StringSet<>> scopes;
};

} // namespace enigma::msl
