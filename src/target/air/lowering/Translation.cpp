// enigma-translate --mlir-to-llvmir: the AIR module of each kernel as text.
#include "mlir/Tools/mlir-translate/Translation.h"
#include "enigma/air/Lowering.h"
#include "enigma/target/TargetOption.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CommandLine.h"

using namespace mlir;

namespace enigma::air {

/// Prints one module after the other, with `; -----` between them.
static LogicalResult translate(Operation *op, const Target &target,
                               const LoweringOptions &options,
                               raw_ostream &output) {
  bool isFirst = true;
  WalkResult result = op->walk([&](KernelOp kernel) {
    llvm::LLVMContext context;
    auto module = lowerKernelToAIR(kernel, target, options, context);
    if (failed(module))
      return WalkResult::interrupt();
    if (!isFirst)
      output << "; -----\n";
    isFirst = false;
    (*module)->print(output, nullptr);
    return WalkResult::skip();
  });
  return failure(result.wasInterrupted());
}

void registerToLLVMIRTranslation() {
  registerTargetOption();
  static llvm::cl::opt<unsigned> level(
      "O", llvm::cl::desc("Optimisation level of LLVM, 0 to 3"),
      llvm::cl::Prefix, llvm::cl::init(2));
  static llvm::cl::opt<bool> debugInfo(
      "g", llvm::cl::desc("Describe source lines and variables"),
      llvm::cl::init(false));
  static TranslateFromMLIRRegistration registration(
      "mlir-to-llvmir", "lower each kernel to an LLVM module that is AIR",
      [](Operation *op, raw_ostream &output) -> LogicalResult {
        const Target *target = targetFromCommandLine(op);
        if (!target)
          return failure();
        LoweringOptions options;
        options.optLevel = level;
        options.debugInfo = debugInfo;
        return translate(op, *target, options, output);
      },
      [](DialectRegistry &registry) {
        registry.insert<EnigmaDialect, ub::UBDialect>();
      });
}

} // namespace enigma::air
