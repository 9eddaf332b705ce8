// OutputFiles: all artifacts appear, or none, and nothing else is left behind.
#include "OutputFiles.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <catch2/catch.hpp>
#include <csignal>
#include <set>
#include <sys/resource.h>

using namespace enigma::driver;
namespace fs = llvm::sys::fs;

namespace {

/// A folder that is gone at the end of the test.
class Folder {
public:
  Folder() {
    llvm::SmallString<128> storage;
    REQUIRE(!fs::createUniqueDirectory("enigma-output", storage));
    path = storage.str().str();
  }
  ~Folder() { fs::remove_directories(path); }

  std::string operator/(llvm::StringRef name) const {
    return path + "/" + name.str();
  }
  /// The names of everything in it.
  std::set<std::string> names() const {
    std::set<std::string> result;
    std::error_code code;
    for (fs::directory_iterator it(path, code), end; it != end && !code;
         it.increment(code))
      result.insert(llvm::sys::path::filename(it->path()).str());
    return result;
  }
  std::string path;
};

} // namespace

static std::string read(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  REQUIRE(bool(buffer));
  return (*buffer)->getBuffer().str();
}

static void write(const std::string &path, llvm::StringRef text) {
  std::error_code code;
  llvm::raw_fd_ostream(path, code) << text;
  REQUIRE(!code);
}

static std::string commit(OutputFiles &files) {
  llvm::Error error = files.commit();
  return error ? llvm::toString(std::move(error)) : "";
}

using Names = std::set<std::string>;

TEST_CASE("files appear with their contents, the folder with them") {
  Folder folder;
  std::string inner = folder / "new/deep";
  OutputFiles files(inner);
  CHECK(files.empty());
  files.add("a.metal", "text\n");
  files.add("a.air", std::string("\0\xff", 2));
  CHECK(!files.empty());
  CHECK(folder.names().empty());
  REQUIRE(commit(files) == "");
  CHECK(files.empty());
  CHECK(read(inner + "/a.metal") == "text\n");
  CHECK(read(inner + "/a.air") == std::string("\0\xff", 2));
}

TEST_CASE("an absolute name is taken as it is") {
  Folder folder, other;
  OutputFiles files(folder.path);
  files.add(other / "m.d", "deps");
  REQUIRE(commit(files) == "");
  CHECK(folder.names() == Names{});
  CHECK(read(other / "m.d") == "deps");
}

TEST_CASE("a file that exists is replaced") {
  Folder folder;
  write(folder / "a.metal", "old and longer");
  OutputFiles files(folder.path);
  files.add("a.metal", "new");
  REQUIRE(commit(files) == "");
  CHECK(read(folder / "a.metal") == "new");
  CHECK(folder.names() == Names{"a.metal"});
}

TEST_CASE("a percent sign in a name is a percent sign") {
  Folder folder;
  OutputFiles files(folder / "100%%");
  files.add("50%.metal", "text");
  REQUIRE(commit(files) == "");
  CHECK(folder.names() == Names{"100%%"});
  CHECK(read(folder / "100%%/50%.metal") == "text");
}

TEST_CASE("nothing appears without a commit") {
  Folder folder;
  {
    OutputFiles(folder.path).add("a.metal", "text");
  }
  CHECK(folder.names() == Names{});
}

TEST_CASE("a folder that cannot be is an error") {
  Folder folder;
  write(folder / "file", "");
  OutputFiles nested(folder / "file/inner");
  nested.add("a.metal", "text");
  CHECK(commit(nested) == "cannot create folder '" + (folder / "file/inner") +
                              "': Not a directory");
  OutputFiles files(folder / "file");
  files.add("a.metal", "text");
  CHECK(commit(files) ==
        "cannot write '" + (folder / "file/a.metal") + "': Not a directory");
}

TEST_CASE("one file that cannot be written leaves none") {
  Folder folder;
  write(folder / "a.metal", "old");
  REQUIRE(!fs::create_directory(folder / "a.air"));
  {
    OutputFiles files(folder.path);
    files.add("a.metal", "new");
    files.add("a.air", "bits");
    files.add("a.metallib", "bits");
    CHECK(commit(files) ==
          "cannot write '" + (folder / "a.air") + "': Is a directory");
  }
  CHECK(folder.names() == Names{"a.metal", "a.air"});
  CHECK(read(folder / "a.metal") == "old");
}

TEST_CASE("a missing parent of an absolute name leaves none") {
  Folder folder;
  {
    OutputFiles files(folder.path);
    files.add("a.metal", "new");
    files.add(folder / "missing/m.d", "deps");
    CHECK(commit(files) == "cannot write '" + (folder / "missing/m.d") +
                               "': No such file or directory");
  }
  CHECK(folder.names() == Names{});
}

TEST_CASE("a full disk leaves none") {
  Folder folder;
  write(folder / "a.metallib", "old");
  rlimit before;
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  std::string message;
  {
    OutputFiles files(folder.path);
    files.add("a.metal", "small");
    files.add("a.metallib", std::string(1 << 16, 'x'));
    rlimit small = {1 << 12, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    message = commit(files);
    setrlimit(RLIMIT_FSIZE, &before);
  }
  std::signal(SIGXFSZ, handler);
  CHECK(message ==
        "cannot write '" + (folder / "a.metallib") + "': File too large");
  CHECK(folder.names() == Names{"a.metallib"});
  CHECK(read(folder / "a.metallib") == "old");
}
