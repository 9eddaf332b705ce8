// enigma-translate --check-air: what Apple's readers would not accept in an AIR
// file, a metallib or raw bitcode.
#include "AIRTranslations.h"
#include "enigma/air/Check.h"
#include "enigma/metallib/Library.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace enigma;

/// Names come from the file, which may be damaged.
static void print(raw_ostream &os, StringRef module,
                  ArrayRef<air::Complaint> complaints) {
  for (const air::Complaint &complaint : complaints) {
    if (!module.empty())
      os.write_escaped(module) << ": ";
    os.write_escaped(complaint.path) << ": ";
    os.write_escaped(complaint.message) << '\n';
  }
}

/// One line per complaint; failure when there are any.
static mlir::LogicalResult checkAIR(StringRef contents, raw_ostream &os) {
  ArrayRef<uint8_t> bytes = arrayRefFromStringRef(contents);
  if (!contents.starts_with("MTLB")) {
    std::vector<air::Complaint> complaints = air::checkBitcode(bytes);
    print(os, "", complaints);
    return mlir::success(complaints.empty());
  }
  Expected<metallib::Library> library = metallib::readLibrary(bytes);
  if (!library) {
    os << toString(library.takeError()) << '\n';
    return mlir::failure();
  }
  bool isClean = true;
  for (const metallib::Function &function : library->functions) {
    std::vector<air::Complaint> complaints = air::checkBitcode(
        function.module, air::StatedVersions{function.air, function.msl});
    if (function.hash != function.computeHash())
      complaints.push_back({"HASH", "is not that of the module"});
    print(os, function.name, complaints);
    isClean &= complaints.empty();
  }
  return mlir::success(isClean);
}

void enigma::registerCheckTranslation() {
  mlir::TranslateRegistration registration(
      "check-air",
      "say what Apple's readers would not accept in an AIR file, a metallib or "
      "raw bitcode",
      [](const std::shared_ptr<SourceMgr> &sources, raw_ostream &os,
         mlir::MLIRContext *) {
        auto buffer = sources->getMemoryBuffer(sources->getMainFileID());
        return checkAIR(buffer->getBuffer(), os);
      });
}
