// The CPU device of the C interface: its name and limits.
#include "enigma/simulator/Device.h"
#include "enigma.h"
#include "llvm/Support/Threading.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

struct enigma_device {
  std::string name;
  enigma_device_limits limits;
};

enigma_device *enigma_device_create(enigma_error **) {
  uint32_t workers = llvm::hardware_concurrency().compute_thread_count();
  llvm::Triple host(llvm::sys::getProcessTriple());
  std::string name = "CPU (" + host.getArchName().str() + ", " +
                     std::to_string(workers) +
                     (workers == 1 ? " thread)" : " threads)");
  return new enigma_device{std::move(name),
                           {enigma::simulator::simdgroupWidth,
                            enigma::simulator::maxThreadsPerThreadgroup,
                            enigma::simulator::maxThreadgroupMemory, workers}};
}

const char *enigma_device_name(const enigma_device *device) {
  return device->name.c_str();
}

const enigma_device_limits *
enigma_device_get_limits(const enigma_device *device) {
  return &device->limits;
}

void enigma_device_destroy(enigma_device *device) { delete device; }
