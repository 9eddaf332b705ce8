// Hosts CPython: starts the interpreter, calls enigma's module runner, brings
// back its JSON.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "enigma/frontend/Frontend.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <chrono>
#include <cstdio>
#include <unistd.h>

using namespace enigma;

namespace {

/// An owned reference.
class Object {
public:
  explicit Object(PyObject *object) : object(object) {}
  Object(Object &&other) : object(std::exchange(other.object, nullptr)) {}
  ~Object() { Py_XDECREF(object); }
  PyObject *get() const { return object; }
  explicit operator bool() const { return object; }

private:
  PyObject *object;
};

uint64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

} // namespace

/// Where the `enigma` package is: $ENIGMA_PYFRONT, beside the installed tool,
/// or the source tree this tool was built from.
static std::string findPackageFolder() {
  if (auto folder = llvm::sys::Process::GetEnv("ENIGMA_PYFRONT"))
    return *folder;
  std::string executable = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&findPackageFolder));
  llvm::SmallString<256> installed(
      llvm::sys::path::parent_path(llvm::sys::path::parent_path(executable)));
  llvm::sys::path::append(installed, "share", "enigmac", "pyfront");
  if (llvm::sys::fs::is_directory(installed))
    return installed.str().str();
  return ENIGMA_PYFRONT_BUILD;
}

/// Starts the interpreter without `site`: it costs half of the start-up, and
/// the module runner imports it when a module asks for something that is not in
/// the standard library.
static llvm::Error startPython() {
  if (Py_IsInitialized())
    return llvm::Error::success();
  PyPreConfig preConfig;
  PyPreConfig_InitPythonConfig(&preConfig);
  preConfig.utf8_mode = 1;
  PyStatus status = Py_PreInitialize(&preConfig);
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.site_import = 0;
  config.parse_argv = 0;
  config.install_signal_handlers = 0;
  // A person who breaks off a compilation must not find half-written caches;
  // reading them is enough.
  config.write_bytecode = 0;
  if (!PyStatus_Exception(status))
    status =
        PyConfig_SetBytesString(&config, &config.program_name, ENIGMA_PYTHON);
  if (!PyStatus_Exception(status))
    status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status))
    return llvm::createStringError(
        "cannot start Python (" ENIGMA_PYTHON "): %s",
        status.err_msg ? status.err_msg : "unknown reason");
  return llvm::Error::success();
}

/// The pending Python exception as text; pyfront reports the user's mistakes
/// itself, so this is ours.
static llvm::Error pythonError(const char *what) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  Object ownType(type), ownValue(value), ownTraceback(traceback);
  Object text(value ? PyObject_Str(value) : nullptr);
  const char *message = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  PyErr_Clear();
  return llvm::createStringError("%s: %s", what,
                                 message ? message : "unknown Python error");
}

namespace {

/// While it lives, what is written to standard output goes to standard error,
/// also by the processes that a module starts: standard output may be an
/// artifact.
class QuietOutput {
public:
  QuietOutput() : saved(dup(STDOUT_FILENO)) {
    if (saved >= 0)
      dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  ~QuietOutput() {
    if (saved < 0)
      return;
    std::fflush(stdout); // by extension modules
    dup2(saved, STDOUT_FILENO);
    close(saved);
  }

private:
  int saved;
};

} // namespace

static Object stringList(llvm::ArrayRef<std::string> strings) {
  Object list(PyList_New(strings.size()));
  for (size_t i = 0; list && i < strings.size(); ++i)
    PyList_SET_ITEM(
        list.get(), i,
        PyUnicode_DecodeFSDefaultAndSize(strings[i].data(), strings[i].size()));
  return list;
}

llvm::Expected<std::string> enigma::runFrontend(const FrontendRequest &request,
                                                FrontendTimes &times) {
  uint64_t start = now();
  if (llvm::Error error = startPython())
    return error;
  std::string folder = findPackageFolder();
  Object entry(PyUnicode_DecodeFSDefaultAndSize(folder.data(), folder.size()));
  PyObject *path = PySys_GetObject("path"); // borrowed
  if (!entry || !path || PyList_Insert(path, 0, entry.get()) != 0)
    return pythonError("cannot set sys.path");
  Object runner(PyImport_ImportModule("enigma.module_runner"));
  if (!runner)
    return pythonError("cannot import the enigma package");
  times.pythonStart = now() - start;

  start = now();
  Object defines(PyDict_New());
  for (const auto &[name, value] : request.defines) {
    Object text(PyUnicode_DecodeFSDefaultAndSize(value.data(), value.size()));
    if (!text || PyDict_SetItemString(defines.get(), name.c_str(), text.get()))
      return pythonError("cannot pass -D");
  }
  Object kernels = stringList(request.kernels);
  Object modulePath(PyUnicode_DecodeFSDefaultAndSize(request.path.data(),
                                                     request.path.size()));
  if (!defines || !kernels || !modulePath)
    return pythonError("cannot pass the arguments");
  QuietOutput quiet;
  Object answer(PyObject_CallMethod(runner.get(), "run_module", "OOO",
                                    modulePath.get(), defines.get(),
                                    kernels.get()));
  if (!answer)
    return pythonError("the module runner failed");
  Py_ssize_t size = 0;
  const char *text = PyUnicode_AsUTF8AndSize(answer.get(), &size);
  if (!text)
    return pythonError("the module runner's answer is no text");
  times.trace = now() - start;
  return std::string(text, size);
}
