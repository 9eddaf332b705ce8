// Text from a library that nobody has vouched for, on a terminal.
#include "enigma/metallib/Printable.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace enigma::metallib {

namespace {

class VisibleStream : public raw_ostream {
public:
  explicit VisibleStream(raw_ostream &out) : out(out) {}
  ~VisibleStream() override {
    flush();
    endPending();
  }

private:
  void write_impl(const char *bytes, size_t size) override {
    for (StringRef text(bytes, size); !text.empty(); text = text.drop_front())
      put(uint8_t(text.front()));
    position += size;
  }
  uint64_t current_pos() const override { return position; }

  void put(uint8_t byte) {
    // U+0080 to U+009F, which some terminals obey too, are C2 80 to C2 9F.
    if (isPending && byte >= 0x80 && byte < 0xa0) {
      isPending = false;
      out << "\\x" << format_hex_no_prefix(byte, 2);
      return;
    }
    endPending();
    bool isControl =
        (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
    if (byte == 0xc2)
      isPending = true;
    else if (isControl)
      out << "\\x" << format_hex_no_prefix(byte, 2);
    else
      out << char(byte);
  }

  void endPending() {
    if (isPending)
      out << char(0xc2);
    isPending = false;
  }

  raw_ostream &out;
  uint64_t position = 0;
  bool isPending = false;
};

} // namespace

void printVisibly(raw_ostream &out, function_ref<void(raw_ostream &)> print) {
  VisibleStream stream(out);
  print(stream);
}

std::string visible(StringRef text) {
  std::string result;
  raw_string_ostream out(result);
  printVisibly(out, [&](raw_ostream &stream) { stream << text; });
  return result;
}

} // namespace enigma::metallib
