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

/// What Apple's compiler says of a line of Metal, at the Python it comes from.
std::vector<Diagnostic>
Job::fromApple(llvm::ArrayRef<xcrun::Complaint> complaints,
               const TargetOutputs &made) const {
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(made.metal).split(lines, '\n');
  std::vector<Diagnostic> list;
  for (const xcrun::Complaint &complaint : complaints) {
    Diagnostic diagnostic;
    bool isKnown = complaint.line && complaint.line <= lines.size();
    if (isKnown && complaint.line <= made.metalPlaces.size())
      if (std::optional<mlir::Location> place =
              made.metalPlaces[complaint.line - 1])
        diagnostic = diagnosticAt(*place);
    if (complaint.kind == xcrun::Complaint::Note) {
      if (!list.empty())
        list.back().notes.push_back({complaint.message, diagnostic.range});
      continue;
    }
    bool isError = complaint.kind == xcrun::Complaint::Error;
    diagnostic.severity = isError ? Severity::Error : Severity::Warning;
    diagnostic.name = isError ? "" : "xcrun";
    diagnostic.message = "Apple's compiler: " + complaint.message;
    if (isKnown)
      diagnostic.notes.push_back(
          {(fileName(Artifact::Metal, *made.target) + ":" +
            llvm::Twine(complaint.line) + ":" + llvm::Twine(complaint.column) +
            ": " + lines[complaint.line - 1].trim())
               .str(),
           std::nullopt});
    if (isError)
      diagnostic.help = "--toolchain native does without Apple's compiler";
    list.push_back(std::move(diagnostic));
  }
  return list;
}

ExitStatus Job::emitWithXcrun(TargetOutputs &result) {
  PhaseTimes::Scope scope(times, "xcrun");
  if (options.dumpLLVM || wants(Artifact::Llvm))
    return fail(WrongCommandLine,
                "LLVM IR is made by the native toolchain only");
  std::optional<std::string> tool = xcrun::findXcrun();
  if (!tool)
    return fail(WrongEnvironment, "xcrun disappeared from PATH");
  auto made =
      xcrun::compile(*tool, result.metal, *result.target,
                     {options.fastMath, options.level, options.debugInfo});
  if (!made)
    return fail(WrongEnvironment, llvm::toString(made.takeError()));
  for (Diagnostic &complaint : fromApple(made->complaints, result))
    diagnostics.add(std::move(complaint));
  if (made->air.empty())
    return WrongInput;
  result.air = std::move(made->air);
  result.metallib = std::move(made->metallib);
  if (!llvm::StringRef(made->remarks).trim().empty()) {
    Diagnostic warning;
    warning.severity = Severity::Warning;
    warning.name = "xcrun";
    warning.message = "Apple's compiler printed:\n" + made->remarks;
    diagnostics.add(std::move(warning));
  }
  return Done;
}
