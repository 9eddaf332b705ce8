// Function constants against Apple's own module of the same construct, and in
// the module of a `.air` file.
#include "AppleLibraries.h"
#include "enigma/air/BitcodeWriter.h"
#include "enigma/air/Lowering.h"
#include "enigma/air/ObjectModule.h"
#include "enigma/metallib/Library.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <set>

using namespace enigma;

/// constants.metal of Apple's libraries, and a second kernel.
static constexpr llvm::StringLiteral source = R"(
module @constants {
  enigma.function_constant @foo index 0 : f32
  enigma.function_constant @bar index 2 : f32
  enigma.function_constant @n index 7 : ui32 default 8
  enigma.kernel @vadd(%a: !enigma.buffer<f32, device, read>, %b: !enigma.buffer<f32, device, read>,
                      %c: !enigma.buffer<f32, device, write>) {
    %i = enigma.thread_position_in_grid x
    %at = arith.index_castui %i : i32 to index
    %foo = enigma.get_function_constant @foo : f32
    %bar = enigma.get_function_constant @bar : f32
    %a_value = enigma.load %a[%at] : !enigma.buffer<f32, device, read>
    %b_value = enigma.load %b[%at] : !enigma.buffer<f32, device, read>
    %0 = arith.mulf %foo, %a_value : f32
    %1 = arith.addf %0, %b_value : f32
    %2 = arith.addf %1, %bar : f32
    enigma.store %2, %c[%at] : !enigma.buffer<f32, device, write>
    enigma.return
  }
  enigma.kernel @second(%c: !enigma.buffer<ui32, device, write>) {
    %zero = arith.constant 0 : index
    %n = enigma.get_function_constant @n : ui32
    %bar = enigma.get_function_constant @bar : f32
    %whole = arith.fptoui %bar : f32 to i32
    %sum = arith.addi %n, %whole : i32
    enigma.store %sum, %c[%zero] : !enigma.buffer<ui32, device, write>
    enigma.return
  }
}
)";

namespace {
struct Source {
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Source() {
    context.loadDialect<EnigmaDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
    REQUIRE(module);
  }
  std::unique_ptr<llvm::Module> lower(llvm::StringRef kernel,
                                      const Target &target,
                                      llvm::LLVMContext &llvmContext) {
    auto op = module->lookupSymbol<KernelOp>(kernel);
    auto lowered = air::lowerKernelToAIR(op, target, {}, llvmContext);
    REQUIRE(mlir::succeeded(lowered));
    return std::move(*lowered);
  }
};
} // namespace

static std::unique_ptr<llvm::Module> read(llvm::LLVMContext &context,
                                          llvm::ArrayRef<uint8_t> bytes) {
  auto module = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(llvm::toStringRef(bytes), "module"), context);
  REQUIRE(bool(module));
  return std::move(*module);
}

template <typename Printable> static std::string print(const Printable &what) {
  std::string text;
  llvm::raw_string_ostream os(text);
  what.print(os);
  return text;
}

static std::set<std::string> globals(const llvm::Module &module) {
  std::set<std::string> texts;
  for (const llvm::GlobalVariable &global : module.globals())
    texts.insert(print(global));
  return texts;
}

/// The initialiser's instructions without TBAA, which is a hint of Apple's.
static std::vector<std::string> initialiser(llvm::Module &module) {
  std::vector<std::string> lines;
  for (llvm::Function &function : module) {
    if (function.getSection() != "air.static_init")
      continue;
    lines.push_back(function.getName().str());
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
      instruction.dropUnknownNonDebugMetadata();
      lines.push_back(print(instruction));
    }
  }
  return lines;
}

static std::vector<std::string> nodes(const llvm::Module &module) {
  std::vector<std::string> texts;
  if (const llvm::NamedMDNode *list =
          module.getNamedMetadata("air.function_constants"))
    for (const llvm::MDNode *node : list->operands()) {
      std::string text;
      for (const llvm::MDOperand &operand : node->operands())
        text += print(*operand) + "; ";
      texts.push_back(text);
    }
  return texts;
}

static std::string attributesOf(const llvm::Module &module) {
  for (const llvm::Function &function : module)
    if (function.getSection() == "air.static_init")
      return function.getAttributes().getFnAttrs().getAsString();
  return "";
}

TEST_CASE("function constants are as in Apple's modules") {
  unsigned compared = 0;
  for (const std::string &path : appleLibraries()) {
    llvm::StringRef stem = llvm::StringRef(path).rsplit('/').second;
    // Of macOS 11 and 12 there is no row in the table.
    if (!stem.consume_front("constants.") || stem.starts_with("11.") ||
        stem.starts_with("12."))
      continue;
    INFO(path);
    std::string version = stem.split('.').first.str();
    const Target &target = *findTarget("macos" + version);
    auto library = metallib::readLibrary(readFile(path));
    REQUIRE(bool(library));
    llvm::LLVMContext ours, theirs, lowered;
    auto apple = read(theirs, library->functions.at(0).module);
    Source kernels;
    auto module = kernels.lower("vadd", target, lowered);
    auto bytes = air::emitAIR(*module, target, air::ModuleForm::LibraryModule);
    REQUIRE(bool(bytes));
    auto back = read(ours, *bytes);
    CHECK(globals(*back) == globals(*apple));
    CHECK(initialiser(*back) == initialiser(*apple));
    CHECK(nodes(*back) == nodes(*apple));
    // LLVM's reader fills in what Apple's older compiler left out.
    if (version != "13")
      CHECK(attributesOf(*back) == attributesOf(*apple));
    ++compared;
  }
  if (compared)
    CHECK(compared == 4);
}

TEST_CASE("a .air file has each function constant once") {
  for (const char *name : {"macos13", "macos26"}) {
    const Target &target = *findTarget(name);
    llvm::LLVMContext lowered, context;
    Source source;
    std::vector<std::unique_ptr<llvm::Module>> modules;
    modules.push_back(source.lower("vadd", target, lowered));
    modules.push_back(source.lower("second", target, lowered));
    auto object = air::linkObjectModule(
        modules, "constants.py", air::readFunctionConstants(*source.module),
        "constants");
    REQUIRE(object);
    auto bytes = air::emitAIR(*object, target, air::ModuleForm::Object);
    REQUIRE(bool(bytes));
    auto back = read(context, *bytes);
    // Three variables, three initialisers, and the list of constructors.
    CHECK(globals(*back).size() == 7);
    CHECK(initialiser(*back).size() == 1 + 2 + 2 + 4 + 1);
    // Without "required", which a library alone has.
    CHECK(nodes(*back) ==
          std::vector<std::string>{
              "ptr addrspace(2) @_Z3foo.MTL_FC_INIT_0_f; !\"float\"; !\"foo\"; "
              "i32 0; ",
              "ptr addrspace(2) @_Z3bar.MTL_FC_INIT_2_f; !\"float\"; !\"bar\"; "
              "i32 2; ",
              "ptr addrspace(2) @_Z1n.MTL_FC_INIT_7_j; !\"uint\"; !\"n\"; i32 "
              "7; "});
    for (const char *kernel : {"vadd", "second"})
      CHECK(back->getFunction(kernel));
    for (const llvm::GlobalVariable &global : back->globals())
      CHECK((global.hasInternalLinkage() || global.hasAppendingLinkage()));
  }
}
