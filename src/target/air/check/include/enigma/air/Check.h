// Says what in a module's bitcode Apple's readers would not accept (reference
// sections 2, 3 and 4).
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace enigma::air {

/// One objection and the record it is about:
/// "MODULE_BLOCK/FUNCTION_BLOCK[0]/CALL[7]".
struct Complaint {
  std::string path;
  std::string message;
};

/// What a metallib says about the module beside it (its VERS tag).
struct StatedVersions {
  Version air;
  Version msl;
};

/// Walks the records of one module, in a wrapper or raw, as they are in the
/// file: LLVM's reader, which upgrades what is old, has no part in it. The
/// rules depend on the AIR version that the module's triple and metadata state.
std::vector<Complaint>
checkBitcode(llvm::ArrayRef<uint8_t> bytes,
             std::optional<StatedVersions> stated = std::nullopt);

} // namespace enigma::air
