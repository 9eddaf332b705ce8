// A small valid trace that tests change in one place.
#pragma once

#include "enigma/trace/Trace.h"
#include <catch2/catch.hpp>
#include <string>

namespace enigma::trace::testing {

/// A document with one kernel; the arguments are JSON.
inline std::string document(const std::string &body,
                            const std::string &params = R"([
  {"name": "A", "kind": "buffer", "dtype": "f32"},
  {"name": "I", "kind": "buffer", "dtype": "u32", "shape": [4, 8]},
  {"name": "n", "kind": "scalar", "dtype": "i32"}])") {
  return R"({"schema": "enigma-trace/1", "module": "m", "files": ["m.py"], "defines": {"N": 1},
 "kernels": [{"name": "enigma_kernel_k", "python_name": "k", "loc": [0, 1, 0, 1, 5],
  "params": )" +
         params + R"(,
  "launch": {"grid": [8, 1, 1], "block": [4, 1, 1], "max_threads": 64}, "function_constants": [],
  "body": [)" +
         body + R"(]}], "launches": []})";
}

/// An op from the members after its name; the location is added.
inline std::string op(const std::string &name,
                      const std::string &members = "") {
  return R"({"op": ")" + name + R"(", "loc": [0, 2, 4, 2, 9])" +
         (members.empty() ? "" : ", " + members) + "}";
}

/// A constant `%name` of a dtype.
inline std::string constant(const std::string &name, const std::string &type,
                            const std::string &value) {
  return op("constant", R"("out": [["%)" + name + R"(", ")" + type +
                            R"("]], "attrs": {"value": )" + value + "}");
}

/// The error of a document without its common start, "" if it is valid.
inline std::string errorOf(const std::string &text) {
  llvm::Expected<Trace> trace = readTrace(text);
  if (trace)
    return "";
  std::string message = llvm::toString(trace.takeError());
  const std::string start = "not a valid trace: ";
  REQUIRE(message.substr(0, start.size()) == start);
  return message.substr(start.size());
}

/// The error of a body, relative to it.
inline std::string bodyError(const std::string &body) {
  std::string message = errorOf(document(body));
  const std::string start = "kernels[0].body";
  return message.substr(0, start.size()) == start ? message.substr(start.size())
                                                  : message;
}

inline std::string replaced(std::string text, const std::string &from,
                            const std::string &to) {
  size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace enigma::trace::testing
