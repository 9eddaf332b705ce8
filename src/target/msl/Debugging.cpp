// Lines and conditions for the log of Metal 3.2 (MSL specification, section
// 6.19). Before it Metal has no log: a comment says what is left out.
#include "KernelEmitter.h"
#include "enigma/debugformat/DebugFormat.h"

using namespace mlir;

namespace enigma::msl {

static std::string escaped(StringRef text, bool isFormat) {
  std::string result;
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    if (c == '%' && isFormat)
      result += '%';
    result += c;
  }
  return result;
}

/// C's conversion for a value of this dtype.
static std::string conversion(ValueFormat format, DType type) {
  if (isFloat(type)) {
    std::string precision =
        format.precision ? "." + std::to_string(*format.precision) : "";
    return "%" + precision + (format.kind ? format.kind : 'g');
  }
  char letter = format.kind == 'x' || format.kind == 'X' ? format.kind
                : isUnsigned(type)                       ? 'u'
                                                         : 'd';
  return std::string("%") + (bitWidth(type) == 64 ? "l" : "") + letter;
}

/// Whether Metal has a log; leaves a comment behind when it has none.
bool KernelEmitter::hasLog(const Twine &what, Location loc) {
  if (target.msl >= Version{3, 2})
    return needsLog = true;
  // A line splice would take the next line into the comment.
  line("// left out, Metal " + Twine(target.msl.major) + "." +
           Twine(target.msl.minor) + " has no log: " + what + ".",
       loc);
  return false;
}

void KernelEmitter::emitPrint(DevicePrintOp op) {
  if (!hasLog("device_print \"" + escaped(op.getFormat(), false) + "\"",
              op.getLoc()))
    return;
  std::string format, arguments;
  size_t next = 0;
  SmallVector<DType> dtypes = op.getDTypes();
  // The verifier has parsed it before.
  for (const FormatPiece &piece : cantFail(parseDebugFormat(op.getFormat()))) {
    format += escaped(piece.text, /*isFormat=*/true);
    if (!piece.value)
      continue;
    DType type = dtypes[next];
    format += conversion(*piece.value, type);
    Expression value = typed(op.getValues()[next++], isUnsigned(type));
    if (isFloat(type) && type != DType::f32)
      value = cast(value, DType::f32);
    else if (type == DType::b1)
      value = cast(value, DType::i32);
    arguments += ", " + value.text;
  }
  line("os_log_default.log(\"" + format + "\"" + arguments + ");", op.getLoc());
}

void KernelEmitter::emitAssert(DeviceAssertOp op) {
  std::string message = escaped(op.getMessage(), false);
  if (!hasLog("device_assert \"" + message + "\"", op.getLoc()))
    return;
  Expression failed =
      unary("!", expression(op.getCondition()), DType::b1, DType::b1);
  line("if (" + failed.text + ")", op.getLoc());
  ++depth;
  line("os_log_default.log_fault(\"assertion failed: " +
       escaped(op.getMessage(), true) + "\");");
  --depth;
}

} // namespace enigma::msl
