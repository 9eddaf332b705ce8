// Reads enigma-trace/1: JSON to trace::Trace, every shape checked, errors with
// the path.
#include "JsonError.h"
#include "enigma/trace/Trace.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/LogicalResult.h"
#include <nlohmann/json.hpp>
#include <tuple>

using namespace enigma;
using namespace enigma::trace;
using llvm::failure;
using llvm::LogicalResult;
using llvm::StringRef;
using llvm::success;
using llvm::Twine;
using nlohmann::json;

namespace {

/// A JSON value with the way that led to it; lives on the stack, so a path
/// costs nothing until printed.
struct Cursor {
  const json &value;
  const Cursor *parent = nullptr;
  StringRef key = {};
  size_t index = 0;

  std::string path() const {
    std::string prefix = parent ? parent->path() : "";
    if (!parent)
      return prefix;
    if (key.empty())
      return prefix + "[" + std::to_string(index) + "]";
    return (prefix.empty() ? "" : prefix + ".") + key.str();
  }
};

class Reader {
public:
  llvm::Expected<Trace> read(StringRef document);

private:
  std::string message;
  size_t opCount = 0;
  size_t fileCount = 0;

  LogicalResult fail(const Cursor &at, const Twine &what) {
    std::string path = at.path();
    message = (path.empty() ? "" : path + ": ") + what.str();
    return failure();
  }

  /// Calls `read` on a member; a missing one is an error unless `optional`,
  /// null counts as missing.
  template <typename Read>
  LogicalResult member(const Cursor &object, StringRef key, Read read,
                       bool optional = false) {
    auto it = object.value.find(key.str());
    if (it == object.value.end() || (optional && it->is_null()))
      return optional ? success() : fail(object, "missing '" + key + "'");
    return read(Cursor{*it, &object, key});
  }

  /// Calls `read` on every element of an array.
  template <typename Read>
  LogicalResult elements(const Cursor &array, Read read) {
    if (!array.value.is_array())
      return fail(array, "expected an array");
    for (size_t i = 0; i < array.value.size(); ++i)
      if (failed(read(Cursor{array.value[i], &array, "", i})))
        return failure();
    return success();
  }

  LogicalResult object(const Cursor &at) {
    return at.value.is_object() ? success() : fail(at, "expected an object");
  }
  LogicalResult boolean(const Cursor &at, bool &result) {
    if (!at.value.is_boolean())
      return fail(at, "expected true or false");
    result = at.value.get<bool>();
    return success();
  }
  LogicalResult string(const Cursor &at, std::string &result) {
    if (!at.value.is_string())
      return fail(at, "expected a string");
    result = at.value.get_ref<const std::string &>();
    return success();
  }
  /// A string with at least one character and none that would break a line or a
  /// C string.
  LogicalResult name(const Cursor &at, std::string &result) {
    if (failed(string(at, result)))
      return failure();
    if (result.empty())
      return fail(at, "must not be empty");
    for (unsigned char c : result)
      if (c < 0x20 || c == 0x7f)
        return fail(at, "must not contain control characters");
    return success();
  }
  template <typename Integer>
  LogicalResult integer(const Cursor &at, Integer &result, Integer lowest,
                        Integer highest) {
    bool fits = at.value.is_number_integer();
    if (fits && at.value.is_number_unsigned())
      fits = at.value.get<uint64_t>() >= uint64_t(lowest) &&
             at.value.get<uint64_t>() <= uint64_t(highest);
    else if (fits)
      fits = at.value.get<int64_t>() >= int64_t(lowest) &&
             at.value.get<int64_t>() <= int64_t(highest);
    if (!fits)
      return fail(at, "expected an integer from " + Twine(int64_t(lowest)) +
                          " to " + Twine(int64_t(highest)));
    result = at.value.get<Integer>();
    return success();
  }

  LogicalResult location(const Cursor &at, Location &loc);
  LogicalResult call(const Cursor &at, Call &result);
  LogicalResult dtype(const Cursor &at, DType &result);
  LogicalResult elementType(const Cursor &at, Type &result);
  LogicalResult type(const Cursor &at, Type &result);
  LogicalResult results(const Cursor &at, std::vector<Result> &list);
  LogicalResult names(const Cursor &at, std::vector<std::string> &list);
  LogicalResult shape(const Cursor &at, llvm::SmallVectorImpl<int64_t> &list);
  LogicalResult stride(const Cursor &at, llvm::ArrayRef<int64_t> shape,
                       llvm::SmallVectorImpl<int64_t> &list);
  LogicalResult tooLarge(const Cursor &at) {
    return fail(at, "more than " + Twine(maxElements) + " elements");
  }
  LogicalResult extents(const Cursor &at, std::optional<Extents> &list);
  LogicalResult constant(const Cursor &at, std::optional<Constant> &result);
  LogicalResult lanes(const Cursor &at, llvm::SmallVectorImpl<int64_t> &list);
  LogicalResult param(const Cursor &at, Param &result);
  LogicalResult functionConstant(const Cursor &at, FunctionConstant &result);
  LogicalResult attributes(const Cursor &at, Op &op);
  LogicalResult op(const Cursor &at, Op &result, unsigned depth);
  LogicalResult body(const Cursor &at, std::vector<Op> &list, unsigned depth);
  LogicalResult region(const Cursor &at, Region &result, unsigned depth);
  LogicalResult launch(const Cursor &at, Kernel &kernel);
  LogicalResult kernel(const Cursor &at, Kernel &result);
  LogicalResult trace(const Cursor &at, Trace &result);
};

} // namespace

LogicalResult Reader::location(const Cursor &at, Location &loc) {
  if (!at.value.is_array() || at.value.size() != 5)
    return fail(at, "expected [file, line, column, end_line, end_column]");
  uint32_t *fields[] = {&loc.file, &loc.line, &loc.column, &loc.endLine,
                        &loc.endColumn};
  if (failed(elements(at, [&](const Cursor &field) {
        bool isLine = field.index == 1 || field.index == 3;
        return integer<uint32_t>(field, *fields[field.index], isLine, 1u << 30);
      })))
    return failure();
  if (std::tie(loc.endLine, loc.endColumn) < std::tie(loc.line, loc.column))
    return fail(at, "ends before it starts");
  if (loc.file >= fileCount)
    return fail(at, "file " + Twine(loc.file) + " is not in 'files'");
  return success();
}

LogicalResult Reader::call(const Cursor &at, Call &result) {
  return failure(
      failed(object(at)) ||
      failed(member(at, "function",
                    [&](auto c) { return name(c, result.function); })) ||
      failed(
          member(at, "loc", [&](auto c) { return location(c, result.loc); })));
}

LogicalResult Reader::dtype(const Cursor &at, DType &result) {
  std::string text;
  if (failed(string(at, text)))
    return failure();
  std::optional<DType> parsed = parseDType(text);
  if (!parsed)
    return fail(at, "unknown dtype '" + text + "'");
  result = *parsed;
  return success();
}

LogicalResult Reader::elementType(const Cursor &at, Type &result) {
  std::string text;
  if (failed(string(at, text)))
    return failure();
  std::optional<Type> parsed = parseType(text);
  if (!parsed || parsed->threadgroup)
    return fail(at, "unknown dtype '" + text + "'");
  result = *parsed;
  return success();
}

LogicalResult Reader::type(const Cursor &at, Type &result) {
  std::string text;
  if (failed(string(at, text)))
    return failure();
  std::optional<Type> parsed = parseType(text);
  if (!parsed)
    return fail(at, "unknown type '" + text + "'");
  result = *parsed;
  return success();
}

LogicalResult Reader::results(const Cursor &at, std::vector<Result> &list) {
  return elements(at, [&](const Cursor &pair) {
    if (!pair.value.is_array() || pair.value.size() != 2)
      return fail(pair, "expected [name, type]");
    Result &result = list.emplace_back();
    if (failed(name(Cursor{pair.value[0], &pair, "", 0}, result.name)) ||
        failed(type(Cursor{pair.value[1], &pair, "", 1}, result.type)))
      return failure();
    if (result.name[0] != '%' || result.name.size() == 1)
      return fail(pair,
                  "a value's name starts with '%', got '" + result.name + "'");
    return success();
  });
}

LogicalResult Reader::names(const Cursor &at, std::vector<std::string> &list) {
  return elements(at, [&](const Cursor &entry) {
    return name(entry, list.emplace_back());
  });
}

LogicalResult Reader::shape(const Cursor &at,
                            llvm::SmallVectorImpl<int64_t> &list) {
  int64_t product = 1;
  if (failed(elements(at, [&](const Cursor &extent) {
        int64_t &value = list.emplace_back();
        if (failed(integer<int64_t>(extent, value, 1, maxElements)))
          return failure();
        if (value > maxElements / product)
          return tooLarge(at);
        product *= value;
        return success();
      })))
    return failure();
  return list.empty() ? fail(at, "must not be empty") : success();
}

/// One step for each dimension of `shape`; the last element is within the
/// limit.
LogicalResult Reader::stride(const Cursor &at, llvm::ArrayRef<int64_t> shape,
                             llvm::SmallVectorImpl<int64_t> &list) {
  if (!at.value.is_array() || at.value.size() != shape.size())
    return fail(at, "expected one stride for each dimension of the shape");
  int64_t last = 0;
  return elements(at, [&](const Cursor &step) {
    int64_t &value = list.emplace_back();
    if (failed(integer<int64_t>(step, value, 0, maxElements)))
      return failure();
    int64_t extent = shape[step.index];
    if (extent > 1 && value > (maxElements - 1 - last) / (extent - 1))
      return tooLarge(at);
    last += value * (extent - 1);
    return success();
  });
}

LogicalResult Reader::extents(const Cursor &at, std::optional<Extents> &list) {
  if (!at.value.is_array() || at.value.size() != 3)
    return fail(at, "expected [x, y, z]");
  list.emplace();
  return elements(at, [&](const Cursor &extent) {
    return integer<int32_t>(extent, (*list)[extent.index], 1, INT32_MAX);
  });
}

LogicalResult Reader::constant(const Cursor &at,
                               std::optional<Constant> &result) {
  const json &value = at.value;
  if (value.is_boolean())
    result = value.get<bool>();
  else if (value.is_number_unsigned())
    result = value.get<uint64_t>();
  else if (value.is_number_integer())
    result = value.get<int64_t>();
  else if (value.is_number_float())
    result = value.get<double>();
  else if (value == "nan")
    result = std::numeric_limits<double>::quiet_NaN();
  else if (value == "inf")
    result = std::numeric_limits<double>::infinity();
  else if (value == "-inf")
    result = -std::numeric_limits<double>::infinity();
  else
    return fail(at, "expected a number, a bool, \"nan\", \"inf\" or \"-inf\"");
  return success();
}

/// Components of a vector, by number.
LogicalResult Reader::lanes(const Cursor &at,
                            llvm::SmallVectorImpl<int64_t> &list) {
  if (failed(elements(at, [&](const Cursor &lane) {
        return integer<int64_t>(lane, list.emplace_back(), 0, 3);
      })))
    return failure();
  return list.empty() || list.size() > 4 ? fail(at, "expected 1 to 4 lanes")
                                         : success();
}

LogicalResult Reader::param(const Cursor &at, Param &result) {
  std::string kind = "buffer", access;
  if (failed(object(at)) ||
      failed(
          member(at, "name", [&](auto c) { return name(c, result.name); })) ||
      failed(member(at, "kind", [&](auto c) { return string(c, kind); })) ||
      failed(member(at, "dtype",
                    [&](auto c) { return elementType(c, result.type); })) ||
      failed(member(
          at, "shape", [&](auto c) { return shape(c, result.shape); }, true)) ||
      failed(member(
          at, "stride",
          [&](auto c) { return stride(c, result.shape, result.stride); },
          true)) ||
      failed(member(
          at, "access", [&](auto c) { return string(c, access); }, true)) ||
      failed(member(
          at, "loc", [&](auto c) { return location(c, result.loc.emplace()); },
          true)))
    return failure();
  if (result.name[0] == '%')
    return fail(at, "a parameter's name must not start with '%'");
  if (kind == "scalar")
    result.kind = ParamKind::Scalar;
  else if (kind != "buffer")
    return fail(at,
                "kind must be \"buffer\" or \"scalar\", got \"" + kind + "\"");
  if (access == "read")
    result.access = ParamAccess::Read;
  else if (access == "write")
    result.access = ParamAccess::Write;
  else if (access == "read_write")
    result.access = ParamAccess::ReadWrite;
  else if (!access.empty())
    return fail(at, "unknown access \"" + access + "\"");
  return success();
}

LogicalResult Reader::functionConstant(const Cursor &at,
                                       FunctionConstant &result) {
  return failure(
      failed(object(at)) ||
      failed(member(at, "index",
                    [&](auto c) {
                      return integer<uint32_t>(c, result.index, 0,
                                               maxFunctionConstantIndex);
                    })) ||
      failed(
          member(at, "name", [&](auto c) { return name(c, result.name); })) ||
      failed(member(at, "dtype",
                    [&](auto c) { return dtype(c, result.dtype); })) ||
      failed(member(
          at, "default",
          [&](auto c) { return constant(c, result.defaultValue); }, true)) ||
      failed(member(
          at, "loc", [&](auto c) { return location(c, result.loc.emplace()); },
          true)));
}

LogicalResult Reader::attributes(const Cursor &at, Op &op) {
  if (failed(object(at)))
    return failure();
  for (const auto &[key, value] : at.value.items()) {
    Cursor attribute{value, &at, key};
    LogicalResult done =
        key == "dim"         ? string(attribute, op.dim)
        : key == "mem_flags" ? string(attribute, op.memFlags)
        : key == "order"     ? string(attribute, op.order)
        : key == "format"    ? string(attribute, op.format.emplace())
        : key == "message"   ? string(attribute, op.message.emplace())
        : key == "value"     ? constant(attribute, op.value)
        : key == "transpose" ? boolean(attribute, op.transpose.emplace())
        : key == "lanes"     ? lanes(attribute, op.lanes)
                             : fail(attribute, "unknown attribute");
    if (failed(done))
      return failure();
  }
  return success();
}

LogicalResult Reader::op(const Cursor &at, Op &result, unsigned depth) {
  if (++opCount > maxOpsPerKernel)
    return fail(at, "more than " + Twine(maxOpsPerKernel) + " ops in a kernel");
  std::string opName;
  if (failed(object(at)) ||
      failed(member(at, "op", [&](auto c) { return string(c, opName); })))
    return failure();
  result.row = findOp(opName);
  if (!result.row)
    return fail(at, "unknown op '" + opName + "'");
  return failure(
      failed(member(
          at, "in", [&](auto c) { return names(c, result.in); }, true)) ||
      failed(member(
          at, "out", [&](auto c) { return results(c, result.out); }, true)) ||
      failed(member(
          at, "attrs", [&](auto c) { return attributes(c, result); }, true)) ||
      failed(member(
          at, "name", [&](auto c) { return name(c, result.variable); },
          true)) ||
      failed(
          member(at, "loc", [&](auto c) { return location(c, result.loc); })) ||
      failed(member(
          at, "callers",
          [&](auto list) {
            return elements(list, [&](const Cursor &entry) {
              return call(entry, result.callers.emplace_back());
            });
          },
          true)) ||
      failed(member(
          at, "regions",
          [&](auto list) {
            return elements(list, [&](const Cursor &entry) {
              return region(entry, result.regions.emplace_back(), depth + 1);
            });
          },
          true)));
}

LogicalResult Reader::body(const Cursor &at, std::vector<Op> &list,
                           unsigned depth) {
  return elements(at, [&](const Cursor &entry) {
    return op(entry, list.emplace_back(), depth);
  });
}

LogicalResult Reader::region(const Cursor &at, Region &result, unsigned depth) {
  if (depth > maxRegionDepth)
    return fail(at, "regions are nested deeper than " + Twine(maxRegionDepth));
  return failure(
      failed(object(at)) ||
      failed(member(
          at, "args", [&](auto c) { return results(c, result.args); }, true)) ||
      failed(member(at, "body",
                    [&](auto c) { return body(c, result.body, depth); })) ||
      failed(member(
          at, "yield", [&](auto c) { return names(c, result.yield); }, true)));
}

LogicalResult Reader::launch(const Cursor &at, Kernel &kernel) {
  return failure(
      failed(object(at)) ||
      failed(member(
          at, "grid", [&](auto c) { return extents(c, kernel.grid); }, true)) ||
      failed(member(
          at, "block", [&](auto c) { return extents(c, kernel.block); },
          true)) ||
      failed(member(
          at, "max_threads",
          [&](auto c) {
            return integer<int32_t>(c, kernel.maxThreads.emplace(), 1, 1024);
          },
          true)));
}

LogicalResult Reader::kernel(const Cursor &at, Kernel &result) {
  opCount = 0;
  if (failed(object(at)) ||
      failed(
          member(at, "name", [&](auto c) { return name(c, result.name); })) ||
      failed(member(at, "python_name",
                    [&](auto c) { return name(c, result.pythonName); })) ||
      failed(
          member(at, "loc", [&](auto c) { return location(c, result.loc); })) ||
      failed(member(at, "params",
                    [&](auto list) {
                      return elements(list, [&](const Cursor &entry) {
                        return param(entry, result.params.emplace_back());
                      });
                    })) ||
      failed(member(
          at, "launch", [&](auto c) { return launch(c, result); }, true)) ||
      failed(member(
          at, "function_constants",
          [&](auto list) {
            return elements(list, [&](const Cursor &entry) {
              return functionConstant(entry,
                                      result.functionConstants.emplace_back());
            });
          },
          true)))
    return failure();
  return member(at, "body", [&](auto c) { return body(c, result.body, 0); });
}

LogicalResult Reader::trace(const Cursor &at, Trace &result) {
  std::string schema;
  if (!at.value.is_object())
    return fail(at, "the document must be a JSON object");
  if (failed(member(at, "schema", [&](auto c) { return string(c, schema); })))
    return failure();
  if (schema != "enigma-trace/1")
    return fail(at, "schema is \"" + schema +
                        "\"; this compiler reads \"enigma-trace/1\"");
  if (failed(member(at, "module",
                    [&](auto c) { return name(c, result.module); })) ||
      failed(
          member(at, "files", [&](auto c) { return names(c, result.files); })))
    return failure();
  fileCount = result.files.size();
  auto readDefines = [&](const Cursor &defines) {
    if (failed(object(defines)))
      return failure();
    for (const auto &[key, value] : defines.value.items())
      result.defines[key] = value.dump();
    return success();
  };
  auto readKernels = [&](const Cursor &list) {
    return elements(list, [&](const Cursor &entry) {
      return kernel(entry, result.kernels.emplace_back());
    });
  };
  auto readLaunches = [&](const Cursor &list) {
    return list.value.is_array() && list.value.empty()
               ? success()
               : fail(list, "launches are not part of this version");
  };
  return failure(failed(member(at, "defines", readDefines, true)) ||
                 failed(member(at, "kernels", readKernels)) ||
                 failed(member(at, "launches", readLaunches, true)));
}

/// How deep arrays and objects nest; of what is not JSON, an answer of no
/// meaning.
static size_t nestingDepth(StringRef document) {
  size_t depth = 0, deepest = 0;
  bool inString = false;
  for (size_t i = 0; i < document.size(); ++i) {
    char c = document[i];
    if (inString && c == '\\')
      ++i;
    else if (c == '"')
      inString = !inString;
    else if (!inString && (c == '[' || c == '{'))
      deepest = std::max(deepest, ++depth);
    else if (!inString && (c == ']' || c == '}') && depth)
      --depth;
  }
  return deepest;
}

llvm::Expected<Trace> Reader::read(StringRef document) {
  auto error = [](const Twine &text) {
    return llvm::createStringError("not a valid trace: " + text);
  };
  if (document.size() > maxDocumentBytes)
    return error("the document is larger than " +
                 Twine(maxDocumentBytes >> 20) + " MiB");
  // Not with a parser callback: nlohmann then searches the parent after every
  // value, which is quadratic in the number of ops.
  if (nestingDepth(document) > 6 * maxRegionDepth + 20)
    return error("arrays and objects are nested too deeply");
  json parsed = json::parse(document.begin(), document.end(), nullptr,
                            /*allow_exceptions=*/false);
  if (parsed.is_discarded())
    return error(describeJsonError(document));
  Trace result;
  if (failed(trace(Cursor{parsed}, result)))
    return error(message);
  if (llvm::Error failed = verifyTrace(result))
    return error(llvm::toString(std::move(failed)));
  return result;
}

llvm::Expected<Trace> trace::readTrace(StringRef document) {
  return Reader().read(document);
}
