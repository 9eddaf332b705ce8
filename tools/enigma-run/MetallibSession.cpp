// Binds the command line to a function of a bare metallib, by index.
#include "Failure.h"
#include "Npy.h"
#include "Session.h"
#include "Values.h"
#include "Vectors.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>

using namespace enigma;
using namespace enigma::run;
using simulator::ArgumentKind;

static std::vector<uint8_t> parseHex(const std::string &digits,
                                     const std::string &what) {
  std::vector<uint8_t> bytes;
  auto digit = [&](char c) -> uint8_t {
    if (c >= '0' && c <= '9')
      return c - '0';
    c |= 0x20;
    if (c >= 'a' && c <= 'f')
      return c - 'a' + 10;
    throw Failure{Status::WrongCommandLine,
                  what + ": '" + digits + "' is not hexadecimal"};
  };
  if (digits.size() % 2)
    throw Failure{Status::WrongCommandLine,
                  what + ": an odd number of hexadecimal digits"};
  for (size_t i = 0; i < digits.size(); i += 2)
    bytes.push_back(digit(digits[i]) << 4 | digit(digits[i + 1]));
  return bytes;
}

/// KIND:DTYPE[COUNT], KIND as for --fill.
static Buffer generateBuffer(const std::string &text, const std::string &what) {
  size_t open = text.rfind('['), colon = text.rfind(':', open);
  std::optional<ElementType> type;
  if (open != std::string::npos && colon != std::string::npos &&
      text.ends_with(']'))
    type = parseElementType(text.substr(colon + 1, open - colon - 1));
  if (!type)
    throw Failure{Status::WrongCommandLine,
                  what +
                      ": expected FILE.npy, bytes:HEX, @FILE or "
                      "KIND:DTYPE[COUNT], not '" +
                      text + "'"};
  uint64_t count =
      parseCount(text.substr(open + 1, text.size() - open - 2), what);
  return {type, {count}, generate(text.substr(0, colon), *type, count, what)};
}

static Buffer makeBuffer(const std::string &text, const std::string &what) {
  if (text.starts_with("bytes:"))
    return {std::nullopt, {}, parseHex(text.substr(6), what)};
  if (text.starts_with("@"))
    return {std::nullopt, {}, readBytes(text.substr(1))};
  if (text.ends_with(']'))
    return generateBuffer(text, what);
  NpyArray array = readNpy(text);
  return {ElementType{npyDType(array.descr, text)}, array.shape,
          std::move(array.bytes)};
}

static std::string argumentList(const simulator::Reflection &reflection,
                                ArgumentKind kind) {
  std::string text;
  for (const simulator::KernelArgument &argument : reflection.arguments)
    if (argument.kind == kind)
      text += (text.empty() ? "" : ", ") + std::to_string(argument.location) +
              (argument.name.empty() ? "" : " '" + argument.name + "'");
  return text.empty() ? "none" : text;
}

static uint32_t parseIndex(const std::string &key, const std::string &option,
                           const simulator::Reflection &reflection,
                           ArgumentKind kind) {
  uint64_t index = parseCount(key, option);
  if (index > UINT32_MAX || !reflection.find(kind, index))
    throw Failure{Status::WrongInput,
                  option + ": function '" + reflection.name +
                      "' has no argument " + key + "; there are " +
                      argumentList(reflection, kind)};
  return index;
}

static std::vector<simulator::ConstantValue>
parseConstants(const Options &options) {
  std::vector<simulator::ConstantValue> values;
  for (const auto &[key, text] : options.constants) {
    simulator::ConstantValue value;
    value.value = parseConstant(text, "--constant " + key);
    bool isIndex = std::all_of(key.begin(), key.end(),
                               [](char c) { return c >= '0' && c <= '9'; });
    if (isIndex)
      value.key = static_cast<uint32_t>(parseCount(key, "--constant"));
    else
      value.key = key;
    values.push_back(std::move(value));
  }
  return values;
}

static Output parseOutput(const std::string &key, const std::string &text,
                          const Session &session) {
  auto buffer = session.buffers.find(key);
  if (buffer == session.buffers.end())
    throw Failure{Status::WrongInput,
                  "--out: argument " + key + " has no --arg"};
  size_t colon = text.rfind(':');
  if (colon != std::string::npos)
    if (std::optional<ElementType> type =
            parseElementType(text.substr(colon + 1)))
      return {key, text.substr(0, colon), *type};
  if (!buffer->second.type)
    throw Failure{Status::WrongInput,
                  "--out: argument " + key +
                      " holds raw bytes; say its dtype: --out " + key +
                      "=FILE.npy:DTYPE"};
  return {key, text, *buffer->second.type};
}

static std::string quotedList(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

/// The names nearest to `wanted`: those that contain it, and those a few edits
/// away; at most five, nearest first.
static std::vector<std::string> nearMisses(const metallib::Library &library,
                                           const std::string &wanted) {
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const metallib::Function &function : library.functions) {
    size_t edits = llvm::StringRef(wanted).edit_distance(function.name);
    bool contained = function.name.find(wanted) != std::string::npos;
    if (contained || edits <= 1 + wanted.size() / 4)
      ranked.emplace_back(edits, function.name);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> names;
  for (const auto &[edits, name] : ranked)
    if (names.size() < 5)
      names.push_back(name);
  return names;
}

/// The first names, for a person who has to choose one.
static std::string offer(const metallib::Library &library) {
  constexpr size_t shown = 8;
  std::vector<std::string> names;
  for (const metallib::Function &function : library.functions)
    if (names.size() < shown)
      names.push_back(function.name);
  size_t more = library.functions.size() - names.size();
  return quotedList(names) +
         (more ? " and " + std::to_string(more) + " more (metallib-dump)" : "");
}

static std::string chooseFunction(const metallib::Library &library,
                                  const std::string &wanted) {
  if (library.functions.empty())
    throw Failure{Status::WrongInput, "the library has no functions"};
  if (wanted.empty() && library.functions.size() == 1)
    return library.functions.front().name;
  if (wanted.empty())
    throw Failure{Status::WrongInput,
                  "which function? There are " + offer(library)};
  if (library.find(wanted))
    return wanted;
  std::vector<std::string> near = nearMisses(library, wanted);
  throw Failure{Status::WrongInput,
                "the library has no function '" + wanted + "'; " +
                    (near.empty() ? "there are " + offer(library)
                                  : "did you mean " + quotedList(near) + "?")};
}

/// Everything that the function reads has been given.
static void checkBindings(const simulator::Reflection &reflection,
                          const Step &step) {
  for (const simulator::KernelArgument &argument : reflection.arguments) {
    if (argument.optional || argument.kind == ArgumentKind::Builtin)
      continue;
    std::string index = std::to_string(argument.location);
    std::string name =
        argument.name.empty() ? "" : " ('" + argument.name + "')";
    auto isThis = [&](const auto &given) {
      return given.location == argument.location;
    };
    if (argument.kind == ArgumentKind::Threadgroup) {
      if (std::none_of(step.dispatch.threadgroupMemory.begin(),
                       step.dispatch.threadgroupMemory.end(), isThis))
        throw Failure{Status::WrongInput, "threadgroup argument " + index +
                                              name +
                                              " has no size: give "
                                              "--threadgroup " +
                                              index + "=BYTES"};
    } else if (std::none_of(step.bindings.begin(), step.bindings.end(),
                            [&](const auto &binding) {
                              return binding.first == argument.location;
                            })) {
      std::string size =
          argument.bufferSize
              ? " (" + std::to_string(argument.bufferSize) + " bytes)"
              : "";
      std::string type = argument.typeName.empty()
                             ? ""
                             : " of type '" + argument.typeName + "'";
      throw Failure{Status::WrongInput,
                    "argument " + index + name + type + size +
                        " is not bound: give --arg " + index + "=..."};
    }
  }
}

static void refuseNamedOptions(const Options &options) {
  for (auto [assignments, option] : {std::pair(&options.in, "--in"),
                                     {&options.fill, "--fill"},
                                     {&options.scalars, "--scalar"},
                                     {&options.sizes, "--size"}})
    if (!assignments->empty())
      throw Failure{Status::WrongCommandLine,
                    std::string(option) +
                        " needs a manifest; a metallib's arguments go by "
                        "index: --arg N=..."};
}

Session run::openMetallib(const Options &options,
                          const std::vector<uint8_t> &file) {
  refuseNamedOptions(options);
  metallib::Library library = orFail(metallib::readLibrary(file), options.file);
  std::string function = chooseFunction(library, options.kernel);
  if (!options.grid || !options.block)
    throw Failure{
        Status::WrongInput,
        "a metallib does not say its launch: give --grid and --block"};
  Session session;
  Step step;
  step.kernel = orFail(
      simulator::Kernel::load(library, function, parseConstants(options)));
  step.dispatch.grid = *options.grid;
  step.dispatch.threadgroup = *options.block;
  const simulator::Reflection &reflection = step.kernel->reflection();
  for (const auto &[key, text] : options.arguments) {
    uint32_t index = parseIndex(key, "--arg", reflection, ArgumentKind::Buffer);
    std::string name = std::to_string(index);
    Buffer buffer = makeBuffer(text, "--arg " + key);
    if (!session.buffers.emplace(name, std::move(buffer)).second)
      throw Failure{Status::WrongCommandLine,
                    "--arg " + name + " is given twice"};
    step.bindings.emplace_back(index, name);
  }
  for (const auto &[key, text] : options.threadgroupMemory) {
    uint32_t index =
        parseIndex(key, "--threadgroup", reflection, ArgumentKind::Threadgroup);
    uint64_t bytes = parseCount(text, "--threadgroup " + key);
    if (!bytes || bytes > simulator::maxThreadgroupMemory)
      throw Failure{Status::WrongInput,
                    "--threadgroup " + key + ": 1 to " +
                        std::to_string(simulator::maxThreadgroupMemory) +
                        " bytes, not " + text};
    for (const simulator::ThreadgroupMemory &other :
         step.dispatch.threadgroupMemory)
      if (other.location == index)
        throw Failure{Status::WrongCommandLine,
                      "--threadgroup " + key + " is given twice"};
    step.dispatch.threadgroupMemory.push_back(
        {index, static_cast<uint32_t>(bytes)});
  }
  checkBindings(reflection, step);
  session.steps.push_back(std::move(step));
  for (const auto &[key, text] : options.out)
    session.outputs.push_back(parseOutput(key, text, session));
  return session;
}
