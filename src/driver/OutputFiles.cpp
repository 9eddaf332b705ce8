// Writes artifacts under temporary names and renames them, also when a signal
// ends the run.
#include "OutputFiles.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <iterator>

using namespace enigma::driver;
namespace fs = llvm::sys::fs;

static llvm::Error fileError(llvm::StringRef what, llvm::StringRef path,
                             std::error_code code) {
  return llvm::createStringError(code, "cannot " + what + " '" + path +
                                           "': " + code.message());
}

void OutputFiles::add(llvm::StringRef name, std::string contents) {
  llvm::SmallString<256> path;
  if (!llvm::sys::path::is_absolute(name))
    path = folder;
  llvm::sys::path::append(path, name);
  files.push_back({path.str().str(), std::move(contents), ""});
}

/// LLVM's handler takes every signal that ends a process, also one that `nohup`
/// or a shell's background job asked to ignore: files would disappear under a
/// run that goes on. What was ignored stays ignored.
static void removeOnSignal(llvm::StringRef path) {
  constexpr int endings[] = {SIGHUP, SIGINT, SIGTERM};
  struct sigaction before[std::size(endings)];
  for (size_t i = 0; i < std::size(endings); ++i)
    sigaction(endings[i], nullptr, &before[i]);
  llvm::sys::RemoveFileOnSignal(path);
  for (size_t i = 0; i < std::size(endings); ++i)
    if (before[i].sa_handler == SIG_IGN)
      sigaction(endings[i], &before[i], nullptr);
}

/// The name ends in .tmp, so that nothing mistakes it for an artifact. It is
/// given to the signal handler before the file exists: no signal leaves it
/// behind.
std::error_code OutputFiles::createTemporary(File &file, int &descriptor) {
  constexpr unsigned attempts = 128;
  std::error_code code;
  for (unsigned i = 0; i < attempts; ++i) {
    // Only the suffix: a '%' in the path itself is not ours to replace.
    llvm::SmallString<16> suffix;
    fs::createUniquePath(".%%%%%%.tmp", suffix, /*MakeAbsolute=*/false);
    std::string temporary = file.path + suffix.str().str();
    removeOnSignal(temporary);
    code = fs::openFileForWrite(temporary, descriptor, fs::CD_CreateNew,
                                fs::OF_None, 0666);
    if (!code) {
      file.temporary = std::move(temporary);
      return code;
    }
    llvm::sys::DontRemoveFileOnSignal(temporary);
    if (code != std::errc::file_exists)
      return code;
  }
  return code;
}

llvm::Error OutputFiles::commit() {
  if (std::error_code code = fs::create_directories(folder))
    return fileError("create folder", folder, code);
  for (File &file : files) {
    // Known before the first rename, when none of the others has appeared yet.
    if (fs::is_directory(file.path))
      return fileError("write", file.path,
                       std::make_error_code(std::errc::is_a_directory));
    int descriptor;
    if (std::error_code code = createTemporary(file, descriptor))
      return fileError("write", file.path, code);
    llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    stream << file.contents;
    stream.close();
    if (std::error_code code = stream.error()) {
      stream.clear_error();
      return fileError("write", file.path, code);
    }
  }
  for (File &file : files) {
    if (std::error_code code = fs::rename(file.temporary, file.path))
      return fileError("write", file.path, code);
    llvm::sys::DontRemoveFileOnSignal(file.temporary);
    file.temporary.clear();
  }
  files.clear();
  return llvm::Error::success();
}

void OutputFiles::discard() {
  for (File &file : files) {
    if (file.temporary.empty())
      continue;
    fs::remove(file.temporary);
    llvm::sys::DontRemoveFileOnSignal(file.temporary);
  }
  files.clear();
}
