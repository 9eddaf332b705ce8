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

char OptionError::ID;

void OptionError::log(llvm::raw_ostream &os) const {
  os << StringRef(about("").text).ltrim(": ");
}

static llvm::Error refusal(OptionError::Describe describe) {
  return llvm::make_error<OptionError>(std::move(describe));
}

static llvm::Error unknownName(StringRef what, StringRef name,
                               StringRef known) {
  return refusal([=, name = name.str()](std::string option) {
    return diag::E0705{.option = std::move(option),
                       .what = what.str(),
                       .name = name,
                       .known = known.str()}
        .message();
  });
}

static llvm::Error wrongValue(StringRef expected, StringRef value) {
  return refusal([=, value = value.str()](std::string option) {
    return diag::E0704{
        .option = std::move(option), .expected = expected.str(), .value = value}
        .message();
  });
}

llvm::Expected<Artifact> driver::parseArtifact(StringRef name) {
  for (const ArtifactRow &row : artifacts)
    if (row.name == name)
      return row.artifact;
  return unknownName("artifact", name,
                     "artifacts are trace, mlir, metal, llvm, air, metallib "
                     "and manifest");
}

llvm::Expected<Toolchain> driver::parseToolchain(StringRef name) {
  if (name == "native")
    return Toolchain::Native;
  if (name == "xcrun")
    return Toolchain::Xcrun;
  if (name == "auto")
    return Toolchain::Auto;
  return wrongValue("native, xcrun or auto", name);
}

llvm::Error driver::addTarget(std::vector<const Target *> &targets,
                              StringRef name) {
  const Target *target = findTarget(name);
  if (!target)
    return unknownName("target", name, "enigmac --print-targets lists them");
  if (llvm::is_contained(targets, target))
    return refusal([name = name.str()](std::string option) {
      return diag::E0706{.option = std::move(option),
                         .problem = "names '" + name + "' twice"}
          .message();
    });
  targets.push_back(target);
  return llvm::Error::success();
}

llvm::Error driver::checkAsyncCopy(StringRef mode) {
  if (mode == "copy")
    return llvm::Error::success();
  if (mode == "intrinsic")
    return refusal([](std::string) { return diag::E0709{}.message(); });
  return wrongValue("copy", mode);
}

void driver::registerPasses() {
  static std::once_flag once;
  std::call_once(once, [] {
    mlir::registerTransformsPasses();
    registerEnigmaPasses();
    registerEnigmaPipelines();
  });
}
