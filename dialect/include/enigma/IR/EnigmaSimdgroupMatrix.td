// Functions on the 8x8 matrices that a simdgroup holds (MSL specification, section 6.7).
#ifndef ENIGMA_SIMDGROUP_MATRIX_TD
#define ENIGMA_SIMDGROUP_MATRIX_TD

include "enigma/IR/EnigmaLanes.td"

// A matrix is what its lanes do at the same time, so an op may not be moved into or out of control flow,
// or merged with an equal one elsewhere; see Enigma_LanesResource.
class Enigma_SimdgroupMatrixOp<string name, list<string> args, list<Trait> traits>
    : Enigma_Op<name, traits # [
        MemoryEffects<[MemRead<Enigma_LanesResource>, MemWrite<Enigma_LanesResource>]>]>,
      TraceRow<name, "", args> {
  let group = "simdgroup matrix";
  let mslSection = "6.7";
}

def Enigma_MakeFilledSimdgroupMatrixOp : Enigma_SimdgroupMatrixOp<"make_filled_simdgroup_matrix",
    ["dtype", "value", "rows", "cols"], []> {
  let summary = "a matrix whose elements are all the same";
  let description = [{
    `%m = enigma.make_filled_simdgroup_matrix %zero : f32 -> !enigma.simdgroup_matrix<f32, 8x8>`

    Constraints:
    * (make_filled_simdgroup_matrix_c1) the value has the type of the matrix's elements
  }];
  let arguments = (ins AnyFloat:$value);
  let results = (outs Enigma_SimdgroupMatrixType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` qualified(type($result))";
  let hasVerifier = 1;
  let doc = "A matrix of 8x8 elements, all of them `value`.";
}

def Enigma_SimdgroupMatrixLoadOp : Enigma_SimdgroupMatrixOp<"simdgroup_matrix_load",
    ["buffer", "elements_per_row", "elem", "rows", "cols", "offset", "origin", "transpose"], [
    InferTypeOpAdaptor, BufferAccessOpInterface]> {
  let summary = "read an 8x8 matrix from memory";
  let description = [{
    ```mlir
    %m = enigma.simdgroup_matrix_load %A[%offset] origin(%column, %row) elements_per_row %n transpose
           : !enigma.buffer<f32, device>
    ```

    Row `r` and column `c` of the matrix is the buffer's element
    `offset + (row + r) * elements_per_row + column + c`; with `transpose` it is
    `offset + (row + c) * elements_per_row + column + r`. All are linear: the buffer's shape, if it has
    one, does not matter.

    Constraints:
    * (simdgroup_matrix_load_c1) the buffer is in device or threadgroup memory
    * (simdgroup_matrix_load_c2) the buffer's elements are `f32`, `f16` or `bf16`
  }];
  let arguments = (ins Arg<Enigma_BufferType, "", [MemRead]>:$buffer, Index:$offset, Index:$column,
                       Index:$row, Index:$elementsPerRow, UnitAttr:$transpose);
  let results = (outs Enigma_SimdgroupMatrixType:$result);
  let assemblyFormat = [{
    $buffer `[` $offset `]` `origin` `(` $column `,` $row `)` `elements_per_row` $elementsPerRow
    (`transpose` $transpose^)? attr-dict `:` qualified(type($buffer))
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getAccessedBuffer() { return getBuffer(); }
    ::mlir::OperandRange getAccessIndices() { return getODSOperands(1); }
    static bool readsElement() { return true; }
    static bool writesElement() { return false; }
  }];
  let doc = "An 8x8 matrix from device or threadgroup memory, Metal's `simdgroup_load`.";
}

def Enigma_SimdgroupMatrixStoreOp : Enigma_SimdgroupMatrixOp<"simdgroup_matrix_store",
    ["mat", "buffer", "elements_per_row", "elem", "rows", "cols", "offset", "origin", "transpose"], [
    BufferAccessOpInterface]> {
  let summary = "write an 8x8 matrix to memory";
  let description = [{
    ```mlir
    enigma.simdgroup_matrix_store %m, %A[%offset] origin(%column, %row) elements_per_row %n
      : !enigma.simdgroup_matrix<f32, 8x8>, !enigma.buffer<f32, device>
    ```

    Elements go where `simdgroup_matrix_load` would read them.

    Constraints:
    * (simdgroup_matrix_store_c1) the buffer is in device or threadgroup memory
    * (simdgroup_matrix_store_c2) the buffer's elements have the type of the matrix's
    * (simdgroup_matrix_store_c3) the buffer is not declared read-only
  }];
  let arguments = (ins Enigma_SimdgroupMatrixType:$matrix, Arg<Enigma_BufferType, "", [MemWrite]>:$buffer,
                       Index:$offset, Index:$column, Index:$row, Index:$elementsPerRow,
                       UnitAttr:$transpose);
  let assemblyFormat = [{
    $matrix `,` $buffer `[` $offset `]` `origin` `(` $column `,` $row `)` `elements_per_row`
    $elementsPerRow (`transpose` $transpose^)? attr-dict `:` qualified(type($matrix)) `,`
    qualified(type($buffer))
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Value getAccessedBuffer() { return getBuffer(); }
    ::mlir::OperandRange getAccessIndices() { return getODSOperands(2); }
    static bool readsElement() { return false; }
    static bool writesElement() { return true; }
  }];
  let doc = "Write an 8x8 matrix to device or threadgroup memory, Metal's `simdgroup_store`.";
}

def Enigma_SimdgroupMultiplyOp : Enigma_SimdgroupMatrixOp<"simdgroup_multiply",
    ["a", "b", "dtype"], []> {
  let summary = "matrix product a * b";
  let description = [{
    ```mlir
    %d = enigma.simdgroup_multiply %a, %b : !enigma.simdgroup_matrix<f16, 8x8>,
           !enigma.simdgroup_matrix<f16, 8x8> -> !enigma.simdgroup_matrix<f32, 8x8>
    ```

    The element types of operands and result are independent of each other.
  }];
  let arguments = (ins Enigma_SimdgroupMatrixType:$a, Enigma_SimdgroupMatrixType:$b);
  let results = (outs Enigma_SimdgroupMatrixType:$result);
  let assemblyFormat = [{
    $a `,` $b attr-dict `:` qualified(type($a)) `,` qualified(type($b)) `->` qualified(type($result))
  }];
  let doc = "The matrix product `a * b`, 8x8.";
}

def Enigma_SimdgroupMultiplyAccumulateOp : Enigma_SimdgroupMatrixOp<"simdgroup_multiply_accumulate",
    ["a", "b", "c", "dtype"], []> {
  let summary = "a * b + c";
  let description = [{
    ```mlir
    %d = enigma.simdgroup_multiply_accumulate %a, %b, %c : !enigma.simdgroup_matrix<f16, 8x8>,
           !enigma.simdgroup_matrix<f16, 8x8>, !enigma.simdgroup_matrix<f32, 8x8>
           -> !enigma.simdgroup_matrix<f32, 8x8>
    ```

    The element types of operands and result are independent of each other.
  }];
  let arguments = (ins Enigma_SimdgroupMatrixType:$a, Enigma_SimdgroupMatrixType:$b,
                       Enigma_SimdgroupMatrixType:$c);
  let results = (outs Enigma_SimdgroupMatrixType:$result);
  let assemblyFormat = [{
    $a `,` $b `,` $c attr-dict `:` qualified(type($a)) `,` qualified(type($b)) `,` qualified(type($c))
    `->` qualified(type($result))
  }];
  let doc = "The matrix product `a * b`, plus `c`.";
}

#endif
