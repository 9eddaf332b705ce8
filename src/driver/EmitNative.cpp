// AIR and metallib without Apple's tools, and the check of what was made.
#include "DescribeModule.h"
#include "Job.h"
#include "enigma/air/BitcodeWriter.h"
#include "enigma/air/Check.h"
#include "enigma/air/Effects.h"
#include "enigma/air/Legalize.h"
#include "enigma/air/Lowering.h"
#include "enigma/air/ObjectModule.h"
#include "enigma/metallib/Library.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Verifier.h"

using namespace enigma;
using namespace enigma::driver;

static std::string toString(const llvm::Module &module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os, nullptr);
  return text;
}

static std::string toString(llvm::ArrayRef<uint8_t> bytes) {
  return llvm::toStringRef(bytes).str();
}

/// As Apple's own modules of these systems; what is asked for and not given is
/// said.
void Job::warnWithoutLineTables(const Target &target) {
  if (target.dialect != BitcodeDialect::Old)
    return;
  diagnostics.add(diag::W0601{.target = std::string(target.name)});
}

ExitStatus Job::emitNative(TargetOutputs &made) {
  const Target &target = *made.target;
  std::vector<std::unique_ptr<llvm::Module>> modules;
  std::unique_ptr<llvm::Module> object;
  {
    PhaseTimes::Scope scope(times, "air");
    air::LoweringOptions lowering;
    lowering.optLevel = options.level;
    lowering.debugInfo = options.debugInfo;
    if (options.debugInfo)
      warnWithoutLineTables(target);
    bool complete = true;
    for (KernelOp kernel : module->getOps<KernelOp>()) {
      mlir::FailureOr<std::unique_ptr<llvm::Module>> lowered =
          air::lowerKernelToAIR(kernel, target, lowering, llvmContext);
      // Go on, so that every kernel's errors are reported.
      if (failed(lowered))
        complete = false;
      else
        modules.push_back(std::move(*lowered));
    }
    if (!complete)
      return diagnostics.hasErrors()
                 ? WrongInput
                 : internalError("a kernel could not be lowered");
    object = air::linkObjectModule(modules, sourceName(),
                                   air::readFunctionConstants(*module), stem);
    if (!object)
      return internalError("the kernels' modules do not link");
    if (options.dumpLLVM || wants(Artifact::Llvm))
      made.llvmText = toString(*object);
    if (options.dumpLLVM)
      dumps << made.llvmText;
  }
  metallib::Library library;
  library.header = metallib::Header::forTarget(target);
  {
    PhaseTimes::Scope scope(times, "bitcode");
    auto objectBytes = air::emitAIR(*object, target, air::ModuleForm::Object);
    if (!objectBytes)
      return internalError(llvm::toString(objectBytes.takeError()));
    made.air = toString(*objectBytes);
    size_t index = 0;
    for (KernelOp kernel : module->getOps<KernelOp>()) {
      auto bytes = air::emitAIR(*modules[index++], target);
      if (!bytes)
        return internalError(kernel.getSymName() + ": " +
                             llvm::toString(bytes.takeError()));
      metallib::Function function;
      function.name = kernel.getSymName().str();
      function.air = target.air;
      function.msl = target.msl;
      function.module = std::move(*bytes);
      for (const air::FunctionConstant &constant :
           air::readFunctionConstants(kernel))
        function.constants.push_back(
            {constant.name, dtypeRow(constant.dtype).mtlDataType,
             uint16_t(constant.index), !constant.defaultBits});
      if (options.debugInfo)
        if (auto place = findPlace(kernel.getLoc()))
          function.setDebugLocation(
              {place->getStartLine(), place->getFilename().getValue().str()});
      library.functions.push_back(std::move(function));
    }
  }
  {
    PhaseTimes::Scope scope(times, "metallib");
    auto bytes = metallib::writeLibrary(library);
    if (!bytes)
      return fail(WrongInput,
                  diag::E0727{.reason = llvm::toString(bytes.takeError())});
    made.metallib = toString(*bytes);
  }
  PhaseTimes::Scope scope(times, "check");
  return checkLibrary(made, modules);
}

/// Says with metadata of our own that only the CPU device can run it.
static bool isForCPUDevice(const llvm::Module &module) {
  return llvm::any_of(module.named_metadata(),
                      [](const llvm::NamedMDNode &node) {
                        return node.getName().starts_with("enigma.");
                      });
}

/// Opens the library again: right or refused, so a file that does not say what
/// the IR said is never written.
ExitStatus
Job::checkLibrary(const TargetOutputs &made,
                  llvm::ArrayRef<std::unique_ptr<llvm::Module>> modules) {
  auto library =
      metallib::readLibrary(llvm::arrayRefFromStringRef(made.metallib));
  if (!library)
    return internalError("the metallib does not read back: " +
                         llvm::toString(library.takeError()));
  if (library->functions.size() != modules.size())
    return internalError("the metallib has " +
                         llvm::Twine(library->functions.size()) + " of " +
                         llvm::Twine(modules.size()) + " kernels");
  for (auto [function, written] :
       llvm::zip_equal(library->functions, modules)) {
    if (function.hash != function.computeHash())
      return internalError(function.name + ": hash mismatch in the metallib");
    std::vector<air::Complaint> complaints = air::checkBitcode(
        function.module, air::StatedVersions{function.air, function.msl});
    if (!complaints.empty() && !isForCPUDevice(*written))
      return internalError(function.name +
                           ": Apple's readers would not take the bitcode: " +
                           complaints[0].path + ": " + complaints[0].message);
    llvm::LLVMContext readContext;
    auto buffer = llvm::MemoryBufferRef(llvm::toStringRef(function.module),
                                        function.name);
    auto read = llvm::parseBitcodeFile(buffer, readContext);
    if (!read)
      return internalError(function.name +
                           ": the bitcode does not read back: " +
                           llvm::toString(read.takeError()));
    if (llvm::verifyModule(**read))
      return internalError(function.name +
                           ": the bitcode reads back as an invalid module");
    if (!(air::countEffects(**read) == air::countEffects(*written)))
      return internalError(function.name +
                           ": the bitcode lost a store, atomic or barrier");
  }
  return Done;
}
