// The main() shared by all Catch2 unit tests.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
