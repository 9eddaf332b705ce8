// Reads the bitstream container: abbreviations, blocks, records.
#include "RecordTree.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include <map>

using namespace llvm;

namespace enigma::air {

namespace {

constexpr unsigned blockInfoId = 0;
constexpr unsigned maxDepth = 8;
constexpr char char6Alphabet[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";

struct Operand {
  enum Kind { Literal, Fixed, VBR, Array, Char6, Blob } kind;
  uint64_t value = 0; ///< of a literal, or the width in bits
};
using Abbreviation = std::vector<Operand>;

class StreamReader {
public:
  explicit StreamReader(ArrayRef<uint8_t> stream)
      : stream(stream), end(uint64_t(stream.size()) * 8) {}

  Expected<BitcodeBlock> read() {
    BitcodeBlock top;
    (void)fixed(32); // the magic
    readBlock(top, 2, end, 0);
    if (problem.empty())
      return top;
    return createStringError("bit " + Twine(position) + ": " + problem);
  }

private:
  bool fail(const char *what) {
    if (problem.empty())
      problem = what;
    return false;
  }
  uint64_t fixed(unsigned width);
  uint64_t vbr(unsigned width);
  void align() { position = (position + 31) & ~uint64_t(31); }
  uint64_t scalar(const Operand &operand);
  void readBlock(BitcodeBlock &block, unsigned width, uint64_t limit,
                 unsigned depth);
  void readSubBlock(BitcodeBlock &parent, uint64_t start, unsigned depth);
  Abbreviation readAbbreviation();
  BitcodeRecord readUnabbreviated();
  BitcodeRecord readAbbreviated(const Abbreviation &abbreviation);

  ArrayRef<uint8_t> stream;
  uint64_t position = 0;
  uint64_t end;
  std::string problem;
  std::map<unsigned, std::vector<Abbreviation>> blockInfo;
};

uint64_t StreamReader::fixed(unsigned width) {
  if (!problem.empty())
    return 0;
  if (width > 64 || end - position < width) {
    fail("the stream ends inside a record");
    return 0;
  }
  uint64_t value = 0;
  for (unsigned done = 0; done < width;) {
    unsigned offset = position % 8;
    unsigned count = std::min(8 - offset, width - done);
    uint64_t bits = (stream[position / 8] >> offset) & ((1u << count) - 1);
    value |= bits << done;
    done += count;
    position += count;
  }
  return value;
}

uint64_t StreamReader::vbr(unsigned width) {
  uint64_t value = 0;
  if (width < 2)
    return fail("a VBR field of less than 2 bits"), 0;
  for (unsigned shift = 0; problem.empty(); shift += width - 1) {
    uint64_t part = fixed(width);
    uint64_t more = uint64_t(1) << (width - 1);
    if (shift < 64)
      value |= (part & (more - 1)) << shift;
    else if (part & (more - 1))
      fail("a VBR field of more than 64 bits");
    if (!(part & more))
      return value;
  }
  return 0;
}

uint64_t StreamReader::scalar(const Operand &operand) {
  switch (operand.kind) {
  case Operand::Literal:
    return operand.value;
  case Operand::Fixed:
    return fixed(operand.value);
  case Operand::VBR:
    return operand.value == 0 ? 0 : vbr(operand.value);
  case Operand::Char6:
    return char6Alphabet[fixed(6)];
  case Operand::Array:
  case Operand::Blob:
    break;
  }
  fail("an array of arrays");
  return 0;
}

Abbreviation StreamReader::readAbbreviation() {
  Abbreviation abbreviation;
  uint64_t count = vbr(5);
  while (problem.empty() && abbreviation.size() < count) {
    if (fixed(1)) {
      abbreviation.push_back({Operand::Literal, vbr(8)});
      continue;
    }
    switch (fixed(3)) {
    case 1:
      abbreviation.push_back({Operand::Fixed, vbr(5)});
      break;
    case 2:
      abbreviation.push_back({Operand::VBR, vbr(5)});
      break;
    case 3:
      abbreviation.push_back({Operand::Array});
      break;
    case 4:
      abbreviation.push_back({Operand::Char6});
      break;
    case 5:
      abbreviation.push_back({Operand::Blob});
      break;
    default:
      fail("an abbreviation with an unknown encoding");
    }
  }
  if (abbreviation.empty() || abbreviation[0].kind == Operand::Array ||
      abbreviation[0].kind == Operand::Blob)
    fail("an abbreviation without a record code");
  for (size_t i = 0; i != abbreviation.size(); ++i) {
    bool isArray = abbreviation[i].kind == Operand::Array;
    bool isBlob = abbreviation[i].kind == Operand::Blob;
    if (isArray && i + 1 < abbreviation.size() &&
        (abbreviation[i + 1].kind == Operand::Literal ||
         (abbreviation[i + 1].kind != Operand::Char6 &&
          abbreviation[i + 1].value == 0)))
      fail("an array of elements without bits");
    if ((isArray && i + 2 != abbreviation.size()) ||
        (isBlob && i + 1 != abbreviation.size()))
      fail("an abbreviation with something behind its array or blob");
  }
  return abbreviation;
}

BitcodeRecord StreamReader::readUnabbreviated() {
  BitcodeRecord record;
  record.code = vbr(6);
  uint64_t count = vbr(6);
  if (count > end - position)
    fail("a record longer than the stream");
  for (uint64_t i = 0; problem.empty() && i != count; ++i)
    record.operands.push_back(vbr(6));
  return record;
}

BitcodeRecord StreamReader::readAbbreviated(const Abbreviation &abbreviation) {
  BitcodeRecord record;
  record.code = scalar(abbreviation[0]);
  for (size_t i = 1; problem.empty() && i != abbreviation.size(); ++i) {
    const Operand &operand = abbreviation[i];
    if (operand.kind == Operand::Array) {
      uint64_t count = vbr(6);
      if (count > end - position)
        fail("an array longer than the stream");
      for (uint64_t k = 0; problem.empty() && k != count; ++k)
        record.operands.push_back(scalar(abbreviation[i + 1]));
      break;
    }
    if (operand.kind == Operand::Blob) {
      uint64_t size = vbr(6);
      align();
      if (position > end || size > (end - position) / 8) {
        fail("a blob longer than the stream");
        break;
      }
      record.blob.assign(
          reinterpret_cast<const char *>(stream.data()) + position / 8, size);
      position += size * 8;
      align();
      break;
    }
    record.operands.push_back(scalar(operand));
  }
  return record;
}

void StreamReader::readSubBlock(BitcodeBlock &parent, uint64_t start,
                                unsigned depth) {
  BitcodeBlock block;
  block.position = start;
  block.id = vbr(8);
  unsigned width = vbr(4);
  align();
  uint64_t words = fixed(32);
  if (position > end || words > (end - position) / 32)
    fail("a block longer than what holds it");
  if (width < 2 || width > 32)
    fail("a block with an impossible abbreviation width");
  if (depth == maxDepth)
    fail("blocks nested too deeply");
  if (!problem.empty())
    return;
  uint64_t limit = position + words * 32;
  readBlock(block, width, limit, depth + 1);
  if (problem.empty() && position != limit)
    fail("a block whose length is wrong");
  parent.blocks.push_back(std::move(block));
  parent.order.push_back(-int(parent.blocks.size()));
}

void StreamReader::readBlock(BitcodeBlock &block, unsigned width,
                             uint64_t limit, unsigned depth) {
  std::vector<Abbreviation> abbreviations;
  if (depth)
    abbreviations = blockInfo[block.id];
  unsigned describedBlock = 0;
  while (problem.empty() && position < limit) {
    uint64_t start = position;
    uint64_t id = fixed(width);
    switch (id) {
    case 0: // END_BLOCK
      align();
      // Behind the last block a raw file may have the padding of a wrapped one.
      if (depth == 0 && any_of(stream.drop_front(start / 8),
                               [](uint8_t byte) { return byte != 0; }))
        fail("the end of a block outside any block");
      return;
    case 1: // ENTER_SUBBLOCK
      readSubBlock(block, start, depth);
      continue;
    case 2: // DEFINE_ABBREV
      (block.id == blockInfoId && depth ? blockInfo[describedBlock]
                                        : abbreviations)
          .push_back(readAbbreviation());
      continue;
    case 3:
      block.records.push_back(readUnabbreviated());
      break;
    default:
      if (id - 4 >= abbreviations.size()) {
        fail("a record with an unknown abbreviation");
        return;
      }
      block.records.push_back(readAbbreviated(abbreviations[id - 4]));
    }
    const BitcodeRecord &record = block.records.back();
    if (block.id == blockInfoId && record.code == 1 && !record.operands.empty())
      describedBlock = record.operands[0];
    block.order.push_back(int(block.records.size()) - 1);
  }
  if (depth && problem.empty())
    fail("a block without an end");
}

} // namespace

Expected<BitcodeBlock> readRecordTree(ArrayRef<uint8_t> stream) {
  return StreamReader(stream).read();
}

} // namespace enigma::air
