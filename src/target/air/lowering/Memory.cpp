// Kernels, memory and barriers to the LLVM dialect (reference sections 2.7 and
// 3.6).
#include "Addresses.h"
#include "Intrinsics.h"
#include "Patterns.h"
#include "TypeNames.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace enigma::air {

namespace {

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

struct KernelLowering : AIRPattern<KernelOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(KernelOp kernel, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    const LLVMTypeConverter *converter = getTypeConverter();
    TypeRange types = kernel.getEntryBlock().getArgumentTypes();
    TypeConverter::SignatureConversion signature(types.size());
    if (failed(converter->convertSignatureArgs(types, signature)))
      return failure();
    auto type = LLVM::LLVMFunctionType::get(
        LLVM::LLVMVoidType::get(getContext()), signature.getConvertedTypes());
    auto function = LLVM::LLVMFuncOp::create(rewriter, kernel.getLoc(),
                                             kernel.getSymName(), type);
    rewriter.inlineRegionBefore(kernel.getBody(), function.getBody(),
                                function.end());
    if (failed(rewriter.convertRegionTypes(&function.getBody(), *converter,
                                           &signature)))
      return failure();
    rewriter.eraseOp(kernel);
    return success();
  }
};

struct ReturnLowering : AIRPattern<ReturnOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(ReturnOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::ReturnOp>(op, ValueRange());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

/// Reads a value from memory; bool is a byte that is not 0.
Value loadElement(OpBuilder &builder, Location loc, Type element,
                  Type valueType, Value address) {
  Type memoryType = memoryTypeOf(valueType);
  Value value = LLVM::LoadOp::create(builder, loc, memoryType, address,
                                     layoutOf(element).alignment);
  if (memoryType == valueType)
    return value;
  Value zero = LLVM::ZeroOp::create(builder, loc, memoryType);
  return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, value,
                              zero);
}

struct LoadLowering : AIRPattern<LoadOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(LoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    BufferType buffer = op.getBuffer().getType();
    Value address = addressOf(rewriter, op.getLoc(), buffer,
                              adaptor.getBuffer(), adaptor.getIndices());
    rewriter.replaceOp(op, loadElement(rewriter, op.getLoc(),
                                       buffer.getElementType(),
                                       buffer.getValueType(), address));
    return success();
  }
};

struct LoadScalarLowering : AIRPattern<LoadScalarOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(LoadScalarOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    enigma::ScalarType scalar = op.getScalar().getType();
    rewriter.replaceOp(
        op, loadElement(rewriter, op.getLoc(), scalar.getElementType(),
                        scalar.getValueType(), adaptor.getScalar()));
    return success();
  }
};

struct StoreLowering : AIRPattern<StoreOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(StoreOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    BufferType buffer = op.getBuffer().getType();
    Value address = addressOf(rewriter, op.getLoc(), buffer,
                              adaptor.getBuffer(), adaptor.getIndices());
    Value value = adaptor.getValue();
    Type memoryType = memoryTypeOf(value.getType());
    if (memoryType != value.getType())
      value = LLVM::ZExtOp::create(rewriter, op.getLoc(), memoryType, value);
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(
        op, value, address, layoutOf(buffer.getElementType()).alignment);
    return success();
  }
};

/// A variable in threadgroup memory is a global with an undefined start
/// (reference section 2.7).
struct ThreadgroupAllocLowering : AIRPattern<ThreadgroupAllocOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(ThreadgroupAllocOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    BufferType buffer = op.getResult().getType();
    auto type = LLVM::LLVMArrayType::get(memoryTypeOf(buffer.getValueType()),
                                         *buffer.getNumElements());
    auto function = op->getParentOfType<LLVM::LLVMFuncOp>();
    auto module = function->getParentOfType<ModuleOp>();
    std::string name =
        (function.getSymName() + "." + op.getNameHint().value_or("threadgroup"))
            .str();
    std::string unique = name;
    for (unsigned i = 1; module.lookupSymbol(unique); ++i)
      unique = name + "." + std::to_string(i);

    LLVM::GlobalOp global;
    {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPoint(function);
      global = LLVM::GlobalOp::create(
          rewriter, op.getLoc(), type, /*isConstant=*/false,
          LLVM::Linkage::Internal, unique, /*value=*/Attribute(),
          layoutOf(buffer.getElementType()).alignment,
          unsigned(AddressSpace::threadgroup));
      global.setUnnamedAddr(LLVM::UnnamedAddr::Global);
      rewriter.createBlock(&global.getInitializerRegion());
      Value undefined = LLVM::UndefOp::create(rewriter, op.getLoc(), type);
      LLVM::ReturnOp::create(rewriter, op.getLoc(), undefined);
    }
    rewriter.replaceOpWithNewOp<LLVM::AddressOfOp>(op, global);
    return success();
  }
};

/// An array of the thread; in the entry block whatever block asks for it
/// (reference section 2.7).
struct ThreadAllocLowering : AIRPattern<ThreadAllocOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(ThreadAllocOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    BufferType buffer = op.getResult().getType();
    auto type = LLVM::LLVMArrayType::get(memoryTypeOf(buffer.getValueType()),
                                         *buffer.getNumElements());
    rewriter.replaceOp(
        op, threadVariable(rewriter, op, type,
                           layoutOf(buffer.getElementType()).alignment));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

struct BarrierLowering : AIRPattern<BarrierOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(BarrierOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type i32 = rewriter.getI32Type();
    Value flags = constant(rewriter, op.getLoc(), i32, int64_t(op.getFlags()));
    Value scope = constant(rewriter, op.getLoc(), i32, 1);
    callIntrinsic(rewriter, op.getLoc(),
                  {"air.wg.barrier", Type(), /*convergent=*/true},
                  {flags, scope});
    rewriter.eraseOp(op);
    return success();
  }
};

struct SimdBarrierLowering : AIRPattern<SimdBarrierOp> {
  using AIRPattern::AIRPattern;

  LogicalResult
  matchAndRewrite(SimdBarrierOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // The scope follows the language version (reference section 3.6).
    bool hasSimdgroupScope = context.target.msl >= Version{3, 2};
    Type i32 = rewriter.getI32Type();
    Value flags = constant(rewriter, op.getLoc(), i32, int64_t(op.getFlags()));
    Value scope =
        constant(rewriter, op.getLoc(), i32, hasSimdgroupScope ? 4 : 1);
    callIntrinsic(rewriter, op.getLoc(),
                  {"air.simdgroup.barrier", Type(), /*convergent=*/true},
                  {flags, scope});
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void populateMemory(LLVMTypeConverter &converter, RewritePatternSet &patterns,
                    const PatternContext &context) {
  converter.addConversion([](BufferType type) {
    return LLVM::LLVMPointerType::get(type.getContext(),
                                      unsigned(type.getSpace()));
  });
  converter.addConversion([](enigma::ScalarType type) {
    return LLVM::LLVMPointerType::get(type.getContext(),
                                      unsigned(AddressSpace::constant));
  });
  patterns.add<KernelLowering, ReturnLowering, LoadLowering, LoadScalarLowering,
               StoreLowering, ThreadgroupAllocLowering, ThreadAllocLowering,
               BarrierLowering, SimdBarrierLowering>(converter, context);
}

} // namespace enigma::air
