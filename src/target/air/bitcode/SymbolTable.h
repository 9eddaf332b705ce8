// The SYMTAB blob: what linkers read without parsing the module.
#pragma once

#include "StringTable.h"
#include "llvm/IR/Module.h"

namespace enigma::air {

/// Version 3 of LLVM's irsymtab for `module`, whose names are in `strings`
/// already (reference section 6).
std::string symbolTable(const llvm::Module &module, StringTable &strings);

} // namespace enigma::air
