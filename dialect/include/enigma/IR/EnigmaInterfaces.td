// Op interfaces through which the back ends ask an op what it is called in Metal and in AIR.
#ifndef ENIGMA_INTERFACES_TD
#define ENIGMA_INTERFACES_TD

include "mlir/IR/OpBase.td"

def MetalFunctionOpInterface : OpInterface<"MetalFunctionOpInterface"> {
  let cppNamespace = "::enigma";
  let description = [{
    A call of a function of Metal's standard library, which is an `air.*` intrinsic in AIR. The
    answers come from the op's row in the op table (`Enigma_FunctionOp`).
  }];
  let methods = [
    StaticInterfaceMethod<"Name in the Metal Shading Language.",
      "::llvm::StringRef", "getMetalName", (ins)>,
    StaticInterfaceMethod<"Name between `air.` and the type suffix.",
      "::llvm::StringRef", "getAIRName", (ins)>,
    StaticInterfaceMethod<"True if AIR has an `air.fast_` form for f32 and its vectors.",
      "bool", "hasAIRFastForm", (ins)>,
    StaticInterfaceMethod<"True if the intrinsic's name says the signedness of integers.",
      "bool", "hasAIRSign", (ins)>,
    StaticInterfaceMethod<"True if the intrinsic's name ends in the type of its first operand.",
      "bool", "hasAIRTypeSuffix", (ins)>,
    StaticInterfaceMethod<"True if the result depends on which threads arrive together.",
      "bool", "isConvergent", (ins)>,
    InterfaceMethod<"True if the integers are to be read as unsigned.",
      "bool", "isUnsignedFunction", (ins)>,
    InterfaceMethod<"True if an integer result is unsigned.",
      "bool", "hasUnsignedResult", (ins)>,
  ];
}

def ThreadQueryOpInterface : OpInterface<"ThreadQueryOpInterface"> {
  let cppNamespace = "::enigma";
  let description = [{
    A question about the position or number of threads. Metal and AIR call it by the same name: the
    attribute of a kernel argument (MSL specification, section 5.2.3.6; reference section 2.5).
  }];
  let methods = [
    StaticInterfaceMethod<"Metal's attribute and AIR's name after `air.`.",
      "::llvm::StringRef", "getQueryName", (ins)>,
    InterfaceMethod<"The component asked for, or none if the query is a scalar.",
      "::std::optional<::enigma::Dimension>", "getQueryDimension", (ins)>,
  ];
}

def BufferAccessOpInterface : OpInterface<"BufferAccessOpInterface"> {
  let cppNamespace = "::enigma";
  let description = [{
    An op that touches one element of a buffer, addressed by indices, or the elements of a simdgroup
    matrix.
  }];
  let methods = [
    InterfaceMethod<"The buffer.", "::mlir::Value", "getAccessedBuffer", (ins)>,
    InterfaceMethod<"One index for each dimension; for a matrix the linear index where it starts.",
      "::mlir::OperandRange", "getAccessIndices", (ins)>,
    StaticInterfaceMethod<"True if the op reads elements.", "bool", "readsElement", (ins)>,
    StaticInterfaceMethod<"True if the op writes elements.", "bool", "writesElement", (ins)>,
    StaticInterfaceMethod<"True if the op is one indivisible step for all threads.",
      "bool", "isAtomicAccess", (ins), [{}], [{ return false; }]>,
  ];
}

#endif
