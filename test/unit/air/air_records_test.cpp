// The records, abbreviations and blocks of our files are those of Apple's for
// the same module.
#include "AirTesting.h"
#include "AppleLibraries.h"
#include "enigma/metallib/Library.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeAnalyzer.h"
#include <regex>

using namespace airtest;

namespace {

std::string dump(const std::vector<uint8_t> &bytes) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::BCDumpOptions options(out);
  options.Histogram = false;
  llvm::BitcodeAnalyzer analyzer(llvm::StringRef(
      reinterpret_cast<const char *>(bytes.data()), bytes.size()));
  REQUIRE_FALSE(bool(analyzer.analyze(options)));
  return text;
}

/// The dump without what cannot be equal: the names of metadata kinds, whose
/// list is that of the producer, and so the size of what holds them and the
/// positions behind them; the producer in SYMTAB and STRTAB.
std::string comparable(const std::vector<uint8_t> &bytes) {
  std::string result;
  llvm::SmallVector<llvm::StringRef> lines;
  std::string text = dump(bytes);
  llvm::StringRef(text).split(lines, '\n');
  for (llvm::StringRef line : lines) {
    llvm::StringRef name = line.ltrim();
    if (name.starts_with("<KIND ") || name.starts_with("<BITCODE_WRAPPER"))
      continue;
    std::string kept = line.str();
    for (const char *holder :
         {"<METADATA_KIND_BLOCK", "<MODULE_BLOCK", "<STRTAB_BLOCK"})
      if (name.starts_with(holder))
        kept = std::regex_replace(kept, std::regex(" NumWords=[0-9]+"), "");
    if (name.starts_with("<VSTOFFSET") || name.starts_with("<FNENTRY"))
      kept = std::regex_replace(kept, std::regex(" op[01]=[0-9]+/>"), "");
    if (name.contains("blob data = '"))
      kept = "";
    result += kept + "\n";
  }
  return result;
}

} // namespace

TEST_CASE("small modules have Apple's records, abbreviations and blocks",
          "[air]") {
  size_t modules = 0;
  for (const std::string &path : appleLibraries()) {
    llvm::StringRef stem = llvm::StringRef(path).rsplit('/').second;
    bool isSmall = stem.starts_with("kernel") ||
                   stem.starts_with("constants") ||
                   stem.starts_with("debuginfo");
    // Of macOS 11 and 12 there is no row in the table: their triple would
    // differ.
    if (!isSmall || stem.contains(".11.") || stem.contains(".12."))
      continue;
    std::string os = stem.split('.').second.split('.').first.str();
    auto library = enigma::metallib::readLibrary(readFile(path));
    REQUIRE(bool(library));
    for (const auto &function : library->functions) {
      INFO(path << ": " << function.name);
      llvm::LLVMContext context;
      auto module = llvm::parseBitcodeFile(
          llvm::MemoryBufferRef(llvm::toStringRef(function.module), "module"),
          context);
      REQUIRE(bool(module));
      std::vector<uint8_t> bytes = emit(**module, ("macos" + os).c_str());
      CHECK(comparable(bytes) == comparable(function.module));
      ++modules;
    }
  }
  if (modules)
    CHECK(modules == 24);
}
