// Rows of the op table that become arith, scf or several ops; see OpTable.td for the columns.
#ifndef ENIGMA_TRACEOPS_TD
#define ENIGMA_TRACEOPS_TD

include "enigma/IR/EnigmaLaunch.td"
include "enigma/IR/EnigmaSimdgroupMatrix.td"

class TraceOp<string name, string sig, list<string> args, string chapter, string what>
    : TraceRow<name, sig, args> {
  let group = chapter;
  let doc = what;
  // Computing it where Python would not have done so changes nothing.
  bit pure = 1;
}
class OperatorOp<string name, string sig, list<string> args, string what>
    : TraceOp<name, sig, args, "operators", what> {
  let pythonFunction = 0;
  let mslSection = "3.1";
}

def : OperatorOp<"constant", "", [], "A literal.">;
def : OperatorOp<"scalar", "", ["parameter"], "The value of a scalar parameter.">;

def : OperatorOp<"add", "T:arith, T -> T", ["a", "b"], "`a + b`; integers wrap.">;
def : OperatorOp<"sub", "T:arith, T -> T", ["a", "b"], "`a - b`; integers wrap.">;
def : OperatorOp<"mul", "T:arith, T -> T", ["a", "b"], "`a * b`; integers wrap.">;
def : OperatorOp<"div", "T:arith, T -> T", ["a", "b"], "`a / b`; integers truncate.">;
def : OperatorOp<"rem", "T:arith, T -> T", ["a", "b"], "`a % b`, with the sign of the dividend.">;
def : OperatorOp<"neg", "T:arith -> T", ["a"], "`-a`; integers wrap.">;
def : OperatorOp<"and", "T:bits, T -> T", ["a", "b"], "`a & b`.">;
def : OperatorOp<"or", "T:bits, T -> T", ["a", "b"], "`a | b`.">;
def : OperatorOp<"xor", "T:bits, T -> T", ["a", "b"], "`a ^ b`.">;
def : OperatorOp<"not", "T:bits -> T", ["a"], "`~a`: all bits inverted; logical not of a b1.">;
def : OperatorOp<"shl", "T:int, T -> T", ["a", "b"], "`a << b`; the count is taken modulo the width.">;
def : OperatorOp<"shr", "T:int, T -> T", ["a", "b"],
  "`a >> b`, arithmetic on signed values; the count is taken modulo the width.">;

class CompareOp<string name, string sign> : TraceOp<"cmp_" # name, "T:any, T -> b1", ["a", "b"],
    "compare", "`a " # sign # " b`, by the operands' type.">;
def : CompareOp<"eq", "==">;
def : CompareOp<"ne", "!=">;
def : CompareOp<"lt", "<">;
def : CompareOp<"le", "<=">;
def : CompareOp<"gt", ">">;
def : CompareOp<"ge", ">=">;

class UnsignedCompareOp<string name, string sign> : TraceOp<"cmp_" # name, "T:int, T -> b1", ["a", "b"],
    "compare", "`a " # sign # " b` of the bits read as unsigned.">;
def : UnsignedCompareOp<"ult", "<">;
def : UnsignedCompareOp<"ule", "<=">;
def : UnsignedCompareOp<"ugt", ">">;
def : UnsignedCompareOp<"uge", ">=">;

// In the trace the condition comes first, as in arith.select; Python's `where` has it last.
def : TraceOp<"select", "b1, T:any, T -> T", ["cond", "true_val", "false_val"], "predicates, select",
  "`where(false_val, true_val, cond)`: one of two values; both are computed."> {
  let pythonFunction = 0;
  let mslSection = "6.4";
}
def : TraceOp<"cast", "", ["x", "dtype"], "convert",
  "Convert a value to another dtype as Metal does; narrowing keeps the low bits."> {
  let pythonFunction = 0;
  let mslSection = "2.14";
}
def : TraceOp<"as_type", "", ["x", "dtype"], "convert",
  "The same bits read as another dtype of the same width."> {
  let pythonFunction = 0;
  let mslSection = "2.19";
}

def : TraceOp<"load_if", "", ["buffer", "indices", "cond", "other"], "memory",
  "Read an element where `cond` holds, else `other`; memory is not touched then."> {
  let pythonFunction = 0;
  let pure = 0;
}
def : TraceOp<"store_if", "", ["buffer", "indices", "value", "cond"], "memory",
  "Write an element where `cond` holds; memory is not touched otherwise."> {
  let pythonFunction = 0;
  let pure = 0;
}

class ControlOp<string name, string what> : TraceOp<name, "", [], "control flow", what> {
  let pythonFunction = 0;
  let pure = 0;
}
def : ControlOp<"for", "A counted loop with carried values.">;
def : ControlOp<"if", "A branch that may yield values.">;
def : ControlOp<"while", "A loop with a condition region and carried values.">;

#endif
