// enigma-run: runs a manifest's kernels, or any metallib's, on the CPU device.
#include "Failure.h"
#include "Npy.h"
#include "Options.h"
#include "Session.h"
#include <cstdio>
#include <new>

using namespace enigma::run;

static void execute(const Options &options) {
  std::vector<uint8_t> file = readBytes(options.file);
  bool isMetallib =
      file.size() >= 4 && std::string(file.begin(), file.begin() + 4) == "MTLB";
  Session session =
      isMetallib ? openMetallib(options, file) : openManifest(options);
  runSession(session, options);
}

int main(int argc, char **argv) {
  try {
    Options options;
    if (std::optional<int> status = parseOptions(argc, argv, options))
      return *status;
    execute(options);
    return 0;
  } catch (const Failure &failure) {
    std::fprintf(stderr, "enigma-run: error: %s\n", failure.message.c_str());
    return static_cast<int>(failure.status);
  } catch (const std::bad_alloc &) {
    std::fputs(
        "enigma-run: error: there is not enough memory for the buffers\n",
        stderr);
    return static_cast<int>(Status::Environment);
  }
}
