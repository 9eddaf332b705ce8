// Writes artifacts under temporary names and renames them, also when a signal
// ends the run.
#include "OutputFiles.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

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

llvm::Error OutputFiles::commit() {
  if (std::error_code code = fs::create_directories(folder))
    return fileError("create folder", folder, code);
  for (File &file : files) {
    int descriptor;
    llvm::SmallString<256> temporary;
    // The name has the target's suffix last, so that nothing mistakes it for an
    // artifact.
    if (std::error_code code = fs::createUniqueFile(
            file.path + ".%%%%%%.tmp", descriptor, temporary, fs::OF_None,
            fs::perms::all_read | fs::perms::all_write))
      return fileError("write", file.path, code);
    file.temporary = temporary.str().str();
    llvm::sys::RemoveFileOnSignal(file.temporary);
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
