// Libraries of the C interface: reading metallibs, listing and reflecting their
// functions.
#include "Library.h"
#include "Error.h"
#include "Reflection.h"
#include "enigma/metallib/Describe.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace enigma;
using namespace enigma::capi;

static enigma_library *readLibrary(llvm::ArrayRef<uint8_t> bytes,
                                   const llvm::Twine &source,
                                   enigma_error **error) {
  auto contents = metallib::readLibrary(bytes);
  if (!contents) {
    report(error, ENIGMA_ERROR_INVALID_LIBRARY,
           source + llvm::toString(contents.takeError()));
    return nullptr;
  }
  return new enigma_library{std::move(*contents)};
}

enigma_library *enigma_library_create(const enigma_device *device,
                                      const void *bytes, size_t size,
                                      enigma_error **error) {
  if (!device || (!bytes && size)) {
    report(error, ENIGMA_ERROR_INVALID_CALL,
           "enigma_library_create needs a device and the metallib's bytes");
    return nullptr;
  }
  return readLibrary({static_cast<const uint8_t *>(bytes), size}, "", error);
}

enigma_library *enigma_library_open(const enigma_device *device,
                                    const char *path, enigma_error **error) {
  if (!device || !path) {
    report(error, ENIGMA_ERROR_INVALID_CALL,
           "enigma_library_open needs a device and a path");
    return nullptr;
  }
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file) {
    report(error, ENIGMA_ERROR_FILE,
           "cannot read '" + llvm::Twine(path) +
               "': " + file.getError().message());
    return nullptr;
  }
  return readLibrary(llvm::arrayRefFromStringRef((*file)->getBuffer()),
                     llvm::Twine(path) + ": ", error);
}

size_t enigma_library_function_count(const enigma_library *library) {
  return library->contents.functions.size();
}

const char *enigma_library_function_name(const enigma_library *library,
                                         size_t index) {
  const auto &functions = library->contents.functions;
  return index < functions.size() ? functions[index].name.c_str() : nullptr;
}

const char *enigma_library_function_type(const enigma_library *library,
                                         size_t index) {
  const auto &functions = library->contents.functions;
  // The names are string literals.
  return index < functions.size()
             ? metallib::functionTypeName(functions[index].type).data()
             : nullptr;
}

bool capi::hasFunction(const enigma_library *library, const char *function,
                       enigma_error **error) {
  if (!library || !function) {
    report(error, ENIGMA_ERROR_INVALID_CALL,
           "a library and a function name are needed");
    return false;
  }
  if (library->contents.find(function))
    return true;
  std::string names;
  for (const metallib::Function &known : library->contents.functions)
    names += (names.empty() ? "" : ", ") + known.name;
  report(error, ENIGMA_ERROR_NO_SUCH_FUNCTION,
         "the library has no function '" + llvm::Twine(function) +
             "'; there are: " + (names.empty() ? "none" : names));
  return false;
}

enigma_reflection *enigma_library_reflect(const enigma_library *library,
                                          const char *function,
                                          enigma_error **error) {
  if (!hasFunction(library, function, error))
    return nullptr;
  auto reflection = simulator::reflect(library->contents, function);
  if (!reflection) {
    report(error, ENIGMA_ERROR_INVALID_KERNEL, reflection.takeError());
    return nullptr;
  }
  return new enigma_reflection(std::move(*reflection));
}

void enigma_library_destroy(enigma_library *library) { delete library; }
