// Kernels of the C interface: compiling them for the host and running grids.
#include "Error.h"
#include "Library.h"
#include "Reflection.h"
#include "llvm/ADT/STLExtras.h"

using namespace enigma;
using namespace enigma::capi;

struct enigma_kernel {
  std::unique_ptr<simulator::Kernel> code;
  enigma_reflection reflection;
};

/// The constants as the simulator takes them; an unknown kind is reported.
static bool convertConstants(llvm::ArrayRef<enigma_constant> constants,
                             std::vector<simulator::ConstantValue> &converted,
                             enigma_error **error) {
  for (const enigma_constant &constant : constants) {
    simulator::ConstantValue &value = converted.emplace_back();
    if (constant.name)
      value.key = std::string(constant.name);
    else
      value.key = constant.index;
    switch (constant.kind) {
    case ENIGMA_CONSTANT_BOOL:
      value.value = constant.value.as_bool;
      continue;
    case ENIGMA_CONSTANT_INT:
      value.value = constant.value.as_int;
      continue;
    case ENIGMA_CONSTANT_UINT:
      value.value = constant.value.as_uint;
      continue;
    case ENIGMA_CONSTANT_FLOAT:
      value.value = constant.value.as_float;
      continue;
    }
    report(error, ENIGMA_ERROR_INVALID_CALL,
           "a function constant has the unknown kind " +
               llvm::Twine(static_cast<int>(constant.kind)));
    return false;
  }
  return true;
}

enigma_kernel *enigma_kernel_create(const enigma_library *library,
                                    const char *function,
                                    const enigma_constant *constants,
                                    size_t constant_count,
                                    enigma_error **error) {
  if (!constants && constant_count) {
    report(error, ENIGMA_ERROR_INVALID_CALL,
           "the array of function constants is null");
    return nullptr;
  }
  std::vector<simulator::ConstantValue> values;
  if (!hasFunction(library, function, error) ||
      !convertConstants({constants, constant_count}, values, error))
    return nullptr;
  auto code = simulator::Kernel::load(library->contents, function, values);
  if (!code) {
    report(error, ENIGMA_ERROR_INVALID_KERNEL, code.takeError());
    return nullptr;
  }
  simulator::Reflection reflection = (*code)->reflection();
  return new enigma_kernel{std::move(*code),
                           enigma_reflection(std::move(reflection))};
}

const enigma_reflection *
enigma_kernel_get_reflection(const enigma_kernel *kernel) {
  return &kernel->reflection;
}

void enigma_kernel_destroy(enigma_kernel *kernel) { delete kernel; }

/// Compiled code relies on the alignment of an argument's type; memory that
/// breaks it would crash rather than fail.
static bool isAligned(const enigma_buffer_binding &buffer,
                      const simulator::Reflection &reflection,
                      enigma_error **error) {
  const simulator::KernelArgument *argument =
      reflection.find(simulator::ArgumentKind::Buffer, buffer.location);
  if (!argument || argument->typeAlignment <= 1 ||
      reinterpret_cast<uintptr_t>(buffer.bytes) % argument->typeAlignment == 0)
    return true;
  report(error, ENIGMA_ERROR_DISPATCH,
         "buffer " + llvm::Twine(buffer.location) + " ('" + argument->name +
             "') is not aligned to " + llvm::Twine(argument->typeAlignment) +
             " bytes");
  return false;
}

static bool convertBuffers(llvm::ArrayRef<enigma_buffer_binding> buffers,
                           const simulator::Reflection &reflection,
                           simulator::Dispatch &dispatch,
                           enigma_error **error) {
  for (const enigma_buffer_binding &buffer : buffers) {
    if (!buffer.bytes && buffer.size) {
      report(error, ENIGMA_ERROR_INVALID_CALL,
             "buffer " + llvm::Twine(buffer.location) + " is null");
      return false;
    }
    if (llvm::any_of(dispatch.buffers, [&](const auto &other) {
          return other.location == buffer.location;
        })) {
      report(error, ENIGMA_ERROR_DISPATCH,
             "buffer " + llvm::Twine(buffer.location) + " is bound twice");
      return false;
    }
    if (!isAligned(buffer, reflection, error))
      return false;
    dispatch.buffers.push_back(
        {buffer.location, {static_cast<uint8_t *>(buffer.bytes), buffer.size}});
  }
  return true;
}

static bool isWellFormed(const enigma_kernel *kernel,
                         const enigma_dispatch *launch, enigma_error **error) {
  const char *problem = nullptr;
  if (!kernel || !launch)
    problem = "enigma_kernel_dispatch needs a kernel and a dispatch";
  else if (launch->struct_size != sizeof(enigma_dispatch))
    problem = "enigma_dispatch.struct_size is not sizeof(enigma_dispatch)";
  else if (!launch->buffers && launch->buffer_count)
    problem = "the array of buffers is null";
  else if (!launch->threadgroup_memory && launch->threadgroup_memory_count)
    problem = "the array of threadgroup memory sizes is null";
  if (problem)
    report(error, ENIGMA_ERROR_INVALID_CALL, problem);
  return !problem;
}

bool enigma_kernel_dispatch(const enigma_kernel *kernel,
                            const enigma_dispatch *launch,
                            enigma_error **error) {
  if (!isWellFormed(kernel, launch, error))
    return false;
  simulator::Dispatch dispatch;
  llvm::copy(launch->grid, dispatch.grid.begin());
  llvm::copy(launch->threadgroup, dispatch.threadgroup.begin());
  dispatch.workers = launch->workers;
  if (!convertBuffers({launch->buffers, launch->buffer_count},
                      kernel->code->reflection(), dispatch, error))
    return false;
  for (const enigma_threadgroup_memory &memory : llvm::ArrayRef(
           launch->threadgroup_memory, launch->threadgroup_memory_count))
    dispatch.threadgroupMemory.push_back({memory.location, memory.size});
  if (llvm::Error failure = kernel->code->dispatch(dispatch)) {
    report(error, ENIGMA_ERROR_DISPATCH, std::move(failure));
    return false;
  }
  return true;
}
