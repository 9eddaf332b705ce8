// enigma-expand-async-copy: copies by a simdgroup as loops over its lanes.
#include "enigma/IR/LinearIndex.h"
#include "enigma/transforms/Passes.h"

namespace enigma {
#define GEN_PASS_DEF_ENIGMAEXPANDASYNCCOPY
#include "enigma/transforms/Passes.h.inc"
} // namespace enigma

using namespace mlir;
using namespace enigma;

namespace {

/// Where one side of a copy starts, and how far its rows are apart.
struct Side {
  Value buffer, offset, row;
};

/// Builds the loops; the builder stands where the copy stood.
class Expansion {
public:
  Expansion(Operation *copy) : builder(copy), loc(copy->getLoc()) {}

  /// Of n active lanes, lane i takes elements i, i + n, ... below `count`.
  void copyRange(const Side &from, const Side &to, Value count) {
    forMyElements(count, [&](Value k) {
      Value at = index(k);
      Value source = add(from.offset, at);
      move(from, source, to, add(to.offset, at));
    });
  }

  /// The elements of all rows are one range, so that narrow tiles keep all
  /// lanes busy.
  void copyTile(const Side &from, const Side &to, Value columns, Value rows) {
    Value count = arith::MulIOp::create(builder, loc, columns, rows);
    forMyElements(count, [&](Value k) {
      Value row = arith::DivUIOp::create(builder, loc, k, columns);
      Value column = arith::RemUIOp::create(builder, loc, k, columns);
      auto place = [&](const Side &side) {
        Value start = arith::MulIOp::create(builder, loc, index(row), side.row);
        Value first = add(side.offset, start);
        return add(first, index(column));
      };
      Value source = place(from);
      move(from, source, to, place(to));
    });
  }

private:
  OpBuilder builder;
  Location loc;

  Value index(Value value) {
    return arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(),
                                        value);
  }
  Value add(Value a, Value b) {
    return arith::AddIOp::create(builder, loc, a, b);
  }

  void forMyElements(Value count, function_ref<void(Value)> body) {
    Type i32 = builder.getI32Type();
    Value lane = ThreadIndexInSimdgroupOp::create(builder, loc);
    Value one = arith::ConstantIntOp::create(builder, loc, 1, 32);
    Value lanes = SimdSumOp::create(builder, loc, i32, one,
                                    /*isUnsigned=*/builder.getUnitAttr());
    auto loop = scf::ForOp::create(builder, loc, lane, count, lanes);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  void move(const Side &from, Value source, const Side &to, Value target) {
    auto at = [&](Value buffer, Value linear) {
      return indicesOfElement(builder, loc, cast<BufferType>(buffer.getType()),
                              linear);
    };
    Value element =
        LoadOp::create(builder, loc, from.buffer, at(from.buffer, source));
    StoreOp::create(builder, loc, element, to.buffer, at(to.buffer, target));
  }
};

class ExpandAsyncCopy
    : public enigma::impl::EnigmaExpandAsyncCopyBase<ExpandAsyncCopy> {
  void runOnOperation() override {
    bool toDevice = false, toThreadgroup = false;
    auto sees = [&](BufferType target) {
      (target.getSpace() == AddressSpace::device ? toDevice : toThreadgroup) =
          true;
    };
    SmallVector<AsyncCopyWaitOp> waits;
    getOperation().walk([&](Operation *op) {
      if (auto copy = dyn_cast<AsyncCopy1DOp>(op)) {
        sees(copy.getTarget().getType());
        Expansion(copy).copyRange(
            {copy.getSource(), copy.getSourceOffset(), Value()},
            {copy.getTarget(), copy.getTargetOffset(), Value()},
            copy.getCount());
        copy.erase();
      } else if (auto copy = dyn_cast<AsyncCopy2DOp>(op)) {
        sees(copy.getTarget().getType());
        Expansion(copy).copyTile(
            {copy.getSource(), copy.getSourceOffset(), copy.getSourceRow()},
            {copy.getTarget(), copy.getTargetOffset(), copy.getTargetRow()},
            copy.getColumns(), copy.getRows());
        copy.erase();
      } else if (auto wait = dyn_cast<AsyncCopyWaitOp>(op)) {
        waits.push_back(wait);
      }
    });
    MemFlags flags = toDevice && toThreadgroup
                         ? MemFlags::mem_device_and_threadgroup
                     : toDevice      ? MemFlags::mem_device
                     : toThreadgroup ? MemFlags::mem_threadgroup
                                     : MemFlags::mem_none;
    for (AsyncCopyWaitOp wait : waits) {
      OpBuilder builder(wait);
      SimdBarrierOp::create(builder, wait.getLoc(), flags);
      wait.erase();
    }
  }
};

} // namespace
