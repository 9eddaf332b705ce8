// How enigma-run ends when it cannot do what was asked.
#pragma once

#include "llvm/Support/Error.h"
#include <string>

namespace enigma::run {

/// The exit statuses of docs/cli: every Failure carries one.
enum class Status { WrongInput = 1, WrongCommandLine = 2, Environment = 3 };

/// Thrown inside the tool only; main prints it.
struct Failure {
  Status status;
  std::string message;
};

/// The value, or a Failure: a missing file is the environment's fault, anything
/// else the input's. `file` is named when the error does not do so itself.
template <typename T>
T orFail(llvm::Expected<T> value, const std::string &file = {}) {
  if (value)
    return std::move(*value);
  llvm::Error error = value.takeError();
  Status status = Status::WrongInput;
  std::string message;
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    if (info.convertToErrorCode() == std::errc::no_such_file_or_directory)
      status = Status::Environment;
    message = info.message();
  });
  throw Failure{status, file.empty() ? message : file + ": " + message};
}

inline void orFail(llvm::Error error) {
  if (error)
    throw Failure{Status::WrongInput, llvm::toString(std::move(error))};
}

} // namespace enigma::run
