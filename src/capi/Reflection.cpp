// Reflection of the C interface.
#include "Reflection.h"
#include "llvm/ADT/StringRef.h"

using namespace enigma;
using namespace enigma::simulator;

static enigma_argument_kind toC(ArgumentKind kind) {
  switch (kind) {
  case ArgumentKind::Buffer:
    return ENIGMA_ARGUMENT_BUFFER;
  case ArgumentKind::Threadgroup:
    return ENIGMA_ARGUMENT_THREADGROUP;
  case ArgumentKind::Builtin:
    return ENIGMA_ARGUMENT_BUILTIN;
  }
  return ENIGMA_ARGUMENT_BUILTIN;
}

static enigma_access accessOf(const KernelArgument &argument) {
  if (argument.kind == ArgumentKind::Builtin)
    return ENIGMA_ACCESS_NONE;
  return argument.writable ? ENIGMA_ACCESS_READ_WRITE : ENIGMA_ACCESS_READ;
}

static enigma_argument toC(const KernelArgument &argument) {
  // A suffix of the string keeps its terminator.
  llvm::StringRef builtin = argument.builtin;
  builtin.consume_front("air.");
  return {toC(argument.kind),    argument.location,
          argument.name.c_str(), argument.typeName.c_str(),
          argument.typeSize,     argument.typeAlignment,
          argument.bufferSize,   accessOf(argument),
          argument.optional,     builtin.data()};
}

enigma_reflection::enigma_reflection(Reflection reflection)
    : source(std::move(reflection)) {
  for (const KernelArgument &argument : source.arguments)
    arguments.push_back(toC(argument));
  // The names of the dtype table are string literals.
  for (const FunctionConstant &constant : source.constants)
    constants.push_back({constant.name.c_str(), constant.index,
                         dtypeRow(constant.dtype).name.data(),
                         constant.required});
}

const char *enigma_reflection_name(const enigma_reflection *reflection) {
  return reflection->source.name.c_str();
}

size_t enigma_reflection_argument_count(const enigma_reflection *reflection) {
  return reflection->arguments.size();
}

const enigma_argument *
enigma_reflection_argument(const enigma_reflection *reflection, size_t index) {
  return index < reflection->arguments.size() ? &reflection->arguments[index]
                                              : nullptr;
}

size_t enigma_reflection_constant_count(const enigma_reflection *reflection) {
  return reflection->constants.size();
}

const enigma_constant_description *
enigma_reflection_constant(const enigma_reflection *reflection, size_t index) {
  return index < reflection->constants.size() ? &reflection->constants[index]
                                              : nullptr;
}

uint32_t enigma_reflection_max_threads_per_threadgroup(
    const enigma_reflection *reflection) {
  return reflection->source.maxThreadsPerThreadgroup;
}

uint64_t enigma_reflection_static_threadgroup_memory(
    const enigma_reflection *reflection) {
  return reflection->source.staticThreadgroupMemory;
}

void enigma_reflection_destroy(enigma_reflection *reflection) {
  delete reflection;
}
