// The readable form of a trace, for --dump-ir.
#include "enigma/trace/Trace.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace enigma;
using namespace enigma::trace;

namespace {

class Printer {
public:
  Printer(const Trace &trace, llvm::raw_ostream &os) : trace(trace), os(os) {}
  void print(const Kernel &kernel);

private:
  const Trace &trace;
  llvm::raw_ostream &os;

  /// One line of text with its source position in a column of its own.
  void line(unsigned depth, llvm::StringRef text, const Location *loc,
            llvm::ArrayRef<Call> callers = {}) {
    std::string indented = std::string(2 * depth, ' ') + text.str();
    os << indented;
    if (loc && loc->file < trace.files.size())
      os.indent(indented.size() < 72 ? 72 - indented.size() : 1)
          << " // " << trace.files[loc->file] << ':' << loc->line;
    for (const Call &call : callers)
      os << ", called at " << trace.files[call.loc.file] << ':'
         << call.loc.line;
    os << '\n';
  }

  std::string operation(const Op &op) const;
  void op(const Op &op, unsigned depth);
  void region(const Region &region, llvm::StringRef keyword, unsigned depth);
};

} // namespace

static std::string toString(const Constant &value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  std::visit(
      [&](auto constant) {
        if constexpr (std::is_same_v<decltype(constant), bool>)
          stream << (constant ? "true" : "false");
        else if constexpr (std::is_same_v<decltype(constant), double>)
          stream << llvm::format("%.9g", constant);
        else
          stream << constant;
      },
      value);
  return text;
}

/// A string as Python and JSON write it.
static std::string quoted(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream stream(result);
  stream << '"';
  llvm::printEscapedString(text, stream);
  stream << '"';
  return result;
}

/// `A[%i, %j]` from the operands of a memory op; `rank` indices follow the
/// buffer.
static std::string element(const Op &op, size_t rank) {
  return op.in[0] + "[" +
         llvm::join(llvm::ArrayRef(op.in).slice(1, rank), ", ") + "]";
}

/// `A[%offset] origin (%column, %row) elements_per_row %n` from the operands of
/// a matrix access.
static std::string tile(const Op &op) {
  return op.in[0] + "[" + op.in[2] + "] origin (" + op.in[3] + ", " + op.in[4] +
         ") elements_per_row " + op.in[1] +
         (op.transpose.value_or(false) ? " transpose" : "");
}

std::string Printer::operation(const Op &op) const {
  llvm::StringRef name = op.name();
  llvm::ArrayRef<std::string> in = op.in;
  if (name == "constant")
    return "constant " + ::toString(*op.value);
  if (name == "load")
    return "load " + element(op, in.size() - 1);
  if (name == "store")
    return "store " + in.back() + ", " + element(op, in.size() - 2);
  if (name == "load_if")
    return "load_if " + in[in.size() - 2] + ", " + element(op, in.size() - 3) +
           " else " + in.back();
  if (name == "store_if")
    return "store_if " + in.back() + ", " + in[in.size() - 2] + ", " +
           element(op, in.size() - 3);
  if (name.starts_with("atomic_")) {
    std::string values;
    for (const std::string &value : in.take_back(valueCount(op)))
      values += value + ", ";
    return (name + " " + op.order + " ").str() + values +
           element(op, indexCount(op));
  }
  if (name == "device_print")
    return "device_print " + quoted(*op.format) +
           (in.empty() ? "" : ", " + llvm::join(in, ", "));
  if (name == "device_assert")
    return "device_assert " + in[0] + ", " + quoted(*op.message);
  if (name == "simdgroup_matrix_load")
    return "simdgroup_matrix_load " + tile(op);
  if (name == "simdgroup_matrix_store")
    return "simdgroup_matrix_store " + in.back() + ", " + tile(op);
  std::string text = name.str();
  for (const std::string &attribute : {op.dim, op.memFlags})
    if (!attribute.empty())
      text += " " + attribute;
  if (!in.empty())
    text += " " + llvm::join(in, ", ");
  if (!op.lanes.empty()) {
    std::vector<std::string> lanes;
    for (int64_t lane : op.lanes)
      lanes.push_back(std::to_string(lane));
    text += " [" + llvm::join(lanes, ", ") + "]";
  }
  return text;
}

void Printer::region(const Region &region, llvm::StringRef keyword,
                     unsigned depth) {
  std::string head = keyword.str();
  if (!region.args.empty()) {
    std::vector<std::string> args;
    for (const Result &arg : region.args)
      args.push_back(arg.name + ": " + toString(arg.type));
    head += " (" + llvm::join(args, ", ") + ")";
  }
  line(depth, head, nullptr);
  for (const Op &inner : region.body)
    op(inner, depth + 1);
  if (!region.yield.empty())
    line(depth + 1, "yield " + llvm::join(region.yield, ", "), nullptr);
}

void Printer::op(const Op &op, unsigned depth) {
  std::string text;
  for (const Result &result : op.out)
    text += (text.empty() ? "" : ", ") + result.name;
  text += op.out.empty() ? "" : " = ";
  text += operation(op);
  for (auto [i, result] : llvm::enumerate(op.out))
    text += (i ? ", " : " : ") + toString(result.type);
  line(depth, text, &op.loc, op.callers);
  llvm::StringRef name = op.name();
  for (auto [i, inner] : llvm::enumerate(op.regions)) {
    if (name == "if" && i == 1 && inner.body.empty() && inner.yield.empty())
      continue;
    region(inner,
           name == "if"                ? (i ? "else" : "then")
           : name == "while" && i == 0 ? "condition"
                                       : "do",
           depth + 1);
  }
}

void Printer::print(const Kernel &kernel) {
  std::vector<std::string> params;
  for (const Param &param : kernel.params) {
    std::string text =
        param.name + ": " +
        (param.kind == ParamKind::Scalar ? "scalar<" : "buffer<") +
        toString(param.type);
    if (!param.shape.empty()) {
      text += ", ";
      for (auto [i, extent] : llvm::enumerate(param.shape))
        text += (i ? "x" : "") + std::to_string(extent);
    }
    params.push_back(text + ">");
  }
  line(0, "kernel " + kernel.name + "(" + llvm::join(params, ", ") + ")",
       &kernel.loc);
  for (const FunctionConstant &constant : kernel.functionConstants)
    line(1,
         "constant " + constant.name + " index " +
             std::to_string(constant.index) + " : " +
             std::string(dtypeRow(constant.dtype).name) +
             (constant.defaultValue ? " = " + ::toString(*constant.defaultValue)
                                    : ""),
         constant.loc ? &*constant.loc : nullptr);
  for (const Op &inner : kernel.body)
    op(inner, 1);
}

void trace::printTrace(const Trace &trace, llvm::raw_ostream &os) {
  Printer printer(trace, os);
  for (auto [i, kernel] : llvm::enumerate(trace.kernels)) {
    if (i)
      os << '\n';
    printer.print(kernel);
  }
}
