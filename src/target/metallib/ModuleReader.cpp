// Loads the module of a function into LLVM.
#include "ModuleReader.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/MemoryBufferRef.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Keeps LLVM's reader from printing warnings of its own.
void ignoreDiagnostic(const DiagnosticInfo *, void *) {}

Error failure(const Function &function, const Twine &what) {
  return createStringError("function " + function.name + ": " + what);
}

Error parseAndUse(const Function &function, function_ref<void(Module &)> use) {
  LLVMContext context;
  context.setDiagnosticHandlerCallBack(ignoreDiagnostic);
  StringRef bytes(reinterpret_cast<const char *>(function.module.data()),
                  function.module.size());
  Expected<std::unique_ptr<Module>> module =
      parseBitcodeFile(MemoryBufferRef(bytes, function.name), context);
  if (!module)
    return failure(function, "bitcode: " + toString(module.takeError()));
  use(**module);
  return Error::success();
}

} // namespace

Error withModule(const Function &function, function_ref<void(Module &)> use) {
  if (!function.hashMatches())
    return failure(function, "the module does not match its hash");
  std::string problem;
  CrashRecoveryContext recovery;
  bool survived = recovery.RunSafely([&] {
    if (Error error = parseAndUse(function, use))
      problem = toString(std::move(error));
  });
  if (!survived)
    return failure(function, "bitcode: LLVM's reader cannot stand it");
  if (!problem.empty())
    return createStringError(problem);
  return Error::success();
}

} // namespace enigma::metallib
