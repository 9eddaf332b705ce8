// One kernel as a Metal function: expressions, statements and the signature.
#pragma once

#include "Expression.h"
#include "Folding.h"
#include "FunctionConstants.h"
#include "Names.h"
#include "Signedness.h"
#include "enigma/msl/EmitMSL.h"
#include <map>
#include <set>

namespace enigma::msl {

/// Functions that the file has to define before its kernels: "div", "rem" or a
/// predicate such as "isnan", and for which type. Vectors come last: their
/// functions call the scalars'.
using NeededFunctions = std::set<std::tuple<unsigned, std::string, DType>>;

class KernelEmitter {
public:
  KernelEmitter(KernelOp kernel, const Target &target,
                const MSLOptions &options, const FunctionConstants &constants,
                NeededFunctions &needed)
      : kernel(kernel), target(target), options(options), constants(constants),
        needed(needed), folding(kernel) {}

  /// The text of the kernel, or failure after a diagnostic.
  llvm::FailureOr<std::string> emit();
  /// Whether the text that `emit` gave writes to Metal's log.
  bool usesLog() const { return needsLog; }

private:
  /// A variable that loops and branches assign to.
  struct Variable {
    std::string name;
    DType type;
    /// As Metal spells it: `float`, `simdgroup_float8x8`.
    std::string typeName;
    unsigned width = 1;
  };

  // Signature.cpp: what the kernel is given.
  mlir::LogicalResult checkTypes();
  mlir::LogicalResult checkName();
  void declareParameters(llvm::SmallVectorImpl<std::string> &parameters);
  void declareQueries(llvm::SmallVectorImpl<std::string> &parameters);
  bool isOnlyAtomic(mlir::Value buffer) const;
  Expression query(ThreadQueryOpInterface op);

  // Statements.cpp.
  void emitBlock(mlir::Block &block);
  void emitStatement(mlir::Operation *op);
  void emitLocal(mlir::Operation *op);
  /// A name for the result of an op that Python did not name.
  std::string describe(mlir::Operation *op) const;
  void emitStore(StoreOp op);
  /// An array in threadgroup or thread memory.
  template <typename Alloc>
  void emitArray(Alloc op, llvm::StringRef space, llvm::StringRef otherwise);
  void line(const llvm::Twine &text, mlir::Location loc);
  void line(const llvm::Twine &text);
  /// ` // file.py:12` where the line differs from that of the last comment.
  std::string comment(mlir::Location loc);

  // Debugging.cpp.
  bool hasLog(const llvm::Twine &what, mlir::Location loc);
  void emitPrint(DevicePrintOp op);
  void emitAssert(DeviceAssertOp op);

  // ControlFlow.cpp.
  void emitIf(mlir::scf::IfOp op);
  void emitFor(mlir::scf::ForOp op);
  void emitWhile(mlir::scf::WhileOp op);
  /// What a block emits, at one indentation more or at this one.
  std::string capture(mlir::Block &block, bool indented,
                      llvm::function_ref<void()> after);
  /// Binds loop-carried values to variables that start as `inits`.
  llvm::SmallVector<Variable> carry(mlir::Operation *loop,
                                    mlir::ValueRange inits,
                                    mlir::ValueRange carried,
                                    mlir::ValueRange next);
  std::optional<Variable> mergeWithBranch(mlir::scf::IfOp op, unsigned number);
  void assign(llvm::ArrayRef<Variable> variables, mlir::ValueRange values,
              mlir::Location loc);
  bool reads(mlir::Value value, llvm::StringRef variable);
  void bindVariable(mlir::Value value, const Variable &variable);
  Variable declareVariable(llvm::StringRef name, mlir::Value value);
  /// The Metal type of a variable for `value`, and the dtype of the value or of
  /// its elements.
  std::pair<std::string, DType> variableType(mlir::Value value);

  // SimdgroupMatrix.cpp.
  void emitMatrix(mlir::Operation *op);
  void emitMatrixStore(SimdgroupMatrixStoreOp op);
  std::string declareMatrix(mlir::Operation *op);
  std::string matrixPlace(mlir::Value buffer, mlir::Value offset,
                          mlir::Value elementsPerRow, mlir::Value column,
                          mlir::Value row, bool transpose);
  std::string number(mlir::Value index);

  // Values.cpp: expressions.
  Expression expression(mlir::Value value);
  Expression compute(mlir::Operation *op);
  Expression constant(mlir::arith::ConstantOp op);
  Expression integerArithmetic(mlir::Operation *op, Operator symbol);
  Expression division(mlir::Operation *op, bool isUnsigned, bool isRemainder);
  Expression bitOperation(mlir::Operation *op, Operator symbol);
  Expression logical(mlir::Operation *op);
  Expression shift(mlir::Operation *op);
  Expression compare(mlir::arith::CmpIOp op);
  Expression compare(mlir::arith::CmpFOp op);
  Expression choose(const Expression &condition, mlir::Value whenTrue,
                    mlir::Value whenFalse, mlir::Value result);
  Expression convert(mlir::Operation *op);
  Expression minMax(mlir::Operation *op, llvm::StringRef function,
                    bool isUnsigned);
  // Vectors.cpp: expressions with vectors.
  Expression vectorValue(mlir::Operation *op);
  Expression vectorConstant(mlir::arith::ConstantOp op);
  Expression vectorOperand(mlir::Value value, DType type);
  Expression vectorBinary(mlir::Operation *op, Operator symbol, DType type,
                          DType result);
  Expression vectorBits(mlir::Operation *op, Operator symbol);
  Expression vectorDivision(mlir::Operation *op, bool isUnsigned,
                            bool isRemainder);
  Expression vectorCompare(mlir::arith::CmpIOp op);
  Expression vectorConvert(mlir::Operation *op);
  Expression vectorChoose(const Expression &condition, mlir::Value whenTrue,
                          mlir::Value whenFalse, mlir::Value result);
  Expression makeVector(MakeVecOp op);
  Expression insertComponent(VecInsertOp op);
  Expression consecutive(mlir::Value buffer, mlir::Value index,
                         mlir::VectorType type);
  void emitStoreVector(StoreVecOp op);

  // Atomics.cpp.
  std::string atomicPointer(BufferAccessOpInterface op);
  Expression atomic(AtomicLoadOp op);
  Expression atomic(AtomicStoreOp op);
  Expression atomic(AtomicRMWOp op);
  void emitCompareExchange(AtomicCompareExchangeWeakOp op);

  Expression element(mlir::Value buffer, mlir::OperandRange indices);
  std::string linearIndex(BufferType type, mlir::OperandRange indices);
  // Functions.cpp: functions of Metal's library.
  Expression function(MetalFunctionOpInterface op);
  Expression predicate(MetalFunctionOpInterface op);
  Expression laneFunction(MetalFunctionOpInterface op);
  /// The operand with the C++ type that signedness and width say.
  Expression typed(mlir::Value value, bool isUnsigned);
  Expression valued(mlir::Value value, bool isUnsigned);
  Expression refuse(mlir::Operation *op, const llvm::Twine &why = "");

  KernelOp kernel;
  const Target &target;
  const MSLOptions &options;
  const FunctionConstants &constants;
  NeededFunctions &needed;
  Folding folding;
  Signedness signedness;
  Scopes scopes;
  llvm::DenseMap<mlir::Value, Expression> bindings;
  /// Values that are variables assigned more than once.
  llvm::DenseSet<mlir::Value> mutables;
  llvm::DenseMap<mlir::Value, std::string> buffers;
  llvm::DenseSet<mlir::Value> onlyAtomic;
  /// Parameter that answers a query, and how many components it has.
  std::map<std::string, std::pair<std::string, unsigned>> queries;
  std::string body;
  std::string lastComment;
  unsigned depth = 1;
  bool failed = false;
  bool needsLog = false;
};

/// A name for a value from its Python variable, or "".
llvm::StringRef pythonName(mlir::Value value);

} // namespace enigma::msl
