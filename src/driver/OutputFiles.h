// The files of one compilation: all of them appear, or none.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <system_error>
#include <vector>

namespace enigma::driver {

class OutputFiles {
public:
  explicit OutputFiles(std::string folder) : folder(std::move(folder)) {}
  ~OutputFiles() { discard(); }
  OutputFiles(const OutputFiles &) = delete;

  /// Takes the contents of `name`, relative to the folder or absolute.
  void add(llvm::StringRef name, std::string contents);
  bool empty() const { return files.empty(); }

  /// Creates the folder, writes everything under temporary names, then renames.
  /// If anything fails the temporary files are removed and the error says which
  /// file and why.
  llvm::Error commit();

private:
  struct File {
    std::string path;
    std::string contents;
    std::string temporary;
  };
  std::string folder;
  std::vector<File> files;

  static std::error_code createTemporary(File &file, int &descriptor);
  void discard();
};

} // namespace enigma::driver
