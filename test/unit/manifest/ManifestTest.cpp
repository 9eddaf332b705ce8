// The manifest: what is written reads back, and what is wrong is named.
#include "enigma/manifest/Manifest.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <catch2/catch.hpp>
#include <cmath>

using namespace enigma;
using namespace enigma::manifest;

static Manifest sample() {
  Manifest m;
  m.module = "add";
  m.compiler = {"enigmac", "0.1.0"};
  m.target = {"air64-apple-macosx14.0.0",
              "macos",
              "14.0",
              "2.6",
              "3.1",
              true,
              2,
              "native"};
  m.artifacts.metallib =
      describeArtifact("add.metallib", llvm::arrayRefFromStringRef("abc"));
  Kernel kernel;
  kernel.name = "enigma_kernel_add";
  kernel.pythonName = "add";
  kernel.source = {"add.py", 5};
  kernel.grid = Extent{1024, 1, 1};
  Parameter a;
  a.name = "A";
  a.shape = {1024};
  a.stride = {1};
  a.bytes = 4096;
  a.alignment = 4;
  Parameter alpha;
  alpha.name = "alpha";
  alpha.index = 1;
  alpha.kind = ParameterKind::Scalar;
  alpha.bytes = 4;
  kernel.buffers = {a, alpha};
  kernel.functionConstants = {
      {0, "n", DType::u32, std::nullopt},
      {1, "limit", DType::f32, ConstantValue(-INFINITY)},
      {2, "flag", DType::b1, ConstantValue(true)},
      {3, "low", DType::i32, ConstantValue(int64_t(-7))}};
  kernel.required = {"simdgroup_matrix"};
  m.kernels = {kernel};
  m.launches = {{"add",
                 "sums",
                 {{"X", 0}, {"B", 1}},
                 {"B"},
                 Extent{8, 1, 1},
                 std::nullopt}};
  return m;
}

static std::string parseError(llvm::StringRef text) {
  auto manifest = parseManifest(text);
  return manifest ? "" : llvm::toString(manifest.takeError());
}

static std::string replaced(std::string text, llvm::StringRef from,
                            llvm::StringRef to) {
  size_t at = text.find(from.str());
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to.str());
}

TEST_CASE("a manifest is written in the documented order and reads back") {
  std::string text = writeManifest(sample());
  size_t last = 0;
  for (const char *key :
       {"\"schema\"", "\"module\"", "\"compiler\"", "\"target\"",
        "\"artifacts\"", "\"kernels\"", "\"python_name\"", "\"source\"",
        "\"grid\"", "\"block\"", "\"buffers\"", "\"function_constants\"",
        "\"threadgroup_memory_bytes\"", "\"requires\"", "\"launches\""}) {
    INFO(key);
    size_t at = text.find(key, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
  CHECK(llvm::StringRef(text).contains(
      "\"grid\": [1024, 1, 1],\n      \"block\": null"));
  auto back = parseManifest(text);
  REQUIRE(bool(back));
  CHECK(writeManifest(*back) == text);
  CHECK(back->find("add") == back->find("enigma_kernel_add"));
  CHECK(std::get<double>(*back->kernels[0].functionConstants[1].defaultValue) ==
        -INFINITY);
  CHECK(back->launches[0].bindings[0].first == "X");
  CHECK(back->launches[0].program == "sums");
  CHECK(back->launches[0].intermediates == std::vector<std::string>{"B"});
}

TEST_CASE("several targets are listed, each with its artifacts") {
  Manifest several = sample();
  CHECK_FALSE(llvm::StringRef(writeManifest(several)).contains("targets"));
  Artifacts newer;
  newer.metallib = describeArtifact("add.macos26.metallib",
                                    llvm::arrayRefFromStringRef("newer"));
  TargetFacts facts = several.target;
  facts.minOS = "26.0";
  several.targets = {{"macos26", facts, newer},
                     {"macos14", several.target, several.artifacts}};
  std::string text = writeManifest(several);
  auto back = parseManifest(text);
  REQUIRE(bool(back));
  CHECK(writeManifest(*back) == text);
  REQUIRE(back->targets.size() == 2);
  CHECK(back->targets[0].name == "macos26");
  CHECK(back->targets[0].target.minOS == "26.0");
  CHECK(back->targets[0].artifacts.metallib->path == "add.macos26.metallib");
  CHECK(text.find("\"artifacts\"") < text.find("\"targets\""));
  CHECK(text.find("\"targets\"") < text.find("\"kernels\""));
  CHECK(parseError(replaced(text, "\"name\": \"macos26\"", "\"name\": 26")) ==
        "targets[0].name: expected a string");
  CHECK(parseError(replaced(text, "add.macos26.metallib", "/x")) ==
        "targets[0].artifacts.metallib.path: expected a path inside the "
        "manifest's folder");
}

TEST_CASE("unknown fields are ignored, unknown versions refused") {
  std::string text = writeManifest(sample());
  CHECK(parseError(replaced(text, "\"module\"",
                            "\"later\": {\"x\": [1]},\n  \"module\"")) == "");
  CHECK(parseError(replaced(text, "manifest/1", "manifest/2")) ==
        "schema: 'enigma-manifest/2' is not supported; this reader knows "
        "enigma-manifest/1");
}

TEST_CASE("errors name the JSON path") {
  std::string text = writeManifest(sample());
  CHECK(parseError("{\"schema\":") == "manifest: not valid JSON");
  CHECK(parseError("[]") == "manifest: expected an object");
  CHECK(
      parseError(replaced(text, "\"dtype\": \"f32\"", "\"dtype\": \"f64\"")) ==
      "kernels[0].buffers[0].dtype: unknown dtype 'f64'");
  CHECK(parseError(replaced(text, "\"index\": 1", "\"index\": -1")) ==
        "kernels[0].buffers[1].index: expected a non-negative integer");
  CHECK(parseError(replaced(text, "[1024, 1, 1]", "[1024, 0, 1]")) ==
        "kernels[0].grid: expected three positive integers");
  CHECK(parseError(replaced(text, "\"line\": 5", "\"line\": 5000000000")) ==
        "kernels[0].source.line: 5000000000 is out of range");
  CHECK(parseError(replaced(text, "\"python_name\"", "\"pyname\"")) ==
        "kernels[0]: missing field 'python_name'");
  CHECK(parseError(
            replaced(text, "\"kernel\": \"add\"", "\"kernel\": \"sub\"")) ==
        "launches[0].kernel: no kernel is called 'sub'");
  CHECK(
      parseError(replaced(text, "add.metallib", "../add.metallib")) ==
      "artifacts.metallib.path: expected a path inside the manifest's folder");
}

TEST_CASE("any truncation is an error and never a crash") {
  std::string text = writeManifest(sample());
  for (size_t length = 0; length + 2 < text.size(); ++length)
    CHECK(parseError(llvm::StringRef(text).take_front(length)) != "");
}

TEST_CASE("artifacts are checked against size and hash") {
  llvm::SmallString<128> folder;
  REQUIRE(!llvm::sys::fs::createUniqueDirectory("enigma-manifest", folder));
  auto write = [&](llvm::StringRef name, llvm::StringRef text) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    REQUIRE(!error);
    return path;
  };
  auto path = write("add.manifest.json", writeManifest(sample()));
  auto missing = readManifest(path);
  REQUIRE(!missing);
  CHECK(llvm::errorToErrorCode(missing.takeError()) ==
        std::errc::no_such_file_or_directory);

  write("add.metallib", "abd");
  auto changed = readManifest(path);
  REQUIRE(!changed);
  CHECK(llvm::StringRef(llvm::toString(changed.takeError()))
            .contains("has SHA-256"));

  write("add.metallib", "abcd");
  auto grown = readManifest(path);
  REQUIRE(!grown);
  CHECK(llvm::StringRef(llvm::toString(grown.takeError()))
            .contains("has 4 bytes, the manifest says 3"));

  write("add.metallib", "abc");
  CHECK(bool(readManifest(path)));
  llvm::sys::fs::remove_directories(folder);
}
