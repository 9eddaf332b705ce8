// What a report says of a library or a function, as pairs of text: printed in a
// summary, compared between two libraries.
#pragma once

#include "enigma/metallib/Describe.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace enigma::metallib {

struct Fact {
  std::string what;
  std::string value;
};

std::string spell(Version version);
/// "1.2.7"
std::string formatVersion(const Header &header);
/// "14.0"
std::string osVersion(const Header &header);
std::string spellHash(const Function &function);
/// In groups of 8-4-4-4-12 digits.
std::string spellUUID(const std::array<uint8_t, 16> &uuid);
llvm::StringRef styleName(Style style);
/// "1 function", "2 functions"
std::string counted(uint64_t count, llvm::StringRef what);
/// "int ne00[4]"
std::string declaration(const StructMember &member);
/// "uint n" of a function constant, with its condition.
std::string declaration(const FunctionConstant &constant);

/// "air64-apple-macosx14.0.0, AIR 2.6, Metal 3.1"
std::string compiledFor(const DescribedFunction &described);

/// The library as a whole: format, target, compiler, parts, oddities.
std::vector<Fact> libraryFacts(const Library &library,
                               llvm::ArrayRef<DescribedFunction> functions);

/// One function: type, sizes, every argument and struct member, every
/// function constant, how often it calls what.
std::vector<Fact> functionFacts(const DescribedFunction &described);

} // namespace enigma::metallib
