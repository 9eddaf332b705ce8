// The op table's columns. A row is a trace op: what Python can record and what the importer takes.
// Rows that are an op of the dialect live on that op (EnigmaOps.td and the files beside it); rows that
// become arith or scf live in TraceOps.td. dialect/gen_optable.py writes the C++ and Python copies.
#ifndef ENIGMA_OPTABLE_TD
#define ENIGMA_OPTABLE_TD

// `signature` is "operand, operand -> result". An operand is a dtype (`b1`, `u16`), a type variable
// with the class of dtypes it ranges over at its first use (`T:float`, then `T`), or empty for ops whose
// types have rules of their own, which the trace verifier knows by name. Classes:
//   float     f32 f16              functions of Metal's <metal_math>
//   anyfloat  f32 f16 bf16         operators
//   sint uint int                  signed, unsigned, all integers
//   arith     anyfloat and int
//   laneint   integers of at most 32 bits
//   lane      anyfloat and laneint
//   bits      int and b1
//   any       every dtype
// A result `unsigned T` is the unsigned integer of T's width.
class TraceRow<string name, string sig, list<string> args> {
  string traceName = name;
  string signature = sig;
  list<string> argNames = args;
  // What language.md files it under; the docs' chapter.
  string group = "";
  // Where the Metal Shading Language Specification defines it.
  string mslSection = "";
  // Python functions that are this row under another name.
  list<string> aliases = [];
  // One sentence for the docs and for Python's docstring.
  string doc = "";
  // False where Python reaches the op through an operator or syntax only.
  bit pythonFunction = 1;
}

#endif
