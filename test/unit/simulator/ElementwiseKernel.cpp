// Kernels that apply one intrinsic to arrays.
#include "ElementwiseKernel.h"

using namespace enigma::simulator;

std::unique_ptr<Kernel>
test::elementwise(const std::string &name, const std::string &resultType,
                  const std::vector<std::string> &operandTypes,
                  const std::string &constants) {
  bool isBool = resultType == "i1";
  std::string stored = isBool ? "i8" : resultType;
  std::string parameters = "ptr addrspace(1) %out", types, loads, operands;
  std::vector<std::string> kinds = {"device 0"};
  for (size_t i = 0; i < operandTypes.size(); ++i) {
    std::string n = std::to_string(i), type = operandTypes[i];
    std::string memory = type == "i1" ? "i8" : type;
    parameters += ", ptr addrspace(1) %in" + n;
    types += (i ? ", " : "") + type;
    loads += "  %p" + n + " = getelementptr " + memory +
             ", ptr addrspace(1) %in" + n + ", i64 %i\n  %m" + n + " = load " +
             memory + ", ptr addrspace(1) %p" + n + "\n";
    loads += type == "i1" ? "  %x" + n + " = trunc i8 %m" + n + " to i1\n"
                          : "  %x" + n + " = freeze " + type + " %m" + n + "\n";
    operands += (i ? ", " : "") + type + " %x" + n;
    kinds.push_back("device " + std::to_string(i + 1));
  }
  for (size_t at = 0; at < constants.size();) {
    size_t comma = std::min(constants.find(',', at), constants.size());
    std::string constant = constants.substr(at, comma - at);
    types +=
        (types.empty() ? "" : ", ") + constant.substr(0, constant.find(' '));
    operands += (operands.empty() ? "" : ", ") + constant;
    at = comma + 1;
  }
  kinds.push_back("thread_position_in_grid");
  std::string widened = isBool ? "  %s = zext i1 %r to i8\n"
                               : "  %s = freeze " + stored + " %r\n";
  return load(
      airModule("declare " + resultType + " @" + name + "(" + types + ")\n" +
                    "define void @k(" + parameters + ", i32 %tid) {\n" +
                    "  %i = zext i32 %tid to i64\n" + loads + "  %r = call " +
                    resultType + " @" + name + "(" + operands + ")\n" +
                    widened + "  %po = getelementptr " + stored +
                    ", ptr addrspace(1) %out, i64 %i\n" + "  store " + stored +
                    " %s, ptr addrspace(1) %po\n  ret void\n}",
                kinds));
}
