// Wall-clock time of the phases of a compilation, for --time-passes and the
// bench.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <string>
#include <vector>

namespace enigma::driver {

class PhaseTimes {
public:
  /// Measures until it goes out of scope.
  class Scope {
  public:
    Scope(PhaseTimes &times, llvm::StringRef phase)
        : times(times), phase(phase), start(std::chrono::steady_clock::now()) {}
    ~Scope() { times.add(phase, std::chrono::steady_clock::now() - start); }

  private:
    PhaseTimes &times;
    llvm::StringRef phase;
    std::chrono::steady_clock::time_point start;
  };

  /// Phases keep the order in which they are first added; times of one phase
  /// add up.
  void add(llvm::StringRef phase, std::chrono::nanoseconds time);
  void print(llvm::raw_ostream &os) const;

private:
  struct Row {
    std::string phase;
    std::chrono::nanoseconds time;
  };
  std::vector<Row> rows;
};

/// Processor time that this process had used when `main` began: loading and
/// static initialisation.
std::chrono::nanoseconds processStartTime();

} // namespace enigma::driver
