// Which line of Metal source comes from which place.
#include "LinePlaces.h"

using namespace mlir;

namespace enigma::msl {

/// Control characters, which Metal source has nowhere else.
static constexpr char markBegin = '\x02', markEnd = '\x03';

std::string LinePlaces::mark(Location loc) {
  places.push_back(loc);
  return markBegin + std::to_string(places.size() - 1) + markEnd;
}

std::string LinePlaces::take(StringRef text, MSLPlaces &into) const {
  std::string clean;
  std::optional<Location> current;
  size_t begin = into.size();
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    auto [before, marked] = line.split(markBegin);
    auto [number, after] = marked.split(markEnd);
    size_t index;
    bool isMarked = !number.getAsInteger(10, index) && index < places.size();
    if (isMarked)
      current = places[index];
    if (isMarked && !into.empty() && into.size() > begin && !into.back())
      std::fill(into.begin() + begin, into.end(), current);
    into.push_back(current);
    clean += before;
    clean += after;
    if (line.size() != text.size())
      clean += '\n';
    text = rest;
  }
  return clean;
}

} // namespace enigma::msl
