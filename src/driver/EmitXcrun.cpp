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
    return fail(WrongEnvironment,
                "--toolchain xcrun: there is no xcrun on PATH; "
                "use --toolchain native");
  usesXcrun = found;
  return Done;
}

ExitStatus Job::emitWithXcrun(TargetOutputs &result) {
  PhaseTimes::Scope scope(times, "xcrun");
  if (options.dumpLLVM || wants(Artifact::Llvm))
    return fail(WrongCommandLine,
                "LLVM IR is made by the native toolchain only");
  std::optional<std::string> tool = xcrun::findXcrun();
  if (!tool)
    return fail(WrongEnvironment, "xcrun disappeared from PATH");
  auto made = xcrun::compile(*tool, result.metal, *result.target,
                             options.fastMath, options.level);
  if (!made)
    return fail(WrongEnvironment, llvm::toString(made.takeError()));
  result.air = std::move(made->air);
  result.metallib = std::move(made->metallib);
  if (!made->warnings.empty()) {
    Diagnostic warning;
    warning.severity = Severity::Warning;
    warning.name = "xcrun";
    warning.message = "Apple's compiler printed:\n" + made->warnings;
    diagnostics.add(std::move(warning));
  }
  return Done;
}
