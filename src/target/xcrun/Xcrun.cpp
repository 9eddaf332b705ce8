// Drives `xcrun metal` and `xcrun metallib`.
#include "enigma/xcrun/Xcrun.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace enigma;
namespace fs = llvm::sys::fs;

std::optional<std::string> xcrun::findXcrun() {
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName("xcrun");
  return path ? std::optional(*path) : std::nullopt;
}

namespace {

/// A folder that disappears with everything in it.
class TemporaryFolder {
public:
  static llvm::Expected<TemporaryFolder> create() {
    TemporaryFolder folder;
    if (std::error_code code =
            fs::createUniqueDirectory("enigmac", folder.path))
      return llvm::createStringError(
          code, "cannot create a temporary folder: " + code.message());
    return folder;
  }
  TemporaryFolder(TemporaryFolder &&other) : path(other.path) {
    other.path.clear();
  }
  ~TemporaryFolder() {
    if (!path.empty())
      fs::remove_directories(path);
  }
  std::string file(llvm::StringRef name) const {
    llvm::SmallString<256> full(path);
    llvm::sys::path::append(full, name);
    return full.str().str();
  }

private:
  TemporaryFolder() = default;
  llvm::SmallString<256> path;
};

} // namespace

static llvm::Expected<std::string> readFile(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError(buffer.getError(),
                                   "cannot read '" + path +
                                       "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

/// Runs a command with its output in `log`; what it printed is appended to
/// `printed`.
static llvm::Error run(llvm::ArrayRef<std::string> command, llvm::StringRef log,
                       std::string &printed) {
  llvm::SmallVector<llvm::StringRef> arguments(command.begin(), command.end());
  std::string launchError;
  int status = llvm::sys::ExecuteAndWait(
      command[0], arguments, std::nullopt, {llvm::StringRef(""), log, log},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &launchError);
  llvm::Expected<std::string> output = readFile(log);
  if (output)
    printed += *output;
  else
    llvm::consumeError(output.takeError());
  if (status == 0)
    return llvm::Error::success();
  std::string tool = command[3];
  return llvm::createStringError(
      "xcrun " + tool + " failed (" +
      (launchError.empty() ? "exit status " + std::to_string(status)
                           : launchError) +
      ")" + (printed.empty() ? "" : ":\n" + printed));
}

namespace {
/// How Apple's tools are told the platform.
struct PlatformWords {
  const char *sdk;
  /// Followed by the version; decides the AIR version.
  const char *deploymentFlag;
};
} // namespace

static PlatformWords wordsFor(Platform platform) {
  switch (platform) {
  case Platform::MacOS:
    return {"macosx", "-mmacosx-version-min="};
  case Platform::IOS:
    return {"iphoneos", "-mios-version-min="};
  case Platform::IOSSimulator:
    return {"iphonesimulator", "-mios-simulator-version-min="};
  }
  llvm_unreachable("every platform has an SDK");
}

llvm::Expected<xcrun::Artifacts> xcrun::compile(llvm::StringRef xcrunPath,
                                                llvm::StringRef source,
                                                const Target &target,
                                                bool fastMath, unsigned level) {
  llvm::Expected<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder)
    return folder.takeError();
  std::string metal = folder->file("module.metal");
  std::string air = folder->file("module.air");
  std::string metallib = folder->file("module.metallib");
  std::string log = folder->file("log");
  std::error_code code;
  {
    llvm::raw_fd_ostream os(metal, code);
    if (code)
      return llvm::createStringError(code, "cannot write '" + metal +
                                               "': " + code.message());
    os << source;
  }
  PlatformWords words = wordsFor(target.platform);
  std::string sdk = words.sdk;
  std::string deployment = words.deploymentFlag +
                           std::to_string(target.os.major) + "." +
                           std::to_string(target.os.minor);
  // Metal 3.0 and later have one standard for all platforms.
  std::string standard = "-std=metal" + std::to_string(target.msl.major) + "." +
                         std::to_string(target.msl.minor);
  std::vector<std::string> command = {
      xcrunPath.str(),
      "-sdk",
      sdk,
      "metal",
      "-c",
      standard,
      deployment,
      "-O" + std::to_string(level > 2 ? 2 : level),
      fastMath ? "-ffast-math" : "-fno-fast-math"};
  // Without it the log's functions do nothing.
  if (source.contains("#include <metal_logging>"))
    command.push_back("-fmetal-enable-logging");
  command.insert(command.end(), {metal, "-o", air});
  Artifacts artifacts;
  if (llvm::Error error = run(command, log, artifacts.warnings))
    return error;
  if (llvm::Error error =
          run({xcrunPath.str(), "-sdk", sdk, "metallib", air, "-o", metallib},
              log, artifacts.warnings))
    return error;
  for (auto [path, contents] : {std::pair(&air, &artifacts.air),
                                std::pair(&metallib, &artifacts.metallib)}) {
    llvm::Expected<std::string> bytes = readFile(*path);
    if (!bytes)
      return bytes.takeError();
    *contents = std::move(*bytes);
  }
  return artifacts;
}
