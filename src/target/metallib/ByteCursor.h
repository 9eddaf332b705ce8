// A bounds-checked little-endian cursor whose errors name the structure and the
// file offset.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include <string>

namespace enigma::metallib {

/// Reads one region of the file. The first read past the end is remembered,
/// later reads give zeros, and `takeError` reports it: call sites read a whole
/// record and check once.
class ByteCursor {
public:
  /// `region` starts at `fileOffset` of the file; `structure` is what errors
  /// call it.
  ByteCursor(llvm::ArrayRef<uint8_t> region, uint64_t fileOffset,
             std::string structure)
      : region(region), fileOffset(fileOffset),
        structure(std::move(structure)) {}

  uint64_t offset() const { return fileOffset + position; }
  uint64_t consumed() const { return position; }
  uint64_t remaining() const { return region.size() - position; }
  const std::string &name() const { return structure; }

  template <typename T> T read(llvm::StringRef field) {
    llvm::ArrayRef<uint8_t> bytes = take(sizeof(T), field);
    return bytes.empty()
               ? T(0)
               : llvm::support::endian::read<T, llvm::endianness::little>(
                     bytes.data());
  }

  /// The next `count` bytes, or none when the region does not hold as many.
  llvm::ArrayRef<uint8_t> take(uint64_t count, llvm::StringRef field) {
    if (failed)
      return {};
    if (count > remaining()) {
      failed = true;
      failure = llvm::formatv("{0}: {1} needs {2} bytes at offset {3:x}, {4} "
                              "are left",
                              structure, field, count, offset(), remaining())
                    .str();
      return {};
    }
    llvm::ArrayRef<uint8_t> bytes = region.slice(position, count);
    position += count;
    return bytes;
  }

  /// A NUL-terminated string that ends inside the region.
  llvm::StringRef takeCString(llvm::StringRef field) {
    llvm::StringRef rest(
        reinterpret_cast<const char *>(region.data()) + position, remaining());
    size_t length = rest.find('\0');
    if (!failed && length == llvm::StringRef::npos) {
      failed = true;
      failure = llvm::formatv("{0}: {1} at offset {2:x} has no terminator",
                              structure, field, offset())
                    .str();
    }
    if (failed)
      return {};
    position += length + 1;
    return rest.take_front(length);
  }

  /// The remembered out-of-bounds read, if there was one.
  llvm::Error takeError() const {
    return failed ? llvm::createStringError(failure) : llvm::Error::success();
  }

  /// An error about this structure at the current offset.
  llvm::Error error(const llvm::Twine &what) const {
    return llvm::createStringError(llvm::formatv("{0}: {1} (at offset {2:x})",
                                                 structure, what.str(),
                                                 offset())
                                       .str());
  }

private:
  llvm::ArrayRef<uint8_t> region;
  uint64_t fileOffset;
  uint64_t position = 0;
  std::string structure;
  std::string failure;
  bool failed = false;
};

} // namespace enigma::metallib
