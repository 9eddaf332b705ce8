// What the checks know of a module: its tables, as the records give them.
#pragma once

#include "RecordTree.h"
#include "enigma/air/Check.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"
#include <map>
#include <set>

namespace enigma::air {

/// A row of the type table. `text` is the type in short: "float*1",
/// "<4xi32>", "void(i32,i1)".
struct TypeFacts {
  unsigned code = 0;
  std::string text;
  /// Of a function: result, then parameters; of others what they are made of.
  std::vector<unsigned> parts;
  /// Bits of an integer, elements of a vector or array, address space of a
  /// pointer.
  uint64_t number = 0;
};

/// An attribute group: function 0xffffffff, result 0, parameters from 1.
struct AttributeGroup {
  uint32_t index = 0;
  std::set<unsigned> kinds;
};

struct ValueFacts {
  std::string type;
  std::optional<int64_t> integer;
  /// Index into `functions`, for functions.
  std::optional<size_t> function;
};

struct FunctionFacts {
  std::string name;
  std::string path;
  unsigned type = 0;
  bool isDeclaration = false;
  uint64_t attributes = 0;
};

struct MetadataFacts {
  enum Kind { String, Value, Node } kind = Node;
  std::string text;
  uint64_t value = 0;
  /// Ids, or nothing for null.
  std::vector<std::optional<uint64_t>> operands;
};

/// The tables of one module and the complaints about it.
struct ModuleFacts {
  /// AIR 2.`airMinor`, from !air.version.
  unsigned airMinor = 0;
  BitcodeDialect dialect = BitcodeDialect::New;
  std::optional<StatedVersions> stated;
  std::string triple;
  std::string strings;
  std::vector<TypeFacts> types;
  std::map<uint64_t, AttributeGroup> groups;
  std::vector<std::vector<uint64_t>> lists;
  std::vector<ValueFacts> values;
  std::vector<FunctionFacts> functions;
  std::vector<MetadataFacts> metadata;
  std::map<std::string, std::vector<uint64_t>> namedMetadata;
  std::vector<Complaint> complaints;

  bool isOld() const { return dialect == BitcodeDialect::Old; }
  void complain(const llvm::Twine &path, const llvm::Twine &message) {
    complaints.push_back({path.str(), message.str()});
  }
  const TypeFacts *type(uint64_t id) const {
    return id < types.size() ? &types[id] : nullptr;
  }
  std::string typeText(uint64_t id) const {
    return id < types.size() ? types[id].text : "";
  }
  /// The kinds that list `attributes` (as FUNCTION and CALL give it) has at
  /// `index`.
  std::set<unsigned> kindsAt(uint64_t attributes, uint32_t index) const;
};

constexpr uint32_t functionIndex = 0xffffffff;

/// The first AIR of the new dialect.
constexpr unsigned firstNewAIR = 6;

/// Types, attributes, globals and functions (reference section 4.4).
void checkTypes(ModuleFacts &facts, const BitcodeBlock &block,
                const std::string &path);
void checkAttributes(ModuleFacts &facts, const BitcodeBlock &block,
                     const std::string &path);
void checkGlobal(ModuleFacts &facts, const BitcodeRecord &record,
                 const std::string &path);
void checkFunctionRecord(ModuleFacts &facts, const BitcodeRecord &record,
                         const std::string &path);

/// Constants of the module or of a function; appends their values.
void checkConstants(ModuleFacts &facts, const BitcodeBlock &block,
                    const std::string &path);
/// One function's body. `function` is the index into `functions`.
void checkFunctionBody(ModuleFacts &facts, const BitcodeBlock &block,
                       size_t function, const std::string &path);

/// The name, type and attributes of a declaration (reference section 3).
void checkDeclaration(ModuleFacts &facts, const FunctionFacts &function);

/// Reads METADATA records into the tables and checks their codes.
void readMetadata(ModuleFacts &facts, const BitcodeBlock &block,
                  const std::string &path);
void checkMetadataKinds(ModuleFacts &facts, const BitcodeBlock &block,
                        const std::string &path);
/// Versions, flags, options and kernel nodes (reference sections 2.2, 2.4
/// and 2.5).
void checkNamedMetadata(ModuleFacts &facts);
/// Sets the AIR version and with it the dialect, as !air.version says.
void readVersion(ModuleFacts &facts);

} // namespace enigma::air
