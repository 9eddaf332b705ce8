// What the parts of the container's reader share.
#pragma once

#include "ByteCursor.h"
#include "Tags.h"
#include "enigma/metallib/Library.h"

namespace enigma::metallib {

/// Steps to the next tag. Returns its payload and sets `letters`; at ENDT the
/// payload is empty.
inline llvm::ArrayRef<uint8_t> takeTag(ByteCursor &cursor, uint32_t &letters) {
  letters = cursor.read<uint32_t>("tag");
  if (letters == tagEnd)
    return {};
  const TagRow *row = findTag(letters);
  uint64_t length = row && row->wideLength
                        ? cursor.read<uint32_t>("tag length")
                        : cursor.read<uint16_t>("tag length");
  return cursor.take(length, "payload of tag " + spell(letters));
}

/// Reads the header extension, which lies between `begin` and `end`, and the
/// sections behind the modules, which end at `modulesEnd`.
llvm::Error readExtension(llvm::ArrayRef<uint8_t> file, uint64_t begin,
                          uint64_t end, uint64_t modulesEnd, Library &library);

} // namespace enigma::metallib
