// Ops with a structure of their own: kernels, memory, thread queries, barriers.
#ifndef ENIGMA_OPS_TD
#define ENIGMA_OPS_TD

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "enigma/IR/EnigmaTypes.td"
include "enigma/IR/EnigmaInterfaces.td"
include "enigma/IR/OpTable.td"

class Enigma_Op<string mnemonic, list<Trait> traits = []> : Op<Enigma_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

def Enigma_KernelOp : Enigma_Op<"kernel", [
    IsolatedFromAbove, Symbol, AutomaticAllocationScope,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "a compute kernel";
  let description = [{
    One Metal `kernel void` function. Every block argument is a buffer or a scalar; its position is
    its `[[buffer(N)]]` index. The body is one block of structured control flow that ends in
    `enigma.return`.

    `param_names` are the Python names of the parameters; where they are plain identifiers they are
    the SSA names and are not repeated. `grid` and `block` are the launch that the module suggests,
    in threads.

    ```mlir
    enigma.kernel @enigma_kernel_add(%A: !enigma.buffer<f32, device, read>,
                                     %n: !enigma.scalar<ui32>) block [256, 1, 1] {
      enigma.return
    }
    ```

    Constraints:
    * (kernel_c1) every argument is an `!enigma.buffer` or an `!enigma.scalar`
    * (kernel_c2) `param_names` has one name for each argument, all different and not empty
    * (kernel_c3) no argument is in the threadgroup or thread address space
    * (kernel_c4) at most 31 arguments (reference section 2.4)
    * (kernel_c5) components of `grid` and `block` are positive; a block has at most 1024 threads
    * (kernel_c6) the body is one block, ended by `enigma.return`
    * (kernel_c7) `max_threads` is from 1 to 1024
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    OptionalAttr<StrAttr>:$python_name,
    StrArrayAttr:$param_names,
    OptionalAttr<DenseI32ArrayAttr>:$grid,
    OptionalAttr<DenseI32ArrayAttr>:$block,
    OptionalAttr<I32Attr>:$max_threads,
    DefaultValuedAttr<Enigma_MathModeAttr, "::enigma::MathMode::fast">:$math
  );
  let regions = (region AnyRegion:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 0;
  let extraClassDeclaration = [{
    ::mlir::Block &getEntryBlock() { return getBody().front(); }
    ::llvm::StringRef getParamName(unsigned index) {
      return ::llvm::cast<::mlir::StringAttr>(getParamNames()[index]).getValue();
    }
  }];
}

def Enigma_ReturnOp : Enigma_Op<"return", [Pure, Terminator, HasParent<"KernelOp">]> {
  let summary = "end of a kernel";
  let description = [{ Ends the thread. A kernel has no results. }];
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

class Enigma_AccessOp<string mnemonic, list<Trait> traits = []> : Enigma_Op<mnemonic, traits # [BufferAccessOpInterface]> {
  code commonAccess = [{
    ::mlir::Value getAccessedBuffer() { return getBuffer(); }
    ::mlir::OperandRange getAccessIndices() { return getIndices(); }
  }];
}

def Enigma_LoadOp : Enigma_AccessOp<"load", [
    InferTypeOpAdaptor]>,
    TraceRow<"load", "", ["buffer", "indices"]> {
  let summary = "read one element";
  let description = [{
    `%v = enigma.load %A[%i] : !enigma.buffer<f32, device>`

    Constraints:
    * (load_c1) as many indices as the buffer has dimensions
  }];
  let arguments = (ins Arg<Enigma_BufferType, "", [MemRead]>:$buffer, Variadic<Index>:$indices);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$buffer `[` $indices `]` attr-dict `:` qualified(type($buffer))";
  let hasVerifier = 1;
  let extraClassDeclaration = commonAccess # [{
    static bool readsElement() { return true; }
    static bool writesElement() { return false; }
  }];
  let group = "memory";
  let pythonFunction = 0;
  let doc = "`buf[i]`, `buf[i, j]`: read one element.";
}

def Enigma_StoreOp : Enigma_AccessOp<"store">, TraceRow<"store", "", ["buffer", "indices", "value"]> {
  let summary = "write one element";
  let description = [{
    `enigma.store %v, %A[%i] : !enigma.buffer<f32, device>`

    Constraints:
    * (store_c1) as many indices as the buffer has dimensions
    * (store_c2) the value's type is the buffer's element type without signedness
    * (store_c3) the buffer is not in the constant address space and not declared read-only
  }];
  let arguments = (ins AnyType:$value, Arg<Enigma_BufferType, "", [MemWrite]>:$buffer,
                       Variadic<Index>:$indices);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = commonAccess # [{
    static bool readsElement() { return false; }
    static bool writesElement() { return true; }
  }];
  let group = "memory";
  let pythonFunction = 0;
  let doc = "`buf[i] = v`: write one element, converted to the buffer's type.";
}

def Enigma_LoadScalarOp : Enigma_Op<"load_scalar", [Pure,
    InferTypeOpAdaptor]> {
  let summary = "the value of a scalar parameter";
  let description = [{
    `%n_value = enigma.load_scalar %n : !enigma.scalar<ui32>`. Pure: it cannot change during a dispatch.
  }];
  let arguments = (ins Enigma_ScalarType:$scalar);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$scalar attr-dict `:` qualified(type($scalar))";
}

def Enigma_ThreadgroupAllocOp : Enigma_Op<"threadgroup_alloc", [
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>, HasParent<"KernelOp">]>,
    TraceRow<"threadgroup_alloc", "", ["dtype", "shape"]> {
  let summary = "memory shared by the threads of a threadgroup";
  let description = [{
    `%tile = enigma.threadgroup_alloc "tile" : !enigma.buffer<f32, threadgroup, 16x17>`

    Undefined until written. The name is the Python variable's, if there is one. Stands at the top level of
    its kernel, as Metal requires (MSL specification, section 4.4).

    Constraints:
    * (threadgroup_alloc_c1) the result is in the threadgroup address space and has a shape
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name_hint);
  let results = (outs Res<Enigma_BufferType, "", [MemAlloc]>:$result);
  let assemblyFormat = "($name_hint^)? attr-dict `:` qualified(type($result))";
  let hasVerifier = 1;
  let group = "memory";
  let mslSection = "4.4";
  let doc = "Memory shared by the threads of a threadgroup; undefined until written.";
}

def Enigma_ThreadAllocOp : Enigma_Op<"thread_alloc", [
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]>,
    TraceRow<"thread_alloc", "", ["dtype", "shape"]> {
  let summary = "memory of one thread";
  let description = [{
    `%acc = enigma.thread_alloc "acc" : !enigma.buffer<f32, thread, 4x4>`

    An array that every thread has for itself; undefined until written, each time the op is reached. The
    name is the Python variable's, if there is one. With constant indices the optimiser keeps the elements
    in registers.

    Constraints:
    * (thread_alloc_c1) the result is in the thread address space and has a shape
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name_hint);
  let results = (outs Res<Enigma_BufferType, "", [MemAlloc]>:$result);
  let assemblyFormat = "($name_hint^)? attr-dict `:` qualified(type($result))";
  let hasVerifier = 1;
  let group = "memory";
  let mslSection = "4.3";
  let pythonFunction = 0;
  let doc = "`register_tensor(shape, dtype, fill)`: memory of one thread; undefined until written.";
}

//===----------------------------------------------------------------------===//
// Thread queries
//===----------------------------------------------------------------------===//

class Enigma_ThreadQueryOp<string name, list<string> args>
    : Enigma_Op<name, [Pure, ThreadQueryOpInterface, OpAsmOpInterface]>,
      TraceRow<name, "-> u32", args> {
  let results = (outs I32:$result);
  let group = "thread queries";
  let mslSection = "5.2.3.6";
  string nameBody = "static ::llvm::StringRef getQueryName() { return \"" # name # "\"; }\n" #
    "void getAsmResultNames(::mlir::OpAsmSetValueNameFn setName) {" #
    " setName(getResult(), asmResultName()); }\n";
}

class Enigma_ThreadQuery3Op<string name, string what> : Enigma_ThreadQueryOp<name, ["dim"]> {
  let summary = what;
  let description = "`%i = enigma." # name # " x` is " # what # " (u32).";
  let arguments = (ins Enigma_DimensionAttr:$dimension);
  let assemblyFormat = "`` $dimension attr-dict"; // the attribute brings its own space
  let builders = [OpBuilder<(ins "::enigma::Dimension":$dimension), [{
    build($_builder, $_state, $_builder.getI32Type(), dimension);
  }]>];
  let extraClassDeclaration = nameBody # [{
    ::std::optional<::enigma::Dimension> getQueryDimension() { return getDimension(); }
    ::std::string asmResultName() {
      return (getQueryName() + "_" + ::enigma::stringifyDimension(getDimension())).str();
    }
  }];
  let doc = what # ", as u32.";
}

class Enigma_ThreadQuery1Op<string name, string what> : Enigma_ThreadQueryOp<name, []> {
  let summary = what;
  let description = "`%i = enigma." # name # "` is " # what # " (u32).";
  let assemblyFormat = "attr-dict";
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, $_builder.getI32Type()); }]>];
  let extraClassDeclaration = nameBody # [{
    ::std::optional<::enigma::Dimension> getQueryDimension() { return ::std::nullopt; }
    ::std::string asmResultName() { return getQueryName().str(); }
  }];
  let doc = what # ", as u32.";
}

def Enigma_ThreadPositionInGridOp : Enigma_ThreadQuery3Op<"thread_position_in_grid",
  "the thread's position in the grid">;
def Enigma_ThreadPositionInThreadgroupOp : Enigma_ThreadQuery3Op<"thread_position_in_threadgroup",
  "the thread's position in its threadgroup">;
def Enigma_ThreadgroupPositionInGridOp : Enigma_ThreadQuery3Op<"threadgroup_position_in_grid",
  "the threadgroup's position in the grid">;
def Enigma_ThreadsPerThreadgroupOp : Enigma_ThreadQuery3Op<"threads_per_threadgroup",
  "the threadgroup's size in threads; smaller in a ragged last threadgroup">;
def Enigma_ThreadsPerGridOp : Enigma_ThreadQuery3Op<"threads_per_grid", "the grid's size in threads">;
def Enigma_ThreadgroupsPerGridOp : Enigma_ThreadQuery3Op<"threadgroups_per_grid",
  "the grid's size in threadgroups"> { let aliases = ["grid_size"]; }
def Enigma_ThreadIndexInThreadgroupOp : Enigma_ThreadQuery1Op<"thread_index_in_threadgroup",
  "the thread's linear index in its threadgroup, x fastest">;
def Enigma_ThreadIndexInSimdgroupOp : Enigma_ThreadQuery1Op<"thread_index_in_simdgroup",
  "the thread's lane in its simdgroup">;
def Enigma_SimdgroupIndexInThreadgroupOp : Enigma_ThreadQuery1Op<"simdgroup_index_in_threadgroup",
  "the simdgroup's index in its threadgroup">;
def Enigma_ThreadsPerSimdgroupOp : Enigma_ThreadQuery1Op<"threads_per_simdgroup",
  "the number of lanes of a simdgroup">;
def Enigma_SimdgroupsPerThreadgroupOp : Enigma_ThreadQuery1Op<"simdgroups_per_threadgroup",
  "the number of simdgroups in the threadgroup">;
def Enigma_ThreadIndexInQuadgroupOp : Enigma_ThreadQuery1Op<"thread_index_in_quadgroup",
  "the thread's lane in its quadgroup">;
def Enigma_QuadgroupIndexInThreadgroupOp : Enigma_ThreadQuery1Op<"quadgroup_index_in_threadgroup",
  "the quadgroup's index in its threadgroup">;

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

class Enigma_BarrierBase<string name, string scope> : Enigma_Op<name, [
    MemoryEffects<[MemRead, MemWrite]>]>, TraceRow<name, "", ["mem_flags"]> {
  let summary = "wait for the " # scope # " and order memory";
  let description = "No thread goes on before all threads of the " # scope #
    " have arrived; accesses to the memory that the flags name are then visible to all of them. "
    "Every thread must reach the same barrier (MSL specification, section 6.9.1).\n\n"
    "`enigma." # name # " mem_threadgroup`";
  let arguments = (ins Enigma_MemFlagsAttr:$flags);
  let assemblyFormat = "`` $flags attr-dict"; // the attribute brings its own space
  let group = "barriers";
  let mslSection = "6.9.1";
  let doc = "Wait until every thread of the " # scope # " is here; order the named memory.";
}
def Enigma_BarrierOp : Enigma_BarrierBase<"barrier", "threadgroup">;
def Enigma_SimdBarrierOp : Enigma_BarrierBase<"simd_barrier", "simdgroup">;

#endif
