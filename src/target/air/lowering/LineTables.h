// A kernel's Python lines and variables as LLVM's debug information (-g).
#pragma once

#include "KernelSignature.h"
#include "enigma/target/Targets.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/MapVector.h"

namespace llvm {
class Function;
} // namespace llvm

namespace enigma::air {

/// Describes one kernel. Files are called as the locations call them, without
/// a folder, so that the output does not depend on where it was made.
class LineTable {
public:
  /// `optimized`: whether LLVM's optimiser will run.
  LineTable(KernelOp kernel, const Target &target, bool optimized);

  /// Says of the values that Python variables hold which those are. `kernel` is
  /// still in the enigma dialect.
  void nameValues(KernelOp kernel);

  /// Gives the kernel's function and every operation in it a place and a scope,
  /// and names its parameters. It is in the LLVM dialect by now.
  void attach(mlir::LLVM::LLVMFuncOp function,
              const KernelSignature &signature);

private:
  mlir::LLVM::DIFileAttr fileOf(mlir::StringAttr name);
  mlir::LLVM::DISubprogramAttr subprogram(mlir::StringAttr name,
                                          mlir::StringAttr linkageName,
                                          mlir::LLVM::DIFileAttr file,
                                          unsigned line);
  mlir::LLVM::DISubprogramAttr inlinedFunction(mlir::FusedLoc place);
  mlir::LLVM::DILocalVariableAttr variable(llvm::StringRef name,
                                           mlir::Location place,
                                           mlir::LLVM::DITypeAttr type,
                                           unsigned argument);
  void describe(mlir::OpBuilder &builder, mlir::Value value,
                mlir::Location place);
  mlir::Location scoped(mlir::Location loc);

  mlir::MLIRContext *context;
  mlir::Location kernelPlace;
  mlir::LLVM::DICompileUnitAttr unit;
  mlir::LLVM::DISubprogramAttr kernelScope;
  /// Functions that the tracer inlined, by name and place.
  llvm::MapVector<mlir::Attribute, mlir::LLVM::DISubprogramAttr> inlined;
  llvm::MapVector<std::pair<mlir::StringAttr, mlir::Attribute>,
                  mlir::LLVM::DILocalVariableAttr>
      variables;
};

/// Gives the translated module the compile unit that Apple's compiler would
/// (MLIR has no say in all of its fields).
void finishLineTable(llvm::Function &kernel);

} // namespace enigma::air
