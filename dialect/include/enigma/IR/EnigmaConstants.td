// Function constants: values of the module that are set when a kernel is loaded.
#ifndef ENIGMA_CONSTANTS_TD
#define ENIGMA_CONSTANTS_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "enigma/IR/EnigmaOps.td"

def Enigma_FunctionConstantOp : Enigma_Op<"function_constant", [Symbol, HasParent<"::mlir::ModuleOp">]> {
  let summary = "a value that is set when a kernel is loaded";
  let description = [{
    `enigma.function_constant @n index 0 : ui32 default 8`

    Metal's `constant uint n [[function_constant(0)]]` (MSL specification, section 5.8). Without a default the
    value has to be set when a kernel that reads it is loaded. The type says signedness, as memory does.

    Constraints:
    * (function_constant_c1) the type is f32, f16, bf16, i1, or a signed or unsigned integer of 8 to 64 bits
    * (function_constant_c2) the index is from 0 to 65535
    * (function_constant_c3) the default is a finite value of the type
    * (function_constant_c4) no two function constants of a module have one index
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    I32Attr:$index,
    TypeAttr:$element_type,
    OptionalAttr<TypedAttrInterface>:$default_value
  );
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What `enigma.get_function_constant` gives: the type without signedness.
    ::mlir::Type getValueType();
    bool isUnsigned() { return getElementType().isUnsignedInteger(); }
  }];
}

def Enigma_GetFunctionConstantOp : Enigma_Op<"get_function_constant", [
    Pure, InferTypeOpAdaptor, DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]>,
    TraceRow<"function_constant", "", ["constant"]> {
  let summary = "the value of a function constant";
  let description = [{
    `%n = enigma.get_function_constant @n : ui32`. Pure: it cannot change while the kernel is loaded.

    Constraints:
    * (get_function_constant_c1) the symbol is an `enigma.function_constant` of the module
    * (get_function_constant_c2) the type is the function constant's
  }];
  let arguments = (ins FlatSymbolRefAttr:$constant, TypeAttr:$element_type);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$constant `:` $element_type attr-dict";
  let group = "constants";
  let mslSection = "5.8";
  let pythonFunction = 0;
  let doc = "The value of a function constant, which is set when the kernel is loaded.";
}

#endif
