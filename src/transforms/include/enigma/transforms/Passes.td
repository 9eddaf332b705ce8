// Passes on the enigma dialect: precondition, effect and a before/after example each.
#ifndef ENIGMA_PASSES_TD
#define ENIGMA_PASSES_TD

include "mlir/Pass/PassBase.td"

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
