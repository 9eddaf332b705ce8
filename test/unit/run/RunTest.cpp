// enigma-run on a manifest and on a bare metallib, both made here.
#include "Failure.h"
#include "Npy.h"
#include "Session.h"
#include "enigma/manifest/Manifest.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace enigma;
using namespace enigma::run;
namespace mf = enigma::manifest;

/// Out[i] = alpha * X[i].
static const char *scaleModule = R"(
target triple = "air64-apple-macosx14.0.0"
define void @enigma_kernel_scale(ptr addrspace(1) %x, ptr addrspace(1) %out, ptr addrspace(2) %alpha, i32 %tid) {
  %px = getelementptr float, ptr addrspace(1) %x, i32 %tid
  %v = load float, ptr addrspace(1) %px
  %a = load float, ptr addrspace(2) %alpha
  %r = fmul float %v, %a
  %po = getelementptr float, ptr addrspace(1) %out, i32 %tid
  store float %r, ptr addrspace(1) %po
  ret void
}
!air.kernel = !{!0}
!0 = !{ptr @enigma_kernel_scale, !1, !2}
!1 = !{}
!2 = !{!3, !4, !5, !6}
!3 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read", !"air.arg_name", !"X"}
!4 = !{i32 1, !"air.buffer", !"air.location_index", i32 1, i32 1, !"air.read_write", !"air.arg_name", !"Out"}
!5 = !{i32 2, !"air.buffer", !"air.buffer_size", i32 4, !"air.location_index", i32 2, i32 1, !"air.read", !"air.arg_name", !"alpha"}
!6 = !{i32 3, !"air.thread_position_in_grid", !"air.arg_name", !"tid"}
)";

static std::vector<uint8_t> scaleLibrary() {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(scaleModule, diagnostic, context);
  REQUIRE(module);
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(*module, stream);
  metallib::Library library;
  library.header = metallib::Header::forTarget(*findTarget("macos14"));
  metallib::Function function;
  function.name = "enigma_kernel_scale";
  function.module.assign(bitcode.begin(), bitcode.end());
  library.functions = {function};
  return llvm::cantFail(metallib::writeLibrary(library));
}

namespace {
/// A folder with scale.metallib, scale.manifest.json and x.npy.
struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / "enigma-unit-run";
  std::string file(const char *name) const { return (path / name).string(); }

  explicit Folder(bool withLaunches = false) {
    std::filesystem::create_directories(path);
    std::vector<uint8_t> library = scaleLibrary();
    std::ofstream(file("scale.metallib"), std::ios::binary)
        .write(reinterpret_cast<const char *>(library.data()), library.size());
    mf::Manifest m;
    m.artifacts.metallib = mf::describeArtifact("scale.metallib", library);
    mf::Kernel kernel;
    kernel.name = "enigma_kernel_scale";
    kernel.pythonName = "scale";
    kernel.block = mf::Extent{4, 1, 1};
    mf::Parameter x, out, alpha;
    x.name = "X", out.name = "Out", alpha.name = "alpha";
    out.index = 1, alpha.index = 2;
    out.access = mf::Access::Write;
    alpha.kind = mf::ParameterKind::Scalar;
    kernel.buffers = {x, out, alpha};
    m.kernels = {kernel};
    if (withLaunches)
      m.launches = {{"scale",
                     "",
                     {{"A", 0}, {"B", 1}, {"alpha", 2}},
                     {},
                     mf::Extent{6, 1, 1},
                     std::nullopt},
                    {"scale",
                     "",
                     {{"B", 0}, {"C", 1}, {"alpha", 2}},
                     {},
                     mf::Extent{6, 1, 1},
                     std::nullopt}};
    std::ofstream(file("scale.manifest.json")) << mf::writeManifest(m);
    std::vector<float> values = {0, 1, 2, 3, 4, 5};
    std::vector<uint8_t> bytes(24);
    std::memcpy(bytes.data(), values.data(), 24);
    writeNpy(file("x.npy"), DType::f32, {6}, bytes);
  }
  ~Folder() { std::filesystem::remove_all(path); }

  /// Exit status and message of running with these arguments.
  std::pair<int, std::string> run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "enigma-run");
    std::vector<char *> argv;
    for (std::string &argument : arguments)
      argv.push_back(argument.data());
    try {
      Options options;
      if (auto status = parseOptions(argv.size(), argv.data(), options))
        return {*status, ""};
      std::vector<uint8_t> bytes = readBytes(options.file);
      Session session = options.file.ends_with(".metallib")
                            ? openMetallib(options, bytes)
                            : openManifest(options);
      runSession(session, options);
      return {0, ""};
    } catch (const Failure &failure) {
      return {static_cast<int>(failure.status), failure.message};
    }
  }

  std::vector<float> floats(const char *name) const {
    std::vector<uint8_t> bytes = readNpy(file(name)).bytes;
    std::vector<float> values(bytes.size() / 4);
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
};
} // namespace

using Result = std::pair<int, std::string>;

TEST_CASE("a manifest's kernel runs by either name, sized by file or grid") {
  Folder folder;
  std::string manifest = folder.file("scale.manifest.json"),
              in = "X=" + folder.file("x.npy"),
              out = "Out=" + folder.file("out.npy");
  for (const char *kernel : {"scale", "enigma_kernel_scale"}) {
    CHECK(folder.run({manifest, kernel, "--in", in, "--out", out, "--scalar",
                      "alpha=2.5", "--grid", "6", "--repeat", "3"}) ==
          Result{0, ""});
    CHECK(folder.floats("out.npy") ==
          std::vector<float>{0, 2.5f, 5, 7.5f, 10, 12.5f});
  }
  CHECK(folder.run({manifest, "--fill", "X=ones", "--out", out, "--size",
                    "Out=9", "--scalar", "alpha=-1", "--grid", "6"}) ==
        Result{0, ""});
  CHECK(folder.floats("out.npy") ==
        std::vector<float>{-1, -1, -1, -1, -1, -1, 0, 0, 0});
}

TEST_CASE("launches run in order and share buffers by name") {
  Folder folder(true);
  CHECK(folder.run({folder.file("scale.manifest.json"), "--in",
                    "A=" + folder.file("x.npy"), "--fill", "B=zeros", "--out",
                    "C=" + folder.file("c.npy"), "--scalar", "alpha=3"}) ==
        Result{0, ""});
  CHECK(folder.floats("c.npy") == std::vector<float>{0, 9, 18, 27, 36, 45});
}

TEST_CASE("what is wrong is named, with its exit status") {
  Folder folder;
  std::string manifest = folder.file("scale.manifest.json"),
              in = "X=" + folder.file("x.npy"),
              out = "Out=" + folder.file("out.npy");
  auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(), manifest);
    return folder.run(more);
  };
  CHECK(run({"--in", in, "--out", out, "--scalar", "alpha=1"}) ==
        Result{1, "kernel 'scale' has no default grid; give --grid X[,Y[,Z]]"});
  CHECK(run({"nope", "--grid", "6"}) ==
        Result{1, "no kernel is called 'nope'; there are scale"});
  CHECK(run({"--in", in, "--out", out, "--grid", "6"}) ==
        Result{1, "parameter 'alpha' (f32 scalar) is not bound; give --scalar "
                  "alpha=VALUE"});
  CHECK(run({"--out", out, "--scalar", "alpha=1", "--grid", "6"})
            .second.find("parameter 'X' (f32 buffer) is not bound") == 0);
  CHECK(run({"--in", "Y=a.npy", "--grid", "6"}) ==
        Result{1, "--in: there is no parameter 'Y'; there are Out, X, alpha"});
  CHECK(run({"--scalar", "X=1", "--grid", "6"}) ==
        Result{1, "--scalar: parameter 'X' is a f32 buffer"});
  CHECK(run({"--constant", "n=1", "--grid", "6"}) ==
        Result{1, "--constant: there is no function constant 'n'; there are "
                  "none"});
  CHECK(run({"--in", in, "--out", out, "--scalar", "alpha=1", "--grid", "6",
             "--block", "2048"})
            .second == "kernel 'enigma_kernel_scale' allows 1024 threads per "
                       "threadgroup, not 2048");
  CHECK(run({"--in", in, "--out", out, "--scalar", "alpha=1", "--grid", "6",
             "--print", "Z:3"}) ==
        Result{1, "--print: there is no buffer 'Z'"});
  writeNpy(folder.file("i.npy"), DType::i32, {6}, std::vector<uint8_t>(24));
  CHECK(run({"--in", "X=" + folder.file("i.npy"), "--out", out, "--scalar",
             "alpha=1", "--grid", "6"})
            .second.find("buffer 'X' is f32; ") == 0);
  CHECK(run({"--in", "X=" + folder.file("none.npy"), "--out", out, "--scalar",
             "alpha=1", "--grid", "6"})
            .first == 3);
  CHECK(run({"--grid", "0"}).first == 2);
  CHECK(run({"--grid", "1,2,3,4"}).first == 2);
  CHECK(run({"--in", "X"}) == Result{2, "--in: expected NAME=VALUE, not 'X'"});
  CHECK(run({"--arg", "0=x.npy", "--grid", "6"}).first == 2);
  CHECK(
      run({"--sanitize", "memory"}) ==
      Result{2, "--sanitize memory: this checker arrives in a later release"});
  CHECK(run({"--sanitize", "magic"}).first == 2);
  CHECK(run({"--size", "Out=x", "--in", in, "--out", out, "--scalar", "alpha=1",
             "--grid", "6"})
            .first == 2);
  std::filesystem::remove(folder.file("scale.metallib"));
  CHECK(run({"--in", in, "--grid", "6"}).first == 3);
}

TEST_CASE("any metallib runs by argument index") {
  Folder folder;
  std::string library = folder.file("scale.metallib"), x = folder.file("x.npy"),
              out = folder.file("out.npy");
  CHECK(folder.run({library, "enigma_kernel_scale", "--arg", "0=" + x, "--arg",
                    "1=zeros:f32[6]", "--arg", "2=bytes:00000040", "--out",
                    "1=" + out, "--grid", "6", "--block", "4"}) ==
        Result{0, ""});
  CHECK(folder.floats("out.npy") == std::vector<float>{0, 2, 4, 6, 8, 10});
  CHECK(
      folder.run({library, "--arg", "0=" + x, "--grid", "6", "--block", "4"}) ==
      Result{1, "argument 1 ('Out') is not bound: give --arg 1=..."});
  CHECK(
      folder.run({library, "--arg", "7=" + x, "--grid", "6", "--block", "4"}) ==
      Result{1, "--arg: function 'enigma_kernel_scale' has no argument 7; "
                "there are 0 'X', 1 'Out', 2 'alpha'"});
  CHECK(folder.run({library, "--arg", "0=" + x, "--arg", "1=zeros:f32[6]",
                    "--arg", "2=bytes:00000000", "--out", "2=" + out, "--grid",
                    "6", "--block", "4"}) ==
        Result{1, "--out: argument 2 holds raw bytes; say its dtype: --out "
                  "2=FILE.npy:DTYPE"});
  CHECK(
      folder
          .run({library, "--arg", "2=bytes:0g", "--grid", "6", "--block", "4"})
          .first == 2);
  CHECK(folder
            .run({library, "--arg", "2=zeros:f99[4]", "--grid", "6", "--block",
                  "4"})
            .first == 2);
  CHECK(
      folder.run({library, "--arg", "0=" + x}) ==
      Result{1, "a metallib does not say its launch: give --grid and --block"});
}
