// The parameters of a kernel's AIR function: buffers, scalars, then thread
// queries.
#pragma once

#include "enigma/IR/Enigma.h"

namespace enigma::air {

/// A buffer or scalar; its position is its binding index.
struct BufferParameter {
  llvm::StringRef name;
  mlir::Type element;
  AddressSpace space;
  Access access;
  /// `constant T &`, one element that is always there.
  bool isScalar;
  bool isUsed;
};

/// A thread query that the kernel makes.
struct QueryParameter {
  llvm::StringRef name;
  /// Components: 1, 2 or 3.
  unsigned width;
};

struct KernelSignature {
  llvm::SmallVector<BufferParameter> buffers;
  llvm::SmallVector<QueryParameter> queries;
};

/// Reads the signature off a kernel that has not been lowered yet. Queries come
/// in the order of their first use.
KernelSignature readSignature(KernelOp kernel);

/// Gives the kernel one block argument for each query and replaces the query
/// ops by it.
void replaceQueriesByArguments(KernelOp kernel,
                               const KernelSignature &signature);

} // namespace enigma::air
