// Types of the enigma dialect: memory that a kernel is given or allocates, matrices of a simdgroup.
#ifndef ENIGMA_TYPES_TD
#define ENIGMA_TYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "enigma/IR/EnigmaAttrs.td"

class Enigma_Type<string name, string typeMnemonic> : TypeDef<Enigma_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def Enigma_BufferType : Enigma_Type<"Buffer", "buffer"> {
  let summary = "memory in the device, constant, threadgroup or thread address space";
  let description = [{
    `!enigma.buffer<element, space[, access][, shape]>`

    Elements are scalars or vectors of 2 to 4 scalars. Integers carry their signedness (`ui32`,
    `si32`); `i1` is Metal's `bool` and takes one byte. `access` is absent until the kernel declares
    it or `enigma-infer-access` has run. `shape` is the static row-major shape, in elements; a
    buffer without one has one dimension of unknown size. Threadgroup and thread memory always have a
    shape; thread memory has at most 32 KiB.

    Example: `!enigma.buffer<f32, device, read>`, `!enigma.buffer<f32, threadgroup, 16x17>`
  }];
  let parameters = (ins
    "::mlir::Type":$elementType,
    "::enigma::AddressSpace":$space,
    "::enigma::Access":$access,
    ArrayRefParameter<"int64_t">:$shape
  );
  let builders = [
    TypeBuilderWithInferredContext<(ins "::mlir::Type":$elementType, "::enigma::AddressSpace":$space,
        CArg<"::enigma::Access", "::enigma::Access::unknown">:$access,
        CArg<"::llvm::ArrayRef<int64_t>", "{}">:$shape), [{
      return $_get(elementType.getContext(), elementType, space, access, shape);
    }]>
  ];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The type of a loaded element: the element type without signedness.
    ::mlir::Type getValueType() const;
    /// Number of indices that an access takes: the rank of the shape, or 1 without one.
    unsigned getRank() const { return getShape().empty() ? 1 : getShape().size(); }
    /// True if the elements are unsigned integers.
    bool isUnsigned() const;
    /// The same buffer with another access.
    BufferType withAccess(::enigma::Access access) const;
    /// Number of elements, when the shape says so.
    std::optional<int64_t> getNumElements() const;
    /// True if the kernel allocates it: an array of arrays in Metal.
    bool isAllocated() const {
      return getSpace() == ::enigma::AddressSpace::threadgroup ||
             getSpace() == ::enigma::AddressSpace::thread;
    }
  }];
}

def Enigma_ScalarType : Enigma_Type<"Scalar", "scalar"> {
  let summary = "a per-dispatch constant, bound as a one-element constant buffer";
  let description = [{
    `!enigma.scalar<ui32>` is Metal's `constant uint &`. `enigma.load_scalar` reads it.
  }];
  let parameters = (ins "::mlir::Type":$elementType);
  let builders = [
    TypeBuilderWithInferredContext<(ins "::mlir::Type":$elementType), [{
      return $_get(elementType.getContext(), elementType);
    }]>
  ];
  let assemblyFormat = "`<` $elementType `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    ::mlir::Type getValueType() const;
    bool isUnsigned() const;
  }];
}

def Enigma_SimdgroupMatrixType : Enigma_Type<"SimdgroupMatrix", "simdgroup_matrix"> {
  let summary = "an 8x8 matrix that a simdgroup holds";
  let description = [{
    `!enigma.simdgroup_matrix<f32, 8x8>` is Metal's `simdgroup_float8x8` (MSL specification, section 2.4). Each lane holds two of the 64
    elements; which ones is the hardware's business, so a matrix can only be filled, loaded, multiplied
    and stored, by all lanes together.

    Elements are `f32`, `f16` or `bf16`; the shape is columns x rows, as in Metal, and always 8x8.
  }];
  let parameters = (ins "::mlir::Type":$elementType, ArrayRefParameter<"int64_t">:$shape);
  let builders = [
    TypeBuilderWithInferredContext<(ins "::mlir::Type":$elementType), [{
      int64_t shape[] = {extent, extent};
      return $_get(elementType.getContext(), elementType, ::llvm::ArrayRef<int64_t>(shape));
    }]>
  ];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Rows, and columns.
    static constexpr int64_t extent = 8;
  }];
}

#endif
