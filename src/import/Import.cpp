// Builds enigma dialect kernels from a verified trace.
#include "enigma/import/Import.h"
#include "Arithmetic.h"
#include "CompareExchange.h"
#include "enigma/IR/ElementTypes.h"
#include "enigma/IR/LinearIndex.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;
using namespace enigma;
namespace tr = enigma::trace;

namespace {

/// A value with what MLIR's type does not say: signedness.
struct Typed {
  Value value;
  tr::Type type;
};

class KernelImporter {
public:
  KernelImporter(OpBuilder &builder, const tr::Trace &trace,
                 const tr::Kernel &kernel, const ImportOptions &options)
      : builder(builder), trace(trace), kernel(kernel), options(options) {}

  void import();

private:
  OpBuilder &builder;
  const tr::Trace &trace;
  const tr::Kernel &kernel;
  const ImportOptions &options;
  /// Every value and parameter by its name; names are unique in a kernel.
  llvm::StringMap<Typed> values;
  llvm::StringMap<const tr::Param *> params;

  Location location(const tr::Location &loc, StringRef variable = {},
                    ArrayRef<tr::Call> callers = {}) const;
  Type paramType(const tr::Param &param) const;
  Typed operand(const tr::Op &op, size_t index) const {
    return values.lookup(op.in[index]);
  }
  void define(const tr::Result &result, Value value) {
    values[result.name] = {value, result.type};
  }
  void define(const std::vector<tr::Result> &results, ValueRange list) {
    for (auto [result, value] : llvm::zip_equal(results, list))
      define(result, value);
  }
  SmallVector<Value> valuesOf(ArrayRef<std::string> names) const {
    return llvm::map_to_vector(names, [&](const std::string &name) {
      return values.lookup(name).value;
    });
  }

  SmallVector<Value> indices(const tr::Op &op, Location loc, size_t rank);
  Value indexOf(const tr::Op &op, size_t number, Location loc);
  void importBody(ArrayRef<tr::Op> body);
  void nameArguments(ArrayRef<tr::Result> args, ValueRange values,
                     const tr::Op &op);
  void importOp(const tr::Op &op);
  void importFunction(const tr::Op &op, Location loc);
  void importQuery(const tr::Op &op, Location loc);
  void importStructural(const tr::Op &op, Location loc);
  void importMemory(const tr::Op &op, Location loc);
  void importAtomic(const tr::Op &op, Location loc);
  void importAsyncCopy(const tr::Op &op, Location loc);
  void importAlloc(const tr::Op &op, Location loc);
  bool importMatrix(const tr::Op &op, Location loc);
  void importVector(const tr::Op &op, Location loc);
  void importConsecutive(const tr::Op &op, Location loc);
  void importFor(const tr::Op &op, Location loc);
  void importIf(const tr::Op &op, Location loc);
  void importWhile(const tr::Op &op, Location loc);
};

} // namespace

/// MLIR counts columns from 1.
static Location placeOf(MLIRContext *context, const tr::Trace &trace,
                        const tr::Location &loc) {
  return FileLineColRange::get(StringAttr::get(context, trace.files[loc.file]),
                               loc.line, loc.column + 1, loc.endLine,
                               loc.endColumn + 1);
}

/// A Python variable becomes a name around its place. A place in a helper is
/// that of a call site, `callsite(fused<"helper">[place] at ...)`.
static Location importLocation(Builder &builder, const tr::Trace &trace,
                               const tr::Location &loc, StringRef variable = {},
                               ArrayRef<tr::Call> callers = {}) {
  MLIRContext *context = builder.getContext();
  // The location of the call `callers[i]` and of what is in its function.
  SmallVector<Location> places = {placeOf(context, trace, loc)};
  for (const tr::Call &call : callers)
    places.push_back(placeOf(context, trace, call.loc));
  Location place = places.back();
  for (size_t i = callers.size(); i-- > 0;)
    place = CallSiteLoc::get(
        FusedLoc::get({places[i]},
                      StringAttr::get(context, callers[i].function), context),
        place);
  if (variable.empty())
    return place;
  return NameLoc::get(StringAttr::get(context, variable), place);
}

Location KernelImporter::location(const tr::Location &loc, StringRef variable,
                                  ArrayRef<tr::Call> callers) const {
  return importLocation(builder, trace, loc, variable, callers);
}

Type KernelImporter::paramType(const tr::Param &param) const {
  // Memory remembers signedness, values do not.
  Type element =
      memoryType(builder.getContext(), param.type.dtype, param.type.width);
  if (param.kind == tr::ParamKind::Scalar)
    return enigma::ScalarType::get(element);
  static constexpr Access accesses[] = {Access::unknown, Access::read,
                                        Access::write, Access::read_write};
  // A strided buffer is addressed by linear index; its static shape would be a
  // lie.
  ArrayRef<int64_t> shape =
      param.stride.empty() ? ArrayRef(param.shape) : ArrayRef<int64_t>();
  return BufferType::get(element, AddressSpace::device,
                         accesses[size_t(param.access)], shape);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// An operand that is an integer of any type, as an index.
Value KernelImporter::indexOf(const tr::Op &op, size_t number, Location loc) {
  Typed in = operand(op, number);
  Type index = builder.getIndexType();
  if (dtypeRow(in.type.dtype).kind == DTypeKind::SignedInt)
    return arith::IndexCastOp::create(builder, loc, index, in.value);
  return arith::IndexCastUIOp::create(builder, loc, index, in.value);
}

SmallVector<Value> KernelImporter::indices(const tr::Op &op, Location loc,
                                           size_t rank) {
  SmallVector<Value> list;
  for (size_t i = 1; i <= rank; ++i)
    list.push_back(indexOf(op, i, loc));
  auto buffer = cast<BufferType>(values.lookup(op.in[0]).value.getType());
  if (rank == 1 && buffer.getRank() > 1)
    return indicesOfElement(builder, loc, buffer, list[0]);
  const tr::Param *param = params.lookup(op.in[0]);
  if (!param || param->stride.empty() || rank < param->stride.size())
    return list;
  Value linear;
  for (auto [value, stride] : llvm::zip_equal(list, param->stride)) {
    Value term = arith::MulIOp::create(
        builder, loc, value,
        arith::ConstantIndexOp::create(builder, loc, stride));
    linear = linear ? Value(arith::AddIOp::create(builder, loc, linear, term))
                    : term;
  }
  return {linear};
}

void KernelImporter::importMemory(const tr::Op &op, Location loc) {
  size_t rank = tr::indexCount(op);
  Value buffer = values.lookup(op.in[0]).value;
  StringRef name = op.name();
  if (name == "load")
    return define(op.out[0],
                  LoadOp::create(builder, loc, buffer, indices(op, loc, rank)));
  if (name == "store") {
    StoreOp::create(builder, loc, operand(op, rank + 1).value, buffer,
                    indices(op, loc, rank));
    return;
  }
  OpBuilder::InsertionGuard guard(builder);
  if (name == "store_if") {
    auto branch = scf::IfOp::create(builder, loc, operand(op, rank + 2).value,
                                    /*withElseRegion=*/false);
    builder.setInsertionPointToStart(branch.thenBlock());
    StoreOp::create(builder, loc, operand(op, rank + 1).value, buffer,
                    indices(op, loc, rank));
    return;
  }
  Value other = operand(op, rank + 2).value;
  auto branch = scf::IfOp::create(builder, loc, other.getType(),
                                  operand(op, rank + 1).value,
                                  /*withElseRegion=*/true);
  builder.setInsertionPointToStart(branch.thenBlock());
  Value loaded = LoadOp::create(builder, loc, buffer, indices(op, loc, rank));
  scf::YieldOp::create(builder, loc, loaded);
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, other);
  define(op.out[0], branch.getResult(0));
}

void KernelImporter::importAtomic(const tr::Op &op, Location loc) {
  size_t rank = tr::indexCount(op);
  MemoryOrder order = *symbolizeMemoryOrder(op.order);
  Value buffer = values.lookup(op.in[0]).value;
  SmallVector<Value> at = indices(op, loc, rank);
  StringRef name = op.name();
  if (name == "atomic_load")
    return define(op.out[0],
                  AtomicLoadOp::create(builder, loc, order, buffer, at));
  Value value = operand(op, rank + 1).value;
  if (name == "atomic_store") {
    AtomicStoreOp::create(builder, loc, order, value, buffer, at);
    return;
  }
  if (name == "atomic_compare_exchange_weak")
    return define(op.out, AtomicCompareExchangeWeakOp::create(
                              builder, loc, order, value,
                              operand(op, rank + 2).value, buffer, at)
                              .getResults());
  if (name == "atomic_compare_exchange")
    return define(op.out, buildCompareExchange(builder, loc, order, value,
                                               operand(op, rank + 2).value,
                                               buffer, at));
  StringRef kind = name;
  (void)(kind.consume_front("atomic_fetch_") || kind.consume_front("atomic_"));
  define(op.out[0],
         AtomicRMWOp::create(builder, loc, *symbolizeAtomicKind(kind), order,
                             value, buffer, at));
}

/// `dst, dst_offset[, dst_row], src, src_offset[, src_row], sizes`.
void KernelImporter::importAsyncCopy(const tr::Op &op, Location loc) {
  if (op.name() == "async_copy_wait") {
    AsyncCopyWaitOp::create(builder, loc);
    return;
  }
  // What fits in threadgroup memory fits in 32 bits.
  auto size = [&](size_t number) {
    Typed in = operand(op, number);
    return buildCast(builder, loc, in.value, in.type, tr::Type{DType::i32});
  };
  bool isFlat = op.name().contains("_1d_");
  size_t from = isFlat ? 2 : 3;
  Value source = values.lookup(op.in[from]).value;
  Value target = values.lookup(op.in[0]).value;
  Value sourceOffset = indexOf(op, from + 1, loc);
  Value targetOffset = indexOf(op, 1, loc);
  if (isFlat) {
    AsyncCopy1DOp::create(builder, loc, source, sourceOffset, target,
                          targetOffset, size(4));
    return;
  }
  Value sourceRow = indexOf(op, from + 2, loc);
  Value targetRow = indexOf(op, 2, loc);
  Value columns = size(6);
  AsyncCopy2DOp::create(builder, loc, source, sourceOffset, sourceRow, target,
                        targetOffset, targetRow, columns, size(7));
}

/// Memory that the kernel allocates, in the address space its type says.
void KernelImporter::importAlloc(const tr::Op &op, Location loc) {
  const tr::Type &type = op.out[0].type;
  Type element = memoryType(builder.getContext(), type.dtype, type.width);
  StringAttr hint =
      op.variable.empty() ? StringAttr() : builder.getStringAttr(op.variable);
  auto buffer = BufferType::get(
      element, type.thread ? AddressSpace::thread : AddressSpace::threadgroup,
      Access::unknown, type.shape);
  define(op.out[0],
         type.thread
             ? Value(ThreadAllocOp::create(builder, loc, buffer, hint))
             : Value(ThreadgroupAllocOp::create(builder, loc, buffer, hint)));
}

/// The ops on simdgroup matrices; false for others.
bool KernelImporter::importMatrix(const tr::Op &op, Location loc) {
  StringRef name = op.name();
  bool isLoad = name == "simdgroup_matrix_load";
  if (isLoad || name == "simdgroup_matrix_store") {
    Value buffer = values.lookup(op.in[0]).value;
    Value perRow = indexOf(op, 1, loc), offset = indexOf(op, 2, loc),
          column = indexOf(op, 3, loc), row = indexOf(op, 4, loc);
    if (isLoad)
      define(op.out[0],
             SimdgroupMatrixLoadOp::create(builder, loc, buffer, offset, column,
                                           row, perRow, *op.transpose));
    else
      SimdgroupMatrixStoreOp::create(builder, loc, operand(op, 5).value, buffer,
                                     offset, column, row, perRow,
                                     *op.transpose);
    return true;
  }
  if (op.out.size() != 1 || !op.out[0].type.simdgroupMatrix)
    return false;
  Type type = valueType(builder, op.out[0].type);
  SmallVector<Value> in = valuesOf(op.in);
  if (name == "make_filled_simdgroup_matrix")
    define(op.out[0],
           MakeFilledSimdgroupMatrixOp::create(builder, loc, type, in[0]));
  else if (name == "simdgroup_multiply")
    define(op.out[0],
           SimdgroupMultiplyOp::create(builder, loc, type, in[0], in[1]));
  else if (name == "simdgroup_multiply_accumulate")
    define(op.out[0], SimdgroupMultiplyAccumulateOp::create(
                          builder, loc, type, in[0], in[1], in[2]));
  else
    return false;
  return true;
}

void KernelImporter::importConsecutive(const tr::Op &op, Location loc) {
  Value buffer = values.lookup(op.in[0]).value;
  Value index = indexOf(op, 1, loc);
  if (op.name() == "store_vec") {
    StoreVecOp::create(builder, loc, operand(op, 2).value, buffer, index);
    return;
  }
  define(op.out[0],
         LoadVecOp::create(builder, loc, valueType(builder, op.out[0].type),
                           buffer, index));
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

void KernelImporter::importVector(const tr::Op &op, Location loc) {
  const tr::Result &result = op.out[0];
  StringRef name = op.name();
  if (name == "make_vec")
    return define(result, MakeVecOp::create(builder, loc,
                                            valueType(builder, result.type),
                                            valuesOf(op.in)));
  Value vector = operand(op, 0).value;
  if (name == "vec_extract")
    return define(result, VecExtractOp::create(builder, loc,
                                               valueType(builder, result.type),
                                               vector, op.lanes.front()));
  if (name == "vec_insert")
    return define(result, VecInsertOp::create(
                              builder, loc, valueType(builder, result.type),
                              operand(op, 1).value, vector, op.lanes.front()));
  if (name == "vec_swizzle")
    return define(result, VecSwizzleOp::create(builder, loc, vector,
                                               ArrayRef<int64_t>(op.lanes)));
  llvm::report_fatal_error("op table row '" + name + "' has no importer");
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

/// Region arguments are called after their variables (`%total`, `%total.2`)
/// where the tracer knows them.
static StringRef variableOf(const tr::Result &result) {
  StringRef name = StringRef(result.name).drop_front();
  if (name.empty() || llvm::isDigit(name[0]))
    return {};
  return name.take_until([](char c) { return c == '.'; });
}

/// The constant that `op.in[2]` of a loop is, if it is one and negative.
static std::optional<int64_t> negativeStep(Value step, bool isSigned) {
  IntegerAttr constant;
  if (!isSigned || !matchPattern(step, m_Constant(&constant)) ||
      !constant.getValue().isNegative())
    return std::nullopt;
  return constant.getInt();
}

void KernelImporter::nameArguments(ArrayRef<tr::Result> args, ValueRange values,
                                   const tr::Op &op) {
  for (auto [arg, value] : llvm::zip_equal(args, values))
    cast<BlockArgument>(value).setLoc(
        location(op.loc, variableOf(arg), op.callers));
}

/// Iterations of `range(lower, upper, -distance)`, exact for every bound: as
/// unsigned numbers.
static Value descendingTripCount(OpBuilder &builder, Location loc, Value lower,
                                 Value upper, uint64_t distance) {
  Type type = lower.getType();
  Value one = buildInteger(builder, loc, type, 1);
  Value span = arith::SubIOp::create(builder, loc, lower, upper);
  Value last = arith::SubIOp::create(builder, loc, span, one);
  Value steps = arith::DivUIOp::create(
      builder, loc, last, buildInteger(builder, loc, type, distance));
  Value count = arith::AddIOp::create(builder, loc, steps, one);
  Value runs = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt,
                                     lower, upper);
  return arith::SelectOp::create(builder, loc, runs, count,
                                 buildInteger(builder, loc, type, 0));
}

void KernelImporter::importFor(const tr::Op &op, Location loc) {
  Typed lower = operand(op, 0);
  Value upper = operand(op, 1).value, step = operand(op, 2).value;
  const tr::Region &region = op.regions[0];
  bool isSigned = dtypeRow(lower.type.dtype).kind == DTypeKind::SignedInt;
  SmallVector<Value> inits = valuesOf(ArrayRef(op.in).drop_front(3));
  std::optional<int64_t> descending = negativeStep(step, isSigned);
  Value begin = lower.value;
  if (descending) {
    // scf.for only counts up: count the iterations and derive the induction
    // variable.
    upper = descendingTripCount(builder, loc, lower.value, upper,
                                -uint64_t(*descending));
    begin = buildInteger(builder, loc, upper.getType(), 0);
    step = buildInteger(builder, loc, upper.getType(), 1);
  }
  auto loop = scf::ForOp::create(builder, loc, begin, upper, step, inits,
                                 /*bodyBuilder=*/nullptr,
                                 /*unsignedCmp=*/!isSigned || descending);
  Block &body = *loop.getBody();
  // Without results the builder has put a terminator; the region brings its
  // own.
  if (!body.empty())
    body.back().erase();
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&body);
    Value induction = loop.getInductionVar();
    if (descending) {
      Value offset = arith::MulIOp::create(
          builder, loc, induction,
          buildInteger(builder, loc, induction.getType(), *descending));
      induction = arith::AddIOp::create(builder, loc, lower.value, offset);
    }
    define(region.args[0], induction);
    nameArguments(region.args, body.getArguments(), op);
    for (auto [arg, value] : llvm::zip_equal(ArrayRef(region.args).drop_front(),
                                             loop.getRegionIterArgs()))
      define(arg, value);
    importBody(region.body);
    scf::YieldOp::create(builder, loc, valuesOf(region.yield));
  }
  define(op.out, loop.getResults());
}

void KernelImporter::importIf(const tr::Op &op, Location loc) {
  const tr::Region &otherwise = op.regions[1];
  SmallVector<Type> types = llvm::map_to_vector(
      op.out, [&](const tr::Result &r) { return valueType(builder, r.type); });
  bool withElse = !types.empty() || !otherwise.body.empty();
  auto branch = scf::IfOp::create(builder, loc, types, operand(op, 0).value,
                                  /*addThenBlock=*/true, withElse);
  auto fill = [&](const tr::Region &region, Block &block) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&block);
    importBody(region.body);
    scf::YieldOp::create(builder, loc, valuesOf(region.yield));
  };
  fill(op.regions[0], *branch.thenBlock());
  if (withElse)
    fill(otherwise, *branch.elseBlock());
  define(op.out, branch.getResults());
}

void KernelImporter::importWhile(const tr::Op &op, Location loc) {
  SmallVector<Value> inits = valuesOf(op.in);
  SmallVector<Type> types =
      llvm::map_to_vector(inits, [](Value v) { return v.getType(); });
  auto loop = scf::WhileOp::create(builder, loc, types, inits);
  SmallVector<Location> locs(types.size(), loc);
  OpBuilder::InsertionGuard guard(builder);
  Block *before = builder.createBlock(&loop.getBefore(), {}, types, locs);
  nameArguments(op.regions[0].args, before->getArguments(), op);
  define(op.regions[0].args, before->getArguments());
  importBody(op.regions[0].body);
  scf::ConditionOp::create(builder, loc, valuesOf(op.regions[0].yield).front(),
                           before->getArguments());
  Block *after = builder.createBlock(&loop.getAfter(), {}, types, locs);
  nameArguments(op.regions[1].args, after->getArguments(), op);
  define(op.regions[1].args, after->getArguments());
  importBody(op.regions[1].body);
  scf::YieldOp::create(builder, loc, valuesOf(op.regions[1].yield));
  define(op.out, loop.getResults());
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// A function of the op table is the dialect op of the same name.
void KernelImporter::importFunction(const tr::Op &op, Location loc) {
  OperationState state(loc, ("enigma." + op.name()).str());
  state.addOperands(valuesOf(op.in));
  state.addTypes(valueType(builder, op.out[0].type));
  std::optional<RegisteredOperationName> registered =
      state.name.getRegisteredInfo();
  if (!registered)
    llvm::report_fatal_error("op table row '" + op.name() +
                             "' is no op of the dialect");
  bool isUnsigned =
      !op.in.empty() &&
      dtypeRow(operand(op, 0).type.dtype).kind == DTypeKind::UnsignedInt;
  if (isUnsigned && llvm::is_contained(registered->getAttributeNames(),
                                       StringRef("isUnsigned")))
    state.addAttribute("isUnsigned", builder.getUnitAttr());
  define(op.out[0], builder.create(state)->getResult(0));
}

void KernelImporter::importQuery(const tr::Op &op, Location loc) {
  OperationState state(loc, ("enigma." + op.name()).str());
  state.addTypes(builder.getI32Type());
  if (op.row->kind == tr::OpKind::Query3)
    state.addAttribute(
        "dimension",
        DimensionAttr::get(builder.getContext(), *symbolizeDimension(op.dim)));
  define(op.out[0], builder.create(state)->getResult(0));
}

void KernelImporter::importStructural(const tr::Op &op, Location loc) {
  StringRef name = op.name();
  if (name == "constant")
    return define(op.out[0],
                  buildConstant(builder, loc, *op.value, op.out[0].type));
  if (name == "scalar")
    return define(op.out[0], LoadScalarOp::create(
                                 builder, loc, values.lookup(op.in[0]).value));
  if (name == "function_constant")
    return define(op.out[0],
                  GetFunctionConstantOp::create(
                      builder, loc,
                      FlatSymbolRefAttr::get(builder.getContext(), op.in[0]),
                      TypeAttr::get(memoryType(builder.getContext(),
                                               op.out[0].type.dtype))));
  if (name == "device_print") {
    SmallVector<Type> types;
    for (size_t i = 0; i < op.in.size(); ++i)
      types.push_back(memoryType(builder.getContext(),
                                 operand(op, i).type.dtype,
                                 operand(op, i).type.width));
    DevicePrintOp::create(builder, loc, *op.format, valuesOf(op.in),
                          builder.getTypeArrayAttr(types));
    return;
  }
  if (name == "device_assert") {
    DeviceAssertOp::create(builder, loc, operand(op, 0).value, *op.message);
    return;
  }
  if (name == "cast") {
    Typed in = operand(op, 0);
    return define(op.out[0],
                  buildCast(builder, loc, in.value, in.type, op.out[0].type));
  }
  if (name == "as_type") {
    Value in = operand(op, 0).value;
    Type type = valueType(builder, op.out[0].type);
    return define(op.out[0],
                  in.getType() == type
                      ? in
                      : arith::BitcastOp::create(builder, loc, type, in));
  }
  if (name == "barrier" || name == "simd_barrier") {
    MemFlags flags = *symbolizeMemFlags(op.memFlags);
    if (name == "barrier")
      BarrierOp::create(builder, loc, flags);
    else
      SimdBarrierOp::create(builder, loc, flags);
    return;
  }
  if (name == "make_vec" || name.starts_with("vec_"))
    return importVector(op, loc);
  if (name == "load_vec" || name == "store_vec")
    return importConsecutive(op, loc);
  if (name == "threadgroup_alloc" || name == "thread_alloc")
    return importAlloc(op, loc);
  if (name == "for")
    return importFor(op, loc);
  if (name == "if")
    return importIf(op, loc);
  if (name == "while")
    return importWhile(op, loc);
  if (name.starts_with("atomic_"))
    return importAtomic(op, loc);
  if (name.starts_with("async_copy_"))
    return importAsyncCopy(op, loc);
  if (name == "load" || name == "store" || name == "load_if" ||
      name == "store_if")
    return importMemory(op, loc);
  if (importMatrix(op, loc))
    return;
  llvm::report_fatal_error("op table row '" + name + "' has no importer");
}

void KernelImporter::importOp(const tr::Op &op) {
  Location loc = location(op.loc, op.variable, op.callers);
  switch (op.row->kind) {
  case tr::OpKind::Function:
    return importFunction(op, loc);
  case tr::OpKind::Query1:
  case tr::OpKind::Query3:
    return importQuery(op, loc);
  case tr::OpKind::Structural:
    return importStructural(op, loc);
  case tr::OpKind::Operator:
    // The last operand has the operator's type also where a condition comes
    // first.
    Value result =
        buildOperator(builder, loc, op.name(),
                      operand(op, op.in.size() - 1).type, valuesOf(op.in));
    if (!result)
      llvm::report_fatal_error("op table row '" + op.name() +
                               "' has no importer");
    return define(op.out[0], result);
  }
  llvm_unreachable("all kinds of rows are handled");
}

void KernelImporter::importBody(ArrayRef<tr::Op> body) {
  for (const tr::Op &op : body)
    importOp(op);
}

void KernelImporter::import() {
  MLIRContext *context = builder.getContext();
  Location loc = location(kernel.loc);
  SmallVector<StringRef> names;
  SmallVector<Type> types;
  SmallVector<Location> locs;
  for (const tr::Param &param : kernel.params) {
    names.push_back(param.name);
    types.push_back(paramType(param));
    locs.push_back(param.loc ? location(*param.loc) : loc);
  }
  auto extents = [&](const std::optional<tr::Extents> &list) {
    return list ? builder.getDenseI32ArrayAttr(*list) : DenseI32ArrayAttr();
  };
  auto op = KernelOp::create(
      builder, loc, builder.getStringAttr(kernel.name),
      builder.getStringAttr(kernel.pythonName), builder.getStrArrayAttr(names),
      extents(kernel.grid), extents(kernel.block),
      kernel.maxThreads ? builder.getI32IntegerAttr(*kernel.maxThreads)
                        : IntegerAttr(),
      MathModeAttr::get(context, options.math));
  OpBuilder::InsertionGuard guard(builder);
  Block *entry = builder.createBlock(&op.getBody(), {}, types, locs);
  for (auto [param, argument] :
       llvm::zip_equal(kernel.params, entry->getArguments())) {
    values[param.name] = {argument, param.type};
    params[param.name] = &param;
  }
  importBody(kernel.body);
  ReturnOp::create(builder, loc);
}

/// The function constants of the module, those that some kernel reads, by
/// index.
static void importFunctionConstants(OpBuilder &builder,
                                    const tr::Trace &trace) {
  std::map<uint32_t, const tr::FunctionConstant *> constants;
  for (const tr::Kernel &kernel : trace.kernels)
    for (const tr::FunctionConstant &constant : kernel.functionConstants)
      constants.emplace(constant.index, &constant);
  for (const auto &[index, constant] : constants) {
    Location loc = constant->loc
                       ? importLocation(builder, trace, *constant->loc)
                       : Location(builder.getUnknownLoc());
    TypedAttr value;
    if (constant->defaultValue)
      value = memoryConstant(builder, *constant->defaultValue, constant->dtype);
    FunctionConstantOp::create(
        builder, loc, constant->name, index,
        memoryType(builder.getContext(), constant->dtype), value);
  }
}

OwningOpRef<ModuleOp> enigma::importTrace(MLIRContext &context,
                                          const tr::Trace &trace,
                                          const ImportOptions &options) {
  context.loadDialect<EnigmaDialect, arith::ArithDialect, scf::SCFDialect>();
  OpBuilder builder(&context);
  OwningOpRef<ModuleOp> module =
      ModuleOp::create(UnknownLoc::get(&context), trace.module);
  builder.setInsertionPointToEnd(module->getBody());
  importFunctionConstants(builder, trace);
  for (const tr::Kernel &kernel : trace.kernels)
    KernelImporter(builder, trace, kernel, options).import();
  if (failed(verify(*module)))
    return {};
  return module;
}
