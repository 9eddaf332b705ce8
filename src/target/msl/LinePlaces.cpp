// Where the lines of Metal source come from, read off the comments at their
// ends.
#include "enigma/msl/LinePlaces.h"
#include "enigma/IR/Enigma.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace enigma {

/// Of each "file:line" in a comment, the range that begins first; where several
/// do, the longest.
static llvm::StringMap<FileLineColRange> rangesByLine(ModuleOp module) {
  llvm::StringMap<FileLineColRange> ranges;
  auto add = [&](Location loc) {
    loc->walk([&](Location part) {
      auto range = dyn_cast<FileLineColRange>(part);
      if (!range)
        return WalkResult::advance();
      std::string key = (range.getFilename().getValue() + ":" +
                         llvm::Twine(range.getStartLine()))
                            .str();
      auto order = [](FileLineColRange r) {
        return std::tuple(-int64_t(r.getStartColumn()), r.getEndLine(),
                          r.getEndColumn());
      };
      FileLineColRange &known = ranges[key];
      if (!known || order(known) < order(range))
        known = range;
      return WalkResult::interrupt();
    });
  };
  module.walk([&](Operation *op) {
    if (!isa<ModuleOp>(op))
      add(op->getLoc());
  });
  return ranges;
}

MSLPlaces placesOfMSL(ModuleOp module, StringRef text) {
  llvm::StringMap<FileLineColRange> ranges = rangesByLine(module);
  MSLPlaces places;
  std::optional<Location> current;
  // Lines of a signature stand before the comment at its end.
  size_t signature = 0;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    if (line.starts_with("kernel void ") || line.starts_with("[[")) {
      if (!line.starts_with("kernel void ") || !signature)
        signature = places.size() + 1;
      current.reset();
    }
    if (size_t comment = line.rfind("  // "); comment != StringRef::npos) {
      // In a helper the calls that led there follow.
      auto known =
          ranges.find(line.drop_front(comment + 5).split(", called at ").first);
      if (known != ranges.end()) {
        current = Location(known->second);
        if (signature)
          std::fill(places.begin() + signature - 1, places.end(), current);
        signature = 0;
      }
    }
    places.push_back(current);
    if (line == "}")
      current.reset();
  }
  return places;
}

} // namespace enigma
