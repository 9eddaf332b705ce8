// Phase times as a table.
#include "Timing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include <ctime>

using namespace enigma::driver;
using std::chrono::nanoseconds;

nanoseconds enigma::driver::processStartTime() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

void PhaseTimes::add(llvm::StringRef phase, nanoseconds time) {
  auto row =
      llvm::find_if(rows, [&](const Row &r) { return r.phase == phase; });
  if (row == rows.end())
    rows.push_back({phase.str(), time});
  else
    row->time += time;
}

void PhaseTimes::print(llvm::raw_ostream &os) const {
  nanoseconds total{0};
  for (const Row &row : rows)
    total += row.time;
  os << "phase                 ms      %\n";
  auto line = [&](llvm::StringRef phase, nanoseconds time) {
    double share = total.count() ? 100.0 * time.count() / total.count() : 0;
    os << llvm::format("%-16s %7.2f %6.1f\n", phase.str().c_str(),
                       time.count() / 1e6, share);
  };
  for (const Row &row : rows)
    line(row.phase, row.time);
  line("total", total);
}
