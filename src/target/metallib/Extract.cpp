// What metallib-dump takes out of a library: modules as text or as files.
#include "enigma/metallib/Describe.h"
#include "enigma/metallib/Dump.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// A file name for a function: what file systems or shells read specially is
/// replaced.
std::string fileStem(StringRef name) {
  std::string stem;
  for (char letter : name)
    stem +=
        isAlnum(letter) || StringRef("_-.$").contains(letter) ? letter : '_';
  return stem;
}

Error writeFile(StringRef folder, const std::string &name,
                ArrayRef<uint8_t> bytes) {
  SmallString<256> path(folder);
  sys::path::append(path, name);
  std::error_code error;
  raw_fd_ostream out(path, error);
  if (!error) {
    out << toStringRef(bytes);
    out.close();
    error = out.error();
    out.clear_error();
  }
  return error ? createFileError(path, error) : Error::success();
}

} // namespace

Error dumpDisassembly(const Library &library, raw_ostream &out) {
  Error errors = Error::success();
  for (const Function &function : library.functions) {
    Expected<std::string> text = disassemble(function);
    if (text)
      out << *text << "\n";
    else
      errors = joinErrors(std::move(errors), text.takeError());
  }
  return errors;
}

Error extractModules(const Library &library, StringRef folder) {
  if (std::error_code error = sys::fs::create_directories(folder))
    return createFileError(folder, error);
  StringSet<> taken;
  for (auto [index, function] : enumerate(library.functions)) {
    std::string stem = fileStem(function.name);
    if (!taken.insert(stem).second) {
      stem += "." + utostr(index);
      taken.insert(stem);
    }
    if (Error error = writeFile(folder, stem + ".air", function.module))
      return error;
  }
  if (library.sources)
    for (const SourceArchive &archive : library.sources->archives)
      if (Error error =
              writeFile(folder, "sources." + fileStem(archive.id) + ".tar.bz2",
                        archive.bytes))
        return error;
  return Error::success();
}

} // namespace enigma::metallib
