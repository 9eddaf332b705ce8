// AIR and metallib by Apple's own tools.
#include "Job.h"
#include "enigma/xcrun/Xcrun.h"

using namespace enigma;
using namespace enigma::driver;

ExitStatus Job::chooseToolchain() {
  if (options.toolchain == Toolchain::Native)
    return Done;
  bool found = xcrun::findXcrun().has_value();
  if (!found && options.toolchain == Toolchain::Xcrun)
    return fail(WrongEnvironment, diag::E0714{});
  usesXcrun = found;
  return Done;
}

ExitStatus Job::emitWithXcrun(TargetOutputs &result) {
  PhaseTimes::Scope scope(times, "xcrun");
  if (options.dumpLLVM || wants(Artifact::Llvm))
    return fail(
        WrongCommandLine,
        diag::E0706{.option = options.dumpLLVM ? "--dump-llvm" : "--emit llvm",
                    .problem = "needs --toolchain native"});
  std::optional<std::string> tool = xcrun::findXcrun();
  if (!tool)
    return fail(WrongEnvironment, diag::E0714{});
  auto made = xcrun::compile(*tool, result.metal, *result.target,
                             options.fastMath, options.level);
  if (!made)
    return fail(WrongEnvironment,
                diag::E0715{.problem = llvm::toString(made.takeError())});
  result.air = std::move(made->air);
  result.metallib = std::move(made->metallib);
  if (!made->warnings.empty())
    diagnostics.add(diag::W0201{.output = made->warnings});
  return Done;
}
