// Verifies `enigma.launch`.
#include "enigma/IR/Launches.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

#define GET_OP_CLASSES
#include "enigma/IR/EnigmaLaunch.cpp.inc"

using namespace mlir;
using namespace enigma;

static LogicalResult verifyExtents(LaunchOp op, StringRef name,
                                   std::optional<ArrayRef<int32_t>> extents,
                                   int64_t most) {
  if (!extents)
    return success();
  if (extents->size() != 3)
    return op.emitOpError()
           << name << " needs 3 components, has " << extents->size();
  int64_t threads = 1;
  for (int32_t extent : *extents) {
    if (extent <= 0)
      return op.emitOpError()
             << name << " components must be positive, got " << extent;
    // Three 31-bit factors would overflow; beyond the limit the number is of no
    // interest.
    threads = std::min<int64_t>(threads, INT32_MAX) * extent;
  }
  if (threads > most)
    return op.emitOpError() << name << " has more than " << most << " threads";
  return success();
}

LogicalResult LaunchOp::verify() {
  llvm::StringSet<> names;
  for (StringRef name : getArgs().getAsValueRange<StringAttr>()) {
    if (name.empty())
      return emitOpError("an argument has no name");
    if (!names.insert(name).second)
      return emitOpError() << "two arguments are called '" << name << "'";
  }
  if (getIntermediates())
    for (StringRef name : getIntermediates()->getAsValueRange<StringAttr>())
      if (!names.contains(name))
        return emitOpError()
               << "intermediate '" << name << "' is not an argument";
  if (failed(verifyExtents(*this, "grid", getGrid(), INT64_MAX)))
    return failure();
  return verifyExtents(*this, "block", getBlock(), maxThreadsPerThreadgroup);
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel =
      symbols.lookupNearestSymbolFrom<KernelOp>(*this, getKernelAttr());
  if (!kernel)
    return emitOpError() << "there is no kernel @" << getKernel();
  Block &entry = kernel.getEntryBlock();
  if (entry.getNumArguments() != getArgs().size())
    return emitOpError() << "kernel @" << getKernel() << " has "
                         << entry.getNumArguments() << " arguments, and "
                         << getArgs().size() << " names are given";
  if (!getIntermediates())
    return success();
  for (auto [argument, name] : llvm::zip_equal(
           entry.getArguments(), getArgs().getAsValueRange<StringAttr>()))
    if (isa<enigma::ScalarType>(argument.getType()) &&
        llvm::is_contained(getIntermediates()->getAsValueRange<StringAttr>(),
                           name))
      return emitOpError() << "intermediate '" << name << "' is a scalar";
  return success();
}
