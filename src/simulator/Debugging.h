// What a kernel says while it runs: the lines of `device_print` and the
// conditions of `device_assert`. enigmac writes them as calls of its own, which
// only this device has.
#pragma once

#include "enigma/debugformat/DebugFormat.h"
#include "enigma/simulator/Device.h"
#include "llvm/IR/Function.h"
#include "llvm/Support/raw_ostream.h"

namespace enigma::simulator {

struct GroupState;

/// One call in the source, as `!enigma.debug_sites` describes it.
struct DebugSite {
  bool isAssert = false;
  /// The format, or the message.
  std::string text;
  std::string file;
  uint32_t line = 0;
  std::vector<DType> dtypes;
  std::vector<FormatPiece> pieces;
};

/// The sites of `kernel` by number; an error where a call or the metadata is
/// malformed.
llvm::Expected<std::vector<DebugSite>> readDebugSites(llvm::Function &kernel);

/// Collects what one dispatch says. Such a dispatch has one worker, so that
/// groups run in order.
class DebugLog {
public:
  explicit DebugLog(llvm::ArrayRef<DebugSite> sites) : sites(sites) {}

  /// Gives compiled code its way here.
  void attach(GroupState &group);

  /// The failed condition that ended the run, or "".
  const std::string &failure() const { return failureText; }
  /// Writes the lines, sorted by the thread's position in the grid, z, y, x.
  void print(llvm::raw_ostream &out);

private:
  using Position = std::array<uint32_t, 3>;
  struct Line {
    Position position; ///< z, y, x
    uint32_t site;
    std::vector<uint64_t> values;
  };
  static void appendValue(GroupState *group, uint64_t bits);
  static void printLine(GroupState *group, uint32_t site, uint32_t x,
                        uint32_t y, uint32_t z);
  static void failAssertion(GroupState *group, uint32_t site, uint32_t x,
                            uint32_t y, uint32_t z);
  std::string describe(uint32_t site, const Position &position) const;

  llvm::ArrayRef<DebugSite> sites;
  std::vector<uint64_t> pending;
  std::vector<Line> lines;
  uint64_t dropped = 0;
  std::string failureText;
};

/// Lines that a dispatch keeps.
inline constexpr size_t maxDebugLines = 1'000'000;

} // namespace enigma::simulator
