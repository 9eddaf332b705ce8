// The SYMTAB blob: what linkers read without parsing the module (reference
// section 6).
#include "SymbolTable.h"
#include "Typing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Object/IRSymtab.h"

using namespace llvm;
using namespace llvm::irsymtab;

namespace enigma::air {

namespace {

/// A reader of another producer builds the table anew from the module.
constexpr StringLiteral producer = "enigmac " ENIGMA_VERSION;

uint32_t flagsOf(const GlobalValue &global) {
  using Symbol = storage::Symbol;
  auto bit = [](bool isSet, Symbol::FlagBits position) {
    return uint32_t(isSet) << position;
  };
  bool isFunction = isa<Function>(global);
  return bit(global.isDeclaration(), Symbol::FB_undefined) |
         bit(global.isWeakForLinker(), Symbol::FB_weak) |
         bit(!global.hasLocalLinkage(), Symbol::FB_global) |
         bit(global.getName().starts_with("llvm."),
             Symbol::FB_format_specific) |
         bit(global.hasGlobalUnnamedAddr(), Symbol::FB_unnamed_addr) |
         bit(isFunction, Symbol::FB_executable) |
         bit(cast<GlobalObject>(global).hasSection(), Symbol::FB_has_uncommon);
}

template <typename T>
void placeRange(storage::Range<T> &range, size_t count, size_t &offset) {
  range.Offset = offset;
  range.Size = count;
  offset += count * sizeof(T);
}

template <typename T> void append(std::string &blob, ArrayRef<T> rows) {
  blob.append(reinterpret_cast<const char *>(rows.data()),
              rows.size() * sizeof(T));
}

} // namespace

std::string symbolTable(const Module &module, StringTable &strings) {
  auto string = [&](StringRef text) {
    auto [offset, size] = strings.add(text);
    storage::Str out;
    out.Offset = offset;
    out.Size = size;
    return out;
  };
  storage::Header header;
  header.Version = storage::Header::kCurrentVersion;
  header.Producer = string(producer);
  header.TargetTriple = string(module.getTargetTriple().str());
  header.SourceFileName = string(module.getSourceFileName());

  SmallVector<storage::Symbol> symbols;
  SmallVector<storage::Uncommon> uncommons;
  auto addSymbol = [&](const GlobalObject &object) {
    storage::Symbol symbol;
    symbol.Name = symbol.IRName = string(typedIntrinsicName(object.getName()));
    symbol.ComdatIndex = ~0u;
    symbol.Flags = flagsOf(object);
    symbols.push_back(symbol);
    if (!object.hasSection())
      return;
    storage::Uncommon uncommon;
    uncommon.CommonSize = 0;
    uncommon.CommonAlign = 0;
    uncommon.COFFWeakExternFallbackName = string("");
    uncommon.SectionName = string(object.getSection());
    uncommons.push_back(uncommon);
  };
  for (const Function &function : module)
    addSymbol(function);
  for (const GlobalVariable &global : module.globals())
    addSymbol(global);
  header.COFFLinkerOpts = string("");

  storage::Module entry;
  entry.Begin = 0;
  entry.End = symbols.size();
  entry.UncBegin = 0;
  size_t offset = sizeof(header);
  placeRange(header.Modules, 1, offset);
  placeRange(header.Comdats, 0, offset);
  placeRange(header.Symbols, symbols.size(), offset);
  placeRange(header.Uncommons, uncommons.size(), offset);
  placeRange(header.DependentLibraries, 0, offset);

  std::string blob;
  append(blob, ArrayRef(header));
  append(blob, ArrayRef(entry));
  append(blob, ArrayRef<storage::Symbol>(symbols));
  append(blob, ArrayRef<storage::Uncommon>(uncommons));
  return blob;
}

} // namespace enigma::air
