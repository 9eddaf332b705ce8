// Translations between MLIR, LLVM IR, AIR and metallib.
#pragma once

namespace enigma {

/// Registers `--llvmir-to-air`, `--air-to-llvmir` and `--air-to-metallib`.
void registerAIRTranslations();
void registerCheckTranslation();

} // namespace enigma
