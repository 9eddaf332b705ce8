// NumPy's .npy files (format versions 1 and 2 of NumPy Enhancement Proposal 1).
#include "Npy.h"
#include "Failure.h"
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

using namespace enigma;
using namespace enigma::run;

[[noreturn]] static void refuse(const std::string &path,
                                const std::string &why) {
  throw Failure{Status::WrongInput, path + ": " + why};
}

std::vector<uint8_t> run::readBytes(const std::string &path) {
  // A folder opens like a file, and then cannot be read.
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw Failure{Status::Environment, "cannot read '" + path + "'"};
  return {std::istreambuf_iterator<char>(file), {}};
}

static std::string npyDescr(DType dtype) {
  switch (dtype) {
  case DType::f32:
    return "<f4";
  case DType::f16:
    return "<f2";
  case DType::bf16:
  case DType::u16:
    return "<u2";
  case DType::i8:
    return "|i1";
  case DType::u8:
    return "|u1";
  case DType::i16:
    return "<i2";
  case DType::i32:
    return "<i4";
  case DType::u32:
    return "<u4";
  case DType::i64:
    return "<i8";
  case DType::u64:
    return "<u8";
  case DType::b1:
    return "|b1";
  }
  throw Failure{Status::WrongInput, "dtype without a NumPy type"};
}

bool run::npyMatches(const std::string &descr, DType dtype) {
  if (dtype == DType::b1 && descr == "|u1")
    return true;
  // ml_dtypes' bfloat16 is saved as raw two-byte items.
  if (dtype == DType::bf16 && (descr == "<V2" || descr == "|V2"))
    return true;
  return descr == npyDescr(dtype);
}

DType run::npyDType(const std::string &descr, const std::string &path) {
  if (descr == "<V2" || descr == "|V2")
    return DType::bf16;
  for (const DTypeRow &row : dtypeTable)
    if (row.dtype != DType::bf16 && descr == npyDescr(row.dtype))
      return row.dtype;
  refuse(path, "NumPy type '" + descr + "' is not supported");
}

/// Bytes of an element, also of the types that no buffer has: whether the array
/// fits its buffer is said by who knows the buffer.
static uint64_t itemSize(const std::string &descr, const std::string &path) {
  llvm::StringRef text(descr);
  uint64_t size;
  if (text.size() < 3 || !llvm::StringRef("biufcV").contains(text[1]) ||
      text.drop_front(2).getAsInteger(10, size) || size > 32)
    refuse(path, "NumPy type '" + descr + "' is not supported");
  return size;
}

namespace {
/// The header's Python dict, as far as NumPy writes it.
class HeaderParser {
public:
  HeaderParser(const std::string &path, std::string_view text)
      : path(path), text(text) {}
  void parse(NpyArray &array);

private:
  std::string_view valueOf(std::string_view key);

  const std::string &path;
  std::string_view text;
};
} // namespace

std::string_view HeaderParser::valueOf(std::string_view key) {
  for (char quote : {'\'', '"'}) {
    std::string quoted = quote + std::string(key) + quote;
    size_t at = text.find(quoted);
    if (at == std::string_view::npos)
      continue;
    at = text.find(':', at + quoted.size());
    if (at == std::string_view::npos)
      break;
    at = text.find_first_not_of(' ', at + 1);
    return at == std::string_view::npos ? "" : text.substr(at);
  }
  refuse(path, "the .npy header has no '" + std::string(key) + "'");
}

void HeaderParser::parse(NpyArray &array) {
  std::string_view descr = valueOf("descr");
  size_t end = descr.empty() ? std::string_view::npos : descr.find(descr[0], 1);
  if (end == std::string_view::npos || (descr[0] != '\'' && descr[0] != '"'))
    refuse(path, "only arrays of plain numbers are supported");
  array.descr = descr.substr(1, end - 1);
  if (valueOf("fortran_order").starts_with("True"))
    refuse(
        path,
        "the array is in Fortran order; save numpy.ascontiguousarray(array)");
  std::string_view shape = valueOf("shape");
  size_t close = shape.find(')');
  if (shape.empty() || shape[0] != '(' || close == std::string_view::npos)
    refuse(path, "malformed shape in the .npy header");
  uint64_t extent = 0;
  bool inNumber = false;
  for (char c : shape.substr(1, close)) {
    if (c >= '0' && c <= '9') {
      extent = extent * 10 + (c - '0');
      inNumber = true;
    } else if (inNumber) {
      array.shape.push_back(extent);
      extent = 0;
      inNumber = false;
    }
  }
}

NpyArray run::readNpy(const std::string &path) {
  std::vector<uint8_t> file = readBytes(path);
  if (file.size() < 12 || std::memcmp(file.data(), "\x93NUMPY", 6))
    refuse(path, "not a .npy file");
  unsigned version = file[6];
  if (version != 1 && version != 2)
    refuse(path,
           ".npy version " + std::to_string(version) + " is not supported");
  size_t start = version == 1 ? 10 : 12;
  size_t length = file[8] | file[9] << 8;
  if (version == 2)
    length |= size_t(file[10]) << 16 | size_t(file[11]) << 24;
  if (start + length > file.size())
    refuse(path, "the .npy header is cut off");
  NpyArray array;
  HeaderParser(path,
               {reinterpret_cast<const char *>(file.data()) + start, length})
      .parse(array);
  if (array.descr.starts_with('>'))
    refuse(path, "NumPy type '" + array.descr + "' is big-endian");
  uint64_t size = itemSize(array.descr, path);
  for (uint64_t extent : array.shape)
    if (__builtin_mul_overflow(size, extent, &size))
      refuse(path, "the shape is too large");
  array.bytes.assign(file.begin() + start + length, file.end());
  if (array.bytes.size() != size)
    refuse(path, "has " + std::to_string(array.bytes.size()) +
                     " bytes of elements, its shape needs " +
                     std::to_string(size));
  return array;
}

void run::writeNpy(const std::string &path, DType dtype,
                   const std::vector<uint64_t> &shape,
                   const std::vector<uint8_t> &bytes) {
  std::string extents;
  for (uint64_t extent : shape)
    extents += std::to_string(extent) + (shape.size() == 1 ? "," : ", ");
  if (shape.size() > 1)
    extents.resize(extents.size() - 2);
  std::string header = "{'descr': '" + npyDescr(dtype) +
                       "', 'fortran_order': False, 'shape': (" + extents +
                       "), }";
  // The elements start at a multiple of 64, as NumPy has it.
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  const char prefix[] = {'\x93',
                         'N',
                         'U',
                         'M',
                         'P',
                         'Y',
                         1,
                         0,
                         static_cast<char>(header.size() & 0xff),
                         static_cast<char>(header.size() >> 8)};
  file.write(prefix, sizeof prefix);
  file.write(header.data(), header.size());
  file.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  if (!file.flush())
    throw Failure{Status::Environment, "cannot write '" + path + "'"};
}
