// Kernels that Apple's compiler made, which check the device against code we
// did not write.
#include "../AppleLibraries.h"
#include "AirText.h"

using namespace enigma;
using namespace enigma::simulator;
using namespace enigma::simulator::test;

TEST_CASE("Apple's vadd with function constants") {
  for (const char *target : {"13", "14", "15", "26"}) {
    auto path = appleLibraryFolder() /
                ("constants." + std::string(target) + ".metallib");
    if (!std::filesystem::exists(path)) {
      WARN("skipped: no " << path.string() << " ($ENIGMA_APPLE_METALLIBS)");
      continue;
    }
    INFO(path.string());
    auto library = metallib::readLibrary(readFile(path.string()));
    REQUIRE(bool(library));
    ConstantValue constants[] = {{uint32_t(0), 2.5},
                                 {std::string("bar"), int64_t(-1)}};
    auto kernel = Kernel::load(*library, "vadd", constants);
    if (!kernel)
      FAIL(message(kernel.takeError()));
    std::vector<float> a(1000), b(1000), c(1000);
    for (unsigned i = 0; i < a.size(); ++i)
      a[i] = i * 0.5f, b[i] = 100.0f - i;
    run(**kernel, 1000, 256, {bind(0, a), bind(1, b), bind(2, c)});
    for (unsigned i = 0; i < a.size(); ++i)
      CHECK(c[i] == a[i] * 2.5f + b[i] - 1);

    auto unset =
        Kernel::load(*library, "vadd", llvm::ArrayRef(constants).drop_back());
    REQUIRE(!unset);
    CHECK(message(unset.takeError()) ==
          "function constant 'bar' (index 2, f32) is required and not set");
  }
}
