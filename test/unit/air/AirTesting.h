// What the AIR tests share: modules from text, and LLVM 14 as the oracle for
// what we write.
#pragma once

#include "enigma/air/BitcodeWriter.h"
#include "enigma/air/Legalize.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <catch2/catch.hpp>
#include <optional>

namespace airtest {

inline const enigma::Target &target(const char *name) {
  return *enigma::findTarget(name);
}

inline std::unique_ptr<llvm::Module> parse(llvm::LLVMContext &context,
                                           const std::string &text) {
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  if (!module)
    FAIL(diagnostic.getMessage().str() + " in\n" + text);
  return module;
}

inline std::string print(llvm::Module &module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  module.setModuleIdentifier("module");
  module.print(out, nullptr);
  return text;
}

/// emitAIR, with a failure for an error.
inline std::vector<uint8_t>
emit(llvm::Module &module, const char *targetName,
     enigma::air::ModuleForm form = enigma::air::ModuleForm::LibraryModule) {
  auto bytes = enigma::air::emitAIR(module, target(targetName), form);
  if (!bytes)
    FAIL(llvm::toString(bytes.takeError()));
  CHECK_FALSE(llvm::verifyModule(module, &llvm::errs()));
  return *bytes;
}

/// The message emitAIR refuses `text` with, or empty when it does not.
inline std::string refusal(const std::string &text, const char *targetName) {
  llvm::LLVMContext context;
  auto module = parse(context, text);
  auto bytes = enigma::air::emitAIR(*module, target(targetName));
  return bytes ? "" : llvm::toString(bytes.takeError());
}

/// Runs `program input -o output`; what it printed on standard error when it
/// failed.
inline std::optional<std::string>
run(llvm::StringRef program, llvm::StringRef input, llvm::StringRef output) {
  llvm::SmallString<128> log;
  llvm::sys::fs::createTemporaryFile("enigma-air", "log", log);
  llvm::FileRemover removeLog(log);
  std::optional<llvm::StringRef> redirects[] = {std::nullopt, std::nullopt,
                                                log.str()};
  if (llvm::sys::ExecuteAndWait(program, {program, input, "-o", output},
                                std::nullopt, redirects) == 0)
    return std::nullopt;
  auto text = llvm::MemoryBuffer::getFile(log);
  return text ? (*text)->getBuffer().str() : "failed";
}

/// True when LLVM 14 is there; otherwise says that the test is skipped.
inline bool haveOracle() {
  if (llvm::StringRef(ENIGMA_LLVM_DIS_14).empty() ||
      llvm::StringRef(ENIGMA_LLVM_AS_14).empty()) {
    WARN("skipped: llvm-dis-14 and llvm-as-14 were not found");
    return false;
  }
  return true;
}

/// What LLVM 14 reads in `bytes`, after its verifier has accepted it.
inline std::string disassemble14(const std::vector<uint8_t> &bytes) {
  llvm::SmallString<128> bitcode, text;
  llvm::sys::fs::createTemporaryFile("enigma-air", "air", bitcode);
  llvm::sys::fs::createTemporaryFile("enigma-air", "ll", text);
  llvm::FileRemover removeBitcode(bitcode), removeText(text);
  {
    std::error_code error;
    llvm::raw_fd_ostream out(bitcode, error);
    out.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  }
  if (auto failure = run(ENIGMA_LLVM_DIS_14, bitcode, text))
    FAIL("llvm-dis-14: " + *failure);
  if (auto failure = run(ENIGMA_LLVM_AS_14, text, "/dev/null"))
    FAIL("llvm-as-14: " + *failure);
  auto buffer = llvm::MemoryBuffer::getFile(text);
  REQUIRE(buffer);
  // The first line is the name of the temporary file.
  return (*buffer)->getBuffer().split('\n').second.str();
}

inline bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace airtest
