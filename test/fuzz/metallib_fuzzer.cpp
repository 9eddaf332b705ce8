// libFuzzer on the metallib reader and writer: what reads must write, and what
// was written must read back and come out the same. test_metallib_fuzzer.py
// builds and runs it.
#include "enigma/metallib/Library.h"
#include "llvm/Support/Endian.h"
#include <cstdio>
#include <cstdlib>

using namespace enigma::metallib;

namespace {

[[noreturn]] void stop(const char *what, llvm::Error error) {
  std::fprintf(stderr, "%s: %s\n", what,
               llvm::toString(std::move(error)).c_str());
  std::abort();
}

} // namespace

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

/// Most damage would end at the file size in the header, which therefore always
/// tells the truth.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned) {
  size = LLVMFuzzerMutate(data, size, maxSize);
  if (size >= 24)
    llvm::support::endian::write64le(data + 16, size);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto library = readLibrary({data, size});
  if (!library) {
    llvm::consumeError(library.takeError());
    return 0;
  }
  // None of these may fall over either.
  for (const Function &function : library->functions)
    (void)(function.debugLocation() && function.objectFile());
  (void)library->installName();
  auto first = writeLibrary(*library);
  if (!first)
    stop("what was read cannot be written", first.takeError());
  auto again = readLibrary(*first);
  if (!again)
    stop("what was written cannot be read", again.takeError());
  auto second = writeLibrary(*again);
  if (!second)
    stop("what was written cannot be written again", second.takeError());
  if (*first != *second)
    stop("not a fixed point", llvm::Error::success());
  return 0;
}
