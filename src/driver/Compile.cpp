// Runs the jobs of a command line: one in this process, several in processes of
// their own.
#include "enigma/driver/Compile.h"
#include "Job.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
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
};

} // namespace

/// Two inputs of one stem would write the same files.
static bool haveDistinctStems(const CompileOptions &options) {
  llvm::StringMap<std::string> seen;
  for (const std::string &input : options.inputs) {
    llvm::StringRef stem = llvm::sys::path::filename(input).split('.').first;
    auto [it, fresh] = seen.try_emplace(stem, input);
    if (fresh)
      continue;
    llvm::errs() << "enigmac: error: '" << it->second << "' and '" << input
                 << "' would write the same artifacts\n";
    return false;
  }
  return true;
}

static int runJob(const CompileOptions &options, const std::string &input) {
  return Job(options, input).run();
}

/// Forks before anything is started, so that every module gets an interpreter
/// and a context of its own and `-j 1` and `-j 8` do the same work.
static bool startWorker(const CompileOptions &options, const std::string &input,
                        Worker &worker) {
  worker.out = tmpfile();
  worker.err = tmpfile();
  if (!worker.out || !worker.err)
    return false;
  worker.process = fork();
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
    if (worker.process == process)
      worker.status = WIFEXITED(status) ? WEXITSTATUS(status) : InternalError;
}

static int compileInParallel(const CompileOptions &options) {
  std::vector<Worker> workers(options.inputs.size());
  size_t next = 0, running = 0;
  bool started = true;
  while (next < workers.size() || running) {
    if (started && next < workers.size() && running < options.jobs) {
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
      collect(workers, process, status);
      --running;
    }
  }
  int result = started ? Done : WrongEnvironment;
  for (Worker &worker : workers) {
    if (worker.process <= 0)
      continue;
    replay(worker.out, llvm::outs());
    replay(worker.err, llvm::errs());
    if (result == Done)
      result = worker.status;
  }
  return result;
}

int enigma::driver::compile(const CompileOptions &options) {
  if (!haveDistinctStems(options))
    return WrongCommandLine;
  if (options.inputs.size() == 1)
    return runJob(options, options.inputs.front());
  return compileInParallel(options);
}
