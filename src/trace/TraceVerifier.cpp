// The checks on a trace that need its meaning: names, dominance, operand and
// result types.
#include "Signature.h"
#include "enigma/debugformat/DebugFormat.h"
#include "enigma/trace/Trace.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/LogicalResult.h"
#include <cmath>

using namespace enigma;
using namespace enigma::trace;
using llvm::failure;
using llvm::LogicalResult;
using llvm::StringRef;
using llvm::success;
using llvm::Twine;

namespace {

/// Verifies one kernel. Paths are built from the outside in, only when
/// something is wrong.
class KernelVerifier {
public:
  KernelVerifier(const Kernel &kernel, std::string &message)
      : kernel(kernel), message(message) {}

  LogicalResult verify();

private:
  const Kernel &kernel;
  std::string &message;
  llvm::StringMap<Type> values; ///< visible here
  llvm::StringSet<> everDefined;
  llvm::StringMap<const Param *> params;
  llvm::StringMap<const FunctionConstant *> constants;
  llvm::StringSet<> zeros; ///< integer constants that are 0
  bool topLevel = true;

  /// Writes `what` at `path` relative to the op at hand.
  LogicalResult fail(const Twine &path, const Twine &what) {
    std::string text = path.str();
    message = text + ": " + what.str();
    return failure();
  }
  /// Puts an outer part in front of a path already written.
  LogicalResult within(const Twine &prefix, LogicalResult result) {
    if (failed(result))
      message = prefix.str() +
                (StringRef(message).starts_with("[") ? "" : ".") + message;
    return result;
  }

  LogicalResult define(const Result &result, const Twine &path,
                       std::vector<std::string> &scope);
  LogicalResult operand(const Op &op, size_t index, Type &type);
  LogicalResult numberOperand(const Op &op, size_t index, Type &type);
  LogicalResult integerOperand(const Op &op, size_t index, StringRef what);
  LogicalResult matrixOperand(const Op &op, size_t index);
  LogicalResult scalarOperand(const Op &op, size_t index, DType dtype);
  LogicalResult buffer(const Op &op, size_t index, Type &memory, bool writes);
  LogicalResult counts(const Op &op, size_t in, size_t out, size_t regions);
  LogicalResult region(const Op &op, size_t index,
                       llvm::ArrayRef<Type> argTypes,
                       llvm::ArrayRef<Type> yieldTypes);

  LogicalResult elementwise(const Op &op);
  LogicalResult constant(const Op &op);
  LogicalResult scalar(const Op &op);
  LogicalResult functionConstant(const Op &op);
  LogicalResult functionConstants();
  LogicalResult devicePrint(const Op &op);
  LogicalResult deviceAssert(const Op &op);
  LogicalResult conversion(const Op &op);
  LogicalResult selectCondition(const Op &op);
  LogicalResult makeVector(const Op &op);
  LogicalResult vectorLanes(const Op &op);
  LogicalResult consecutive(const Op &op);
  LogicalResult memory(const Op &op);
  LogicalResult atomic(const Op &op, const Type &memory);
  LogicalResult asyncCopy(const Op &op);
  LogicalResult asyncCopyWait(const Op &op);
  LogicalResult threadAlloc(const Op &op);
  LogicalResult threadgroupAlloc(const Op &op);
  LogicalResult filledMatrix(const Op &op);
  LogicalResult matrixAccess(const Op &op);
  LogicalResult matrixProduct(const Op &op);
  LogicalResult barrier(const Op &op);
  LogicalResult forLoop(const Op &op);
  LogicalResult ifElse(const Op &op);
  LogicalResult whileLoop(const Op &op);
  LogicalResult query(const Op &op);
  LogicalResult attributes(const Op &op);
  LogicalResult structural(const Op &op);
  LogicalResult verifyOp(const Op &op);
};

} // namespace

LogicalResult KernelVerifier::define(const Result &result, const Twine &path,
                                     std::vector<std::string> &scope) {
  if (!everDefined.insert(result.name).second)
    return fail(path, "value '" + result.name + "' is defined twice");
  values.try_emplace(result.name, result.type);
  scope.push_back(result.name);
  return success();
}

LogicalResult KernelVerifier::operand(const Op &op, size_t index, Type &type) {
  const std::string &name = op.in[index];
  auto it = values.find(name);
  std::string path = "in[" + std::to_string(index) + "]";
  if (it == values.end()) {
    if (params.contains(name))
      return fail(path, "parameter '" + name + "' is not a value");
    return fail(path, (everDefined.contains(name)
                           ? "value '" + name + "' is not visible here"
                           : "undefined value '" + name + "'"));
  }
  type = it->second;
  if (type.isMemory())
    return fail(path, Twine(type.thread ? "thread" : "threadgroup") +
                          " memory '" + name + "' is not a value");
  return success();
}

/// A scalar or vector: what elementwise ops take.
LogicalResult KernelVerifier::numberOperand(const Op &op, size_t index,
                                            Type &type) {
  if (failed(operand(op, index, type)))
    return failure();
  return type.simdgroupMatrix
             ? fail("in[" + Twine(index) + "]",
                    "'" + op.name() + "' is not defined on " + toString(type))
             : success();
}

LogicalResult KernelVerifier::integerOperand(const Op &op, size_t index,
                                             StringRef what) {
  Type type;
  if (failed(operand(op, index, type)))
    return failure();
  return type.isScalar() && isInteger(dtypeRow(type.dtype).kind)
             ? success()
             : fail("in[" + Twine(index) + "]",
                    what + " is an integer, got " + toString(type));
}

LogicalResult KernelVerifier::matrixOperand(const Op &op, size_t index) {
  Type type;
  if (failed(operand(op, index, type)))
    return failure();
  return type.simdgroupMatrix
             ? success()
             : fail("in[" + Twine(index) + "]",
                    "expected a simdgroup matrix, got " + toString(type));
}

LogicalResult KernelVerifier::scalarOperand(const Op &op, size_t index,
                                            DType dtype) {
  Type type;
  if (failed(operand(op, index, type)))
    return failure();
  if (!type.isScalar() || type.dtype != dtype)
    return fail("in[" + Twine(index) + "]",
                "expected " + std::string(dtypeRow(dtype).name) + ", got " +
                    toString(type));
  return success();
}

/// The buffer that operand `index` of a memory op names: a parameter, or memory
/// that the kernel allocates. A parameter without a shape has an empty one.
LogicalResult KernelVerifier::buffer(const Op &op, size_t index, Type &memory,
                                     bool writes) {
  std::string path = "in[" + std::to_string(index) + "]";
  if (op.in.size() <= index)
    return fail("in", "expected a buffer");
  if (const Param *param = params.lookup(op.in[index])) {
    if (param->kind != ParamKind::Buffer)
      return fail(path,
                  "parameter '" + param->name + "' is a scalar, not a buffer");
    if (writes && param->access == ParamAccess::Read)
      return fail(path, "buffer '" + param->name + "' is declared read-only");
    memory = param->type;
    memory.shape = param->shape;
    return success();
  }
  auto it = values.find(op.in[index]);
  if (it == values.end())
    return fail(path, "undefined buffer '" + op.in[index] + "'");
  if (!it->second.isMemory())
    return fail(path, "'" + op.in[index] + "' is not memory");
  memory = it->second;
  return success();
}

LogicalResult KernelVerifier::counts(const Op &op, size_t in, size_t out,
                                     size_t regions) {
  auto check = [&](StringRef what, size_t expected, size_t actual) {
    return expected == actual
               ? success()
               : fail(what, "'" + op.name() + "' expects " + Twine(expected) +
                                ", got " + Twine(actual));
  };
  return failure(failed(check("in", in, op.in.size())) ||
                 failed(check("out", out, op.out.size())) ||
                 failed(check("regions", regions, op.regions.size())));
}

/// Whether an operand's type has the shape that the signature asks for; `S`
/// comes after its `V`.
static bool hasShape(const Type &type, const SignatureType &expected) {
  switch (expected.shape) {
  case SignatureShape::Any:
  case SignatureShape::Component:
    return true;
  case SignatureShape::Vector:
    return type.width > 1;
  case SignatureShape::Vector3:
    return type.width == 3;
  }
  llvm_unreachable("all shapes are handled");
}

/// The condition of a `select`: one for all components, or one for each.
LogicalResult KernelVerifier::selectCondition(const Op &op) {
  Type condition, value;
  if (failed(operand(op, 0, condition)) || failed(operand(op, 1, value)))
    return failure();
  if (condition == Type{DType::b1} ||
      condition == Type{DType::b1, value.width, {}, false})
    return success();
  return fail("in[0]", "expected b1 or a b1 for each component of " +
                           toString(value) + ", got " + toString(condition));
}

LogicalResult KernelVerifier::elementwise(const Op &op) {
  const Signature &signature = signatureOf(*op.row);
  if (failed(counts(op, signature.operands.size(), 1, 0)))
    return failure();
  bool isSelect = op.name() == "select";
  if (isSelect && failed(selectCondition(op)))
    return failure();
  std::optional<Type> variable;
  for (auto [index, expected] : llvm::enumerate(signature.operands)) {
    if (isSelect && index == 0)
      continue;
    if (expected.dtype) {
      if (failed(scalarOperand(op, index, *expected.dtype)))
        return failure();
      continue;
    }
    Type type;
    if (failed(numberOperand(op, index, type)))
      return failure();
    std::string path = "in[" + std::to_string(index) + "]";
    if (!variable) {
      variable = type;
      if (!isInClass(type.dtype, expected.dtypeClass))
        return fail(path, "'" + op.name() + "' is not defined on " +
                              toString(type) + ", only on " +
                              describeClass(expected.dtypeClass));
      if (!hasShape(type, expected))
        return fail(
            path,
            "'" + op.name() + "' takes a vector" +
                (expected.shape == SignatureShape::Vector3 ? " of 3" : "") +
                ", got " + toString(type));
      continue;
    }
    Type wanted = *variable;
    if (expected.shape == SignatureShape::Component)
      wanted.width = 1;
    if (!(type == wanted))
      return fail(path,
                  "expected " + toString(wanted) + ", got " + toString(type));
  }
  // Comparisons of vectors are componentwise.
  Type result = variable.value_or(Type{});
  if (signature.result.dtype)
    result.dtype = *signature.result.dtype;
  else if (signature.result.isUnsigned)
    result.dtype = unsignedOf(result.dtype);
  if (signature.result.shape == SignatureShape::Component)
    result.width = 1;
  if (!(op.out[0].type == result))
    return fail("out[0]", "expected " + toString(result) + ", got " +
                              toString(op.out[0].type));
  return success();
}

/// True if `value` is exactly a value of the dtype (floats: after rounding,
/// which may overflow to infinity as in Metal).
static bool isRepresentable(const Constant &value, DType dtype) {
  const DTypeRow &row = dtypeRow(dtype);
  if (std::holds_alternative<bool>(value))
    return row.kind == DTypeKind::Bool;
  if (isInteger(row.kind)) {
    unsigned bits = row.bytes * 8;
    if (const int64_t *i = std::get_if<int64_t>(&value))
      return row.kind == DTypeKind::SignedInt
                 ? llvm::isIntN(bits, *i)
                 : *i >= 0 && llvm::isUIntN(bits, *i);
    if (const uint64_t *u = std::get_if<uint64_t>(&value))
      return row.kind == DTypeKind::UnsignedInt ? llvm::isUIntN(bits, *u)
                                                : llvm::isUIntN(bits - 1, *u);
    return false;
  }
  return isFloat(row.kind);
}

static bool isZero(const Constant &value) {
  return std::visit([](auto v) { return v == 0; }, value);
}

LogicalResult KernelVerifier::constant(const Op &op) {
  if (failed(counts(op, 0, 1, 0)))
    return failure();
  if (!op.value)
    return fail("attrs", "missing 'value'");
  const Type &type = op.out[0].type;
  if (type.threadgroup)
    return fail("out[0]", "a constant is a value, got " + toString(type));
  if (!isRepresentable(*op.value, type.dtype))
    return fail("attrs.value", "not a value of " + toString(type));
  if (isZero(*op.value))
    zeros.insert(op.out[0].name);
  return success();
}

LogicalResult KernelVerifier::scalar(const Op &op) {
  if (failed(counts(op, 1, 1, 0)))
    return failure();
  const Param *param = params.lookup(op.in[0]);
  if (!param || param->kind != ParamKind::Scalar)
    return fail("in[0]", "'" + op.in[0] + "' is not a scalar parameter");
  if (!(op.out[0].type == param->type))
    return fail("out[0]", "parameter '" + param->name + "' is " +
                              toString(param->type) + ", got " +
                              toString(op.out[0].type));
  return success();
}

LogicalResult KernelVerifier::functionConstant(const Op &op) {
  if (failed(counts(op, 1, 1, 0)))
    return failure();
  const FunctionConstant *constant = constants.lookup(op.in[0]);
  if (!constant)
    return fail("in[0]", "'" + op.in[0] +
                             "' is not among the kernel's function_constants");
  if (!(op.out[0].type == Type{constant->dtype}))
    return fail("out[0]", "function constant '" + constant->name + "' is " +
                              toString(Type{constant->dtype}) + ", got " +
                              toString(op.out[0].type));
  return success();
}

LogicalResult KernelVerifier::functionConstants() {
  for (auto [i, constant] : llvm::enumerate(kernel.functionConstants)) {
    std::string path = "function_constants[" + std::to_string(i) + "]";
    if (!constants.try_emplace(constant.name, &constant).second)
      return fail(path,
                  "two function constants are called '" + constant.name + "'");
    if (!constant.defaultValue)
      continue;
    const double *number = std::get_if<double>(&*constant.defaultValue);
    if (!isRepresentable(*constant.defaultValue, constant.dtype) ||
        (number && !std::isfinite(*number)))
      return fail(path + ".default",
                  "not a value of " + toString(Type{constant.dtype}));
  }
  return success();
}

LogicalResult KernelVerifier::devicePrint(const Op &op) {
  if (failed(counts(op, op.in.size(), 0, 0)))
    return failure();
  if (!op.format)
    return fail("attrs", "missing 'format'");
  std::vector<DType> dtypes;
  for (size_t i = 0; i < op.in.size(); ++i) {
    Type type;
    if (failed(operand(op, i, type)))
      return failure();
    if (!type.isScalar())
      return fail("in[" + Twine(i) + "]",
                  "'device_print' prints scalars, got " + toString(type));
    dtypes.push_back(type.dtype);
  }
  if (llvm::Error error = checkDebugFormat(*op.format, dtypes))
    return fail("attrs.format", llvm::toString(std::move(error)));
  return success();
}

LogicalResult KernelVerifier::deviceAssert(const Op &op) {
  if (failed(counts(op, 1, 0, 0)) || failed(scalarOperand(op, 0, DType::b1)))
    return failure();
  return op.message ? success() : fail("attrs", "missing 'message'");
}

LogicalResult KernelVerifier::conversion(const Op &op) {
  Type from;
  if (failed(counts(op, 1, 1, 0)) || failed(numberOperand(op, 0, from)))
    return failure();
  const Type &to = op.out[0].type;
  if (to.isMemory() || to.simdgroupMatrix || to.width != from.width)
    return fail("out[0]",
                "cannot convert " + toString(from) + " to " + toString(to));
  if (op.name() == "as_type" &&
      (dtypeRow(from.dtype).bytes != dtypeRow(to.dtype).bytes ||
       (from.dtype == DType::b1) != (to.dtype == DType::b1)))
    return fail("out[0]", "as_type needs types of one width, got " +
                              toString(from) + " and " + toString(to));
  return success();
}

/// `buffer, index..., extra...`: every op that touches an element.
LogicalResult KernelVerifier::memory(const Op &op) {
  StringRef name = op.name();
  bool isLoad = name == "load", isLoadIf = name == "load_if";
  bool isStoreIf = name == "store_if";
  bool isAtomic = name.starts_with("atomic_");
  bool isExchange = name.starts_with("atomic_compare_exchange");
  Type memory;
  bool reads = isLoad || isLoadIf || name == "atomic_load";
  if (failed(buffer(op, 0, memory, /*writes=*/!reads)))
    return failure();
  Type element{memory.dtype, memory.width};
  size_t rank = std::max<size_t>(memory.shape.size(), 1);
  size_t given = indexCount(op);
  // One index counts elements from the start, whatever the shape.
  size_t expected = 1 + valueCount(op) + (given == 1 ? 1 : rank);
  bool isStore = name == "store" || isStoreIf || name == "atomic_store";
  if (failed(counts(op, expected, isStore ? 0 : isExchange ? 2 : 1, 0)))
    return failure();
  rank = given;
  for (size_t i = 1; i <= rank; ++i) {
    if (failed(integerOperand(op, i, "an index")))
      return failure();
  }
  auto isElement = [&](size_t index) {
    Type type;
    if (failed(operand(op, index, type)))
      return failure();
    return type == element ? success()
                           : fail("in[" + Twine(index) + "]",
                                  "expected " + toString(element) + ", got " +
                                      toString(type));
  };
  if (isLoadIf && (failed(scalarOperand(op, rank + 1, DType::b1)) ||
                   failed(isElement(rank + 2))))
    return failure();
  if (isStoreIf && (failed(isElement(rank + 1)) ||
                    failed(scalarOperand(op, rank + 2, DType::b1))))
    return failure();
  if (!isLoadIf && !isStoreIf)
    for (size_t i = 0; i < valueCount(op); ++i)
      if (failed(isElement(rank + 1 + i)))
        return failure();
  if (isAtomic && failed(atomic(op, memory)))
    return failure();
  if (isExchange && !(op.out[0].type == Type{DType::b1}))
    return fail("out[0]", "expected b1, got " + toString(op.out[0].type));
  size_t result = isExchange ? 1 : 0;
  if (!isStore && !(op.out[result].type == element))
    return fail("out[" + Twine(result) + "]",
                "expected " + toString(element) + ", got " +
                    toString(op.out[result].type));
  return success();
}

LogicalResult KernelVerifier::makeVector(const Op &op) {
  if (op.out.size() != 1 || op.out[0].type.width == 1 ||
      op.out[0].type.isMemory())
    return fail("out", "'make_vec' has one result, a vector");
  const Type &type = op.out[0].type;
  if (failed(counts(op, type.width, 1, 0)))
    return failure();
  for (size_t i = 0; i < op.in.size(); ++i)
    if (failed(scalarOperand(op, i, type.dtype)))
      return failure();
  return success();
}

/// `vec_extract`, `vec_insert` and `vec_swizzle`: lanes of a vector.
LogicalResult KernelVerifier::vectorLanes(const Op &op) {
  bool isInsert = op.name() == "vec_insert";
  bool isSwizzle = op.name() == "vec_swizzle";
  Type vector;
  if (failed(counts(op, isInsert ? 2 : 1, 1, 0)) ||
      failed(operand(op, 0, vector)))
    return failure();
  if (vector.width == 1)
    return fail("in[0]", "expected a vector, got " + toString(vector));
  if (isSwizzle ? op.lanes.size() < 2 : op.lanes.size() != 1)
    return fail("attrs.lanes",
                isSwizzle ? "expected 2 to 4 lanes" : "expected one lane");
  for (int64_t lane : op.lanes)
    if (lane >= vector.width)
      return fail("attrs.lanes",
                  toString(vector) + " has no lane " + Twine(lane));
  if (isInsert && failed(scalarOperand(op, 1, vector.dtype)))
    return failure();
  Type result = vector;
  if (!isInsert)
    result.width = op.lanes.size();
  if (!(op.out[0].type == result))
    return fail("out[0]", "expected " + toString(result) + ", got " +
                              toString(op.out[0].type));
  return success();
}

/// `load_vec` and `store_vec`: a buffer, one index, and a vector of its
/// elements.
LogicalResult KernelVerifier::consecutive(const Op &op) {
  bool isStore = op.name() == "store_vec";
  Type element, index, vector;
  if (failed(buffer(op, 0, element, isStore)) ||
      failed(counts(op, isStore ? 3 : 2, isStore ? 0 : 1, 0)) ||
      failed(operand(op, 1, index)))
    return failure();
  if (!index.isScalar() || !isInteger(dtypeRow(index.dtype).kind))
    return fail("in[1]", "an index is an integer, got " + toString(index));
  if (element.width != 1)
    return fail("in[0]", "elements are " +
                             toString(Type{element.dtype, element.width}) +
                             "; expected a buffer of scalars");
  element = Type{element.dtype};
  if (isStore && failed(operand(op, 2, vector)))
    return failure();
  if (!isStore)
    vector = op.out[0].type;
  if (vector.isMemory() || vector.width == 1 || vector.dtype != element.dtype)
    return fail(isStore ? "in[2]" : "out[0]", "expected a vector of " +
                                                  toString(element) + ", got " +
                                                  toString(vector));
  return success();
}

/// The order, and whether Metal has the atomic on such elements.
LogicalResult KernelVerifier::atomic(const Op &op, const Type &memory) {
  StringRef name = op.name();
  if (op.order != "relaxed")
    return fail("attrs.order",
                "expected \"relaxed\", got \"" + op.order + "\"");
  StringRef update = name;
  bool hasFloat = !update.consume_front("atomic_fetch_") || update == "add" ||
                  update == "sub";
  bool isInteger = memory.dtype == DType::i32 || memory.dtype == DType::u32;
  bool isFloat = memory.dtype == DType::f32 && hasFloat && !memory.isMemory();
  if (memory.thread || memory.width != 1 || !(isInteger || isFloat))
    return fail("in[0]", "Metal has no " + name + " on " +
                             toString(Type{memory.dtype, memory.width}) +
                             " in this memory");
  return success();
}

/// `dst, dst_offset[, dst_row], src, src_offset[, src_row], count or columns,
/// rows`.
LogicalResult KernelVerifier::asyncCopy(const Op &op) {
  StringRef name = op.name();
  bool isFlat = name.contains("_1d_"), toThreadgroup = name.ends_with("_d2t");
  size_t source = isFlat ? 2 : 3;
  Type from, to;
  if (failed(counts(op, isFlat ? 5 : 8, 0, 0)) ||
      failed(buffer(op, 0, to, /*writes=*/true)) ||
      failed(buffer(op, source, from, /*writes=*/false)))
    return failure();
  auto isPlace = [&](size_t index, const Type &memory, bool threadgroup) {
    return memory.thread || memory.threadgroup != threadgroup
               ? fail("in[" + Twine(index) + "]",
                      "expected " +
                          Twine(threadgroup ? "threadgroup" : "device") +
                          " memory")
               : success();
  };
  if (failed(isPlace(0, to, toThreadgroup)) ||
      failed(isPlace(source, from, !toThreadgroup)))
    return failure();
  Type element{to.dtype, to.width};
  if (Type read{from.dtype, from.width}; !(read == element))
    return fail("in[" + Twine(source) + "]",
                "expected " + toString(element) + ", got " + toString(read));
  for (size_t i = 1; i < op.in.size(); ++i)
    if (i != source && failed(integerOperand(op, i, "an index")))
      return failure();
  return success();
}

LogicalResult KernelVerifier::asyncCopyWait(const Op &op) {
  return counts(op, 0, 0, 0);
}

LogicalResult KernelVerifier::threadAlloc(const Op &op) {
  if (failed(counts(op, 0, 1, 0)))
    return failure();
  const Type &type = op.out[0].type;
  if (!type.thread)
    return fail("out[0]", "expected thread memory, got " + toString(type));
  int64_t bytes = dtypeRow(type.dtype).bytes;
  bytes *= type.width == 3 ? 4 : type.width;
  for (int64_t extent : type.shape)
    bytes *= extent;
  return bytes <= maxThreadBytes
             ? success()
             : fail("out[0]", "thread memory has at most " +
                                  Twine(maxThreadBytes) + " bytes, got " +
                                  Twine(bytes));
}

LogicalResult KernelVerifier::threadgroupAlloc(const Op &op) {
  if (failed(counts(op, 0, 1, 0)))
    return failure();
  if (!op.out[0].type.threadgroup)
    return fail("out[0]",
                "expected threadgroup memory, got " + toString(op.out[0].type));
  if (!topLevel)
    return fail("op",
                "threadgroup memory is allocated at the kernel's top level");
  return success();
}

LogicalResult KernelVerifier::filledMatrix(const Op &op) {
  if (failed(counts(op, 1, 1, 0)))
    return failure();
  const Type &matrix = op.out[0].type;
  if (!matrix.simdgroupMatrix)
    return fail("out[0]",
                "expected a simdgroup matrix, got " + toString(matrix));
  return scalarOperand(op, 0, matrix.dtype);
}

/// `buffer, elements per row, offset, column, row`, and for a store the matrix.
LogicalResult KernelVerifier::matrixAccess(const Op &op) {
  bool isLoad = op.name() == "simdgroup_matrix_load";
  Type memory;
  if (failed(counts(op, isLoad ? 5 : 6, isLoad ? 1 : 0, 0)) ||
      failed(buffer(op, 0, memory, /*writes=*/!isLoad)) ||
      failed(integerOperand(op, 1, "elements_per_row")) ||
      failed(integerOperand(op, 2, "an offset")) ||
      failed(integerOperand(op, 3, "an origin")) ||
      failed(integerOperand(op, 4, "an origin")))
    return failure();
  if (!op.transpose)
    return fail("attrs", "missing 'transpose'");
  if (memory.thread)
    return fail("in[0]", "a simdgroup matrix is not in memory of one thread");
  Type element{memory.dtype, memory.width};
  if (!element.isScalar() || !isFloat(dtypeRow(element.dtype).kind))
    return fail("in[0]", "a simdgroup matrix has elements of f32, f16 or bf16, "
                         "the memory has " +
                             toString(element));
  Type expected{element.dtype}, matrix;
  expected.simdgroupMatrix = true;
  if (isLoad)
    matrix = op.out[0].type;
  else if (failed(operand(op, 5, matrix)))
    return failure();
  return matrix == expected ? success()
                            : fail(isLoad ? "out[0]" : "in[5]",
                                   "expected " + toString(expected) + ", got " +
                                       toString(matrix));
}

/// The element types of operands and result are independent of each other.
LogicalResult KernelVerifier::matrixProduct(const Op &op) {
  size_t operands = op.name() == "simdgroup_multiply" ? 2 : 3;
  if (failed(counts(op, operands, 1, 0)))
    return failure();
  for (size_t i = 0; i < operands; ++i)
    if (failed(matrixOperand(op, i)))
      return failure();
  const Type &result = op.out[0].type;
  return result.simdgroupMatrix
             ? success()
             : fail("out[0]",
                    "expected a simdgroup matrix, got " + toString(result));
}

LogicalResult KernelVerifier::barrier(const Op &op) {
  if (failed(counts(op, 0, 0, 0)))
    return failure();
  bool known = llvm::StringSwitch<bool>(op.memFlags)
                   .Cases({"mem_none", "mem_device", "mem_threadgroup",
                           "mem_device_and_threadgroup", "mem_texture"},
                          true)
                   .Default(false);
  return known
             ? success()
             : fail("attrs.mem_flags", "unknown flags \"" + op.memFlags + "\"");
}

LogicalResult KernelVerifier::query(const Op &op) {
  if (failed(elementwise(op)))
    return failure();
  bool needsDimension = op.row->kind == OpKind::Query3;
  if (needsDimension && op.dim != "x" && op.dim != "y" && op.dim != "z")
    return fail("attrs.dim",
                "expected \"x\", \"y\" or \"z\", got \"" + op.dim + "\"");
  return success();
}

LogicalResult KernelVerifier::region(const Op &op, size_t index,
                                     llvm::ArrayRef<Type> argTypes,
                                     llvm::ArrayRef<Type> yieldTypes) {
  const Region &region = op.regions[index];
  std::vector<std::string> scope;
  bool wasTopLevel = std::exchange(topLevel, false);
  auto body = [&]() -> LogicalResult {
    if (region.args.size() != argTypes.size())
      return fail("args", "expected " + Twine(argTypes.size()) + ", got " +
                              Twine(region.args.size()));
    for (auto [i, arg] : llvm::enumerate(region.args)) {
      std::string path = "args[" + std::to_string(i) + "]";
      if (!(arg.type == argTypes[i]))
        return fail(path, "expected " + toString(argTypes[i]) + ", got " +
                              toString(arg.type));
      if (failed(define(arg, path, scope)))
        return failure();
    }
    // Values of the body are visible to the yields and to nothing else.
    for (auto [i, inner] : llvm::enumerate(region.body)) {
      if (failed(within("body[" + Twine(i) + "]", verifyOp(inner))))
        return failure();
      for (auto [j, result] : llvm::enumerate(inner.out))
        if (failed(within("body[" + Twine(i) + "]",
                          define(result, "out[" + Twine(j) + "]", scope))))
          return failure();
    }
    if (region.yield.size() != yieldTypes.size())
      return fail("yield", "expected " + Twine(yieldTypes.size()) + ", got " +
                               Twine(region.yield.size()));
    for (auto [i, name] : llvm::enumerate(region.yield)) {
      auto it = values.find(name);
      if (it == values.end())
        return fail("yield[" + Twine(i) + "]",
                    "undefined value '" + name + "'");
      if (!(it->second == yieldTypes[i]))
        return fail("yield[" + Twine(i) + "]",
                    "expected " + toString(yieldTypes[i]) + ", got " +
                        toString(it->second));
    }
    return success();
  };
  LogicalResult result = within("regions[" + Twine(index) + "]", body());
  topLevel = wasTopLevel;
  for (const std::string &name : scope)
    values.erase(name);
  return result;
}

static std::vector<Type> resultTypes(const Op &op) {
  std::vector<Type> types;
  for (const Result &result : op.out)
    types.push_back(result.type);
  return types;
}

LogicalResult KernelVerifier::forLoop(const Op &op) {
  if (failed(counts(op, 3 + op.out.size(), op.out.size(), 1)))
    return failure();
  Type induction;
  if (failed(operand(op, 0, induction)))
    return failure();
  if (!induction.isScalar() || !isInteger(dtypeRow(induction.dtype).kind))
    return fail("in[0]", "bounds are integers, got " + toString(induction));
  if (failed(scalarOperand(op, 1, induction.dtype)) ||
      failed(scalarOperand(op, 2, induction.dtype)))
    return failure();
  if (zeros.contains(op.in[2]))
    return fail("in[2]", "the step of a loop must not be 0");
  std::vector<Type> carried = resultTypes(op), args = {induction};
  for (auto [i, type] : llvm::enumerate(carried)) {
    Type init;
    if (failed(operand(op, 3 + i, init)))
      return failure();
    if (!(init == type))
      return fail("in[" + Twine(3 + i) + "]",
                  "expected " + toString(type) + ", got " + toString(init));
    args.push_back(type);
  }
  return region(op, 0, args, carried);
}

LogicalResult KernelVerifier::ifElse(const Op &op) {
  if (failed(counts(op, 1, op.out.size(), 2)) ||
      failed(scalarOperand(op, 0, DType::b1)))
    return failure();
  std::vector<Type> results = resultTypes(op);
  for (auto [i, type] : llvm::enumerate(results))
    if (type.isMemory())
      return fail("out[" + Twine(i) + "]", "memory cannot be a result");
  return failure(failed(region(op, 0, {}, results)) ||
                 failed(region(op, 1, {}, results)));
}

LogicalResult KernelVerifier::whileLoop(const Op &op) {
  if (failed(counts(op, op.out.size(), op.out.size(), 2)))
    return failure();
  std::vector<Type> carried = resultTypes(op);
  for (auto [i, type] : llvm::enumerate(carried)) {
    Type init;
    if (failed(operand(op, i, init)))
      return failure();
    if (!(init == type))
      return fail("in[" + Twine(i) + "]",
                  "expected " + toString(type) + ", got " + toString(init));
  }
  return failure(failed(region(op, 0, carried, {Type{DType::b1}})) ||
                 failed(region(op, 1, carried, carried)));
}

/// An attribute on an op that has no use for it is a mistake, not a comment.
LogicalResult KernelVerifier::attributes(const Op &op) {
  StringRef name = op.name();
  auto check = [&](StringRef attribute, bool present, bool allowed) {
    return !present || allowed ? success()
                               : fail("attrs." + attribute,
                                      "'" + name + "' has no such attribute");
  };
  return failure(
      failed(check("value", op.value.has_value(), name == "constant")) ||
      failed(check("lanes", !op.lanes.empty(), name.starts_with("vec_"))) ||
      failed(check("format", op.format.has_value(), name == "device_print")) ||
      failed(
          check("message", op.message.has_value(), name == "device_assert")) ||
      failed(check("dim", !op.dim.empty(), op.row->kind == OpKind::Query3)) ||
      failed(check("mem_flags", !op.memFlags.empty(),
                   name == "barrier" || name == "simd_barrier")) ||
      failed(check("transpose", op.transpose.has_value(),
                   name == "simdgroup_matrix_load" ||
                       name == "simdgroup_matrix_store")) ||
      failed(check("order", !op.order.empty(), name.starts_with("atomic_"))));
}

LogicalResult KernelVerifier::structural(const Op &op) {
  using Check = LogicalResult (KernelVerifier::*)(const Op &);
  Check check =
      llvm::StringSwitch<Check>(op.name())
          .Case("constant", &KernelVerifier::constant)
          .Case("scalar", &KernelVerifier::scalar)
          .Case("function_constant", &KernelVerifier::functionConstant)
          .Case("device_print", &KernelVerifier::devicePrint)
          .Case("device_assert", &KernelVerifier::deviceAssert)
          .Cases({"cast", "as_type"}, &KernelVerifier::conversion)
          .Case("make_vec", &KernelVerifier::makeVector)
          .StartsWith("vec_", &KernelVerifier::vectorLanes)
          .Cases({"load_vec", "store_vec"}, &KernelVerifier::consecutive)
          .Case("threadgroup_alloc", &KernelVerifier::threadgroupAlloc)
          .Case("thread_alloc", &KernelVerifier::threadAlloc)
          .Cases({"barrier", "simd_barrier"}, &KernelVerifier::barrier)
          .Case("make_filled_simdgroup_matrix", &KernelVerifier::filledMatrix)
          .Cases({"simdgroup_matrix_load", "simdgroup_matrix_store"},
                 &KernelVerifier::matrixAccess)
          .Cases({"simdgroup_multiply", "simdgroup_multiply_accumulate"},
                 &KernelVerifier::matrixProduct)
          .Case("for", &KernelVerifier::forLoop)
          .Case("if", &KernelVerifier::ifElse)
          .Case("while", &KernelVerifier::whileLoop)
          .Cases({"load", "store", "load_if", "store_if"},
                 &KernelVerifier::memory)
          .StartsWith("atomic_", &KernelVerifier::memory)
          .Case("async_copy_wait", &KernelVerifier::asyncCopyWait)
          .StartsWith("async_copy_", &KernelVerifier::asyncCopy)
          .Default(nullptr);
  if (!check)
    return fail("op",
                "'" + op.name() + "' is in the op table but has no verifier");
  return (this->*check)(op);
}

LogicalResult KernelVerifier::verifyOp(const Op &op) {
  if (failed(attributes(op)))
    return failure();
  switch (op.row->kind) {
  case OpKind::Structural:
    return structural(op);
  case OpKind::Operator:
  case OpKind::Function:
    return elementwise(op);
  case OpKind::Query1:
  case OpKind::Query3:
    return query(op);
  }
  llvm_unreachable("all kinds of rows are handled");
}

LogicalResult KernelVerifier::verify() {
  for (auto [i, param] : llvm::enumerate(kernel.params))
    if (!params.try_emplace(param.name, &param).second)
      return fail("params[" + Twine(i) + "]",
                  "two parameters are called '" + param.name + "'");
  if (failed(functionConstants()))
    return failure();
  std::vector<std::string> scope;
  for (auto [i, op] : llvm::enumerate(kernel.body)) {
    if (failed(within("body[" + Twine(i) + "]", verifyOp(op))))
      return failure();
    for (auto [j, result] : llvm::enumerate(op.out))
      if (failed(within("body[" + Twine(i) + "]",
                        define(result, "out[" + Twine(j) + "]", scope))))
        return failure();
  }
  return success();
}

/// That kernels mean the same by a name or an index of a function constant, and
/// that no kernel has its name.
static llvm::Error verifyFunctionConstants(const Trace &trace) {
  llvm::StringMap<const FunctionConstant *> byName;
  llvm::DenseMap<unsigned, const FunctionConstant *> byIndex;
  for (auto [i, kernel] : llvm::enumerate(trace.kernels))
    for (auto [j, constant] : llvm::enumerate(kernel.functionConstants)) {
      std::string path = "kernels[" + std::to_string(i) +
                         "].function_constants[" + std::to_string(j) + "]: ";
      for (const FunctionConstant *other :
           {byName.try_emplace(constant.name, &constant).first->second,
            byIndex.try_emplace(constant.index, &constant).first->second})
        if (other->name != constant.name || other->index != constant.index ||
            other->dtype != constant.dtype ||
            other->defaultValue != constant.defaultValue)
          return llvm::createStringError(
              path + "'" + constant.name + "' (index " +
              std::to_string(constant.index) + ") and '" + other->name +
              "' (index " + std::to_string(other->index) +
              ") of this or another kernel differ");
    }
  for (auto [i, kernel] : llvm::enumerate(trace.kernels))
    if (byName.contains(kernel.name))
      return llvm::createStringError("kernels[" + std::to_string(i) +
                                     "].name: '" + kernel.name +
                                     "' is a function constant");
  return llvm::Error::success();
}

/// That launches name kernels, give each parameter one name, and agree on what
/// is a buffer of which elements.
static llvm::Error verifyLaunches(const Trace &trace) {
  llvm::StringMap<const Kernel *> kernels;
  for (const Kernel &kernel : trace.kernels)
    kernels[kernel.name] = &kernel;
  std::map<std::pair<std::string, std::string>, const Param *> known;
  for (auto [i, launch] : llvm::enumerate(trace.launches)) {
    auto fail = [i = i](const Twine &message) {
      return llvm::createStringError("launches[" + Twine(i) + "]" + message);
    };
    const Kernel *kernel = kernels.lookup(launch.kernel);
    if (!kernel)
      return fail(".kernel: no kernel is called '" + launch.kernel + "'");
    if (launch.args.size() != kernel->params.size())
      return fail(".args: kernel '" + launch.kernel + "' has " +
                  Twine(kernel->params.size()) + " parameters");
    llvm::StringSet<> names;
    for (auto [j, name] : llvm::enumerate(launch.args)) {
      const Param &param = kernel->params[j];
      if (!names.insert(name).second)
        return fail(".args: '" + name + "' is given twice");
      const Param *other =
          known.try_emplace({launch.program, name}, &param).first->second;
      if (other->kind != param.kind || other->type != param.type)
        return fail(".args[" + Twine(j) + "]: '" + name +
                    "' is of another type in another launch");
    }
    for (auto [j, name] : llvm::enumerate(launch.intermediates)) {
      if (!names.contains(name))
        return fail(".intermediates[" + Twine(j) + "]: '" + name +
                    "' is not one of the args");
      const Param *param = known[{launch.program, name}];
      if (param->kind != ParamKind::Buffer || param->shape.empty())
        return fail(".intermediates[" + Twine(j) + "]: '" + name +
                    "' is not a buffer with a shape");
    }
  }
  return llvm::Error::success();
}

llvm::Error trace::verifyTrace(const Trace &trace) {
  llvm::StringSet<> names;
  for (auto [i, kernel] : llvm::enumerate(trace.kernels)) {
    std::string prefix = "kernels[" + std::to_string(i) + "]";
    if (!names.insert(kernel.name).second)
      return llvm::createStringError(
          prefix + ".name: two kernels are called '" + kernel.name + "'");
    std::string message;
    if (failed(KernelVerifier(kernel, message).verify()))
      return llvm::createStringError(prefix + "." + message);
  }
  if (llvm::Error error = verifyFunctionConstants(trace))
    return error;
  return verifyLaunches(trace);
}
