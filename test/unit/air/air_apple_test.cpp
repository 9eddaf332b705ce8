// Modules that Apple's compiler made go through our writer and lose nothing.
#include "AirTesting.h"
#include "AppleLibraries.h"
#include "enigma/metallib/Library.h"

using namespace airtest;

namespace {

/// The row of the table that an Apple library is rewritten for.
const char *targetOf(const std::string &path) {
  const std::pair<const char *, const char *> rows[] = {
      {".11.metallib", "macos13"},  {".12.metallib", "macos13"},
      {".13.metallib", "macos13"},  {".14.metallib", "macos14"},
      {".15.metallib", "macos15"},  {".26.metallib", "macos26"},
      {".ios18.metallib", "ios18"},
  };
  for (const auto &[ending, name] : rows)
    if (llvm::StringRef(path).ends_with(ending))
      return name;
  FAIL("no target for " + path);
  return nullptr;
}

std::unique_ptr<llvm::Module> read(llvm::LLVMContext &context,
                                   const std::vector<uint8_t> &bytes) {
  llvm::StringRef text(reinterpret_cast<const char *>(bytes.data()),
                       bytes.size());
  auto module =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(text, "module"), context);
  if (!module)
    FAIL(llvm::toString(module.takeError()));
  return std::move(*module);
}

} // namespace

TEST_CASE("Apple's modules survive our writer", "[air]") {
  size_t modules = 0;
  for (const std::string &path : appleLibraries()) {
    auto library = enigma::metallib::readLibrary(readFile(path));
    REQUIRE(bool(library));
    const char *name = targetOf(path);
    for (const auto &function : library->functions) {
      INFO(path << ": " << function.name);
      llvm::LLVMContext context, again;
      auto module = read(context, function.module);
      std::vector<uint8_t> bytes = emit(*module, name);
      // Legalising removes the views again: what is left must be what went in.
      auto back = read(again, bytes);
      REQUIRE(enigma::air::emitAIR(*back, target(name)).get() == bytes);
      REQUIRE(print(*back) == print(*module));
      ++modules;
    }
  }
  if (modules)
    CHECK(modules == 469);
}

TEST_CASE("LLVM 14 reads and verifies what we write", "[air]") {
  if (!haveOracle())
    return;
  for (const std::string &path : appleLibraries()) {
    auto library = enigma::metallib::readLibrary(readFile(path));
    REQUIRE(bool(library));
    for (const auto &function : library->functions) {
      INFO(path << ": " << function.name);
      llvm::LLVMContext context;
      auto module = read(context, function.module);
      (void)disassemble14(emit(*module, targetOf(path)));
    }
  }
}

TEST_CASE("small modules disassemble to Apple's own text", "[air]") {
  if (!haveOracle())
    return;
  // Of macOS 11 and 12 there is no row in the table: their triple would differ.
  for (const std::string &path : appleLibraries()) {
    llvm::StringRef stem = llvm::StringRef(path).rsplit('/').second;
    bool isSmall = stem.starts_with("kernel") ||
                   stem.starts_with("constants") ||
                   stem.starts_with("debuginfo");
    if (!isSmall || stem.contains(".11.") || stem.contains(".12."))
      continue;
    auto library = enigma::metallib::readLibrary(readFile(path));
    REQUIRE(bool(library));
    for (const auto &function : library->functions) {
      INFO(path << ": " << function.name);
      llvm::LLVMContext context;
      auto module = read(context, function.module);
      CHECK(disassemble14(emit(*module, targetOf(path))) ==
            disassemble14(function.module));
    }
  }
}
