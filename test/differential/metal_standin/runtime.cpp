// Runs a grid of `standin_kernel`: every thread of a threadgroup is a fiber
// that waits at barriers and simdgroup functions; threadgroups run one after
// the other. Deterministic, and made to be read.
//
//   program  KERNEL  direct|fibers  GX GY GZ  BX BY BZ  buffer-file...
#include "standin.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <ucontext.h>
#include <vector>

using namespace standin;

namespace {

enum class State { Ready, AtLanes, AtBarrier, Done };

struct Fiber {
  static constexpr size_t stackSize = 128 << 10;
  ucontext_t context;
  std::unique_ptr<char[]> stack{new char[stackSize]};
  Thread thread;
  Position position; ///< the loops that are open
  Position waiting;  ///< where it waits
  State state;
  Lanes lanes; ///< what it brings to, and takes from, an exchange
};

ucontext_t scheduler;
std::vector<std::unique_ptr<Fiber>> fibers;
size_t fiberCount;
Fiber *current;
const Kernel *kernel = kernels;
std::vector<void *> buffers;
unsigned long threadgroupNumber;

[[noreturn]] void fail(const char *message) {
  fprintf(stderr, "standin: %s\n", message);
  exit(3);
}

bool isBefore(const Position &a, const Position &b) {
  return std::lexicographical_compare(a.parts, a.parts + a.size, b.parts,
                                      b.parts + b.size);
}

void wait(State state, int line) {
  current->waiting = current->position;
  if (current->waiting.size + 1 >= Position::capacity)
    fail("loops are nested too deeply");
  current->waiting.parts[current->waiting.size++] = line;
  current->state = state;
  swapcontext(&current->context, &scheduler);
}

void fiberMain() {
  kernel->run(current->thread, buffers.data());
  current->state = State::Done;
  swapcontext(&current->context, &scheduler);
}

/// Lets the lanes at the earliest position of one simdgroup exchange their
/// values.
bool releaseLanes(size_t first, size_t end) {
  std::vector<Fiber *> together;
  for (size_t i = first; i < end; ++i) {
    Fiber *fiber = fibers[i].get();
    if (fiber->state != State::AtLanes)
      continue;
    if (!together.empty() && isBefore(fiber->waiting, together[0]->waiting))
      together.clear();
    if (together.empty() || !isBefore(together[0]->waiting, fiber->waiting))
      together.push_back(fiber);
  }
  Lanes all = {};
  for (Fiber *fiber : together) {
    unsigned lane = fiber->thread.thread_index_in_simdgroup[0];
    all.mask |= 1u << lane;
    memcpy(all.values[lane], fiber->lanes.values[lane],
           sizeof all.values[lane]);
  }
  for (Fiber *fiber : together) {
    fiber->lanes = all;
    fiber->lanes.self = fiber->thread.thread_index_in_simdgroup[0];
    fiber->state = State::Ready;
  }
  return !together.empty();
}

void releaseBarrier() {
  Fiber *first = nullptr;
  for (size_t i = 0; i < fiberCount; ++i) {
    Fiber *fiber = fibers[i].get();
    if (fiber->state == State::Done)
      fail("a thread ended while others wait at a barrier");
    if (!first)
      first = fiber;
    if (isBefore(first->waiting, fiber->waiting) ||
        isBefore(fiber->waiting, first->waiting))
      fail("threads wait at different barriers");
    fiber->state = State::Ready;
  }
}

void runFibers() {
  while (true) {
    bool isDone = true;
    for (size_t i = 0; i < fiberCount; ++i) {
      current = fibers[i].get();
      if (current->state == State::Ready)
        swapcontext(&scheduler, &current->context);
      isDone &= current->state == State::Done;
    }
    if (isDone)
      return;
    bool isReleased = false;
    for (size_t first = 0; first < fiberCount; first += maxLanes)
      isReleased |= releaseLanes(first, std::min(first + maxLanes, fiberCount));
    if (!isReleased)
      releaseBarrier();
  }
}

void runThreadgroup(const unsigned (&grid)[3], const unsigned (&block)[3],
                    const unsigned (&groups)[3], const unsigned (&group)[3],
                    bool direct) {
  unsigned size[3];
  for (int d = 0; d < 3; ++d)
    size[d] = std::min(block[d], grid[d] - group[d] * block[d]);
  fiberCount = size_t(size[0]) * size[1] * size[2];
  while (fibers.size() < (direct ? 1 : fiberCount))
    fibers.push_back(std::make_unique<Fiber>());
  ++threadgroupNumber;
  for (size_t i = 0; i < fiberCount; ++i) {
    Fiber &fiber = *fibers[direct ? 0 : i];
    Thread &t = fiber.thread;
    unsigned place[3] = {unsigned(i % size[0]), unsigned(i / size[0] % size[1]),
                         unsigned(i / size[0] / size[1])};
    for (int d = 0; d < 3; ++d) {
      t.thread_position_in_threadgroup[d] = place[d];
      t.thread_position_in_grid[d] = group[d] * block[d] + place[d];
      t.threadgroup_position_in_grid[d] = group[d];
      t.threads_per_threadgroup[d] = size[d];
      t.threads_per_grid[d] = grid[d];
      t.threadgroups_per_grid[d] = groups[d];
    }
    t.thread_index_in_threadgroup[0] = unsigned(i);
    t.thread_index_in_simdgroup[0] = unsigned(i % maxLanes);
    t.simdgroup_index_in_threadgroup[0] = unsigned(i / maxLanes);
    t.threads_per_simdgroup[0] = maxLanes;
    t.simdgroups_per_threadgroup[0] =
        unsigned((fiberCount + maxLanes - 1) / maxLanes);
    t.thread_index_in_quadgroup[0] = unsigned(i % 4);
    t.quadgroup_index_in_threadgroup[0] = unsigned(i / 4);
    fiber.position.size = 0;
    current = &fiber;
    if (direct) {
      kernel->run(t, buffers.data());
      continue;
    }
    fiber.state = State::Ready;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = Fiber::stackSize;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, fiberMain, 0);
  }
  if (!direct)
    runFibers();
}

std::vector<char> readFile(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file)
    fail("cannot open a buffer");
  fseek(file, 0, SEEK_END);
  std::vector<char> bytes(size_t(ftell(file)));
  rewind(file);
  if (fread(bytes.data(), 1, bytes.size(), file) != bytes.size())
    fail("cannot read a buffer");
  fclose(file);
  return bytes;
}

} // namespace

/// Clang calls these for a conversion to __bf16; libgcc has them from version
/// 13 on.
static __bf16 roundedToBfloat(float value) {
  unsigned bits;
  memcpy(&bits, &value, sizeof bits);
  bool isNaN = (bits & 0x7fffffff) > 0x7f800000;
  unsigned short high =
      (unsigned short)(isNaN ? bits >> 16 | 0x40
                             : (bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  __bf16 result;
  memcpy(&result, &high, sizeof result);
  return result;
}
extern "C" __attribute__((weak)) __bf16 __truncsfbf2(float value) {
  return roundedToBfloat(value);
}
extern "C" __attribute__((weak)) __bf16 __truncdfbf2(double value) {
  // To odd on the way, so that the last step is the only one that rounds.
  float nearest = float(value);
  unsigned bits;
  memcpy(&bits, &nearest, sizeof bits);
  if (value == value && double(nearest) != value && !(bits & 1))
    bits += (double(nearest) < value) == (value > 0) ? 1 : -1;
  memcpy(&nearest, &bits, sizeof nearest);
  return roundedToBfloat(nearest);
}

const Thread &standin::currentThread() { return current->thread; }
Position &standin::currentPosition() { return current->position; }

void standin::threadgroupBarrier(int line) { wait(State::AtBarrier, line); }

const Lanes &standin::exchange(const void *value, unsigned size, int line) {
  unsigned lane = current->thread.thread_index_in_simdgroup[0];
  memcpy(current->lanes.values[lane], value, size);
  wait(State::AtLanes, line);
  return current->lanes;
}

void standin::undefined(const char *what) { fail(what); }

void standin::requireAllLanes(const Lanes &lanes) {
  if (lanes.mask != 0xffffffffu)
    fail("a simdgroup matrix is used by some of the lanes only");
}

void standin::spoil(void *memory, unsigned long size) {
  static std::map<void *, unsigned long> spoiled;
  unsigned long &last = spoiled[memory];
  if (last != threadgroupNumber)
    memset(memory, 0xcd, size);
  last = threadgroupNumber;
}

const unsigned long long *standin::constantBits(unsigned index) {
  // "INDEX=HEX,INDEX=HEX"; read while the kernels' globals are initialised.
  static const std::map<unsigned, unsigned long long> given = [] {
    std::map<unsigned, unsigned long long> values;
    const char *text = getenv("STANDIN_CONSTANTS");
    while (text && *text) {
      char *end;
      unsigned key = unsigned(strtoul(text, &end, 10));
      if (*end != '=')
        fail("STANDIN_CONSTANTS is malformed");
      values[key] = strtoull(end + 1, &end, 16);
      text = *end == ',' ? end + 1 : end;
    }
    return values;
  }();
  auto found = given.find(index);
  return found == given.end() ? nullptr : &found->second;
}

void standin::failUnset(unsigned index) {
  fprintf(stderr, "standin: function constant %u is not set\n", index);
  exit(3);
}

int main(int argc, char **argv) {
  if (argc < 9)
    fail(
        "usage: program KERNEL direct|fibers GX GY GZ BX BY BZ buffer-file...");
  while (kernel->name && strcmp(kernel->name, argv[1]))
    ++kernel;
  if (!kernel->name)
    fail("no such kernel");
  bool direct = !strcmp(argv[2], "direct");
  unsigned grid[3], block[3], groups[3];
  for (int d = 0; d < 3; ++d) {
    grid[d] = unsigned(strtoul(argv[3 + d], nullptr, 10));
    block[d] = unsigned(strtoul(argv[6 + d], nullptr, 10));
    groups[d] = (grid[d] + block[d] - 1) / block[d];
  }
  // Each buffer has an allocation of its own, of its exact size, so that
  // sanitizers see its end.
  std::vector<std::vector<char>> contents;
  for (int i = 9; i < argc; ++i)
    contents.push_back(readFile(argv[i]));
  for (std::vector<char> &bytes : contents)
    buffers.push_back(bytes.data());
  for (unsigned z = 0; z < groups[2]; ++z)
    for (unsigned y = 0; y < groups[1]; ++y)
      for (unsigned x = 0; x < groups[0]; ++x)
        runThreadgroup(grid, block, groups, {x, y, z}, direct);
  for (size_t i = 0; i < contents.size(); ++i) {
    FILE *file = fopen(argv[9 + i], "wb");
    if (!file || fwrite(contents[i].data(), 1, contents[i].size(), file) !=
                     contents[i].size())
      fail("cannot write a buffer");
    fclose(file);
  }
}
