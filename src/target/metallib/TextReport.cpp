// The report of metallib-dump for people.
#include "Facts.h"
#include "enigma/metallib/Dump.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

/// Lines of cells in aligned columns. A line may be text without columns.
class Table {
public:
  void row(std::vector<std::string> cells) {
    lines.push_back({std::move(cells), ""});
  }
  void text(std::string line) { lines.push_back({{}, std::move(line)}); }

  void print(raw_ostream &out, unsigned indent) const {
    std::vector<size_t> widths;
    for (const Line &line : lines)
      for (size_t i = 0; i + 1 < line.cells.size(); ++i) {
        widths.resize(std::max(widths.size(), i + 1));
        // One long type must not push everything to the right.
        if (line.cells[i].size() <= maxWidth)
          widths[i] = std::max(widths[i], line.cells[i].size());
      }
    for (const Line &line : lines) {
      std::string text = line.text;
      for (size_t i = 0; i != line.cells.size(); ++i) {
        text += line.cells[i];
        if (i + 1 != line.cells.size())
          text.append(std::max(widths[i] + 2, line.cells[i].size() + 2) -
                          line.cells[i].size(),
                      ' ');
      }
      out.indent(indent) << StringRef(text).rtrim(' ') << "\n";
    }
  }

private:
  static constexpr size_t maxWidth = 60;
  struct Line {
    std::vector<std::string> cells;
    std::string text;
  };
  std::vector<Line> lines;
};

void addMembers(const std::vector<StructMember> &members, unsigned depth,
                Table &table) {
  for (const StructMember &member : members) {
    table.text(std::string(4 + 2 * depth, ' ') +
               formatv("{0,5}  {1}", member.offset, declaration(member)).str());
    addMembers(member.members, depth + 1, table);
  }
}

void addArguments(const FunctionDescription &description, Table &table) {
  for (const Argument &argument : description.arguments) {
    table.row({"[[" + argument.attribute() + "]]", argument.declaration(),
               join(argument.notes(), ", ")});
    addMembers(argument.members, 0, table);
  }
  for (const Argument &output : description.outputs)
    table.row({"output " + output.attribute(), output.declaration(),
               join(output.notes(), ", ")});
}

/// The calls, in lines of a readable length.
void printCalls(const FunctionDescription &description, raw_ostream &out) {
  constexpr size_t maxLine = 100;
  std::string line = "  calls";
  size_t left = description.calls.size();
  for (const auto &[name, count] : description.calls) {
    std::string call = " " + name + (count > 1 ? " x" + utostr(count) : "") +
                       (--left ? "," : "");
    if (line.size() + call.size() > maxLine && line.size() > 7) {
      out << line << "\n";
      line = std::string(7, ' ');
    }
    line += call;
  }
  if (!description.calls.empty())
    out << line << "\n";
}

/// "kernel"; of a type that has no name yet, its number too.
std::string typeName(const Function &function) {
  std::string name = functionTypeName(function.type).str();
  return name == "unknown" ? "unknown (" + utostr(uint8_t(function.type)) + ")"
                           : name;
}

void printFunction(const DescribedFunction &described, raw_ostream &out) {
  const Function &function = *described.function;
  const auto &description = described.description;
  out << "\n" << typeName(function) << " " << function.name << "\n";
  out << formatv("  AIR {0}, Metal {1}", spell(function.air),
                 spell(function.msl));
  if (description)
    out << ", " << description->triple;
  out << formatv("\n  module of {0} bytes, SHA-256 {1}{2}\n",
                 function.module.size(), spellHash(function),
                 described.hashMatches ? " (matches)" : " (DOES NOT MATCH)");
  if (description) {
    out << "  " << counted(description->instructions, "instruction");
    if (description->threadgroupMemory)
      out << ", " << counted(description->threadgroupMemory, "byte")
          << " of threadgroup memory";
    if (description->maxThreads)
      out << ", at most " << *description->maxThreads
          << " threads per threadgroup";
    out << "\n";
  } else {
    out << "  not described: " << described.problem << "\n";
  }
  if (auto location = function.debugLocation())
    out << "  source " << location->file << ":" << location->line << "\n";
  if (description && description->lineTable) {
    const LineTable &table = *description->lineTable;
    out << "  line table: " << counted(table.lines, "line") << " of "
        << join(table.files, ", ");
    if (!table.variables.empty())
      out << "; variables " << join(table.variables, " ");
    out << "\n";
  }
  if (auto object = function.objectFile())
    out << "  object file " << *object << "\n";
  Table table;
  if (description)
    addArguments(*description, table);
  for (const FunctionConstant &constant : function.constants)
    table.row({formatv("[[function_constant({0})]]", constant.index),
               declaration(constant), constant.required ? "" : "optional"});
  table.print(out, 2);
  if (description)
    printCalls(*description, out);
}

/// "   12 arguments"
std::string countColumn(uint64_t count, StringRef what, int width) {
  std::string number = utostr(count);
  std::string text = counted(count, what);
  return std::string(std::max<int>(width - int(number.size()), 0), ' ') + text;
}

void printList(ArrayRef<DescribedFunction> functions, raw_ostream &out) {
  Table table;
  for (const DescribedFunction &each : functions) {
    const auto &description = each.description;
    size_t constants = each.function->constants.size();
    std::vector<std::string> cells = {
        typeName(*each.function), each.function->name,
        countColumn(each.function->module.size(), "byte", 6)};
    if (description)
      append_range(
          cells,
          std::initializer_list<std::string>{
              countColumn(description->instructions, "instruction", 5),
              countColumn(description->arguments.size(), "argument", 2)});
    if (constants)
      cells.push_back(countColumn(constants, "function constant", 2));
    if (!description)
      cells.push_back(each.hashMatches ? "not described"
                                       : "hash DOES NOT MATCH");
    table.row(std::move(cells));
  }
  out << "\n";
  table.print(out, 0);
}

} // namespace

Error dumpText(const Library &library, StringRef file, raw_ostream &out,
               Detail detail) {
  std::vector<DescribedFunction> functions = describeAll(library);
  out << file << "\n";
  Table summary;
  for (const Fact &fact : libraryFacts(library, functions))
    summary.row({fact.what, fact.value});
  summary.print(out, 2);
  if (detail == Detail::List)
    printList(functions, out);
  Error errors = Error::success();
  for (const DescribedFunction &each : functions) {
    if (detail == Detail::Full)
      printFunction(each, out);
    if (!each.description)
      errors = joinErrors(std::move(errors), createStringError(each.problem));
  }
  return errors;
}

} // namespace enigma::metallib
