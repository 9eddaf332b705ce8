// Writes a manifest as JSON with the keys in the documented order.
#include "enigma/manifest/Manifest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include <cmath>
#include <nlohmann/json.hpp>

using namespace enigma;
using namespace enigma::manifest;
using Json = nlohmann::ordered_json;

static std::string dumpScalar(const Json &value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Arrays of plain values stay on one line: a grid is easier to read and to
/// diff that way.
static void print(const Json &value, unsigned depth, std::string &out) {
  bool flat = !value.is_structured() || value.empty() ||
              (value.is_array() && llvm::none_of(value, [](const Json &e) {
                 return e.is_structured();
               }));
  if (flat && value.is_array()) {
    out += '[';
    for (size_t i = 0; i < value.size(); ++i)
      out += (i ? ", " : "") + dumpScalar(value[i]);
    out += ']';
    return;
  }
  if (flat) {
    out += dumpScalar(value);
    return;
  }
  std::string indent(2 * (depth + 1), ' ');
  out += value.is_object() ? "{" : "[";
  bool first = true;
  for (auto it = value.begin(); it != value.end(); ++it) {
    out += first ? "\n" : ",\n";
    first = false;
    out += indent;
    if (value.is_object())
      out += dumpScalar(Json(it.key())) + ": ";
    print(*it, depth + 1, out);
  }
  out += '\n' + std::string(2 * depth, ' ');
  out += value.is_object() ? '}' : ']';
}

template <typename T> static Json orNull(const std::optional<T> &value) {
  return value ? Json(*value) : Json();
}

/// JSON has no infinities or NaN; they travel as strings.
static Json constantJson(const std::optional<ConstantValue> &value) {
  if (!value)
    return Json();
  if (const double *number = std::get_if<double>(&*value);
      number && !std::isfinite(*number))
    return std::isnan(*number) ? "nan" : *number > 0 ? "inf" : "-inf";
  return std::visit([](auto v) { return Json(v); }, *value);
}

static Json artifactJson(const Artifact &artifact) {
  return {{"path", artifact.path},
          {"sha256", artifact.sha256},
          {"size", artifact.size}};
}

static Json artifactsJson(const Artifacts &artifacts) {
  Json out = Json::object();
  if (artifacts.metallib)
    out["metallib"] = artifactJson(*artifacts.metallib);
  if (artifacts.air)
    out["air"] = artifactJson(*artifacts.air);
  if (artifacts.metal)
    out["metal"] = artifactJson(*artifacts.metal);
  return out;
}

static Json targetJson(const TargetFacts &target) {
  return {{"triple", target.triple}, {"platform", target.platform},
          {"min_os", target.minOS},  {"air", target.air},
          {"msl", target.msl},       {"fast_math", target.fastMath},
          {"opt", target.opt},       {"toolchain", target.toolchain}};
}

static const char *accessName(Access access) {
  switch (access) {
  case Access::Read:
    return "read";
  case Access::Write:
    return "write";
  case Access::ReadWrite:
    return "read_write";
  }
  llvm_unreachable("every access has a name");
}

static Json parameterJson(const Parameter &parameter) {
  bool isBuffer = parameter.kind == ParameterKind::Buffer;
  Json out = {{"name", parameter.name},
              {"index", parameter.index},
              {"kind", isBuffer ? "buffer" : "scalar"},
              {"dtype", elementName(parameter.type)}};
  if (isBuffer) {
    out["access"] = accessName(parameter.access);
    out["shape"] = orNull(parameter.shape);
    out["stride"] = orNull(parameter.stride);
  }
  out["bytes"] = orNull(parameter.bytes);
  if (isBuffer)
    out["alignment"] = parameter.alignment;
  return out;
}

static Json kernelJson(const Kernel &kernel) {
  Json buffers = Json::array();
  for (const Parameter &parameter : kernel.buffers)
    buffers.push_back(parameterJson(parameter));
  Json constants = Json::array();
  for (const FunctionConstant &constant : kernel.functionConstants)
    constants.push_back({{"index", constant.index},
                         {"name", constant.name},
                         {"dtype", std::string(dtypeRow(constant.dtype).name)},
                         {"default", constantJson(constant.defaultValue)}});
  return {
      {"name", kernel.name},
      {"python_name", kernel.pythonName},
      {"source", {{"file", kernel.source.file}, {"line", kernel.source.line}}},
      {"grid", orNull(kernel.grid)},
      {"block", orNull(kernel.block)},
      {"buffers", std::move(buffers)},
      {"function_constants", std::move(constants)},
      {"threadgroup_memory_bytes", kernel.threadgroupMemoryBytes},
      {"max_threads_per_threadgroup", kernel.maxThreadsPerThreadgroup},
      {"requires", kernel.required}};
}

static Json launchJson(const Launch &launch) {
  Json bindings = Json::object();
  for (const auto &[name, index] : launch.bindings)
    bindings[name] = index;
  return {{"kernel", launch.kernel},
          {"export", launch.program},
          {"bindings", std::move(bindings)},
          {"intermediates", launch.intermediates},
          {"grid", orNull(launch.grid)},
          {"block", orNull(launch.block)}};
}

std::string manifest::writeManifest(const Manifest &manifest) {
  Json kernels = Json::array();
  for (const Kernel &kernel : manifest.kernels)
    kernels.push_back(kernelJson(kernel));
  Json launches = Json::array();
  for (const Launch &launch : manifest.launches)
    launches.push_back(launchJson(launch));
  Json document = {{"schema", schemaName.str()},
                   {"module", manifest.module},
                   {"compiler",
                    {{"name", manifest.compiler.name},
                     {"version", manifest.compiler.version}}},
                   {"target", targetJson(manifest.target)},
                   {"artifacts", artifactsJson(manifest.artifacts)}};
  if (!manifest.targets.empty()) {
    Json targets = Json::array();
    for (const TargetArtifacts &each : manifest.targets)
      targets.push_back({{"name", each.name},
                         {"target", targetJson(each.target)},
                         {"artifacts", artifactsJson(each.artifacts)}});
    document["targets"] = std::move(targets);
  }
  document["kernels"] = std::move(kernels);
  document["launches"] = std::move(launches);
  std::string out;
  print(document, 0, out);
  return out + '\n';
}

Artifact manifest::describeArtifact(llvm::StringRef path,
                                    llvm::ArrayRef<uint8_t> bytes) {
  return {path.str(),
          llvm::toHex(llvm::SHA256::hash(bytes), /*LowerCase=*/true),
          bytes.size()};
}

const Kernel *Manifest::find(llvm::StringRef name) const {
  for (const Kernel &kernel : kernels)
    if (name == kernel.pythonName || name == kernel.name)
      return &kernel;
  return nullptr;
}
