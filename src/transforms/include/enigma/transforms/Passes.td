// Passes on the enigma dialect: precondition, effect and a before/after example each.
#ifndef ENIGMA_PASSES_TD
#define ENIGMA_PASSES_TD

include "mlir/Pass/PassBase.td"

def EnigmaExpandAsyncCopy : Pass<"enigma-expand-async-copy", "::enigma::KernelOp"> {
  let summary = "Make copies by a simdgroup loops over its lanes";
  let description = [{
    Precondition: none. Runs before `enigma-infer-access`, which wants to see loads and stores.

    Effect: no `enigma.async_copy_1d`, `enigma.async_copy_2d` and `enigma.async_copy_wait` are left. Of n
    active lanes, lane i copies the elements i, i + n, i + 2 n, ...; a simdgroup that is not full copies
    everything, too. All lanes of the simdgroup reach the copy together, as `simd_sum` needs. A wait
    becomes the `enigma.simd_barrier` that orders the memory to which the kernel copies.

    ```mlir
    // Before
    enigma.async_copy_1d %A[%i] to %tile[%j] count %n
      : !enigma.buffer<f32, device> to !enigma.buffer<f32, threadgroup, 64>
    enigma.async_copy_wait
    // After
    %lane = enigma.thread_index_in_simdgroup
    %lanes = enigma.simd_sum unsigned %c1_i32 : i32
    scf.for %k = %lane to %n step %lanes : i32 {
      %at = arith.index_castui %k : i32 to index
      %from = arith.addi %i, %at : index
      %v = enigma.load %A[%from] : !enigma.buffer<f32, device>
      %to = arith.addi %j, %at : index
      enigma.store %v, %tile[%to] : !enigma.buffer<f32, threadgroup, 64>
    }
    enigma.simd_barrier mem_threadgroup
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def EnigmaInferAccess : Pass<"enigma-infer-access", "::enigma::KernelOp"> {
  let summary = "Infer which buffers a kernel reads and writes";
  let description = [{
    Precondition: none; a declared access that the body contradicts is an error.

    Effect: the type of every device buffer argument without a declared access says `read`, `write` or
    `read_write`, from the loads, stores and atomics that reach it. A buffer that is never touched is
    `read`. Buffers declared `write` that are also read become errors, not `read_write`.

    ```mlir
    // Before
    enigma.kernel @k(%A: !enigma.buffer<f32, device>, %B: !enigma.buffer<f32, device>) fast {
      %c0 = arith.constant 0 : index
      %v = enigma.load %A[%c0] : !enigma.buffer<f32, device>
      enigma.store %v, %B[%c0] : !enigma.buffer<f32, device>
      enigma.return
    }
    // After
    enigma.kernel @k(%A: !enigma.buffer<f32, device, read>, %B: !enigma.buffer<f32, device, write>) fast {
      %c0 = arith.constant 0 : index
      %v = enigma.load %A[%c0] : !enigma.buffer<f32, device, read>
      enigma.store %v, %B[%c0] : !enigma.buffer<f32, device, write>
      enigma.return
    }
    ```
  }];
}

#endif
