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

using namespace enigma::driver;

namespace {

/// A child process that compiles one input; what it prints is kept until its
/// turn comes.
struct Worker {
  pid_t process = -1;
  FILE *out = nullptr;
  FILE *err = nullptr;
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
static bool haveDistinctStems(const CompileOptions &options) {
  llvm::StringMap<std::string> seen;
  for (const std::string &input : options.inputs) {
    auto [it, fresh] = seen.try_emplace(stemOf(input), input);
    if (fresh)
      continue;
    llvm::errs() << "enigmac: error: '" << it->second << "' and '" << input
                 << "' would write the same artifacts\n";
    return false;
  }
  return true;
}

static int runJob(const CompileOptions &options, const std::string &input) {
  return FileJob(options, input).run();
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
  if (!worker.out || !worker.err)
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
  int status = runJob(options, input);
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

static void collect(llvm::MutableArrayRef<Worker> workers, pid_t process,
                    int status) {
  for (Worker &worker : workers)
    if (worker.process == process) {
      worker.status = WIFEXITED(status) ? WEXITSTATUS(status) : InternalError;
      worker.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
}

static int compileInParallel(const CompileOptions &options) {
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
      llvm::errs() << "enigmac: error: cannot start a process: "
                   << std::strerror(errno) << '\n';
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
    if (worker.signal)
      llvm::errs() << "enigmac: error: internal error: the process that "
                      "compiled '"
                   << input << "' was ended by signal " << worker.signal << " ("
                   << strsignal(worker.signal)
                   << "); please report it with that file\n";
    if (result == Done)
      result = worker.status;
  }
  return result;
}

int enigma::driver::compile(const CompileOptions &options) {
  if (!haveDistinctStems(options))
    return WrongCommandLine;
  int status = options.inputs.size() == 1
                   ? runJob(options, options.inputs.front())
                   : compileInParallel(options);
  // LLVM ends the process when a stream's error is left to its destructor.
  llvm::outs().flush();
  if (std::error_code code = llvm::outs().error()) {
    llvm::errs() << "enigmac: error: cannot write to standard output: "
                 << code.message() << '\n';
    llvm::outs().clear_error();
    return WrongEnvironment;
  }
  return status;
}
