// Writes small AIR modules as text for the simulator's tests, and runs them.
#include "AirText.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <sstream>

using namespace enigma::simulator;

static std::string argumentNode(unsigned index, const std::string &parameter) {
  std::istringstream words(parameter);
  std::string kind, location, size;
  words >> kind >> location >> size;
  std::string head = "!{i32 " + std::to_string(index) + ", ";
  if (location.empty())
    return head + "!\"air." + kind +
           "\", !\"air.arg_type_name\", !\"uint\", !\"air.arg_name\", !\"p" +
           std::to_string(index) + "\"}";
  std::string space = kind == "device" ? "1" : kind == "constant" ? "2" : "3";
  std::string access = kind == "constant" ? "air.read" : "air.read_write";
  std::string bytes =
      size.empty() ? "" : "!\"air.buffer_size\", i32 " + size + ", ";
  return head + "!\"air.buffer\", " + bytes + "!\"air.location_index\", i32 " +
         location + ", i32 1, !\"" + access +
         "\", !\"air.address_space\", i32 " + space +
         ", !\"air.arg_type_size\", i32 4, !\"air.arg_type_align_size\", i32 "
         "4, "
         "!\"air.arg_type_name\", !\"float\", !\"air.arg_name\", !\"b" +
         std::to_string(index) + "\"}";
}

std::string test::airModule(const std::string &functions,
                            const std::vector<std::string> &parameters,
                            const std::string &extra) {
  std::string list, nodes;
  for (unsigned i = 0; i < parameters.size(); ++i) {
    list += (i ? ", !" : "!") + std::to_string(100 + i);
    nodes += "!" + std::to_string(100 + i) + " = " +
             argumentNode(i, parameters[i]) + "\n";
  }
  return "target triple = \"air64-apple-macosx14.0.0\"\n" + functions +
         "\n!air.kernel = !{!0}\n!0 = !{ptr @k, !1, !2}\n!1 = !{}\n!2 = !{" +
         list + "}\n" + nodes + extra;
}

static llvm::Expected<std::unique_ptr<Kernel>>
tryLoad(const std::string &text, llvm::ArrayRef<ConstantValue> constants) {
  auto context = std::make_unique<llvm::LLVMContext>();
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, *context);
  if (!module) {
    std::string problem;
    llvm::raw_string_ostream stream(problem);
    diagnostic.print("test", stream);
    FAIL(problem);
  }
  return Kernel::loadModule(std::move(context), std::move(module), "k",
                            constants);
}

std::string test::message(llvm::Error error) {
  return llvm::toString(std::move(error));
}

std::unique_ptr<Kernel> test::load(const std::string &text,
                                   llvm::ArrayRef<ConstantValue> constants) {
  auto kernel = tryLoad(text, constants);
  if (!kernel)
    FAIL(message(kernel.takeError()));
  return std::move(*kernel);
}

std::string test::loadError(const std::string &text,
                            llvm::ArrayRef<ConstantValue> constants) {
  auto kernel = tryLoad(text, constants);
  return kernel ? "" : message(kernel.takeError());
}

void test::run(const Kernel &kernel, uint32_t grid, uint32_t threadgroup,
               std::vector<BufferBinding> buffers) {
  Dispatch dispatch;
  dispatch.grid = {grid, 1, 1};
  dispatch.threadgroup = {threadgroup, 1, 1};
  dispatch.buffers.assign(buffers.begin(), buffers.end());
  if (llvm::Error error = kernel.dispatch(dispatch))
    FAIL(message(std::move(error)));
}
