// Libraries re-created from what was read: Apple's byte for byte, changed ones
// with every offset, size and hash computed anew.
#include "LibraryBytes.h"
#include <catch2/catch.hpp>
#include <set>

using namespace enigma;
using namespace enigma::metallib;
using namespace enigma::metallib::test;

namespace {

using Bytes = std::vector<uint8_t>;

/// One of Apple's libraries, or none, with a warning, when it is absent.
std::optional<Bytes> appleLibrary(const std::string &name) {
  auto path = appleLibraryFolder() / name;
  if (std::filesystem::exists(path))
    return readFile(path.string());
  WARN("skipped: no " << path.string() << " ($ENIGMA_APPLE_METALLIBS)");
  return std::nullopt;
}

bool isNamed(const std::vector<Tag> &tags, uint32_t what) {
  return std::any_of(tags.begin(), tags.end(),
                     [&](const Tag &each) { return each.letters == what; });
}

/// What must survive any change of the layout.
void checkSameContents(const Library &a, const Library &b) {
  REQUIRE(a.functions.size() == b.functions.size());
  for (size_t i = 0; i != a.functions.size(); ++i) {
    INFO(a.functions[i].name);
    CHECK(a.functions[i].name == b.functions[i].name);
    CHECK(a.functions[i].module == b.functions[i].module);
    CHECK(b.functions[i].hashMatches());
    CHECK(a.functions[i].reflection == b.functions[i].reflection);
    CHECK(a.functions[i].sourceArchive == b.functions[i].sourceArchive);
    CHECK(a.functions[i].constants.size() == b.functions[i].constants.size());
  }
  CHECK(a.sources.has_value() == b.sources.has_value());
  CHECK(a.installName() == b.installName());
  CHECK(a.uuid() == b.uuid());
}

} // namespace

TEST_CASE("Apple's libraries are re-created byte for byte",
          "[metallib][apple]") {
  auto files = appleLibraries();
  size_t recreated = 0;
  for (const auto &path : files) {
    INFO(path);
    Bytes bytes = readFile(path);
    Library library = readOrFail(bytes);
    CHECK_FALSE(library.functions.empty());
    CHECK(library.style == (isToolStyle(bytes) ? Style::Tool : Style::Linker));
    CHECK(library.irregularities == std::vector<std::string>{});
    for (Function &function : library.functions) {
      CHECK(function.hashMatches());
      CHECK(function.module.size() % 16 == 0);
      // Computed, not copied.
      function.hash.fill(0);
    }
    // Only what the format hides from everyone is copied.
    for (const Section &section : library.sections)
      if (section.bytes)
        CHECK(section.letters == letters("HDYN"));
    recreated += writeOrFail(library) == bytes;
    CHECK(writeOrFail(library) == bytes);
  }
  CHECK(recreated == files.size());
}

TEST_CASE("changes to an Apple library move everything else",
          "[metallib][apple]") {
  std::optional<Bytes> bytes = appleLibrary("sources.26.metallib");
  if (!bytes)
    return;
  Library library = readOrFail(*bytes);
  REQUIRE(library.sources);
  CHECK(library.sources->archives.size() == 2);
  CHECK(library.installName() == "sources.26.metallib");
  library.functions[0].name = "a_much_longer_name";
  library.functions[0].constants = {{"n", 0x1d, 4, true}};
  library.functions[0].module.resize(library.functions[0].module.size() + 160);
  library.sources->linkCommand += " -more";
  library.functions[1].sourceArchive = 1;
  Bytes changed = writeOrFail(library);
  Library back = readOrFail(changed);
  checkSameContents(library, back);
  CHECK(back.irregularities == std::vector<std::string>{});
  CHECK(back.sources->linkCommand == library.sources->linkCommand);
  CHECK(back.sources->archives[1].bytes == library.sources->archives[1].bytes);
  // FlatBuffers start at multiples of 16: root offset, then the identifier.
  size_t found = 0;
  for (auto at = changed.begin();; ++found) {
    static const std::string identifier = "AIRR";
    at = std::search(at, changed.end(), identifier.begin(), identifier.end());
    if (at == changed.end())
      break;
    CHECK((at - changed.begin()) % 16 == 4);
    ++at;
  }
  CHECK(found == 2);
  CHECK(writeOrFail(back) == changed);
}

TEST_CASE("the linker style made from scratch is Apple's",
          "[metallib][apple]") {
  for (const char *name : {"kernels.11", "kernels.12", "kernels.13",
                           "constants.15", "kernels.26"}) {
    std::optional<Bytes> bytes = appleLibrary(std::string(name) + ".metallib");
    if (!bytes)
      continue;
    INFO(name);
    Library read = readOrFail(*bytes);
    Library made;
    made.header = read.header;
    made.style = Style::Linker;
    made.extension = read.extension;
    made.sections = read.sections;
    for (Function &function : read.functions) {
      function.groupTags.clear();
      function.publicTags.clear();
      made.functions.push_back(function);
    }
    CHECK(writeOrFail(made) == *bytes);
  }
}

TEST_CASE("reflection is dropped on request", "[metallib][apple]") {
  for (const std::string &path : appleLibraries()) {
    INFO(path);
    Bytes bytes = readFile(path);
    Library library = readOrFail(bytes), original = library;
    bool had = isNamed(library.extension, letters("RLST"));
    REQUIRE(errorOf(llvm::Expected<int>(dropReflection(library))) == "");
    Bytes without = writeOrFail(library);
    CHECK((without != bytes) == had);
    Library back = readOrFail(without);
    CHECK_FALSE(isNamed(back.extension, letters("RLST")));
    CHECK(findBytes(without, "AIRR") == without.size());
    for (Function &function : original.functions)
      function.reflection.reset();
    checkSameContents(original, back);
    CHECK(back.irregularities == std::vector<std::string>{});
  }
}

TEST_CASE("every kind of part survives writing and reading", "[metallib]") {
  Library library = makeFullLibrary();
  Bytes bytes = writeOrFail(library);
  Library back = readOrFail(bytes);
  checkSameContents(library, back);
  CHECK(back.style == Style::Linker);
  CHECK(back.irregularities == std::vector<std::string>{});
  REQUIRE(back.sections.size() == 3);
  CHECK(back.sections[1].bytes == library.sections[1].bytes);
  CHECK(writeOrFail(back) == bytes);

  CHECK_FALSE(bool(dropSources(back)));
  CHECK_FALSE(bool(dropReflection(back)));
  Library small = readOrFail(writeOrFail(back));
  CHECK(small.extension.size() == 2);
  CHECK(small.sections.size() == 1);
  CHECK_FALSE(small.functions[1].sourceArchive);
  CHECK(small.uuid() == library.uuid());
}

TEST_CASE("a library that loses functions gets a UUID of its own",
          "[metallib]") {
  Library library = makeFullLibrary();
  Library all = library;
  CHECK_FALSE(bool(keepFunctions(all, [](const Function &) { return true; })));
  CHECK(all.uuid() == library.uuid());
  Library one = library;
  CHECK_FALSE(bool(keepFunctions(
      one, [](const Function &each) { return each.name == "scale"; })));
  Bytes bytes = writeOrFail(one);
  Library back = readOrFail(bytes);
  REQUIRE(back.functions.size() == 1);
  CHECK(back.functions[0].name == "scale");
  CHECK(back.functions[0].reflection == library.functions[1].reflection);
  CHECK(back.functions[0].sourceArchive == 1);
  CHECK(back.uuid() != library.uuid());
  CHECK(((*back.uuid())[6] & 0xf0) == 0x40);
  CHECK(((*back.uuid())[8] & 0xc0) == 0x80);
  CHECK(writeOrFail(one) == bytes);
}

TEST_CASE("what is unknown is kept as it is", "[metallib]") {
  Library library = makeFullLibrary();
  Bytes plain = writeOrFail(library);
  Library read = readOrFail(plain);
  read.functions[0].type = FunctionType(77);
  read.functions[0].groupTags.insert(read.functions[0].groupTags.begin() + 2,
                                     {letters("QQQQ"), {1, 2, 3}});
  read.functions[0].groupTags.push_back({letters("EMTY"), {}});
  read.functions[1].publicTags.push_back({letters("VATT"), {4, 5}});
  read.functions[1].privateTags.push_back({letters("PPPP"), {}});
  read.extension.insert(read.extension.begin(),
                        {letters("WWWW"), Bytes(16, 9)});
  read.sections.insert(read.sections.begin() + 1, {0, Bytes{7, 7, 7}});
  Bytes bytes = writeOrFail(read);
  Library back = readOrFail(bytes);
  CHECK(writeOrFail(back) == bytes);
  CHECK(uint8_t(back.functions[0].type) == 77);
  CHECK(isNamed(back.functions[0].groupTags, letters("QQQQ")));
  CHECK(isNamed(back.functions[0].groupTags, letters("EMTY")));
  CHECK(isNamed(back.functions[1].publicTags, letters("VATT")));
  CHECK(isNamed(back.functions[1].privateTags, letters("PPPP")));
  CHECK(back.sections.size() == 4);
  // It may point at something that would move.
  CHECK(errorOf(llvm::Expected<int>(dropReflection(back))).find("WWWW") !=
        std::string::npos);
}

TEST_CASE("debug information is read from the private group",
          "[metallib][apple]") {
  std::optional<Bytes> bytes = appleLibrary("debuginfo.14.metallib");
  if (!bytes)
    return;
  Library library = readOrFail(*bytes);
  auto location = library.functions[0].debugLocation();
  REQUIRE(location);
  CHECK(location->line == 4);
  CHECK(llvm::StringRef(location->file).ends_with("/debuginfo.metal"));
  CHECK_FALSE(library.functions[0].objectFile());
}

TEST_CASE("another layout is read and said to be one", "[metallib]") {
  const Bytes good = writeOrFail(makeLibrary());
  Bytes bytes = good;
  // The first function's private group is also the second's.
  size_t second = findBytes(bytes, "OFFT");
  second += 4 + findBytes({bytes.begin() + second + 4, bytes.end()}, "OFFT");
  poke(bytes, second + 6 + 8, 0, 8);
  Library library = readOrFail(bytes);
  REQUIRE(library.irregularities.size() == 1);
  CHECK(library.irregularities[0] ==
        "the private groups do not fill their section in order");
  CHECK(writeOrFail(library) == good);
}

TEST_CASE("what does not fit is refused, never cut off", "[metallib]") {
  auto refusal = [](auto change) {
    Library library = makeFullLibrary();
    change(library);
    return errorOf(writeLibrary(library));
  };
  CHECK(refusal([](Library &) {}) == "");
  // With its terminator the name has a byte more than the longest payload.
  CHECK(refusal([](Library &library) {
          library.functions[0].name.assign(0xffff, 'n');
        }).find("length of NAME: 65536 does not fit its field of 16 bits") !=
        std::string::npos);
  CHECK(refusal([](Library &library) {
          library.functions[0].name.assign(0xfffe, 'n');
        }) == "");
  CHECK(refusal([](Library &library) {
          library.functions[1].constants.assign(9000, {"name", 3, 0, true});
        }) == "function scale: length of CNST: 81002 does not fit its field of "
              "16 bits");
  CHECK(refusal([](Library &library) {
          library.functions[1].constants.assign(70000, {"", 3, 0, true});
        }) == "function scale: number of function constants: 70000 does not "
              "fit its field of 16 bits");
  CHECK(refusal([](Library &library) {
          library.functions[1].privateTags = {{letters("DEPF"), Bytes(70000)}};
        }).find("length of DEPF") != std::string::npos);
  CHECK(refusal([](Library &library) { library.functions[0].name = ""; }) ==
        "a function has no name");
  CHECK(refusal([](Library &library) {
          library.functions[0].name = std::string("a\0b", 3);
        }).find("the name contains a NUL") != std::string::npos);
  CHECK(refusal([](Library &library) {
          library.functions[0].sourceArchive = 2;
        }) == "function add: there is no source archive 2");
  CHECK(refusal([](Library &library) { library.sources.reset(); }) ==
        "HSRD: the library has no sources to write");
  CHECK(refusal([](Library &library) {
          library.sections.erase(library.sections.begin() + 2);
        }) == "function add: has reflection, but the library has no section "
              "RLST");
  CHECK(refusal([](Library &library) { library.sections[1].bytes.reset(); }) ==
        "section ILST has no bytes");
}
