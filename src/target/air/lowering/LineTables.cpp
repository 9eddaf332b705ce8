// A kernel's Python lines and variables as LLVM's debug information (-g).
//
// DWARF knows no Python: what runs on the GPU are Metal's types, so the unit
// says the language that Apple's compiler of the same age says, and variables
// have Metal's types.
#include "LineTables.h"
#include "TypeNames.h"
#include "VariableTypes.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace enigma::air {

namespace {

/// The first range a location names, from the inside out.
FileLineColRange placeOf(Location loc) {
  FileLineColRange place;
  loc->walk([&](Location part) {
    place = dyn_cast<FileLineColRange>(part);
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return place;
}

/// The Python variable that a result or an argument is assigned to. It stands
/// outermost; what is deeper belongs to what the value was made from.
StringAttr variableNameOf(Location loc) {
  auto named = dyn_cast<NameLoc>(loc);
  return named && !named.getName().empty() ? named.getName() : StringAttr();
}

/// The function that the tracer inlined around a place: a location fused with
/// its name.
StringAttr functionOf(FusedLoc place) {
  return dyn_cast_or_null<StringAttr>(place.getMetadata());
}

unsigned languageOf(const Target &target) {
  return target.air >= Version{2, 8} ? llvm::dwarf::DW_LANG_Metal
                                     : llvm::dwarf::DW_LANG_C_plus_plus_14;
}

} // namespace

LineTable::LineTable(KernelOp kernel, const Target &target, bool optimized)
    : context(kernel.getContext()), kernelPlace(kernel.getLoc()) {
  FileLineColRange place = placeOf(kernel.getLoc());
  LLVM::DIFileAttr file = fileOf(place ? place.getFilename()
                                       : StringAttr::get(context, "<unknown>"));
  unit = LLVM::DICompileUnitAttr::get(
      DistinctAttr::create(UnitAttr::get(context)), languageOf(target), file,
      StringAttr::get(context, "enigmac " ENIGMA_VERSION), optimized,
      LLVM::DIEmissionKind::Full, LLVM::DINameTableKind::None);
  kernelScope = subprogram(
      StringAttr::get(context,
                      kernel.getPythonName().value_or(kernel.getSymName())),
      kernel.getSymNameAttr(), file, place ? place.getStartLine() : 0);
}

/// Locations name files relative to the module's folder; a file elsewhere gives
/// its name alone.
LLVM::DIFileAttr LineTable::fileOf(StringAttr name) {
  StringRef path = name.getValue();
  if (llvm::sys::path::is_absolute(path))
    path = llvm::sys::path::filename(path);
  return LLVM::DIFileAttr::get(context, path, "");
}

LLVM::DISubprogramAttr LineTable::subprogram(StringAttr name,
                                             StringAttr linkageName,
                                             LLVM::DIFileAttr file,
                                             unsigned line) {
  auto flags = LLVM::DISubprogramFlags::Definition;
  if (unit.getIsOptimized())
    flags = flags | LLVM::DISubprogramFlags::Optimized;
  auto nothing = LLVM::DINullTypeAttr::get(context);
  return LLVM::DISubprogramAttr::get(
      context, DistinctAttr::create(UnitAttr::get(context)), unit, file, name,
      linkageName, file, line, line, flags,
      LLVM::DISubroutineTypeAttr::get(context, {nothing}), {}, {});
}

LLVM::DISubprogramAttr LineTable::inlinedFunction(FusedLoc place) {
  StringAttr function = functionOf(place);
  FileLineColRange range = placeOf(place);
  Attribute key = ArrayAttr::get(context, {function, range.getFilename()});
  LLVM::DISubprogramAttr &scope = inlined[key];
  // Where it begins nobody has recorded.
  if (!scope)
    scope = subprogram(function, {}, fileOf(range.getFilename()), /*line=*/0);
  return scope;
}

/// The location in the form that translates to a DILocation: each place with
/// its scope. What has no place of its own is at line 0 of the kernel, which
/// means "the compiler's".
Location LineTable::scoped(Location loc) {
  if (auto named = dyn_cast<NameLoc>(loc))
    return scoped(named.getChildLoc());
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return CallSiteLoc::get(scoped(call.getCallee()), scoped(call.getCaller()));
  LLVM::DILocalScopeAttr scope = kernelScope;
  if (auto fused = dyn_cast<FusedLoc>(loc); fused && functionOf(fused))
    scope = inlinedFunction(fused);
  else if (fused && !fused.getLocations().empty() && !fused.getMetadata())
    return scoped(fused.getLocations().front());
  LLVM::DIFileAttr kernelFile = kernelScope.getFile();
  FileLineColRange place = placeOf(loc);
  Location flat = FileLineColLoc::get(context, kernelFile.getName(), 0, 0);
  if (place) {
    LLVM::DIFileAttr file = fileOf(place.getFilename());
    flat = FileLineColLoc::get(context, file.getName(), place.getStartLine(),
                               place.getStartColumn());
    if (scope == kernelScope && file != kernelFile)
      scope = LLVM::DILexicalBlockFileAttr::get(scope, file, 0);
  }
  return FusedLoc::get(context, {flat}, scope);
}

LLVM::DILocalVariableAttr LineTable::variable(StringRef name, Location place,
                                              LLVM::DITypeAttr type,
                                              unsigned argument) {
  auto key = std::pair(StringAttr::get(context, name), Attribute(type));
  LLVM::DILocalVariableAttr &variable = variables[key];
  FileLineColRange range = placeOf(place);
  if (!variable)
    variable = LLVM::DILocalVariableAttr::get(
        kernelScope, name,
        range ? fileOf(range.getFilename()) : kernelScope.getFile(),
        range ? range.getStartLine() : 0, argument, /*alignInBits=*/0, type,
        LLVM::DIFlags::Zero);
  return variable;
}

void LineTable::describe(OpBuilder &builder, Value value, Location place) {
  StringAttr name = variableNameOf(place);
  LLVM::DITypeAttr type = name ? variableType(value) : LLVM::DITypeAttr();
  // Inside an inlined function a name means that function's variable.
  if (!type || place->findInstanceOf<CallSiteLoc>())
    return;
  LLVM::DbgValueOp::create(builder, place, value,
                           variable(name.getValue(), place, type, 0),
                           LLVM::DIExpressionAttr::get(context, {}));
}

void LineTable::nameValues(KernelOp kernel) {
  OpBuilder builder(context);
  kernel.getBody().walk([&](Block *block) {
    // Parameters are named when they have become the function's.
    if (block->getParentOp() != kernel)
      for (BlockArgument argument : block->getArguments()) {
        builder.setInsertionPointToStart(block);
        describe(builder, argument, argument.getLoc());
      }
    for (Operation &op : llvm::make_early_inc_range(*block))
      if (op.getNumResults() == 1 && !isa<LLVM::DbgValueOp>(op)) {
        builder.setInsertionPointAfter(&op);
        describe(builder, op.getResult(0), op.getLoc());
      }
  });
}

void LineTable::attach(LLVM::LLVMFuncOp function,
                       const KernelSignature &signature) {
  function->setLoc(FusedLoc::get(context, {function->getLoc()}, kernelScope));
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
  for (auto [i, buffer] : llvm::enumerate(signature.buffers))
    LLVM::DbgValueOp::create(builder, kernelPlace, function.getArgument(i),
                             variable(buffer.name, kernelPlace,
                                      parameterType(context, buffer), i + 1),
                             LLVM::DIExpressionAttr::get(context, {}));
  function.getBody().walk(
      [&](Operation *op) { op->setLoc(scoped(op->getLoc())); });
}

void finishLineTable(llvm::Function &kernel) {
  llvm::DISubprogram *subprogram = kernel.getSubprogram();
  llvm::Module &module = *kernel.getParent();
  llvm::DICompileUnit *made = subprogram->getUnit();
  auto *unit = llvm::DICompileUnit::getDistinct(
      module.getContext(), made->getSourceLanguage(), made->getFile(),
      made->getProducer(), made->isOptimized(), /*Flags=*/"",
      /*RuntimeVersion=*/0, /*SplitDebugFilename=*/"",
      llvm::DICompileUnit::FullDebug, /*EnumTypes=*/{}, /*RetainedTypes=*/{},
      /*GlobalVariables=*/{}, /*ImportedEntities=*/{}, /*Macros=*/{},
      /*DWOId=*/0, /*SplitDebugInlining=*/false,
      /*DebugInfoForProfiling=*/false,
      llvm::DICompileUnit::DebugNameTableKind::None,
      /*RangesBaseAddress=*/false, /*SysRoot=*/"", /*SDK=*/"");
  llvm::DebugInfoFinder finder;
  finder.processModule(module);
  for (llvm::DISubprogram *each : finder.subprograms())
    if (each->getUnit() == made)
      each->replaceUnit(unit);
  llvm::NamedMDNode *units = module.getOrInsertNamedMetadata("llvm.dbg.cu");
  units->clearOperands();
  units->addOperand(unit);
}

} // namespace enigma::air
