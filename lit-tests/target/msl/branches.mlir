// RUN: enigma-translate --mlir-to-msl --no-comments %s | FileCheck %s

// CHECK-LABEL: kernel void branches(
enigma.kernel @branches(%out: !enigma.buffer<f32, device>, %a: !enigma.scalar<f32>, %b: !enigma.scalar<f32>) fast {
  %i0 = arith.constant 0 : index
  %x = enigma.load_scalar %a : !enigma.scalar<f32>
  %y = enigma.load_scalar %b : !enigma.scalar<f32>
  // CHECK: if (a < b) {
  // CHECK-NEXT:   out[0] = a;
  // CHECK-NEXT: } else if (a > b) {
  // CHECK-NEXT:   out[0] = b;
  // CHECK-NEXT: } else {
  // CHECK-NEXT:   out[0] = 0.0f;
  // CHECK-NEXT: }
  %lt = arith.cmpf olt, %x, %y : f32
  scf.if %lt {
    enigma.store %x, %out[%i0] : !enigma.buffer<f32, device>
  } else {
    %gt = arith.cmpf ogt, %x, %y : f32
    scf.if %gt {
      enigma.store %y, %out[%i0] : !enigma.buffer<f32, device>
    } else {
      %z = arith.constant 0.0 : f32
      enigma.store %z, %out[%i0] : !enigma.buffer<f32, device>
    }
  }
  // A choice between short expressions is an expression; memory is not touched where the mask is false.
  // CHECK-NEXT: out[0] = a >= b ? out[1] : b;
  %i1 = arith.constant 1 : index
  %ge = arith.cmpf oge, %x, %y : f32
  %chosen = scf.if %ge -> f32 {
    %v = enigma.load %out[%i1] : !enigma.buffer<f32, device>
    scf.yield %v : f32
  } else {
    scf.yield %y : f32
  }
  enigma.store %chosen, %out[%i0] : !enigma.buffer<f32, device>
  // CHECK-NEXT: float first;
  // CHECK-NEXT: float chosen;
  // CHECK-NEXT: if (a <= b) {
  // CHECK-NEXT:   out[1] = a;
  // CHECK-NEXT:   first = a + b;
  // CHECK-NEXT:   chosen = b;
  // CHECK-NEXT: } else {
  // CHECK-NEXT:   first = b;
  // CHECK-NEXT:   chosen = a;
  // CHECK-NEXT: }
  // CHECK-NEXT: out[0] = first * chosen;
  %le = arith.cmpf ole, %x, %y : f32
  %r:2 = scf.if %le -> (f32, f32) {
    enigma.store %x, %out[%i1] : !enigma.buffer<f32, device>
    %s = arith.addf %x, %y : f32 loc("first")
    scf.yield %s, %y : f32, f32
  } else {
    scf.yield %y, %x : f32, f32
  }
  %p = arith.mulf %r#0, %r#1 : f32
  enigma.store %p, %out[%i0] : !enigma.buffer<f32, device>
  // An empty branch turns the condition round.
  // CHECK-NEXT: if (!(a < b)) {
  // CHECK-NEXT:   out[0] = a;
  // CHECK-NEXT: }
  %again = arith.cmpf olt, %x, %y : f32
  scf.if %again {
  } else {
    enigma.store %x, %out[%i0] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// A branch that changes a carried value assigns to its variable.
// CHECK-LABEL: kernel void merged(
enigma.kernel @merged(%a: !enigma.buffer<f32, device>, %out: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c9 = arith.constant 9 : i32
  %i0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  // CHECK: for (uint i = 0; i < 9; ++i) {
  // CHECK-NEXT:   float v = a[i];
  // CHECK-NEXT:   if (v > 0.0f) {
  // CHECK-NEXT:     a[i] = 0.0f;
  // CHECK-NEXT:     acc += v;
  // CHECK-NEXT:   }
  // CHECK-NEXT: }
  %s = scf.for unsigned %i = %c0 to %c9 step %c1 iter_args(%acc = %zero) -> (f32) : i32 {
    %ii = arith.index_castui %i : i32 to index
    %v = enigma.load %a[%ii] : !enigma.buffer<f32, device> loc("v")
    %c = arith.cmpf ogt, %v, %zero : f32
    %r = scf.if %c -> f32 {
      enigma.store %zero, %a[%ii] : !enigma.buffer<f32, device>
      %sum = arith.addf %acc, %v : f32
      scf.yield %sum : f32
    } else {
      scf.yield %acc : f32
    }
    scf.yield %r : f32
  } loc("acc")
  enigma.store %s, %out[%i0] : !enigma.buffer<f32, device>
  enigma.return
}

// Not so if the old value is read afterwards.
// CHECK-LABEL: kernel void not_merged(
enigma.kernel @not_merged(%a: !enigma.buffer<f32, device>, %out: !enigma.buffer<f32, device>) fast {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c9 = arith.constant 9 : i32
  %zero = arith.constant 0.0 : f32
  // CHECK: float new_;
  // CHECK: new_ = acc + v;
  // CHECK: new_ = acc;
  // CHECK: a[i] = acc * new_;
  // CHECK: acc = new_;
  %s = scf.for unsigned %i = %c0 to %c9 step %c1 iter_args(%acc = %zero) -> (f32) : i32 {
    %ii = arith.index_castui %i : i32 to index
    %v = enigma.load %a[%ii] : !enigma.buffer<f32, device> loc("v")
    %c = arith.cmpf ogt, %v, %zero : f32
    %r = scf.if %c -> f32 {
      enigma.store %zero, %a[%ii] : !enigma.buffer<f32, device>
      %sum = arith.addf %acc, %v : f32
      scf.yield %sum : f32
    } else {
      scf.yield %acc : f32
    } loc("new")
    %p = arith.mulf %acc, %r : f32
    enigma.store %p, %a[%ii] : !enigma.buffer<f32, device>
    scf.yield %r : f32
  } loc("acc")
  %i0 = arith.constant 0 : index
  enigma.store %s, %out[%i0] : !enigma.buffer<f32, device>
  enigma.return
}
