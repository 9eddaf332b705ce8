// Gives every pointer of a module a pointee type, the one thing LLVM 22 has
// forgotten (reference section 4.2).
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include <string>

namespace enigma::air {

/// The typed form of a module. A pointer type is spelled
/// llvm::TypedPointerType; where an opaque pointer type is left, inside a
/// struct or an array, it stands for the canonical `i8 *` of its address space.
///
/// Every value has its own natural pointer type: a global and an alloca that of
/// their contents, a GEP that of its result, a kernel parameter the one Apple
/// gives it, any other pointer `i8 *`. There is no inference. Where a use wants
/// another type than the value has, a view, a bitcast of pointer to pointer,
/// stands between them.
class Typing {
public:
  /// Types everything in `module` and inserts the views into it.
  static llvm::Expected<Typing> create(llvm::Module &module,
                                       const Target &target);

  /// The typed type of a value.
  llvm::Type *typeOf(const llvm::Value *value) const;
  llvm::FunctionType *functionTypeOf(const llvm::Function *function) const;
  /// The type in which a call takes an argument. Only a constant in memory can
  /// have another of its own: it is cast by a constant expression, as Apple's
  /// compiler does, because readers look for the global in the call.
  llvm::Type *argumentType(const llvm::CallInst &call, unsigned index) const;
  /// The type of what a global variable holds.
  llvm::Type *contentTypeOf(const llvm::GlobalVariable *global) const;
  /// The name a struct type is written with, or empty. Types made here carry no
  /// name in the context: it would depend on which modules that context has
  /// seen before.
  llvm::StringRef structName(const llvm::StructType *type) const;

private:
  friend class TypeAssigner;

  llvm::DenseMap<const llvm::Function *, llvm::FunctionType *> functionTypes;
  llvm::DenseMap<const llvm::GlobalVariable *, llvm::Type *> contentTypes;
  llvm::DenseMap<const llvm::Value *, llvm::Type *> viewTypes;
  llvm::DenseMap<const llvm::StructType *, std::string> structNames;
};

/// `type` with an opaque pointer at its top replaced by the canonical `i8 *`.
llvm::Type *typed(llvm::Type *type);

/// The typed name of an LLVM intrinsic: `llvm.memcpy.p3.p1.i64` is
/// `llvm.memcpy.p3i8.p1i8.i64`.
std::string typedIntrinsicName(llvm::StringRef name);

} // namespace enigma::air
