// Launches of a trace: what is read, what is refused, and how they print.
#include "TraceTesting.h"

using namespace enigma;
using namespace enigma::trace;
using namespace enigma::trace::testing;

/// A document with a kernel k(A, I, n) and these launches.
static std::string withLaunches(const std::string &launches) {
  return replaced(document(""), "\"launches\": []",
                  "\"launches\": [" + launches + "]");
}

static std::string launch(const std::string &args,
                          const std::string &more = "") {
  return R"({"kernel": "enigma_kernel_k", "export": "p", "args": [)" + args +
         "]" + more + R"(, "grid": [8, 1, 1], "block": null})";
}

TEST_CASE("launches are read in order") {
  std::string text =
      withLaunches(launch(R"("X", "Y", "s")") + ", " +
                   launch(R"("Z", "Y", "s")", R"(, "intermediates": ["Y"])"));
  llvm::Expected<Trace> trace = readTrace(text);
  REQUIRE(bool(trace));
  REQUIRE(trace->launches.size() == 2);
  const Launch &second = trace->launches[1];
  CHECK(second.kernel == "enigma_kernel_k");
  CHECK(second.program == "p");
  CHECK(second.args == std::vector<std::string>{"Z", "Y", "s"});
  CHECK(second.intermediates == std::vector<std::string>{"Y"});
  CHECK(second.grid == Extents{8, 1, 1});
  CHECK(!second.block);

  std::string printed;
  llvm::raw_string_ostream os(printed);
  printTrace(*trace, os);
  CHECK(printed.find("\nlaunch enigma_kernel_k(X, Y, s) grid 8x1x1  // p\n"
                     "launch enigma_kernel_k(Z, Y, s) grid 8x1x1  // p\n") !=
        std::string::npos);
}

TEST_CASE("launches that do not fit their kernels") {
  CHECK(errorOf(withLaunches(replaced(launch(R"("X", "Y", "s")"),
                                      "enigma_kernel_k", "other"))) ==
        "launches[0].kernel: no kernel is called 'other'");
  CHECK(errorOf(withLaunches(launch(R"("X", "Y")"))) ==
        "launches[0].args: kernel 'enigma_kernel_k' has 3 parameters");
  CHECK(errorOf(withLaunches(launch(R"("X", "X", "s")"))) ==
        "launches[0].args: 'X' is given twice");
  CHECK(errorOf(withLaunches(launch(R"("X", "Y", "s")") + ", " +
                             launch(R"("Y", "X", "s")"))) ==
        "launches[1].args[0]: 'Y' is of another type in another launch");
  CHECK(errorOf(withLaunches(
            launch(R"("X", "Y", "s")", R"(, "intermediates": ["Q"])"))) ==
        "launches[0].intermediates[0]: 'Q' is not one of the args");
  for (const char *name : {"s", "X"})
    CHECK(errorOf(withLaunches(
              launch(R"("X", "Y", "s")", R"(, "intermediates": [")" +
                                             std::string(name) + R"("])"))) ==
          "launches[0].intermediates[0]: '" + std::string(name) +
              "' is not a buffer with a shape");
  CHECK(errorOf(withLaunches(
            replaced(launch(R"("X", "Y", "s")"), "[8, 1, 1]", "[8, 0, 1]"))) ==
        "launches[0].grid[1]: expected an integer from 1 to 2147483647");
}
