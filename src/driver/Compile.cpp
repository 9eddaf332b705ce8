// Runs the jobs of a command line: one in this process, several in processes of
// their own.
#include "enigma/driver/Compile.h"
#include "FileJob.h"
#include "llvm/ADT/StringMap.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

using namespace enigma;
using namespace enigma::driver;

namespace {

/// A child process that compiles one input; what it prints is kept until its
/// turn comes.
struct Worker {
  pid_t process = -1;
  FILE *out = nullptr;
  FILE *err = nullptr;
  FILE *diagnostics = nullptr;
  int status = -1;
  /// The signal that ended it, or 0.
  int signal = 0;
};

/// The children that run now, for the signal handler; 0 is a free place.
constexpr size_t mostJobs = 1024;
volatile pid_t runningProcesses[mostJobs];

constexpr int endingSignals[] = {SIGHUP, SIGINT, SIGTERM};

} // namespace

/// Two inputs of one stem would write the same files.
static bool haveDistinctStems(const CompileOptions &options,
                              DiagnosticList &diagnostics) {
  llvm::StringMap<std::string> seen;
  for (const std::string &input : options.inputs) {
    auto [it, fresh] = seen.try_emplace(stemOf(input), input);
    if (fresh)
      continue;
    diagnostics.add(diag::E0707{.first = it->second, .second = input});
    return false;
  }
  return true;
}

static int runJob(const CompileOptions &options, const std::string &input,
                  DiagnosticList &diagnostics) {
  return FileJob(options, input, diagnostics).run();
}

/// Ends the children first, so that nothing is written any more when this
/// process has gone. Calls only what a signal handler may.
static void endChildren(int signal) {
  for (volatile pid_t &process : runningProcesses)
    if (process > 0)
      kill(process, signal);
  for (volatile pid_t &process : runningProcesses)
    if (process > 0)
      waitpid(process, nullptr, 0);
  std::signal(signal, SIG_DFL);
  raise(signal);
}

static void replaceRunning(pid_t before, pid_t after) {
  for (volatile pid_t &process : runningProcesses)
    if (process == before) {
      process = after;
      return;
    }
}

/// Forks before anything is started, so that every module gets an interpreter
/// and a context of its own and `-j 1` and `-j 8` do the same work.
static bool startWorker(const CompileOptions &options, const std::string &input,
                        Worker &worker) {
  worker.out = tmpfile();
  worker.err = tmpfile();
  worker.diagnostics = tmpfile();
  if (!worker.out || !worker.err || !worker.diagnostics)
    return false;
  // A signal between the fork and the entry in the list must wait.
  sigset_t blocked, before;
  sigemptyset(&blocked);
  for (int signal : endingSignals)
    sigaddset(&blocked, signal);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  worker.process = fork();
  if (worker.process > 0)
    replaceRunning(0, worker.process);
  if (worker.process == 0)
    for (int signal : endingSignals)
      std::signal(signal, SIG_DFL);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (worker.process != 0)
    return worker.process > 0;
  dup2(fileno(worker.out), STDOUT_FILENO);
  dup2(fileno(worker.err), STDERR_FILENO);
  DiagnosticList diagnostics(options.diagnostics);
  int status = runJob(options, input, diagnostics);
  llvm::raw_fd_ostream sent(fileno(worker.diagnostics), /*shouldClose=*/false);
  diagnostics.send(sent);
  sent.flush();
  llvm::outs().flush();
  llvm::errs().flush();
  fflush(nullptr);
  _exit(status);
}

static void replay(FILE *from, llvm::raw_ostream &to) {
  char buffer[1 << 16];
  rewind(from);
  while (size_t size = fread(buffer, 1, sizeof buffer, from))
    to.write(buffer, size);
  fclose(from);
  to.flush();
}

static std::string contentsOf(FILE *from) {
  std::string text;
  llvm::raw_string_ostream os(text);
  replay(from, os);
  return text;
}

static void collect(llvm::MutableArrayRef<Worker> workers, pid_t process,
                    int status) {
  for (Worker &worker : workers)
    if (worker.process == process) {
      worker.status = WIFEXITED(status) ? WEXITSTATUS(status) : InternalError;
      worker.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
}

static int compileInParallel(const CompileOptions &options,
                             DiagnosticList &diagnostics) {
  std::vector<Worker> workers(options.inputs.size());
  size_t next = 0, running = 0;
  bool started = true;
  for (int signal : endingSignals)
    std::signal(signal, endChildren);
  while (next < workers.size() || running) {
    if (started && next < workers.size() &&
        running < std::min<size_t>(options.jobs, mostJobs)) {
      started = startWorker(options, options.inputs[next], workers[next]);
      if (started) {
        ++next, ++running;
        continue;
      }
      diagnostics.add(
          diag::E0716{.what = "a process", .reason = std::strerror(errno)});
      next = workers.size();
    }
    if (!running)
      break;
    int status;
    pid_t process = waitpid(-1, &status, 0);
    if (process < 0 && errno != EINTR)
      return InternalError;
    if (process > 0) {
      replaceRunning(process, 0);
      collect(workers, process, status);
      --running;
    }
  }
  int result = started ? Done : WrongEnvironment;
  for (auto [worker, input] : llvm::zip_equal(workers, options.inputs)) {
    if (worker.process <= 0)
      continue;
    replay(worker.out, llvm::outs());
    replay(worker.err, llvm::errs());
    diagnostics.receive(contentsOf(worker.diagnostics));
    if (worker.signal)
      diagnostics.add(diag::E0719{.what = "the process that compiled '" +
                                          input + "' was ended by signal " +
                                          std::to_string(worker.signal) + " (" +
                                          strsignal(worker.signal) + ")",
                                  .material = "with that file"});
    if (result == Done)
      result = worker.status;
  }
  return result;
}

static int compileAll(const CompileOptions &options,
                      DiagnosticList &diagnostics) {
  // -Werror may have made an error of a warning about the command line.
  if (diagnostics.hasErrors() || !haveDistinctStems(options, diagnostics))
    return WrongCommandLine;
  return options.inputs.size() == 1
             ? runJob(options, options.inputs.front(), diagnostics)
             : compileInParallel(options, diagnostics);
}

int enigma::driver::compile(const CompileOptions &options) {
  DiagnosticList diagnostics(options.diagnostics);
  for (const diag::Message &warning : options.commandLineWarnings)
    diagnostics.add(diagnosticOf(warning));
  int status = compileAll(options, diagnostics);
  // LLVM ends the process when a stream's error is left to its destructor.
  llvm::outs().flush();
  if (std::error_code code = llvm::outs().error()) {
    diagnostics.add(diag::E0713{.problem = "cannot write to standard output: " +
                                           code.message()});
    llvm::outs().clear_error();
    status = WrongEnvironment;
  }
  diagnostics.flush(llvm::errs());
  return status;
}
