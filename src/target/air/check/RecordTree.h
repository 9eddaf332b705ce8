// A bitcode file as blocks and records, without any idea of what they mean.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace enigma::air {

struct BitcodeRecord {
  unsigned code = 0;
  std::vector<uint64_t> operands;
  std::string blob;
};

struct BitcodeBlock {
  unsigned id = 0;
  /// Where the block begins, in bits from the magic.
  uint64_t position = 0;
  std::vector<BitcodeRecord> records;
  std::vector<BitcodeBlock> blocks;
  /// How records and blocks follow each other: an index into `records`, or
  /// into `blocks` counted down from -1.
  std::vector<int> order;
};

/// Reads a bitcode stream that begins with its magic. Total: any bytes give a
/// tree or an error that says where the stream is damaged.
llvm::Expected<BitcodeBlock> readRecordTree(llvm::ArrayRef<uint8_t> stream);

} // namespace enigma::air
