// Drives `xcrun metal` and `xcrun metallib`.
#include "enigma/xcrun/Xcrun.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

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

namespace {

/// How a command ended, and what it printed.
struct Ended {
  /// Exit status; negative when there is none: -1 it did not start, -2 a signal
  /// ended it.
  int status;
  std::string launchError;
  std::string printed;
};

constexpr const char *sourceName = "module.metal";

} // namespace

/// Text that a terminal shows and does not act on.
static std::string printable(llvm::StringRef bytes) {
  std::string text = llvm::json::fixUTF8(bytes);
  for (char &c : text)
    if ((c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f')
      c = '?';
  return text;
}

static Ended run(llvm::ArrayRef<std::string> command, llvm::StringRef log) {
  llvm::SmallVector<llvm::StringRef> arguments(command.begin(), command.end());
  Ended ended;
  ended.status = llvm::sys::ExecuteAndWait(
      command[0], arguments, std::nullopt, {llvm::StringRef(""), log, log},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &ended.launchError);
  if (llvm::Expected<std::string> output = readFile(log))
    ended.printed = printable(*output);
  else
    llvm::consumeError(output.takeError());
  return ended;
}

/// What a person should read of what a tool printed: the first line that says
/// something, without control characters.
static std::string gistOf(llvm::StringRef printed) {
  constexpr size_t mostCharacters = 200;
  while (!printed.empty()) {
    auto [line, rest] = printed.split('\n');
    printed = rest;
    std::string gist;
    for (char c : line.trim())
      if (gist.size() < mostCharacters)
        gist += llvm::isPrint(c) ? c : '?';
    if (!gist.empty())
      return gist;
  }
  return "it printed nothing";
}

/// The sentence for a tool that did not do its work.
static llvm::Error failure(llvm::StringRef tool, const Ended &ended,
                           const Target &target) {
  llvm::StringRef printed(ended.printed);
  if (ended.status == -1)
    return llvm::createStringError("xcrun cannot be started: " +
                                   ended.launchError);
  if (ended.status < 0)
    return llvm::createStringError("xcrun " + tool + " crashed (" +
                                   ended.launchError + ")");
  if (printed.contains("in '-std=") || printed.contains("-version-min="))
    return llvm::createStringError(
        "Apple's toolchain is too old for target " + llvm::Twine(target.name) +
        ": it has no Metal " + llvm::Twine(target.msl.major) + "." +
        llvm::Twine(target.msl.minor) + " (" + gistOf(printed) + ")");
  return llvm::createStringError("xcrun " + tool + " failed with exit status " +
                                 llvm::Twine(ended.status) + ": " +
                                 gistOf(printed));
}

/// "PATH:LINE:COLUMN: KIND: MESSAGE", or "KIND: MESSAGE".
static std::optional<xcrun::Complaint> parseComplaint(llvm::StringRef line) {
  using xcrun::Complaint;
  static const std::pair<const char *, Complaint::Kind> kinds[] = {
      {"fatal error: ", Complaint::Error},
      {"error: ", Complaint::Error},
      {"warning: ", Complaint::Warning},
      {"note: ", Complaint::Note}};
  for (const auto &[word, kind] : kinds) {
    size_t at = line.find((": " + llvm::Twine(word)).str());
    if (at == llvm::StringRef::npos)
      continue;
    auto [file, column] = line.take_front(at).rsplit(':');
    auto [path, number] = file.rsplit(':');
    Complaint complaint{kind, 0, 0,
                        line.drop_front(at + 2 + strlen(word)).trim().str()};
    if (number.getAsInteger(10, complaint.line) ||
        column.getAsInteger(10, complaint.column))
      continue;
    if (llvm::sys::path::filename(path) != sourceName) {
      complaint.message += (" (" + llvm::sys::path::filename(path) + ":" +
                            llvm::Twine(complaint.line) + ")")
                               .str();
      complaint.line = complaint.column = 0;
    }
    return complaint;
  }
  return std::nullopt;
}

/// "1 error generated.", "2 warnings and 1 error generated."
static bool isCount(llvm::StringRef line) {
  return line.ends_with(" generated.");
}

std::vector<xcrun::Complaint> xcrun::parseComplaints(llvm::StringRef printed,
                                                     std::string &rest) {
  std::vector<Complaint> complaints;
  while (!printed.empty()) {
    auto [line, next] = printed.split('\n');
    printed = next;
    if (std::optional<Complaint> complaint = parseComplaint(line)) {
      complaints.push_back(std::move(*complaint));
      continue;
    }
    // The excerpt below a complaint is indented.
    bool isExcerpt =
        !complaints.empty() && (line.starts_with(" ") || line.trim().empty());
    if (!isExcerpt && !isCount(line) && !line.starts_with("In file included"))
      rest += (line + "\n").str();
  }
  return complaints;
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

static std::vector<std::string> metalCommand(llvm::StringRef xcrunPath,
                                             llvm::StringRef source,
                                             const Target &target,
                                             const xcrun::Options &options) {
  PlatformWords words = wordsFor(target.platform);
  std::vector<std::string> command = {
      xcrunPath.str(), "-sdk", words.sdk, "metal", "-c",
      // Metal 3.0 and later have one standard for all platforms.
      "-std=metal" + std::to_string(target.msl.major) + "." +
          std::to_string(target.msl.minor),
      words.deploymentFlag + std::to_string(target.os.major) + "." +
          std::to_string(target.os.minor),
      "-O" + std::to_string(options.level > 2 ? 2 : options.level),
      options.fastMath ? "-ffast-math" : "-fno-fast-math"};
  // Without it the log's functions do nothing.
  if (source.contains("#include <metal_logging>"))
    command.push_back("-fmetal-enable-logging");
  return command;
}

static llvm::Error writeFile(llvm::StringRef path, llvm::StringRef text) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (!code) {
    os << text;
    os.close();
    code = os.error();
    os.clear_error();
  }
  if (code)
    return llvm::createStringError(code, "cannot write '" + path +
                                             "': " + code.message());
  return llvm::Error::success();
}

/// What a tool that succeeded must have left behind.
static llvm::Error takeFile(llvm::StringRef tool, const std::string &path,
                            std::string &contents) {
  llvm::Expected<std::string> bytes = readFile(path);
  if (bytes && !bytes->empty()) {
    contents = std::move(*bytes);
    return llvm::Error::success();
  }
  if (!bytes)
    llvm::consumeError(bytes.takeError());
  return llvm::createStringError("xcrun " + tool + " succeeded and left no " +
                                 llvm::sys::path::extension(path) + " file");
}

llvm::Expected<xcrun::Artifacts> xcrun::compile(llvm::StringRef xcrunPath,
                                                llvm::StringRef source,
                                                const Target &target,
                                                const Options &options) {
  llvm::Expected<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder)
    return folder.takeError();
  std::string metal = folder->file(sourceName);
  std::string air = folder->file("module.air");
  std::string metallib = folder->file("module.metallib");
  std::string log = folder->file("log");
  if (llvm::Error error = writeFile(metal, source))
    return error;
  std::vector<std::string> command =
      metalCommand(xcrunPath, source, target, options);
  if (options.debugInfo)
    // The folder is another one in each run.
    command.insert(command.end(),
                   {"-g", "-fdebug-prefix-map=" + folder->file("") + "="});
  command.insert(command.end(), {metal, "-o", air});
  Artifacts artifacts;
  Ended ended = run(command, log);
  artifacts.complaints = parseComplaints(ended.printed, artifacts.remarks);
  // An error elsewhere is about the toolchain.
  bool refused = llvm::any_of(artifacts.complaints, [](const Complaint &each) {
    return each.kind == Complaint::Error && each.line != 0;
  });
  if (ended.status > 0 && refused)
    return artifacts;
  if (ended.status != 0)
    return failure("metal", ended, target);
  if (llvm::Error error = takeFile("metal", air, artifacts.air))
    return error;
  ended = run({xcrunPath.str(), "-sdk", wordsFor(target.platform).sdk,
               "metallib", air, "-o", metallib},
              log);
  if (ended.status != 0)
    return failure("metallib", ended, target);
  llvm::append_range(artifacts.complaints,
                     parseComplaints(ended.printed, artifacts.remarks));
  if (llvm::Error error = takeFile("metallib", metallib, artifacts.metallib))
    return error;
  return artifacts;
}
