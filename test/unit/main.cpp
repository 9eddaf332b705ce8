<<<<<<< HEAD
// The main() shared by all Catch2 unit tests.
=======
// Catch2's main, compiled once for every unit test.
>>>>>>> air-bitcode
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
