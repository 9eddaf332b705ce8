// Structured control flow to blocks: scf.for with Python's range semantics, the
// rest as MLIR does.
#include "Patterns.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;

namespace enigma::air {

namespace {

/// True if the last `iv + step` of a loop cannot wrap: iv is at most upper - 1.
bool cannotOverflow(scf::ForOp loop) {
  APInt step, upper;
  if (!matchPattern(loop.getStep(), m_ConstantInt(&step)))
    return false;
  if (step.isOne())
    return true;
  if (!matchPattern(loop.getUpperBound(), m_ConstantInt(&upper)))
    return false;
  bool overflow = false;
  if (loop.getUnsignedCmp())
    (void)(upper - 1).uadd_ov(step, overflow);
  else
    (void)(upper - 1).sadd_ov(step, overflow);
  return !overflow;
}

/// A loop with its test at the end, behind a test whether there is an iteration
/// at all:
///
///     before:  br (lower < upper), body(lower, inits), exit(inits)
///     body:    …; next = iv + step; br (more), body(next, yielded),
///     exit(yielded)
///
/// `more` is `next < upper`, or `upper - iv > step` (unsigned; the difference
/// is positive here) where `next` might wrap: a range that ends near the type's
/// maximum neither wraps around nor goes on for ever. `next` is only used where
/// it is below `upper`, so it never wraps where it counts.
struct ForLowering : OpRewritePattern<scf::ForOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(scf::ForOp loop,
                                PatternRewriter &rewriter) const override {
    Location loc = loop.getLoc();
    Value upper = loop.getUpperBound(), step = loop.getStep();
    bool isUnsigned = loop.getUnsignedCmp();
    auto less =
        isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;

    Block *before = rewriter.getInsertionBlock();
    Block *rest = rewriter.splitBlock(before, rewriter.getInsertionPoint());
    Block *exit = rest;
    if (loop.getNumResults() != 0) {
      SmallVector<Location> locs(loop.getNumResults(), loc);
      exit = rewriter.createBlock(rest, loop.getResultTypes(), locs);
      cf::BranchOp::create(rewriter, loc, rest);
    }

    Block *body = loop.getBody();
    Value iv = body->getArgument(0);
    Block *latch = &loop.getRegion().back();
    Operation *yield = latch->getTerminator();
    SmallVector<Value> yielded(yield->getOperands());
    rewriter.inlineRegionBefore(loop.getRegion(), exit);

    rewriter.setInsertionPoint(yield);
    auto noWrap = isUnsigned ? arith::IntegerOverflowFlags::nuw
                             : arith::IntegerOverflowFlags::nsw;
    Value next = arith::AddIOp::create(rewriter, loc, iv, step, noWrap);
    Value more;
    if (cannotOverflow(loop)) {
      more = arith::CmpIOp::create(rewriter, loc, less, next, upper);
    } else {
      Value remaining = arith::SubIOp::create(rewriter, loc, upper, iv);
      more = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::ugt,
                                   remaining, step);
    }
    SmallVector<Value> again = {next};
    llvm::append_range(again, yielded);
    cf::CondBranchOp::create(rewriter, loc, more, body, again, exit, yielded);
    rewriter.eraseOp(yield);

    rewriter.setInsertionPointToEnd(before);
    Value any =
        arith::CmpIOp::create(rewriter, loc, less, loop.getLowerBound(), upper);
    SmallVector<Value> first = {loop.getLowerBound()};
    llvm::append_range(first, loop.getInitArgs());
    cf::CondBranchOp::create(rewriter, loc, any, body, first, exit,
                             loop.getInitArgs());
    if (exit == rest)
      rewriter.eraseOp(loop);
    else
      rewriter.replaceOp(loop, exit->getArguments());
    return success();
  }
};

} // namespace

LogicalResult lowerControlFlow(KernelOp kernel) {
  MLIRContext *context = kernel.getContext();
  RewritePatternSet patterns(context);
  populateSCFToControlFlowConversionPatterns(patterns);
  patterns.add<ForLowering>(context, /*benefit=*/2);
  ConversionTarget target(*context);
  // What else scf has stays, to be refused with everything that has no AIR
  // form.
  target.addIllegalOp<scf::ForOp, scf::IfOp, scf::WhileOp>();
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  return applyPartialConversion(kernel, target, std::move(patterns));
}

} // namespace enigma::air
