// Binds the command line to the kernels of a manifest, by name.
#include "Failure.h"
#include "Npy.h"
#include "Session.h"
#include "Values.h"
#include "Vectors.h"
#include "enigma/manifest/Manifest.h"
#include <filesystem>
#include <set>

using namespace enigma;
using namespace enigma::run;
namespace mf = enigma::manifest;

namespace {

/// One dispatch before it is bound: which buffer name stands for which
/// parameter.
struct PlannedStep {
  const mf::Kernel *kernel;
  std::array<uint32_t, 3> grid, block;
  std::vector<std::pair<std::string, const mf::Parameter *>> parameters;
};

class ManifestBinder {
public:
  explicit ManifestBinder(const Options &options);
  Session bind();

private:
  void plan();
  void planKernel(const mf::Kernel &kernel);
  void planLaunch(const mf::Launch &launch);
  bool planProgram(const std::string &program);
  void collectParameters();
  void checkNames() const;
  void checkConstants() const;
  void bindParameter(const std::string &name, const mf::Parameter &parameter);
  uint64_t elementCount(const std::string &name,
                        const mf::Parameter &parameter) const;
  Buffer makeBuffer(const std::string &name,
                    const mf::Parameter &parameter) const;
  void addStep(const PlannedStep &planned);
  std::vector<simulator::ConstantValue>
  constantsOf(const mf::Kernel &kernel) const;

  const Options &options;
  mf::Manifest manifest;
  metallib::Library library;
  std::vector<PlannedStep> steps;
  std::map<std::string, const mf::Parameter *> parameters;
  std::set<std::string> intermediates; ///< made here where nothing else says
  std::map<std::string, uint64_t>
      threads; ///< of the first step that uses the buffer
  Session session;
};

} // namespace

static const std::string *lookUp(const Assignments &assignments,
                                 const std::string &name) {
  const std::string *value = nullptr;
  for (const auto &[key, text] : assignments)
    if (key == name)
      value = &text;
  return value;
}

static std::string kindText(const mf::Parameter &parameter) {
  bool isBuffer = parameter.kind == mf::ParameterKind::Buffer;
  return elementName(parameter.type) + (isBuffer ? " buffer" : " scalar");
}

template <typename Range, typename Name>
static std::string joinNames(const Range &range, Name nameOf) {
  std::string text;
  for (const auto &entry : range)
    text += (text.empty() ? "" : ", ") + std::string(nameOf(entry));
  return text.empty() ? "none" : text;
}

ManifestBinder::ManifestBinder(const Options &options)
    : options(options), manifest(orFail(mf::readManifest(options.file))) {
  if (!options.arguments.empty() || !options.threadgroupMemory.empty())
    throw Failure{Status::WrongCommandLine,
                  "--arg and --threadgroup are for bare metallibs; a "
                  "manifest's parameters have names"};
  if (!manifest.artifacts.metallib)
    throw Failure{Status::WrongInput,
                  options.file + ": the manifest has no metallib"};
  auto path = std::filesystem::path(options.file).parent_path() /
              manifest.artifacts.metallib->path;
  library =
      orFail(metallib::readLibrary(readBytes(path.string())), path.string());
}

static std::array<uint32_t, 3>
chooseExtent(const std::optional<std::array<uint32_t, 3>> &given,
             const std::optional<mf::Extent> &known, const mf::Kernel &kernel,
             const char *option) {
  if (given)
    return *given;
  if (known)
    return *known;
  throw Failure{Status::WrongInput, "kernel '" + kernel.pythonName +
                                        "' has no default " + (option + 2) +
                                        "; give " + option + " X[,Y[,Z]]"};
}

void ManifestBinder::planKernel(const mf::Kernel &kernel) {
  PlannedStep step{&kernel,
                   chooseExtent(options.grid, kernel.grid, kernel, "--grid"),
                   chooseExtent(options.block, kernel.block, kernel, "--block"),
                   {}};
  for (const mf::Parameter &parameter : kernel.buffers)
    step.parameters.emplace_back(parameter.name, &parameter);
  steps.push_back(std::move(step));
}

void ManifestBinder::planLaunch(const mf::Launch &launch) {
  const mf::Kernel &kernel = *manifest.find(launch.kernel);
  PlannedStep step{
      &kernel,
      chooseExtent(options.grid, launch.grid ? launch.grid : kernel.grid,
                   kernel, "--grid"),
      chooseExtent(options.block, launch.block ? launch.block : kernel.block,
                   kernel, "--block"),
      {}};
  for (const mf::Parameter &parameter : kernel.buffers) {
    std::string name = parameter.name;
    for (const auto &[shared, index] : launch.bindings)
      if (index == parameter.index)
        name = shared;
    step.parameters.emplace_back(name, &parameter);
  }
  steps.push_back(std::move(step));
}

/// Plans the launches of an export; whether there are any.
bool ManifestBinder::planProgram(const std::string &program) {
  for (const mf::Launch &launch : manifest.launches)
    if (launch.program == program) {
      planLaunch(launch);
      intermediates.insert(launch.intermediates.begin(),
                           launch.intermediates.end());
    }
  return !steps.empty();
}

void ManifestBinder::plan() {
  if (!options.kernel.empty()) {
    const mf::Kernel *kernel = manifest.find(options.kernel);
    if (!kernel && planProgram(options.kernel))
      return;
    if (!kernel)
      throw Failure{Status::WrongInput,
                    "no kernel is called '" + options.kernel + "'; there are " +
                        joinNames(manifest.kernels,
                                  [](const auto &k) { return k.pythonName; })};
    return planKernel(*kernel);
  }
  if (!manifest.launches.empty()) {
    std::set<std::string> programs;
    for (const mf::Launch &launch : manifest.launches)
      programs.insert(launch.program);
    if (programs.size() > 1)
      throw Failure{Status::WrongInput,
                    "which export? There are " +
                        joinNames(programs, [](const auto &n) { return n; })};
    planProgram(*programs.begin());
    return;
  }
  if (manifest.kernels.size() != 1)
    throw Failure{Status::WrongInput,
                  "which kernel? There are " +
                      joinNames(manifest.kernels,
                                [](const auto &k) { return k.pythonName; })};
  planKernel(manifest.kernels.front());
}

void ManifestBinder::collectParameters() {
  for (const PlannedStep &step : steps)
    for (const auto &[name, parameter] : step.parameters) {
      auto [known, isNew] = parameters.emplace(name, parameter);
      if (isNew)
        threads[name] = uint64_t(step.grid[0]) * step.grid[1] * step.grid[2];
      else if (known->second->type != parameter->type ||
               known->second->kind != parameter->kind)
        throw Failure{Status::WrongInput,
                      "parameter '" + name + "' is a " +
                          kindText(*known->second) + " in one launch and a " +
                          kindText(*parameter) + " in another"};
    }
}

void ManifestBinder::checkNames() const {
  auto check = [&](const Assignments &assignments, const char *option,
                   mf::ParameterKind kind) {
    for (const auto &[name, value] : assignments) {
      auto parameter = parameters.find(name);
      if (parameter == parameters.end())
        throw Failure{
            Status::WrongInput,
            std::string(option) + ": there is no parameter '" + name +
                "'; there are " +
                joinNames(parameters, [](const auto &p) { return p.first; })};
      if (parameter->second->kind != kind)
        throw Failure{Status::WrongInput,
                      std::string(option) + ": parameter '" + name + "' is a " +
                          kindText(*parameter->second)};
    }
  };
  for (auto [assignments, option] : {std::pair(&options.in, "--in"),
                                     {&options.fill, "--fill"},
                                     {&options.out, "--out"},
                                     {&options.sizes, "--size"}})
    check(*assignments, option, mf::ParameterKind::Buffer);
  check(options.scalars, "--scalar", mf::ParameterKind::Scalar);
}

uint64_t ManifestBinder::elementCount(const std::string &name,
                                      const mf::Parameter &parameter) const {
  uint64_t known = 0;
  if (parameter.bytes)
    known = *parameter.bytes / parameter.type.bytes();
  if (const std::string *count = lookUp(options.sizes, name)) {
    uint64_t given = parseCount(*count, "--size " + name);
    if (given < known)
      throw Failure{Status::WrongInput, "--size: buffer '" + name + "' needs " +
                                            std::to_string(known) +
                                            " elements, not " + *count};
    if (given > UINT64_MAX / 16)
      throw Failure{Status::WrongInput,
                    "--size: buffer '" + name + "' is too large"};
    return given;
  }
  return known ? known : threads.at(name);
}

Buffer ManifestBinder::makeBuffer(const std::string &name,
                                  const mf::Parameter &parameter) const {
  Buffer buffer;
  buffer.type = parameter.type;
  const std::string *file = lookUp(options.in, name),
                    *fill = lookUp(options.fill, name);
  if (file && fill)
    throw Failure{Status::WrongInput,
                  "buffer '" + name + "' has both --in and --fill"};
  if (file) {
    NpyArray array = readNpy(*file);
    if (!npyMatches(array.descr, parameter.type.dtype))
      throw Failure{Status::WrongInput,
                    "buffer '" + name + "' is " + elementName(parameter.type) +
                        "; " + *file + " holds '" + array.descr + "'"};
    buffer.shape = array.shape;
    if (unsigned width = parameter.type.width; width > 1) {
      if (array.shape.empty() || array.shape.back() != width)
        throw Failure{Status::WrongInput,
                      "buffer '" + name + "' is " +
                          elementName(parameter.type) + "; the last axis of " +
                          *file + " must have " + std::to_string(width) +
                          " components"};
      buffer.shape.pop_back();
    }
    buffer.bytes = padComponents(std::move(array.bytes), parameter.type);
    if (parameter.bytes && buffer.bytes.size() != *parameter.bytes)
      throw Failure{Status::WrongInput,
                    "buffer '" + name + "' has " +
                        std::to_string(*parameter.bytes) + " bytes; " + *file +
                        " holds " + std::to_string(buffer.bytes.size())};
    return buffer;
  }
  if (!fill && !lookUp(options.out, name) && !intermediates.contains(name))
    throw Failure{Status::WrongInput,
                  "parameter '" + name + "' (" + kindText(parameter) +
                      ") is not bound; give --in " + name +
                      "=FILE.npy, --fill " + name + "=zeros or --out " + name +
                      "=FILE.npy"};
  uint64_t count = elementCount(name, parameter);
  buffer.bytes =
      generate(fill ? *fill : "zeros", parameter.type, count, "--fill " + name);
  if (parameter.shape && parameter.bytes && !lookUp(options.sizes, name))
    buffer.shape.assign(parameter.shape->begin(), parameter.shape->end());
  else
    buffer.shape = {count};
  return buffer;
}

void ManifestBinder::bindParameter(const std::string &name,
                                   const mf::Parameter &parameter) {
  if (parameter.kind == mf::ParameterKind::Buffer) {
    session.buffers[name] = makeBuffer(name, parameter);
    return;
  }
  const std::string *value = lookUp(options.scalars, name);
  if (!value)
    throw Failure{Status::WrongInput,
                  "parameter '" + name + "' (" + kindText(parameter) +
                      ") is not bound; give --scalar " + name + "=VALUE"};
  session.buffers[name] = {
      parameter.type,
      {1},
      parseElement(*value, parameter.type, "--scalar " + name)};
}

static bool isKeyOf(const std::string &key,
                    const mf::FunctionConstant &constant) {
  return key == constant.name || key == std::to_string(constant.index);
}

/// Every key names a function constant of some step.
void ManifestBinder::checkConstants() const {
  std::set<std::string> known;
  for (const PlannedStep &step : steps)
    for (const mf::FunctionConstant &constant : step.kernel->functionConstants)
      known.insert(constant.name);
  for (const auto &[key, text] : options.constants) {
    bool isKnown = false;
    for (const PlannedStep &step : steps)
      for (const mf::FunctionConstant &constant :
           step.kernel->functionConstants)
        isKnown |= isKeyOf(key, constant);
    if (!isKnown)
      throw Failure{Status::WrongInput,
                    "--constant: there is no function constant '" + key +
                        "'; there are " +
                        joinNames(known, [](const auto &n) { return n; })};
  }
}

std::vector<simulator::ConstantValue>
ManifestBinder::constantsOf(const mf::Kernel &kernel) const {
  std::vector<simulator::ConstantValue> values;
  for (const mf::FunctionConstant &constant : kernel.functionConstants) {
    const std::string *given = nullptr;
    for (const auto &[key, text] : options.constants) {
      if (!isKeyOf(key, constant))
        continue;
      if (given)
        throw Failure{Status::WrongCommandLine,
                      "--constant: function constant '" + constant.name +
                          "' (index " + std::to_string(constant.index) +
                          ") is given twice"};
      given = &text;
      values.push_back(
          {constant.index, parseConstant(text, "--constant " + key)});
    }
    if (!given && !constant.defaultValue)
      throw Failure{Status::WrongInput,
                    "function constant '" + constant.name + "' (" +
                        std::string(dtypeRow(constant.dtype).name) +
                        ") is not set; give --constant " + constant.name +
                        "=VALUE"};
  }
  return values;
}

void ManifestBinder::addStep(const PlannedStep &planned) {
  Step step;
  step.kernel = orFail(simulator::Kernel::load(library, planned.kernel->name,
                                               constantsOf(*planned.kernel)));
  step.dispatch.grid = planned.grid;
  step.dispatch.threadgroup = planned.block;
  for (const auto &[name, parameter] : planned.parameters)
    step.bindings.emplace_back(parameter->index, name);
  session.steps.push_back(std::move(step));
}

Session ManifestBinder::bind() {
  plan();
  collectParameters();
  checkNames();
  checkConstants();
  for (const auto &[name, parameter] : parameters)
    bindParameter(name, *parameter);
  for (const auto &[name, path] : options.out)
    session.outputs.push_back({name, path, parameters.at(name)->type});
  for (const PlannedStep &step : steps)
    addStep(step);
  return std::move(session);
}

Session run::openManifest(const Options &options) {
  return ManifestBinder(options).bind();
}
