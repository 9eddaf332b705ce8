// Debugging on the device: lines of text and checked conditions.
#ifndef ENIGMA_DEBUG_TD
#define ENIGMA_DEBUG_TD

include "enigma/IR/EnigmaOps.td"

def Enigma_DevicePrintOp : Enigma_Op<"device_print", [MemoryEffects<[MemRead, MemWrite]>]>,
    TraceRow<"device_print", "", ["format", "values"]> {
  let summary = "print a line";
  let description = [{
    `enigma.device_print "x {} is {:.3f}" (%i, %x : ui32, f32)`

    Each placeholder takes the next value; the types say how to read it, signedness included. The CPU device prints
    the line; Metal 3.2 logs it (MSL specification, section 6.19).

    Constraints:
    * (device_print_c1) one type for each value, of which the value has the form without signedness
    * (device_print_c2) the format is well formed (docs/debugging.md)
    * (device_print_c3) one placeholder for each value, with a specification that suits its type
  }];
  let arguments = (ins StrAttr:$format, Variadic<AnyType>:$values, TypeArrayAttr:$types);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The dtypes that `types` spells.
    ::llvm::SmallVector<::enigma::DType> getDTypes();
  }];
  let group = "debugging";
  let mslSection = "6.19";
  let pythonFunction = 0;
  let doc = "Print a line of text with values of the thread.";
}

def Enigma_DeviceAssertOp : Enigma_Op<"device_assert", [MemoryEffects<[MemRead, MemWrite]>]>,
    TraceRow<"device_assert", "", ["cond", "msg"]> {
  let summary = "stop with a message unless a condition holds";
  let description = [{
    `enigma.device_assert %inside, "i is past the end"`

    On the CPU device the thread ends where the condition is false, and the dispatch fails with the message.
  }];
  let arguments = (ins I1:$condition, StrAttr:$message);
  let assemblyFormat = "$condition `,` $message attr-dict";
  let group = "debugging";
  let pythonFunction = 0;
  let doc = "End the run with a message unless a condition holds.";
}

#endif
