// Reads and validates a manifest; every error names the JSON path it is about.
#include "enigma/manifest/Manifest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <limits>
#include <nlohmann/json.hpp>

using namespace enigma;
using namespace enigma::manifest;
using llvm::StringRef;
using llvm::Twine;
using Json = nlohmann::ordered_json;

static llvm::Error invalid(const Twine &message) {
  return llvm::createStringError(
      llvm::make_error_code(llvm::errc::invalid_argument), message);
}

namespace {

/// Converts JSON to the structs above, remembering the first error with its
/// path.
class Decoder {
public:
  void decode(const Json &document, Manifest &manifest);
  llvm::Error takeError() {
    return message.empty() ? llvm::Error::success() : invalid(message);
  }

private:
  void fail(const std::string &path, const Twine &what) {
    if (message.empty())
      message =
          (path.empty() ? Twine("manifest: ") : Twine(path) + ": ").str() +
          what.str();
  }

  /// The member `key` of `object`, or null after recording why there is none.
  const Json *member(const Json &object, const std::string &path,
                     const char *key);
  static const Json *optionalMember(const Json &object, const char *key);

  void read(const Json &value, const std::string &path, std::string &out);
  void read(const Json &value, const std::string &path, bool &out);
  void read(const Json &value, const std::string &path, uint32_t &out);
  void read(const Json &value, const std::string &path, uint64_t &out);
  void read(const Json &value, const std::string &path, int64_t &out);
  void read(const Json &value, const std::string &path, DType &out);
  void read(const Json &value, const std::string &path, ElementType &out);
  void read(const Json &value, const std::string &path, Access &out);
  void read(const Json &value, const std::string &path, ParameterKind &out);
  void read(const Json &value, const std::string &path, ConstantValue &out);
  void read(const Json &value, const std::string &path, Extent &out);
  void read(const Json &value, const std::string &path, Compiler &out);
  void read(const Json &value, const std::string &path, TargetFacts &out);
  void read(const Json &value, const std::string &path, Artifact &out);
  void read(const Json &value, const std::string &path, Artifacts &out);
  void read(const Json &value, const std::string &path, TargetArtifacts &out);
  void read(const Json &value, const std::string &path, SourceLine &out);
  void read(const Json &value, const std::string &path, Parameter &out);
  void read(const Json &value, const std::string &path, FunctionConstant &out);
  void read(const Json &value, const std::string &path, Kernel &out);
  void read(const Json &value, const std::string &path, Launch &out);

  template <typename T>
  void read(const Json &value, const std::string &path, std::vector<T> &out) {
    if (!value.is_array())
      return fail(path, "expected an array");
    for (size_t i = 0; i < value.size() && message.empty(); ++i)
      read(value[i], path + "[" + std::to_string(i) + "]", out.emplace_back());
  }

  template <typename T>
  void field(const Json &object, const std::string &path, const char *key,
             T &out) {
    if (const Json *value = member(object, path, key))
      read(*value, join(path, key), out);
  }

  /// A field that may be null or absent.
  template <typename T>
  void field(const Json &object, const std::string &path, const char *key,
             std::optional<T> &out) {
    if (const Json *value = optionalMember(object, key))
      read(*value, join(path, key), out.emplace());
  }

  static std::string join(const std::string &path, const char *key) {
    return path.empty() ? key : path + "." + key;
  }

  std::string message;
};

} // namespace

const Json *Decoder::member(const Json &object, const std::string &path,
                            const char *key) {
  if (!object.is_object()) {
    fail(path, "expected an object");
    return nullptr;
  }
  auto it = object.find(key);
  if (it == object.end()) {
    fail(path, Twine("missing field '") + key + "'");
    return nullptr;
  }
  return &*it;
}

const Json *Decoder::optionalMember(const Json &object, const char *key) {
  if (!object.is_object())
    return nullptr;
  auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

void Decoder::read(const Json &value, const std::string &path,
                   std::string &out) {
  if (!value.is_string())
    return fail(path, "expected a string");
  out = value.get<std::string>();
}

void Decoder::read(const Json &value, const std::string &path, bool &out) {
  if (!value.is_boolean())
    return fail(path, "expected true or false");
  out = value.get<bool>();
}

void Decoder::read(const Json &value, const std::string &path, uint64_t &out) {
  if (!value.is_number_unsigned())
    return fail(path, "expected a non-negative integer");
  out = value.get<uint64_t>();
}

void Decoder::read(const Json &value, const std::string &path, uint32_t &out) {
  uint64_t wide = 0;
  read(value, path, wide);
  if (wide > std::numeric_limits<uint32_t>::max())
    return fail(path, Twine(wide) + " is out of range");
  out = static_cast<uint32_t>(wide);
}

void Decoder::read(const Json &value, const std::string &path, int64_t &out) {
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() &&
       value.get<uint64_t>() >
           static_cast<uint64_t>(std::numeric_limits<int64_t>::max())))
    return fail(path, "expected a 64-bit integer");
  out = value.get<int64_t>();
}

void Decoder::read(const Json &value, const std::string &path, DType &out) {
  std::string name;
  read(value, path, name);
  if (auto dtype = parseDType(name))
    out = *dtype;
  else
    fail(path, "unknown dtype '" + name + "'");
}

void Decoder::read(const Json &value, const std::string &path,
                   ElementType &out) {
  std::string name;
  read(value, path, name);
  if (auto type = parseElementType(name))
    out = *type;
  else
    fail(path, "unknown dtype '" + name + "'");
}

void Decoder::read(const Json &value, const std::string &path, Access &out) {
  std::string name;
  read(value, path, name);
  if (name == "read")
    out = Access::Read;
  else if (name == "write")
    out = Access::Write;
  else if (name == "read_write")
    out = Access::ReadWrite;
  else
    fail(path, "expected read, write or read_write, not '" + name + "'");
}

void Decoder::read(const Json &value, const std::string &path,
                   ParameterKind &out) {
  std::string name;
  read(value, path, name);
  if (name == "buffer")
    out = ParameterKind::Buffer;
  else if (name == "scalar")
    out = ParameterKind::Scalar;
  else
    fail(path, "expected buffer or scalar, not '" + name + "'");
}

void Decoder::read(const Json &value, const std::string &path,
                   ConstantValue &out) {
  if (value.is_boolean())
    out = value.get<bool>();
  else if (value.is_number_unsigned())
    out = value.get<uint64_t>();
  else if (value.is_number_integer())
    out = value.get<int64_t>();
  else if (value.is_number_float())
    out = value.get<double>();
  else if (value == "inf")
    out = std::numeric_limits<double>::infinity();
  else if (value == "-inf")
    out = -std::numeric_limits<double>::infinity();
  else if (value == "nan")
    out = std::numeric_limits<double>::quiet_NaN();
  else
    fail(path, "expected a number, true, false or null");
}

void Decoder::read(const Json &value, const std::string &path, Extent &out) {
  std::vector<uint32_t> extent;
  read(value, path, extent);
  if (!message.empty())
    return;
  if (extent.size() != out.size() || llvm::is_contained(extent, 0u))
    return fail(path, "expected three positive integers");
  llvm::copy(extent, out.begin());
}

void Decoder::read(const Json &value, const std::string &path, Compiler &out) {
  field(value, path, "name", out.name);
  field(value, path, "version", out.version);
}

void Decoder::read(const Json &value, const std::string &path,
                   TargetFacts &out) {
  field(value, path, "triple", out.triple);
  field(value, path, "platform", out.platform);
  field(value, path, "min_os", out.minOS);
  field(value, path, "air", out.air);
  field(value, path, "msl", out.msl);
  field(value, path, "fast_math", out.fastMath);
  field(value, path, "opt", out.opt);
  field(value, path, "toolchain", out.toolchain);
}

void Decoder::read(const Json &value, const std::string &path, Artifact &out) {
  field(value, path, "path", out.path);
  field(value, path, "sha256", out.sha256);
  field(value, path, "size", out.size);
  auto isLowerHex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  if (out.sha256.size() != 64 || !llvm::all_of(out.sha256, isLowerHex))
    fail(path + ".sha256", "expected 64 lower-case hexadecimal digits");
  // A manifest describes its own folder; it must not be able to make a reader
  // open other files.
  if (out.path.empty() || llvm::sys::path::is_absolute(out.path) ||
      llvm::is_contained(llvm::make_range(llvm::sys::path::begin(out.path),
                                          llvm::sys::path::end(out.path)),
                         StringRef("..")))
    fail(path + ".path", "expected a path inside the manifest's folder");
}

void Decoder::read(const Json &value, const std::string &path, Artifacts &out) {
  if (!value.is_object())
    return fail(path, "expected an object");
  field(value, path, "metallib", out.metallib);
  field(value, path, "air", out.air);
  field(value, path, "metal", out.metal);
}

void Decoder::read(const Json &value, const std::string &path,
                   TargetArtifacts &out) {
  field(value, path, "name", out.name);
  field(value, path, "target", out.target);
  field(value, path, "artifacts", out.artifacts);
}

void Decoder::read(const Json &value, const std::string &path,
                   SourceLine &out) {
  field(value, path, "file", out.file);
  field(value, path, "line", out.line);
}

void Decoder::read(const Json &value, const std::string &path, Parameter &out) {
  field(value, path, "name", out.name);
  field(value, path, "index", out.index);
  field(value, path, "kind", out.kind);
  field(value, path, "dtype", out.type);
  field(value, path, "bytes", out.bytes);
  if (out.kind == ParameterKind::Scalar)
    return;
  field(value, path, "access", out.access);
  field(value, path, "shape", out.shape);
  field(value, path, "stride", out.stride);
  field(value, path, "alignment", out.alignment);
}

void Decoder::read(const Json &value, const std::string &path,
                   FunctionConstant &out) {
  field(value, path, "index", out.index);
  field(value, path, "name", out.name);
  field(value, path, "dtype", out.dtype);
  field(value, path, "default", out.defaultValue);
}

void Decoder::read(const Json &value, const std::string &path, Kernel &out) {
  field(value, path, "name", out.name);
  field(value, path, "python_name", out.pythonName);
  field(value, path, "source", out.source);
  field(value, path, "grid", out.grid);
  field(value, path, "block", out.block);
  field(value, path, "buffers", out.buffers);
  field(value, path, "function_constants", out.functionConstants);
  field(value, path, "threadgroup_memory_bytes", out.threadgroupMemoryBytes);
  field(value, path, "max_threads_per_threadgroup",
        out.maxThreadsPerThreadgroup);
  field(value, path, "requires", out.required);
}

void Decoder::read(const Json &value, const std::string &path, Launch &out) {
  field(value, path, "kernel", out.kernel);
  if (value.is_object() && value.contains("export"))
    field(value, path, "export", out.program);
  if (value.is_object() && value.contains("intermediates"))
    field(value, path, "intermediates", out.intermediates);
  field(value, path, "grid", out.grid);
  field(value, path, "block", out.block);
  const Json *bindings = member(value, path, "bindings");
  if (!bindings)
    return;
  if (!bindings->is_object())
    return fail(path + ".bindings", "expected an object");
  for (auto it = bindings->begin(); it != bindings->end(); ++it) {
    auto &[name, index] = out.bindings.emplace_back(it.key(), 0);
    read(*it, path + ".bindings." + name, index);
  }
}

void Decoder::decode(const Json &document, Manifest &manifest) {
  std::string schema;
  field(document, "", "schema", schema);
  if (message.empty() && schema != schemaName)
    return fail("schema", "'" + schema +
                              "' is not supported; this reader knows " +
                              schemaName);
  field(document, "", "module", manifest.module);
  field(document, "", "compiler", manifest.compiler);
  field(document, "", "target", manifest.target);
  field(document, "", "artifacts", manifest.artifacts);
  if (const Json *targets = optionalMember(document, "targets"))
    read(*targets, "targets", manifest.targets);
  field(document, "", "kernels", manifest.kernels);
  field(document, "", "launches", manifest.launches);
  for (size_t i = 0; i < manifest.launches.size() && message.empty(); ++i)
    if (!manifest.find(manifest.launches[i].kernel))
      fail("launches[" + std::to_string(i) + "].kernel",
           "no kernel is called '" + manifest.launches[i].kernel + "'");
}

llvm::Expected<Manifest> manifest::parseManifest(StringRef text) {
  Json document = Json::parse(text.begin(), text.end(), nullptr,
                              /*allow_exceptions=*/false);
  if (document.is_discarded())
    return invalid("manifest: not valid JSON");
  Manifest manifest;
  Decoder decoder;
  decoder.decode(document, manifest);
  if (llvm::Error error = decoder.takeError())
    return error;
  return manifest;
}

/// `key` is the JSON path of the artifact.
static llvm::Error verifyArtifact(const std::optional<Artifact> &artifact,
                                  const std::string &key, StringRef directory) {
  if (!artifact)
    return llvm::Error::success();
  llvm::SmallString<256> path(directory);
  llvm::sys::path::append(path, artifact->path);
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return llvm::createStringError(file.getError(),
                                   key + ": cannot read '" + Twine(path) +
                                       "': " + file.getError().message());
  Artifact actual = describeArtifact(
      artifact->path, llvm::arrayRefFromStringRef((*file)->getBuffer()));
  if (actual.size != artifact->size)
    return invalid(key + ": '" + Twine(path) + "' has " + Twine(actual.size) +
                   " bytes, the manifest says " + Twine(artifact->size));
  if (actual.sha256 != artifact->sha256)
    return invalid(key + ": '" + Twine(path) + "' has SHA-256 " +
                   actual.sha256 + ", the manifest says " + artifact->sha256);
  return llvm::Error::success();
}

static llvm::Error verifyAll(const Artifacts &artifacts, const std::string &key,
                             StringRef directory) {
  if (llvm::Error error =
          verifyArtifact(artifacts.metallib, key + ".metallib", directory))
    return error;
  if (llvm::Error error =
          verifyArtifact(artifacts.air, key + ".air", directory))
    return error;
  return verifyArtifact(artifacts.metal, key + ".metal", directory);
}

llvm::Error manifest::verifyArtifacts(const Manifest &manifest,
                                      StringRef directory) {
  if (llvm::Error error = verifyAll(manifest.artifacts, "artifacts", directory))
    return error;
  for (const auto &[i, each] : llvm::enumerate(manifest.targets))
    if (llvm::Error error = verifyAll(
            each.artifacts, "targets[" + std::to_string(i) + "].artifacts",
            directory))
      return error;
  return llvm::Error::success();
}

llvm::Expected<Manifest> manifest::readManifest(StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return llvm::createStringError(file.getError(),
                                   "cannot read '" + Twine(path) +
                                       "': " + file.getError().message());
  auto manifest = parseManifest((*file)->getBuffer());
  if (!manifest)
    return invalid(Twine(path) + ": " + llvm::toString(manifest.takeError()));
  if (llvm::Error error =
          verifyArtifacts(*manifest, llvm::sys::path::parent_path(path)))
    return error;
  return manifest;
}
