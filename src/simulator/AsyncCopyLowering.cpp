// simdgroup_async_copy (reference section 3.9).
//
// The hardware's copy engine moves a tile once for the whole simdgroup. Here
// every lane that asks moves it all: nobody may touch either side before
// `wait_simdgroup_events`, where the lanes meet, so the repetition shows
// nowhere, and no lane has to know which others take part.
#include "Lowering.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Module.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

namespace {

/// Parameters of `enigma.async_copy.BYTES`, in elements; a one-dimensional copy
/// has one row.
enum Parameter : unsigned {
  Target,
  TargetRow,
  TargetWidth,
  TargetHeight,
  Source,
  SourceRow,
  SourceWidth,
  SourceHeight,
  ClampToEdge,
};

/// Emits the copy of one tile: elements of the target tile that lie outside the
/// source tile become zero, or the nearest element of its edge.
class TileCopy {
public:
  TileCopy(Function &function, unsigned elementBytes)
      : function(function), b(function.getContext()),
        element(b.getIntNTy(8 * elementBytes)) {}
  void build();

private:
  Expr parameter(Parameter i) { return {b, function.getArg(i)}; }
  BasicBlock *block(const char *name) {
    return BasicBlock::Create(b.getContext(), name, &function);
  }
  /// A loop from 0 to `count`; leaves the insertion point behind it.
  void forEach(Expr count, function_ref<void(Expr)> body);
  void copyElement(Expr x, Expr y);

  Function &function;
  IRBuilder<> b;
  Type *element;
};

} // namespace

void TileCopy::forEach(Expr count, function_ref<void(Expr)> body) {
  BasicBlock *before = b.GetInsertBlock();
  BasicBlock *loop = block("loop"), *after = block("after");
  b.CreateCondBr(count.ne(0), loop, after);
  b.SetInsertPoint(loop);
  PHINode *index = b.CreatePHI(b.getInt64Ty(), 2);
  index->addIncoming(b.getInt64(0), before);
  body({b, index});
  Value *next = b.CreateAdd(index, b.getInt64(1));
  index->addIncoming(next, b.GetInsertBlock());
  b.CreateCondBr(b.CreateICmpULT(next, count), loop, after);
  b.SetInsertPoint(after);
}

void TileCopy::copyElement(Expr x, Expr y) {
  Expr width = parameter(SourceWidth), height = parameter(SourceHeight);
  Expr inside = x.ult(width) & y.ult(height);
  Expr nearestX = x.ult(width).select(x, width - 1);
  Expr nearestY = y.ult(height).select(y, height - 1);
  // An empty source has no edge.
  Expr readable =
      inside | (parameter(ClampToEdge) & width.ne(0) & height.ne(0));
  auto at = [&](Parameter tile, Expr index) {
    return b.CreateGEP(element, parameter(tile), static_cast<Value *>(index));
  };
  BasicBlock *before = b.GetInsertBlock();
  BasicBlock *read = block("read"), *write = block("write");
  b.CreateCondBr(readable, read, write);
  b.SetInsertPoint(read);
  Value *found = b.CreateAlignedLoad(
      element, at(Source, nearestY * parameter(SourceRow) + nearestX),
      Align(1));
  b.CreateBr(write);
  b.SetInsertPoint(write);
  PHINode *value = b.CreatePHI(element, 2);
  value->addIncoming(Constant::getNullValue(element), before);
  value->addIncoming(found, read);
  b.CreateAlignedStore(value, at(Target, y * parameter(TargetRow) + x),
                       Align(1));
}

void TileCopy::build() {
  b.SetInsertPoint(block("entry"));
  forEach(parameter(TargetHeight), [&](Expr y) {
    forEach(parameter(TargetWidth), [&](Expr x) { copyElement(x, y); });
  });
  b.CreateRetVoid();
}

static Function *tileCopy(Module &module, unsigned elementBytes) {
  std::string name = "enigma.async_copy." + utostr(elementBytes);
  if (Function *existing = module.getFunction(name))
    return existing;
  LLVMContext &context = module.getContext();
  Type *ptr = PointerType::get(context, 0), *i64 = Type::getInt64Ty(context);
  auto *type = FunctionType::get(
      Type::getVoidTy(context),
      {ptr, i64, i64, i64, ptr, i64, i64, i64, Type::getInt1Ty(context)},
      false);
  Function *function =
      Function::Create(type, GlobalValue::InternalLinkage, name, module);
  TileCopy(*function, elementBytes).build();
  return function;
}

/// Bytes of an element, operand 0; 0 with a message when it is not known or not
/// that of a type.
static unsigned elementBytes(Call &c, std::string &error) {
  auto *size = dyn_cast<ConstantInt>(static_cast<Value *>(c[0]));
  uint64_t bytes = size ? size->getZExtValue() : 0;
  if (isPowerOf2_64(bytes) && bytes <= 64)
    return bytes;
  error = "the size of its elements must be a constant power of two up to 64";
  return 0;
}

static Value *plainPointer(Call &c, unsigned operand) {
  return c.b.CreateAddrSpaceCast(c[operand], c.b.getPtrTy());
}

/// Only ever given to wait_simdgroup_events, which does not look at it.
static Value *event(Call &c) { return Constant::getNullValue(c.type()); }

Value *lower::asyncCopy1d(Call &c, std::string &error) {
  unsigned bytes = elementBytes(c, error);
  if (!bytes)
    return nullptr;
  Value *count = c[4], *one = c.b.getInt64(1);
  c.b.CreateCall(tileCopy(*c.inst.getModule(), bytes),
                 {plainPointer(c, 2), count, count, one, plainPointer(c, 3),
                  count, count, one, c.b.getFalse()});
  return event(c);
}

Value *lower::asyncCopy2d(Call &c, std::string &error) {
  unsigned bytes = elementBytes(c, error);
  if (!bytes)
    return nullptr;
  auto isConstant = [&](unsigned operand, uint64_t value) {
    auto *constant = dyn_cast<Constant>(static_cast<Value *>(c[operand]));
    return constant && constant == ConstantInt::get(c[operand].type(), value);
  };
  // Seen only so in what Apple's compiler makes; the meaning of anything else
  // is a guess.
  if (!isConstant(4, 1) || !isConstant(8, 1) || !isConstant(10, 0)) {
    error = "only element strides of 1 and an offset of 0 are known";
    return nullptr;
  }
  Expr mode = c[11];
  auto side = [&](unsigned operand, unsigned i) {
    return c.b.CreateExtractElement(c[operand], i);
  };
  c.b.CreateCall(tileCopy(*c.inst.getModule(), bytes),
                 {plainPointer(c, 2), c[3], side(5, 0), side(5, 1),
                  plainPointer(c, 6), c[7], side(9, 0), side(9, 1),
                  mode.ne(0)});
  return event(c);
}
