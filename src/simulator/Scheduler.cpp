// Runs the threads of a threadgroup that wait for each other.
#include "Scheduler.h"
#include <algorithm>

using namespace enigma;
using namespace enigma::simulator;

static uint64_t alignedTo(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

void *ThreadgroupScheduler::FrameArena::allocate(uint64_t size,
                                                 uint64_t alignment) {
  alignment = std::max<uint64_t>(alignment, 64);
  constexpr uint64_t chunkSize = 1 << 20;
  for (;; ++chunk, used = 0) {
    if (chunk == chunks.size()) {
      uint64_t bytes = std::max(chunkSize, size + alignment);
      chunks.push_back({std::unique_ptr<uint8_t[]>(new uint8_t[bytes]), bytes});
    }
    auto base = reinterpret_cast<uintptr_t>(chunks[chunk].bytes.get());
    uint64_t offset = alignedTo(base + used, alignment) - base;
    if (offset + size > chunks[chunk].size)
      continue;
    used = offset + size;
    return chunks[chunk].bytes.get() + offset;
  }
}

void *ThreadgroupScheduler::allocateFrame(GroupState *group, uint64_t size,
                                          uint64_t alignment) {
  return static_cast<RunningGroup *>(group)->arena->allocate(size, alignment);
}

void ThreadgroupScheduler::startThreads(RunningGroup &group) {
  auto [width, height, depth] = group.threadsPerThreadgroup;
  if (!code.highestLaneFirst) {
    uint32_t index = 0;
    for (uint32_t z = 0; z < depth; ++z)
      for (uint32_t y = 0; y < height; ++y)
        for (uint32_t x = 0; x < width; ++x, ++index)
          code.start(&group, &simdgroups[index / simdgroupWidth], x, y, z,
                     index);
    return;
  }
  uint32_t threads = width * height * depth;
  for (uint32_t first = 0; first < threads; first += simdgroupWidth)
    for (uint32_t index = std::min(first + simdgroupWidth, threads);
         index-- > first;) {
      uint32_t row = index / width;
      code.start(&group, &simdgroups[first / simdgroupWidth], index % width,
                 row % height, row / height, index);
    }
}

/// Carries out the simdgroup's operations until every lane has finished or
/// waits at a barrier.
void ThreadgroupScheduler::runSimdgroup(SimdgroupState &simdgroup) {
  for (;;) {
    SiteNumber next = finishedSite;
    for (SiteNumber site : simdgroup.site)
      next = std::min(next, site);
    if (next & barrierBit)
      return;
    uint32_t active = 0;
    for (unsigned lane = 0; lane < simdgroupWidth; ++lane)
      active |= uint32_t(simdgroup.site[lane] == next) << lane;
    if (SimdgroupOperation operation = code.operations[next])
      operation(&simdgroup, active);
    code.resume(&simdgroup, active);
  }
}

/// Counts the threads that wait; they must all wait at the same barrier.
std::optional<BarrierDivergence>
ThreadgroupScheduler::checkBarrier(unsigned &waiting) const {
  BarrierDivergence sites;
  for (const SimdgroupState &simdgroup : simdgroups)
    for (SiteNumber site : simdgroup.site) {
      if (site == finishedSite)
        continue;
      if (!sites.atFirst)
        sites.first = site;
      else if (site != sites.first)
        sites.second = site;
      ++(site == sites.first ? sites.atFirst : sites.atSecond);
    }
  waiting = sites.atFirst + sites.atSecond;
  return sites.atSecond ? std::optional(sites) : std::nullopt;
}

void ThreadgroupScheduler::passBarrier() {
  for (SimdgroupState &simdgroup : simdgroups) {
    uint32_t lanes = 0;
    for (unsigned lane = 0; lane < simdgroupWidth; ++lane)
      lanes |= uint32_t(simdgroup.site[lane] != finishedSite) << lane;
    if (!lanes)
      continue;
    code.resume(&simdgroup, lanes);
    runSimdgroup(simdgroup);
  }
}

std::optional<BarrierDivergence> ThreadgroupScheduler::run(GroupState &state) {
  RunningGroup group;
  static_cast<GroupState &>(group) = state;
  group.allocateFrame = allocateFrame;
  group.arena = &arena;
  arena.reset();
  uint32_t threads = group.threadsPerThreadgroup[0] *
                     group.threadsPerThreadgroup[1] *
                     group.threadsPerThreadgroup[2];
  simdgroups.resize((threads + simdgroupWidth - 1) / simdgroupWidth);
  for (SimdgroupState &simdgroup : simdgroups)
    std::fill(std::begin(simdgroup.site), std::end(simdgroup.site),
              finishedSite);
  startThreads(group);
  for (SimdgroupState &simdgroup : simdgroups)
    runSimdgroup(simdgroup);
  for (;;) {
    unsigned waiting = 0;
    if (auto divergence = checkBarrier(waiting))
      return divergence;
    if (!waiting)
      return std::nullopt;
    passBarrier();
  }
}
