// The manifest's kernels and target, from a module of the dialect.
#include "DescribeModule.h"
#include "mlir/Parser/Parser.h"
#include <catch2/catch.hpp>

using namespace enigma;
using namespace enigma::driver;
namespace mf = enigma::manifest;

namespace {

/// The kernels of a module in text form.
class Described {
public:
  explicit Described(llvm::StringRef text) {
    context.loadDialect<EnigmaDialect, mlir::arith::ArithDialect,
                        mlir::scf::SCFDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    REQUIRE(bool(module));
    kernels = describeKernels(*module);
  }
  std::vector<mf::Kernel> kernels;

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace

TEST_CASE("a kernel's name, source, launch and limits") {
  Described module(R"(
    enigma.kernel @enigma_kernel_k() python "k" grid [64, 2, 1] block [32, 1, 1] max_threads 256 fast {
      enigma.return
    } loc("tile"("m.py":5:1 to 9:4))
    enigma.kernel @bare() fast {
      enigma.return
    } loc(unknown))");
  REQUIRE(module.kernels.size() == 2);
  const mf::Kernel &kernel = module.kernels[0];
  CHECK(kernel.name == "enigma_kernel_k");
  CHECK(kernel.pythonName == "k");
  CHECK(kernel.source.file == "m.py");
  CHECK(kernel.source.line == 5);
  CHECK(*kernel.grid == mf::Extent{64, 2, 1});
  CHECK(*kernel.block == mf::Extent{32, 1, 1});
  CHECK(kernel.maxThreadsPerThreadgroup == 256);
  CHECK(kernel.threadgroupMemoryBytes == 0);
  CHECK(kernel.required.empty());
  const mf::Kernel &bare = module.kernels[1];
  CHECK(bare.pythonName == "bare");
  CHECK(!bare.grid);
  CHECK(!bare.block);
  CHECK(bare.maxThreadsPerThreadgroup == 1024);
}

TEST_CASE("function constants that a kernel reads, by index") {
  Described module(R"(
    enigma.function_constant @n index 9 : ui64 default 18446744073709551615
    enigma.function_constant @gain index 1 : f16 default 0.1
    enigma.function_constant @low index 2 : si8 default -128
    enigma.function_constant @flag index 3 : i1 default true
    enigma.function_constant @needed index 4 : bf16
    enigma.function_constant @unread index 0 : si32
    enigma.kernel @k() fast {
      %0 = enigma.get_function_constant @n : ui64
      %1 = enigma.get_function_constant @gain : f16
      %2 = enigma.get_function_constant @low : si8
      %3 = enigma.get_function_constant @flag : i1
      %4 = enigma.get_function_constant @needed : bf16
      enigma.return
    }
    enigma.kernel @none() fast {
      enigma.return
    })");
  const auto &constants = module.kernels[0].functionConstants;
  REQUIRE(constants.size() == 5);
  CHECK(constants[0].name == "gain");
  CHECK(constants[0].index == 1);
  CHECK(constants[0].dtype == DType::f16);
  CHECK(std::get<double>(*constants[0].defaultValue) == 0.0999755859375);
  CHECK(std::get<int64_t>(*constants[1].defaultValue) == -128);
  CHECK(std::get<bool>(*constants[2].defaultValue));
  CHECK(constants[3].dtype == DType::bf16);
  CHECK_FALSE(constants[3].defaultValue);
  CHECK(std::get<uint64_t>(*constants[4].defaultValue) == UINT64_MAX);
  CHECK(module.kernels[1].functionConstants.empty());
}

TEST_CASE("debugging needs the CPU device") {
  Described module(R"(
    enigma.kernel @prints() fast {
      enigma.device_print "here"
      enigma.return
    }
    enigma.kernel @asserts(%b: !enigma.scalar<i1>) fast {
      %0 = enigma.load_scalar %b : !enigma.scalar<i1>
      enigma.device_assert %0, ""
      enigma.return
    })");
  CHECK(module.kernels[0].required == std::vector<std::string>{"cpu_device"});
  CHECK(module.kernels[1].required == std::vector<std::string>{"cpu_device"});
}

TEST_CASE("parameters: dtype, access, shape, bytes and alignment") {
  Described module(R"(
    enigma.kernel @k(%A: !enigma.buffer<f16, device, read>,
                     %B: !enigma.buffer<ui8, device, write, 4x6x8>,
                     %C: !enigma.buffer<vector<3xf32>, device, read_write, 10>,
                     %D: !enigma.buffer<i1, constant, read>,
                     %E: !enigma.buffer<si64, device>,
                     %n: !enigma.scalar<ui32>,
                     %v: !enigma.scalar<vector<3xf16>>) fast {
      enigma.return
    })");
  const std::vector<mf::Parameter> &buffers = module.kernels[0].buffers;
  REQUIRE(buffers.size() == 7);
  for (size_t i = 0; i < buffers.size(); ++i)
    CHECK(buffers[i].index == i);

  CHECK(buffers[0].name == "A");
  CHECK(buffers[0].kind == mf::ParameterKind::Buffer);
  CHECK(buffers[0].dtype == DType::f16);
  CHECK(buffers[0].access == mf::Access::Read);
  CHECK(buffers[0].alignment == 2);
  CHECK(!buffers[0].shape);
  CHECK(!buffers[0].bytes);

  CHECK(buffers[1].dtype == DType::u8);
  CHECK(buffers[1].access == mf::Access::Write);
  CHECK(std::vector<uint64_t>(buffers[1].shape->begin(),
                              buffers[1].shape->end()) ==
        std::vector<uint64_t>{4, 6, 8});
  CHECK(std::vector<uint64_t>(buffers[1].stride->begin(),
                              buffers[1].stride->end()) ==
        std::vector<uint64_t>{48, 8, 1});
  CHECK(*buffers[1].bytes == 192);

  // Three components take the room of four.
  CHECK(buffers[2].dtype == DType::f32);
  CHECK(buffers[2].access == mf::Access::ReadWrite);
  CHECK(*buffers[2].bytes == 160);
  CHECK(buffers[2].alignment == 16);

  CHECK(buffers[3].dtype == DType::b1);
  CHECK(buffers[3].alignment == 1);
  CHECK(buffers[4].dtype == DType::i64);
  // Not inferred: whatever it may be.
  CHECK(buffers[4].access == mf::Access::ReadWrite);

  CHECK(buffers[5].kind == mf::ParameterKind::Scalar);
  CHECK(buffers[5].dtype == DType::u32);
  CHECK(*buffers[5].bytes == 4);
  CHECK(*buffers[6].bytes == 8);
}

TEST_CASE("threadgroup memory adds up") {
  Described module(R"(
    enigma.kernel @k() fast {
      %0 = enigma.threadgroup_alloc : !enigma.buffer<f32, threadgroup, 16x17>
      %1 = enigma.threadgroup_alloc : !enigma.buffer<vector<3xf16>, threadgroup, 4>
      enigma.return
    })");
  CHECK(module.kernels[0].threadgroupMemoryBytes == 16 * 17 * 4 + 4 * 8);
}

TEST_CASE("bfloat is a feature, wherever it appears") {
  for (const char *text :
       {"enigma.kernel @k(%A: !enigma.buffer<bf16, device>) fast { "
        "enigma.return }",
        "enigma.kernel @k() fast { %0 = arith.constant 1.0 : bf16 "
        "enigma.return }",
        "enigma.kernel @k() fast { %0 = enigma.threadgroup_alloc : "
        "!enigma.buffer<vector<2xbf16>, threadgroup, 4> enigma.return }",
        "enigma.kernel @k(%s: !enigma.scalar<bf16>) fast { enigma.return }"}) {
    INFO(text);
    CHECK(Described(text).kernels[0].required ==
          std::vector<std::string>{"bfloat"});
  }
}

TEST_CASE("the target as the manifest says it") {
  const Target *target = findTarget("macos14");
  REQUIRE(target);
  mf::TargetFacts facts = describeTarget(*target, true, 2, "native");
  CHECK(facts.triple == target->triple);
  CHECK(facts.platform == "macos");
  CHECK(facts.minOS == "14.0");
  CHECK(facts.air == "2.6");
  CHECK(facts.msl == "3.1");
  CHECK(facts.fastMath);
  CHECK(facts.opt == 2);
  CHECK(facts.toolchain == "native");
  CHECK(describeTarget(*findTarget("ios17"), false, 0, "xcrun").platform ==
        "ios");
}

TEST_CASE("the place of an op, through names and call sites") {
  mlir::MLIRContext context;
  mlir::Location place = mlir::FileLineColRange::get(
      mlir::StringAttr::get(&context, "m.py"), 3, 1, 3, 9);
  mlir::Location named =
      mlir::NameLoc::get(mlir::StringAttr::get(&context, "x"), place);
  mlir::Location outer = mlir::FileLineColRange::get(
      mlir::StringAttr::get(&context, "m.py"), 20, 1, 20, 2);
  for (mlir::Location loc :
       {place, named, mlir::Location(mlir::CallSiteLoc::get(named, outer)),
        mlir::Location(mlir::FusedLoc::get(
            &context, {mlir::UnknownLoc::get(&context), named}))}) {
    std::optional<mlir::FileLineColRange> found = findPlace(loc);
    REQUIRE(found);
    CHECK(found->getStartLine() == 3);
  }
  CHECK(!findPlace(mlir::UnknownLoc::get(&context)));
}
