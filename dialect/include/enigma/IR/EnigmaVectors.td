// Vectors of 2 to 4 components: building, taking apart, geometry, and access at any alignment.
// Included by EnigmaFunctions.td, whose classes it uses.
#ifndef ENIGMA_VECTORS_TD
#define ENIGMA_VECTORS_TD

def Enigma_Component : AnyTypeOf<[F32, F16, BF16, I1, I8, I16, I32, I64], "a scalar of the dtype table">;
def Enigma_Vector : VectorOfLengthAndType<[2, 3, 4], [Enigma_Component]>;
def Enigma_BoolVector : VectorOfLengthAndType<[2, 3, 4], [I1]>;
def Enigma_FloatVector : VectorOfLengthAndType<[2, 3, 4], [F32, F16]>;

//===----------------------------------------------------------------------===//
// Components (MSL specification, section 2.2)
//===----------------------------------------------------------------------===//

class Enigma_VectorOp<string name, list<string> args, list<Trait> traits>
    : Enigma_Op<name, traits # [Pure]>, TraceRow<name, "", args> {
  let group = "vectors";
  let mslSection = "2.2";
  let pythonFunction = 0;
}

def Enigma_MakeVecOp : Enigma_VectorOp<"make_vec", ["values"], [
    TypesMatchWith<"operands are the result's components", "result", "values",
      "::llvm::SmallVector<::mlir::Type>(::llvm::cast<::mlir::VectorType>($_self).getNumElements(), "
      "::llvm::cast<::mlir::VectorType>($_self).getElementType())">]> {
  let summary = "a vector from its components";
  let description = [{
    `%v = enigma.make_vec %a, %b : vector<2xf32>`
  }];
  let arguments = (ins Variadic<Enigma_Component>:$values);
  let results = (outs Enigma_Vector:$result);
  let assemblyFormat = "$values attr-dict `:` type($result)";
  let hasFolder = 1;
  let extraClassDeclaration = [{
    /// The component that all of them are, or null.
    ::mlir::Value getSplat();
  }];
  let doc = "A vector from its components.";
}

def Enigma_VecExtractOp : Enigma_VectorOp<"vec_extract", ["v", "lane"], [
    TypesMatchWith<"the result is a component", "vector", "result",
      "::llvm::cast<::mlir::VectorType>($_self).getElementType()">]> {
  let summary = "one component of a vector";
  let description = [{
    `%x = enigma.vec_extract %v[0] : vector<4xf32>`

    Constraints:
    * (vec_extract_c1) the vector has the lane
  }];
  let arguments = (ins Enigma_Vector:$vector, I64Attr:$lane);
  let results = (outs Enigma_Component:$result);
  let assemblyFormat = "$vector `[` $lane `]` attr-dict `:` type($vector)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let doc = "`v.x`, `v[0]`: one component of a vector.";
}

def Enigma_VecSwizzleOp : Enigma_VectorOp<"vec_swizzle", ["v", "lanes"], [InferTypeOpAdaptor]> {
  let summary = "components of a vector in another order";
  let description = [{
    `%u = enigma.vec_swizzle %v[2, 1, 0] : vector<4xf32>` is `v.zyx`.

    Constraints:
    * (vec_swizzle_c1) 2 to 4 lanes
    * (vec_swizzle_c2) the vector has every lane
  }];
  let arguments = (ins Enigma_Vector:$vector, DenseI64ArrayAttr:$lanes);
  let results = (outs Enigma_Vector:$result);
  let assemblyFormat = "$vector $lanes attr-dict `:` type($vector)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let doc = "`v.xyz`, `v.xxyy`: components in another order.";
}

def Enigma_VecInsertOp : Enigma_VectorOp<"vec_insert", ["v", "value", "lane"], [
    TypesMatchWith<"the value is a component", "vector", "value",
      "::llvm::cast<::mlir::VectorType>($_self).getElementType()">,
    AllTypesMatch<["vector", "result"]>]> {
  let summary = "a vector with one component replaced";
  let description = [{
    `%u = enigma.vec_insert %x, %v[3] : vector<4xf32>`

    Constraints:
    * (vec_insert_c1) the vector has the lane
  }];
  let arguments = (ins Enigma_Component:$value, Enigma_Vector:$vector, I64Attr:$lane);
  let results = (outs Enigma_Vector:$result);
  let assemblyFormat = "$value `,` $vector `[` $lane `]` attr-dict `:` type($vector)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let doc = "A vector with one component replaced.";
}

class Enigma_AnyAllOp<string name, string what>
    : Enigma_FunctionOp<name, "V:bool -> S", ["v"], [Pure]> {
  let summary = what;
  let description = "`" # name # "` of the Metal standard library: " # what # ".";
  let arguments = (ins Enigma_BoolVector:$vector);
  let results = (outs I1:$result);
  let assemblyFormat = "$vector attr-dict `:` type($vector)";
  let group = "predicates, select";
  let mslSection = "6.3";
  let pythonFunction = 0;
  let doc = what # ".";
}
def Enigma_AnyOp : Enigma_AnyAllOp<"any", "true if a component of a b1 vector is true">;
def Enigma_AllOp : Enigma_AnyAllOp<"all", "true if every component of a b1 vector is true">;

//===----------------------------------------------------------------------===//
// Geometry (MSL specification, section 6.6)
//===----------------------------------------------------------------------===//

class Enigma_GeometricOp<string name, string sig, list<string> args, dag operandList, list<Trait> traits, string what>
    : Enigma_FunctionOp<name, sig, args, traits # [Pure]> {
  let summary = what;
  let description = "`" # name # "` of the Metal standard library: " # what # ".";
  let arguments = operandList;
  let group = "vectors";
  let mslSection = "6.6";
  let doc = what # ".";
  // Apple's compiler expands all but `dot` (reference section 3.1).
  let airName = "";
}
// Vectors to one number.
class Enigma_GeometricMeasure<string name, string sig, list<string> args, dag operandList, list<Trait> traits, string what>
    : Enigma_GeometricOp<name, sig, args, operandList, traits # [
        TypesMatchWith<"the result is a component", "x", "result",
          "::llvm::cast<::mlir::VectorType>($_self).getElementType()">], what> {
  let results = (outs AnyTypeOf<[F16, F32]>:$result);
  let assemblyFormat = "operands attr-dict `:` type($x)";
}
class Enigma_GeometricMeasure1<string name, string what>
  : Enigma_GeometricMeasure<name, "V:float -> S", ["x"], (ins Enigma_FloatVector:$x), [], what>;
class Enigma_GeometricMeasure2<string name, string what>
  : Enigma_GeometricMeasure<name, "V:float, V -> S", ["x", "y"],
      (ins Enigma_FloatVector:$x, Enigma_FloatVector:$y), [AllTypesMatch<["x", "y"]>], what>;
// Vectors to a vector.
class Enigma_GeometricMap<string name, string sig, list<string> args, dag operandList, string what>
    : Enigma_GeometricOp<name, sig, args, operandList, [SameOperandsAndResultType], what> {
  let results = (outs Enigma_FloatVector:$result);
  let assemblyFormat = "operands attr-dict `:` type($result)";
}

def Enigma_DotOp : Enigma_GeometricMeasure2<"dot", "sum of the products of components"> {
  let airName = "dot";
}
def Enigma_LengthOp : Enigma_GeometricMeasure1<"length", "length of a vector: sqrt(dot(x, x))">;
def Enigma_LengthSquaredOp : Enigma_GeometricMeasure1<"length_squared", "square of the length: dot(x, x)">;
def Enigma_DistanceOp : Enigma_GeometricMeasure2<"distance", "length of x - y">;
def Enigma_NormalizeOp : Enigma_GeometricMap<"normalize", "V:float -> V", ["x"], (ins Enigma_FloatVector:$x),
  "the vector of length 1 in the direction of x">;
def Enigma_CrossOp : Enigma_GeometricMap<"cross", "V3:float, V3 -> V3", ["x", "y"],
    (ins Enigma_FloatVector:$x, Enigma_FloatVector:$y), "cross product of two vectors of 3"> {
  let description = [{
    `cross` of the Metal standard library: the cross product.

    Constraints:
    * (cross_c1) the vectors have 3 components
  }];
  let hasVerifier = 1;
}
def Enigma_ReflectOp : Enigma_GeometricMap<"reflect", "V:float, V -> V", ["i", "n"],
    (ins Enigma_FloatVector:$i, Enigma_FloatVector:$n),
  "the incident vector i reflected at a surface of unit normal n: i - 2 * dot(n, i) * n">;
def Enigma_FaceforwardOp : Enigma_GeometricMap<"faceforward", "V:float, V, V -> V", ["n", "i", "nref"],
    (ins Enigma_FloatVector:$n, Enigma_FloatVector:$i, Enigma_FloatVector:$nref),
  "n if dot(nref, i) is negative, else -n">;
def Enigma_RefractOp : Enigma_GeometricOp<"refract", "V:float, V, S -> V", ["i", "n", "eta"],
    (ins Enigma_FloatVector:$i, Enigma_FloatVector:$n, AnyTypeOf<[F16, F32]>:$eta), [
      AllTypesMatch<["i", "n", "result"]>,
      TypesMatchWith<"the ratio is a component", "result", "eta",
        "::llvm::cast<::mlir::VectorType>($_self).getElementType()">],
    "the unit vector i refracted at a surface of unit normal n with ratio eta of indices; zero where there is only reflection"> {
  let results = (outs Enigma_FloatVector:$result);
  let assemblyFormat = "operands attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Access at the alignment of a component
//===----------------------------------------------------------------------===//

def Enigma_LoadVecOp : Enigma_AccessOp<"load_vec">, TraceRow<"load_vec", "", ["buffer", "i", "width"]> {
  let summary = "read consecutive elements as a vector";
  let description = [{
    `%v = enigma.load_vec %A[%i] : !enigma.buffer<f32, device> -> vector<4xf32>`

    The elements from a linear index on, which need no more alignment than each of them.

    Constraints:
    * (load_vec_c1) one index, whatever the buffer's shape
    * (load_vec_c2) the vector's components are the buffer's scalar elements
  }];
  let arguments = (ins Arg<Enigma_BufferType, "", [MemRead]>:$buffer, Variadic<Index>:$indices);
  let results = (outs Enigma_Vector:$result);
  let assemblyFormat = "$buffer `[` $indices `]` attr-dict `:` qualified(type($buffer)) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = commonAccess # [{
    static bool readsElement() { return true; }
    static bool writesElement() { return false; }
  }];
  let group = "memory";
  let mslSection = "2.2.3";
  let pythonFunction = 0;
  let doc = "Read `width` elements from element `i` on as a vector, at any alignment.";
}

def Enigma_StoreVecOp : Enigma_AccessOp<"store_vec">, TraceRow<"store_vec", "", ["buffer", "i", "v"]> {
  let summary = "write a vector to consecutive elements";
  let description = [{
    `enigma.store_vec %v, %A[%i] : vector<4xf32>, !enigma.buffer<f32, device>`

    Constraints:
    * (store_vec_c1) one index, whatever the buffer's shape
    * (store_vec_c2) the vector's components are the buffer's scalar elements
    * (store_vec_c3) the buffer is not in the constant address space and not declared read-only
  }];
  let arguments = (ins Enigma_Vector:$value, Arg<Enigma_BufferType, "", [MemWrite]>:$buffer, Variadic<Index>:$indices);
  let assemblyFormat = "$value `,` $buffer `[` $indices `]` attr-dict `:` type($value) `,` qualified(type($buffer))";
  let hasVerifier = 1;
  let extraClassDeclaration = commonAccess # [{
    static bool readsElement() { return false; }
    static bool writesElement() { return true; }
  }];
  let group = "memory";
  let mslSection = "2.2.3";
  let pythonFunction = 0;
  let doc = "Write the components of `v` to the elements from element `i` on, at any alignment.";
}

#endif
