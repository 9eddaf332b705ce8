// The op table as the trace sees it, and the spelling of types.
#include "enigma/trace/Trace.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace enigma;
using namespace enigma::trace;

static constexpr OpRow rows[] = {
#define ENIGMA_TRACE_OP(NAME, SIGNATURE, KIND) {NAME, SIGNATURE, OpKind::KIND},
#include "TraceOps.inc"
#undef ENIGMA_TRACE_OP
};

llvm::ArrayRef<OpRow> trace::opTable() { return rows; }

const OpRow *trace::findOp(llvm::StringRef name) {
  static const llvm::StringMap<const OpRow *> byName = [] {
    llvm::StringMap<const OpRow *> map;
    for (const OpRow &row : rows)
      map.try_emplace(row.name, &row);
    return map;
  }();
  return byName.lookup(name);
}

std::string trace::toString(const Type &type) {
  std::string text(dtypeRow(type.dtype).name);
  if (type.width > 1)
    text += "x" + std::to_string(type.width);
  if (type.simdgroupMatrix)
    return "simdgroup_matrix<" + text + ",8x8>";
  if (!type.isMemory())
    return text;
  std::string shape;
  for (int64_t extent : type.shape)
    shape += (shape.empty() ? "" : "x") + std::to_string(extent);
  return (type.thread ? "thread<" : "threadgroup<") + text + "," + shape + ">";
}

/// "16x17" as extents; every one positive, their product within the limit.
static bool parseShape(llvm::StringRef text,
                       llvm::SmallVectorImpl<int64_t> &shape) {
  int64_t elements = 1;
  for (llvm::StringRef part : llvm::split(text, 'x')) {
    int64_t extent;
    if (part.empty() || !llvm::all_of(part, llvm::isDigit) ||
        part.getAsInteger(10, extent) || extent <= 0 ||
        extent > maxElements / elements)
      return false;
    elements *= extent;
    shape.push_back(extent);
  }
  return !shape.empty();
}

std::optional<Type> trace::parseType(llvm::StringRef text) {
  Type type;
  if (text.consume_front("simdgroup_matrix<")) {
    std::optional<DType> element;
    if (text.consume_back(",8x8>"))
      element = parseDType(text);
    if (!element || !isFloat(dtypeRow(*element).kind))
      return std::nullopt;
    type.dtype = *element;
    type.simdgroupMatrix = true;
    return type;
  }
  type.threadgroup = text.consume_front("threadgroup<");
  type.thread = !type.threadgroup && text.consume_front("thread<");
  if (type.isMemory()) {
    if (!text.consume_back(">"))
      return std::nullopt;
    llvm::StringRef shape;
    std::tie(text, shape) = text.split(',');
    if (!parseShape(shape, type.shape))
      return std::nullopt;
  }
  auto [scalar, width] = text.split('x');
  std::optional<DType> dtype = parseDType(scalar);
  if (!dtype)
    return std::nullopt;
  type.dtype = *dtype;
  if (scalar.size() == text.size())
    return type;
  if (width != "2" && width != "3" && width != "4")
    return std::nullopt;
  type.width = width[0] - '0';
  return type;
}

size_t trace::valueCount(const Op &op) {
  llvm::StringRef name = op.name();
  if (name == "load" || name == "atomic_load")
    return 0;
  bool isExchange = name.starts_with("atomic_compare_exchange");
  return name.ends_with("_if") || isExchange ? 2 : 1;
}

size_t trace::indexCount(const Op &op) {
  size_t others = 1 + valueCount(op);
  return op.in.size() > others ? op.in.size() - others : 0;
}
