// Function constants at file scope (MSL specification, section 5.8).
#include "FunctionConstants.h"
#include "Expression.h"
#include "Names.h"

using namespace mlir;

namespace enigma::msl {

static Expression literal(TypedAttr value, DType type) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return floatLiteral(number.getValue(), type);
  const llvm::APInt &number = cast<IntegerAttr>(value).getValue();
  if (type == DType::b1)
    return Expression::primary(number.isZero() ? "false" : "true", type);
  return typedLiteral(number.getZExtValue(), type);
}

FunctionConstants declareFunctionConstants(ModuleOp module) {
  llvm::StringSet<> used;
  module.walk([&](GetFunctionConstantOp op) { used.insert(op.getConstant()); });

  FunctionConstants result;
  Scopes names;
  names.enter();
  for (auto kernel : module.getOps<KernelOp>())
    names.reserve(kernel.getSymName());
  // The public names first: `n_value` may be a constant of its own.
  llvm::StringMap<std::string> declared;
  for (auto constant : module.getOps<FunctionConstantOp>())
    if (used.contains(constant.getSymName()))
      declared[constant.getSymName()] = names.declare(constant.getSymName());

  for (auto constant : module.getOps<FunctionConstantOp>()) {
    if (!used.contains(constant.getSymName()))
      continue;
    DType type = *scalarType(constant.getElementType());
    std::string prefix = ("constant " + metalName(type) + " ").str();
    const std::string &name = declared[constant.getSymName()];
    result.text += prefix + name + " [[function_constant(" +
                   std::to_string(constant.getIndex()) + ")]];\n";
    std::string &value = result.values[constant.getSymName()];
    value = name;
    TypedAttr otherwise = constant.getDefaultValueAttr();
    if (!otherwise)
      continue;
    value = names.declare(name + "_value");
    Expression given = Expression::primary(name, type);
    Expression choice =
        conditional(call("is_function_constant_defined", given, DType::b1),
                    given, literal(otherwise, type), type, type);
    result.text += prefix + value + " = " + choice.text + ";\n";
  }
  return result;
}

} // namespace enigma::msl
