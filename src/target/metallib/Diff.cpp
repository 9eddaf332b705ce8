// What changed between two libraries: their facts, compared.
#include "enigma/metallib/Diff.h"
#include "Facts.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Facts of the same name become one list entry, so that none is lost.
using FactMap =
    MapVector<std::string, std::string, std::map<std::string, unsigned>>;

FactMap toMap(const std::vector<Fact> &facts) {
  FactMap map;
  for (const Fact &fact : facts) {
    auto [entry, isNew] = map.try_emplace(fact.what, fact.value);
    if (!isNew)
      entry->second += "; " + fact.value;
  }
  return map;
}

std::vector<Difference> compareFacts(const std::vector<Fact> &before,
                                     const std::vector<Fact> &after) {
  FactMap old = toMap(before), now = toMap(after);
  std::vector<Difference> differences;
  for (const auto &[what, value] : old) {
    auto found = now.find(what);
    if (found == now.end())
      differences.push_back({what, value, ""});
    else if (found->second != value)
      differences.push_back({what, value, found->second});
  }
  for (const auto &[what, value] : now)
    if (!old.contains(what))
      differences.push_back({what, "", value});
  return differences;
}

/// The difference of functions that are the same in every respect that is
/// counted, and yet not the same.
constexpr StringRef otherBytes = "module SHA-256";

std::vector<Difference> compareFunctions(const DescribedFunction &before,
                                         const DescribedFunction &after,
                                         bool withTargets) {
  std::vector<Fact> old = functionFacts(before), now = functionFacts(after);
  if (withTargets) {
    old.push_back({"compiled for", compiledFor(before)});
    now.push_back({"compiled for", compiledFor(after)});
  }
  std::vector<Difference> differences = compareFacts(old, now);
  if (differences.empty() && before.function->hash != after.function->hash)
    differences.push_back({otherBytes.str(), spellHash(*before.function),
                           spellHash(*after.function)});
  return differences;
}

/// Whether the library's own line says for what every function was compiled.
bool hasOneTarget(ArrayRef<DescribedFunction> functions) {
  return all_of(functions, [&](const DescribedFunction &each) {
    return compiledFor(each) == compiledFor(functions.front());
  });
}

FunctionDifference nameOf(const DescribedFunction &described) {
  return {described.function->name,
          functionTypeName(described.function->type).str(),
          {}};
}

Expected<std::vector<DescribedFunction>>
describeOrFail(const Library &library) {
  std::vector<DescribedFunction> all = describeAll(library);
  Error errors = Error::success();
  for (const DescribedFunction &each : all)
    if (!each.description)
      errors = joinErrors(std::move(errors), createStringError(each.problem));
  if (errors)
    return errors;
  return all;
}

} // namespace

Expected<LibraryDifference> compareLibraries(const Library &before,
                                             const Library &after) {
  auto old = describeOrFail(before);
  if (!old)
    return old.takeError();
  auto now = describeOrFail(after);
  if (!now)
    return now.takeError();
  LibraryDifference result;
  result.library =
      compareFacts(libraryFacts(before, *old), libraryFacts(after, *now));
  bool withTargets = !hasOneTarget(*old) || !hasOneTarget(*now);
  // Of functions with one name the first is paired with the first.
  StringMap<SmallVector<const DescribedFunction *, 1>> unpaired;
  for (const DescribedFunction &each : reverse(*now))
    unpaired[each.function->name].push_back(&each);
  DenseSet<const DescribedFunction *> paired;
  for (const DescribedFunction &each : *old) {
    auto &candidates = unpaired[each.function->name];
    if (candidates.empty()) {
      result.removed.push_back(nameOf(each));
      continue;
    }
    const DescribedFunction *partner = candidates.pop_back_val();
    paired.insert(partner);
    FunctionDifference difference = nameOf(*partner);
    difference.differences = compareFunctions(each, *partner, withTargets);
    if (difference.differences.empty())
      ++result.identical;
    else
      result.changed.push_back(std::move(difference));
  }
  for (const DescribedFunction &each : *now)
    if (!paired.contains(&each))
      result.added.push_back(nameOf(each));
  return result;
}

namespace {

void print(const std::vector<Difference> &differences, unsigned indent,
           raw_ostream &out) {
  for (const Difference &each : differences) {
    if (each.before.empty())
      out.indent(indent) << "+ " << each.what << ": " << each.after << "\n";
    else if (each.after.empty())
      out.indent(indent) << "- " << each.what << ": " << each.before << "\n";
    else
      out.indent(indent) << "  " << each.what << ": " << each.before << " -> "
                         << each.after << "\n";
  }
}

} // namespace

void printText(const LibraryDifference &difference, StringRef before,
               StringRef after, raw_ostream &out) {
  out << "--- " << before << "\n+++ " << after << "\n";
  print(difference.library, 0, out);
  for (const FunctionDifference &each : difference.removed)
    out << "- " << each.type << " " << each.name << "\n";
  for (const FunctionDifference &each : difference.added)
    out << "+ " << each.type << " " << each.name << "\n";
  // For another target the compiler writes other bytes: a line for each such
  // function would tell nothing.
  bool isRetargeted = any_of(difference.library, [](const Difference &each) {
    return each.what == "compiled for";
  });
  size_t inBytesAlone = 0;
  for (const FunctionDifference &each : difference.changed) {
    bool isInBytesAlone = each.differences.front().what == otherBytes;
    inBytesAlone += isInBytesAlone;
    if (isInBytesAlone && isRetargeted)
      continue;
    out << "~ " << each.type << " " << each.name
        << (isInBytesAlone
                ? ": other bytes, the same size, interface and counts"
                : "")
        << "\n";
    if (!isInBytesAlone)
      print(each.differences, 2, out);
  }
  out << counted(difference.removed.size(), "function") << " removed, "
      << difference.added.size() << " added, " << difference.changed.size()
      << " changed";
  if (inBytesAlone)
    out << " (" << inBytesAlone << " in bytes alone)";
  out << ", " << difference.identical << " identical\n";
}

void printJSON(const LibraryDifference &difference, StringRef before,
               StringRef after, raw_ostream &out) {
  json::OStream json(out, 2);
  auto text = [&](StringRef key, StringRef value) {
    json.attribute(key, json::fixUTF8(value));
  };
  auto side = [&](StringRef key, const std::string &value) {
    if (value.empty())
      json.attribute(key, nullptr);
    else
      text(key, value);
  };
  auto differences = [&](StringRef key, const std::vector<Difference> &list) {
    json.attributeArray(key, [&] {
      for (const Difference &each : list)
        json.object([&] {
          text("what", each.what);
          side("before", each.before);
          side("after", each.after);
        });
    });
  };
  auto functions = [&](StringRef key,
                       const std::vector<FunctionDifference> &list) {
    json.attributeArray(key, [&] {
      for (const FunctionDifference &each : list)
        json.object([&] {
          text("name", each.name);
          text("type", each.type);
          if (!each.differences.empty())
            differences("differences", each.differences);
        });
    });
  };
  json.object([&] {
    text("schema", "enigma-metallib-diff/1");
    text("before", before);
    text("after", after);
    differences("library", difference.library);
    functions("removed", difference.removed);
    functions("added", difference.added);
    functions("changed", difference.changed);
    json.attribute("identical", int64_t(difference.identical));
  });
  out << "\n";
}

} // namespace enigma::metallib
