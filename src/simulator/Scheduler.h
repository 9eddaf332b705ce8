// Runs the threads of a threadgroup that wait for each other.
#pragma once

#include "ThreadEntry.h"
#include <memory>
#include <vector>

namespace enigma::simulator {

/// The compiled functions of a cooperative kernel.
struct CooperativeCode {
  StartThread start = nullptr;
  Resume resume = nullptr;
  const SimdgroupOperation *operations = nullptr;
  bool highestLaneFirst = false;
};

/// Two barriers at which threads of one threadgroup wait at the same time.
struct BarrierDivergence {
  SiteNumber first = 0, second = 0;
  unsigned atFirst = 0, atSecond = 0;
};

/// One host thread's memory for running threadgroups one after another.
///
/// Between two meeting points the lanes of a simdgroup run one after another,
/// the lowest first; code without races cannot tell. But hardware runs them in
/// lockstep, and kernels out there lean on it where a strided loop over
/// threadgroup memory (`for (i = lane; i < n; i += stride)`, the stride smaller
/// than the simdgroup) writes one place from several lanes: the later
/// iteration, that is the lower lane, wins. Kernels with such loops run the
/// highest lane first, so that it does.
class ThreadgroupScheduler {
public:
  explicit ThreadgroupScheduler(const CooperativeCode &code) : code(code) {}

  /// Runs all threads of `group` to their end.
  std::optional<BarrierDivergence> run(GroupState &group);

private:
  /// Coroutine frames: memory that lives as long as the scheduler and is reused
  /// by every group.
  class FrameArena {
  public:
    void *allocate(uint64_t size, uint64_t alignment);
    void reset() { chunk = 0, used = 0; }

  private:
    struct Chunk {
      std::unique_ptr<uint8_t[]> bytes;
      uint64_t size;
    };
    std::vector<Chunk> chunks;
    size_t chunk = 0;
    uint64_t used = 0;
  };
  /// What compiled code gets: the scheduler finds itself behind it.
  struct RunningGroup : GroupState {
    FrameArena *arena = nullptr;
  };

  static void *allocateFrame(GroupState *group, uint64_t size,
                             uint64_t alignment);
  void startThreads(RunningGroup &group);
  void runSimdgroup(SimdgroupState &simdgroup);
  std::optional<BarrierDivergence> checkBarrier(unsigned &waiting) const;
  void passBarrier();

  const CooperativeCode &code;
  FrameArena arena;
  std::vector<SimdgroupState> simdgroups;
};

} // namespace enigma::simulator
