// Runs a session and reports.
#include "Session.h"
#include "Failure.h"
#include "Npy.h"
#include "Values.h"
#include "Vectors.h"
#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace enigma;
using namespace enigma::run;

static void bindBuffers(Session &session) {
  for (Step &step : session.steps) {
    step.dispatch.buffers.clear();
    for (const auto &[location, name] : step.bindings)
      step.dispatch.buffers.push_back(
          {location, session.buffers.at(name).bytes});
  }
}

static void printTimes(std::vector<double> &times) {
  std::sort(times.begin(), times.end());
  std::printf("%-8s %12s %12s %12s\n", "runs", "min us", "median us", "max us");
  std::printf("%-8zu %12.1f %12.1f %12.1f\n", times.size(), times.front(),
              times[times.size() / 2], times.back());
}

static void printBuffer(const Session &session, const std::string &request) {
  size_t colon = request.rfind(':');
  std::string name = request.substr(0, colon);
  auto found = session.buffers.find(name);
  if (found == session.buffers.end())
    throw Failure{Status::WrongInput,
                  "--print: there is no buffer '" + name + "'"};
  const Buffer &buffer = found->second;
  if (!buffer.type)
    throw Failure{Status::WrongInput,
                  "--print: buffer '" + name + "' holds raw bytes"};
  uint64_t count = buffer.bytes.size() / buffer.type->bytes();
  if (colon != std::string::npos)
    count = std::min(count,
                     parseCount(request.substr(colon + 1), "--print " + name));
  std::printf("%s: %s\n", name.c_str(),
              formatElements(buffer.bytes, *buffer.type, count).c_str());
}

static void writeOutput(const Session &session, const Output &output) {
  const Buffer &buffer = session.buffers.at(output.buffer);
  if (buffer.bytes.size() % output.type.bytes())
    throw Failure{Status::WrongInput, "--out " + output.buffer + ": " +
                                          std::to_string(buffer.bytes.size()) +
                                          " bytes are not a whole number of " +
                                          elementName(output.type)};
  std::vector<uint64_t> shape = buffer.shape;
  if (buffer.type != output.type || shape.empty())
    shape = {buffer.bytes.size() / output.type.bytes()};
  if (output.type.width > 1)
    shape.push_back(output.type.width);
  writeNpy(output.path, output.type.dtype, shape,
           packComponents(buffer.bytes, output.type));
}

void run::runSession(Session &session, const Options &options) {
  for (const std::string &request : options.print)
    if (!session.buffers.contains(request.substr(0, request.rfind(':'))))
      throw Failure{Status::WrongInput,
                    "--print: there is no buffer '" +
                        request.substr(0, request.rfind(':')) + "'"};
  const std::map<std::string, Buffer> initial = session.buffers;
  std::vector<double> times;
  for (uint32_t i = 0; i < options.repeat; ++i) {
    if (i)
      session.buffers = initial;
    bindBuffers(session);
    auto start = std::chrono::steady_clock::now();
    for (Step &step : session.steps)
      orFail(step.kernel->dispatch(step.dispatch));
    std::chrono::duration<double, std::micro> time =
        std::chrono::steady_clock::now() - start;
    times.push_back(time.count());
  }
  for (const Output &output : session.outputs)
    writeOutput(session, output);
  for (const std::string &request : options.print)
    printBuffer(session, request);
  if (options.time)
    printTimes(times);
}
