// What the words of options mean, for the command line and the C interface
// alike.
#include "enigma/driver/Compile.h"
#include "enigma/transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"
#include <mutex>

using namespace enigma;
using namespace enigma::driver;
using llvm::StringRef;

static constexpr ArtifactRow artifacts[] = {
    {Artifact::Trace, "trace", ".trace.json"},
    {Artifact::Mlir, "mlir", ".mlir"},
    {Artifact::Metal, "metal", ".metal"},
    {Artifact::Llvm, "llvm", ".ll"},
    {Artifact::Air, "air", ".air"},
    {Artifact::Metallib, "metallib", ".metallib"},
    {Artifact::Manifest, "manifest", ".manifest.json"},
};

llvm::ArrayRef<ArtifactRow> driver::artifactTable() { return artifacts; }

static llvm::Error refusal(const llvm::Twine &message) {
  return llvm::createStringError(message);
}

llvm::Expected<Artifact> driver::parseArtifact(StringRef name) {
  for (const ArtifactRow &row : artifacts)
    if (row.name == name)
      return row.artifact;
  return refusal("there is no artifact '" + name +
                 "'; there are trace, mlir, metal, llvm, air, metallib and "
                 "manifest");
}

llvm::Expected<Toolchain> driver::parseToolchain(StringRef name) {
  if (name == "native")
    return Toolchain::Native;
  if (name == "xcrun")
    return Toolchain::Xcrun;
  if (name == "auto")
    return Toolchain::Auto;
  return refusal("expected native, xcrun or auto, got '" + name + "'");
}

llvm::Error driver::addTarget(std::vector<const Target *> &targets,
                              StringRef name) {
  const Target *target = findTarget(name);
  if (!target)
    return refusal("there is no target '" + name + "'; see --print-targets");
  if (llvm::is_contained(targets, target))
    return refusal("'" + name + "' is there twice");
  targets.push_back(target);
  return llvm::Error::success();
}

llvm::Error driver::checkAsyncCopy(StringRef mode) {
  if (mode == "copy")
    return llvm::Error::success();
  if (mode == "intrinsic")
    return refusal("Apple's instructions for async copies are undocumented, "
                   "Xcode 26 refuses their spelling and macOS 26 crashes on "
                   "them; --async-copy=copy means the same");
  return refusal("expected copy, got '" + mode + "'");
}

void driver::registerPasses() {
  static std::once_flag once;
  std::call_once(once, [] {
    mlir::registerTransformsPasses();
    registerEnigmaPasses();
    registerEnigmaPipelines();
  });
}
