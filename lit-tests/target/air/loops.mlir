// Loops with the semantics of Python's range, also next to the end of the type.
// RUN: enigma-translate --mlir-to-llvmir --split-input-file -O0 %s | FileCheck %s

// CHECK-LABEL: define void @step_one(
// CHECK: [[N:%[0-9]+]] = load i32, ptr addrspace(2)
// CHECK: [[ANY:%[0-9]+]] = icmp sgt i32 [[N]], 0
// CHECK: br i1 [[ANY]], label %[[BODY:[0-9]+]], label %{{.*}}
// CHECK: [[BODY]]:
// CHECK: [[IV:%[0-9]+]] = phi i32 [ [[NEXT:%[0-9]+]], %[[BODY]] ], [ 0, %{{.*}} ]
// CHECK: [[NEXT]] = add nsw i32 [[IV]], 1
// CHECK: [[MORE:%[0-9]+]] = icmp slt i32 [[NEXT]], [[N]]
// CHECK: br i1 [[MORE]], label %[[BODY]],
// CHECK: attributes #0 = { mustprogress nofree norecurse nosync nounwind "approx
enigma.kernel @step_one(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<si32>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %x = arith.constant 1.0 : f32
  %n_value = enigma.load_scalar %n : !enigma.scalar<si32>
  scf.for %i = %zero to %n_value step %one : i32 {
    %at = arith.index_cast %i : i32 to index
    enigma.store %x, %A[%at] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// -----

// The bound is not known, so iv + step may wrap: what is left is compared instead.
// CHECK-LABEL: define void @may_wrap(
// CHECK: icmp ult i32
// CHECK: [[IV:%[0-9]+]] = phi i32
// CHECK: [[NEXT:%[0-9]+]] = add nuw i32 [[IV]], 256
// CHECK: [[LEFT:%[0-9]+]] = sub i32 [[N:%[0-9]+]], [[IV]]
// CHECK: icmp ugt i32 [[LEFT]], 256
enigma.kernel @may_wrap(%A: !enigma.buffer<f32, device>, %n: !enigma.scalar<ui32>) {
  %first = enigma.thread_position_in_grid x
  %step = arith.constant 256 : i32
  %x = arith.constant 1.0 : f32
  %n_value = enigma.load_scalar %n : !enigma.scalar<ui32>
  scf.for unsigned %i = %first to %n_value step %step : i32 {
    %at = arith.index_castui %i : i32 to index
    enigma.store %x, %A[%at] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// -----

// CHECK-LABEL: define void @constant_bound(
// CHECK: [[NEXT:%[0-9]+]] = add nuw i32 %{{.*}}, 32
// CHECK: icmp ult i32 [[NEXT]], 1000
// CHECK-LABEL: define void @constant_bound_at_the_end(
// CHECK: [[LEFT:%[0-9]+]] = sub i32 2147483647, %{{.*}}
// CHECK: icmp ugt i32 [[LEFT]], 32
enigma.kernel @constant_bound(%A: !enigma.buffer<f32, device>) {
  %first = enigma.thread_position_in_grid x
  %n = arith.constant 1000 : i32
  %step = arith.constant 32 : i32
  %x = arith.constant 1.0 : f32
  scf.for unsigned %i = %first to %n step %step : i32 {
    %at = arith.index_castui %i : i32 to index
    enigma.store %x, %A[%at] : !enigma.buffer<f32, device>
  }
  enigma.return
}
enigma.kernel @constant_bound_at_the_end(%A: !enigma.buffer<f32, device>) {
  %first = enigma.thread_position_in_grid x
  %n = arith.constant 2147483647 : i32
  %step = arith.constant 32 : i32
  %x = arith.constant 1.0 : f32
  scf.for %i = %first to %n step %step : i32 {
    %at = arith.index_cast %i : i32 to index
    enigma.store %x, %A[%at] : !enigma.buffer<f32, device>
  }
  enigma.return
}

// -----

// Carried values leave the loop; ifs and whiles yield.
// CHECK-LABEL: define void @carried(
// CHECK: phi float
// CHECK: br i1
// CHECK: fadd reassoc nsz arcp contract afn float
// CHECK: phi i32
// CHECK: store float
// CHECK: store i32
enigma.kernel @carried(%A: !enigma.buffer<f32, device, 16>, %I: !enigma.buffer<ui32, device>) {
  %lo = arith.constant 0 : index
  %hi = arith.constant 16 : index
  %one = arith.constant 1 : index
  %zero_f = arith.constant 0.0 : f32
  %sum = scf.for %i = %lo to %hi step %one iter_args(%acc = %zero_f) -> (f32) {
    %a = enigma.load %A[%i] : !enigma.buffer<f32, device, 16>
    %positive = arith.cmpf ogt, %a, %zero_f : f32
    %next = scf.if %positive -> (f32) {
      %added = arith.addf %acc, %a : f32
      scf.yield %added : f32
    } else {
      scf.yield %acc : f32
    }
    scf.yield %next : f32
  }
  %start = enigma.load %I[%lo] : !enigma.buffer<ui32, device>
  %one_i = arith.constant 1 : i32
  %bits = scf.while (%n = %start) : (i32) -> i32 {
    %more = arith.cmpi ugt, %n, %one_i : i32
    scf.condition(%more) %n : i32
  } do {
  ^bb0(%n: i32):
    %half = arith.shrui %n, %one_i : i32
    scf.yield %half : i32
  }
  enigma.store %sum, %A[%lo] : !enigma.buffer<f32, device, 16>
  enigma.store %bits, %I[%lo] : !enigma.buffer<ui32, device>
  enigma.return
}
