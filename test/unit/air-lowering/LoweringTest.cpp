// What the lowering promises its caller: effects are counted alike on both
// sides, the kernel stays.
#include "enigma/air/Lowering.h"
#include "enigma/air/Effects.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include <catch2/catch.hpp>

using namespace enigma;

static constexpr llvm::StringLiteral source = R"(
enigma.kernel @first(%A: !enigma.buffer<f32, device>, %H: !enigma.buffer<ui32, device>) {
  %tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 4>
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %one_i = arith.constant 1 : i32
  %a = enigma.load %A[%zero] : !enigma.buffer<f32, device>
  scf.for %i = %zero to %three step %one {
    enigma.store %a, %tile[%i] : !enigma.buffer<f32, threadgroup, 4>
    enigma.barrier mem_threadgroup
    enigma.simd_barrier mem_none
  }
  %sum = enigma.simd_sum %a : f32
  %old = enigma.atomic_rmw add relaxed %one_i, %H[%zero] : !enigma.buffer<ui32, device>
  enigma.store %sum, %A[%zero] : !enigma.buffer<f32, device>
  enigma.return
}
enigma.kernel @second() {
  enigma.return
}
)";

namespace {
struct Kernels {
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Kernels() {
    context.loadDialect<EnigmaDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
    REQUIRE(module);
  }
  KernelOp first() { return *module->getOps<KernelOp>().begin(); }
};
std::string print(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream(text) << module;
  return text;
}
} // namespace

TEST_CASE("effects are the kernel's before optimisation") {
  Kernels kernels;
  air::SideEffectCounts expected{2, 1, 2, 1};
  CHECK(air::countEffects(kernels.first()) == expected);

  llvm::LLVMContext context;
  air::LoweringOptions options;
  options.optLevel = 0;
  auto module = air::lowerKernelToAIR(
      kernels.first(), *findTarget(defaultTargetName), options, context);
  REQUIRE(mlir::succeeded(module));
  CHECK(air::countEffects(**module) == expected);

  // A short loop unrolls: three stores and six barriers.
  options.optLevel = 2;
  auto optimised = air::lowerKernelToAIR(
      kernels.first(), *findTarget(defaultTargetName), options, context);
  REQUIRE(mlir::succeeded(optimised));
  CHECK(air::countEffects(**optimised) == air::SideEffectCounts{4, 1, 6, 1});
}

TEST_CASE("the caller's module stays as it is") {
  Kernels kernels;
  std::string before = print(*kernels.module);
  llvm::LLVMContext context;
  auto module = air::lowerKernelToAIR(
      kernels.first(), *findTarget(defaultTargetName), {}, context);
  REQUIRE(mlir::succeeded(module));
  CHECK(print(*kernels.module) == before);
  CHECK((*module)->getFunction("first"));
  CHECK_FALSE((*module)->getFunction("second"));
}
