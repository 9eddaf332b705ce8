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

/// What Apple's compiler says of a line of Metal, at the Python it comes from.
std::vector<Diagnostic>
Job::fromApple(llvm::ArrayRef<xcrun::Complaint> complaints,
               const TargetOutputs &made) const {
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(made.metal).split(lines, '\n');
  std::vector<Diagnostic> list;
  for (const xcrun::Complaint &complaint : complaints) {
    bool isKnown = complaint.line && complaint.line <= lines.size();
    std::optional<SourceRange> range;
    if (isKnown && complaint.line <= made.metalPlaces.size())
      if (std::optional<mlir::Location> place =
              made.metalPlaces[complaint.line - 1])
        range = rangeOf(*place);
    if (complaint.kind == xcrun::Complaint::Note) {
      if (!list.empty())
        list.back().notes.push_back({complaint.message, range});
      continue;
    }
    Diagnostic diagnostic =
        diagnosticOf(complaint.kind == xcrun::Complaint::Error
                         ? diag::E0601{.problem = complaint.message}.message()
                         : diag::W0201{.output = complaint.message}.message(),
                     range);
    if (isKnown)
      diagnostic.notes.push_back(
          {(fileName(Artifact::Metal, *made.target) + ":" +
            llvm::Twine(complaint.line) + ":" + llvm::Twine(complaint.column) +
            ": " + lines[complaint.line - 1].trim())
               .str(),
           std::nullopt});
    list.push_back(std::move(diagnostic));
  }
  return list;
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
  auto made =
      xcrun::compile(*tool, result.metal, *result.target,
                     {options.fastMath, options.level, options.debugInfo});
  if (!made)
    return fail(WrongEnvironment,
                diag::E0715{.problem = llvm::toString(made.takeError())});
  for (Diagnostic &complaint : fromApple(made->complaints, result))
    diagnostics.add(std::move(complaint));
  if (made->air.empty())
    return WrongInput;
  result.air = std::move(made->air);
  result.metallib = std::move(made->metallib);
  llvm::StringRef remarks = llvm::StringRef(made->remarks).trim();
  if (!remarks.empty())
    diagnostics.add(diag::W0201{.output = remarks.str()});
  return Done;
}
