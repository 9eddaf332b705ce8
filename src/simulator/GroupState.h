// Memory that compiled kernels and the scheduler share; IR addresses it by
// offsetof.
#pragma once

#include "enigma/simulator/Device.h"
#include <cstddef>
#include <cstdint>

namespace enigma::simulator {

class DebugLog;

/// One threadgroup being run by one host thread.
struct GroupState {
  /// By parameter number of the Metal function; only pointer parameters are
  /// set.
  void **arguments = nullptr;
  /// The kernel's static threadgroup arrays.
  uint8_t *threadgroupMemory = nullptr;
  uint32_t threadsPerGrid[3] = {};
  uint32_t threadgroupsPerGrid[3] = {};
  uint32_t dispatchThreadsPerThreadgroup[3] = {};
  uint32_t threadgroupPosition[3] = {};
  /// Smaller than the dispatch's in a ragged last threadgroup.
  uint32_t threadsPerThreadgroup[3] = {};
  /// Gives memory for one thread's coroutine frame.
  void *(*allocateFrame)(GroupState *, uint64_t size,
                         uint64_t alignment) = nullptr;
  /// Set for kernels with debugging calls; positions are in the grid.
  DebugLog *debugLog = nullptr;
  void (*appendValue)(GroupState *, uint64_t bits) = nullptr;
  void (*printLine)(GroupState *, uint32_t site, uint32_t x, uint32_t y,
                    uint32_t z) = nullptr;
  void (*failAssertion)(GroupState *, uint32_t site, uint32_t x, uint32_t y,
                        uint32_t z) = nullptr;
};

/// Where a lane waits. Barriers of the threadgroup have the top bit set, so
/// that the smallest site of a simdgroup is the next operation of the simdgroup
/// to carry out.
using SiteNumber = uint32_t;
inline constexpr SiteNumber barrierBit = 0x80000000;
inline constexpr SiteNumber finishedSite = 0xffffffff;

/// The three sets of lane values that an operation works on.
enum class LaneRole : unsigned { First, Second, Result };
inline constexpr unsigned maxComponents = 4;

/// The 32 lanes' values of one component lie side by side, so that operations
/// are vector code. Values of different sizes have regions of their own: lanes
/// waiting at different operations cannot overwrite each other's operands.
constexpr size_t laneValuesOffset(unsigned bytes, LaneRole role,
                                  unsigned component) {
  size_t regionStart =
      3 * maxComponents * simdgroupWidth * (bytes - 1); // 1, 2, 4, 8 in order
  return regionStart +
         (static_cast<unsigned>(role) * maxComponents + component) *
             simdgroupWidth * bytes;
}

struct SimdgroupState {
  SiteNumber site[simdgroupWidth];
  void *frame[simdgroupWidth];
  /// Shuffle distances (i16) and the segment width of the filling shuffles.
  uint16_t shuffleOperand[2][simdgroupWidth];
  alignas(64) uint8_t
      laneValues[laneValuesOffset(8, LaneRole::Result, maxComponents - 1) +
                 simdgroupWidth * 8];
};

/// Carries out an operation for the lanes in `activeLanes`; null where lanes
/// only meet.
using SimdgroupOperation = void (*)(SimdgroupState *, uint32_t activeLanes);

} // namespace enigma::simulator
