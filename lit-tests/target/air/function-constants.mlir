// Function constants as Apple's modules have them (reference section 2.8): only those that the kernel reads.
// RUN: enigma-translate --mlir-to-llvmir %s | FileCheck %s
// RUN: enigma-translate --mlir-to-llvmir -O0 %s | FileCheck %s --check-prefix=O0

module @shaders {
  enigma.function_constant @bar index 2 : f32
  enigma.function_constant @n index 1 : ui32 default 8
  enigma.function_constant @flag index 5 : i1 default true
  enigma.function_constant @foo index 0 : f32
  enigma.function_constant @other index 9 : f32

  // CHECK-DAG: @_ZL3bar = internal unnamed_addr addrspace(2) global float undef, align 4
  // CHECK-DAG: @_Z3bar.MTL_FC_INIT_2_f = internal unnamed_addr addrspace(2) externally_initialized constant float undef, section "air.fc_initializer", align 4
  // CHECK-DAG: @_ZL3foo = internal unnamed_addr addrspace(2) global float undef, align 4
  // CHECK-DAG: @_Z3foo.MTL_FC_INIT_0_f = internal unnamed_addr addrspace(2) externally_initialized constant float undef, section "air.fc_initializer", align 4
  // CHECK-DAG: @llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @_GLOBAL__sub_I_shaders.metal, ptr null }]
  // CHECK: define void @madd(
  // CHECK: load float, ptr addrspace(2) @_ZL3foo, align 4
  // CHECK: load float, ptr addrspace(2) @_ZL3bar, align 4
  // CHECK: define internal void @_GLOBAL__sub_I_shaders.metal() [[CTOR:#[0-9]+]] section "air.static_init" {
  // CHECK-NEXT: [[FOO:%.+]] = load float, ptr addrspace(2) @_Z3foo.MTL_FC_INIT_0_f, align 4
  // CHECK-NEXT: store float [[FOO]], ptr addrspace(2) @_ZL3foo, align 4
  // CHECK-NEXT: [[BAR:%.+]] = load float, ptr addrspace(2) @_Z3bar.MTL_FC_INIT_2_f, align 4
  // CHECK-NEXT: store float [[BAR]], ptr addrspace(2) @_ZL3bar, align 4
  // CHECK-NEXT: ret void
  // CHECK: attributes [[CTOR]] = { mustprogress nofree norecurse nosync nounwind willreturn memory(write) "approx-func-fp-math"="true"
  // CHECK-DAG: !air.function_constants = !{[[M0:![0-9]+]], [[M2:![0-9]+]]}
  // CHECK-DAG: [[M0]] = !{ptr addrspace(2) @_Z3foo.MTL_FC_INIT_0_f, !"float", !"foo", i32 0, i1 true}
  // CHECK-DAG: [[M2]] = !{ptr addrspace(2) @_Z3bar.MTL_FC_INIT_2_f, !"float", !"bar", i32 2, i1 true}
  // CHECK: ; -----
  enigma.kernel @madd(%a: !enigma.buffer<f32, device>) fast {
    %c0 = arith.constant 0 : index
    %foo = enigma.get_function_constant @foo : f32
    %bar = enigma.get_function_constant @bar : f32
    %x = enigma.load %a[%c0] : !enigma.buffer<f32, device>
    %0 = arith.mulf %x, %foo : f32
    %1 = arith.addf %0, %bar : f32
    enigma.store %1, %a[%c0] : !enigma.buffer<f32, device>
    enigma.return
  }

  // A default makes the constant optional: the address of its initialiser is asked whether there is a value.
  // CHECK-DAG: @_Z1n.MTL_FC_INIT_1_j = internal addrspace(2) externally_initialized constant i32 undef, section "air.fc_initializer", align 4
  // CHECK-DAG: @_Z4flag.MTL_FC_INIT_5_b = internal addrspace(2) externally_initialized constant i8 undef, section "air.fc_initializer", align 1
  // CHECK-DAG: @_ZL4flag = internal unnamed_addr addrspace(2) global i8 undef, align 1
  // CHECK: define internal void @_GLOBAL__sub_I_shaders.metal() [[CTOR:#[0-9]+]] section "air.static_init" {
  // CHECK-NEXT: [[N:%.+]] = load i32, ptr addrspace(2) @_Z1n.MTL_FC_INIT_1_j, align 4
  // CHECK-NEXT: [[GIVEN:%.+]] = tail call i1 @air.is_function_constant_defined(ptr addrspace(2) captures(none) @_Z1n.MTL_FC_INIT_1_j) [[CALL:#[0-9]+]]
  // CHECK-NEXT: [[CHOSEN:%.+]] = select i1 [[GIVEN]], i32 [[N]], i32 8
  // CHECK-NEXT: store i32 [[CHOSEN]], ptr addrspace(2) @_ZL1n, align 4
  // CHECK: select i1 {{%.+}}, i8 {{%.+}}, i8 1
  // CHECK: declare i1 @air.is_function_constant_defined(ptr addrspace(2) captures(none)) local_unnamed_addr [[DECL:#[0-9]+]]
  // CHECK-DAG: attributes [[CTOR]] = { mustprogress nofree nosync nounwind willreturn "approx
  // CHECK-DAG: attributes [[DECL]] = { mustprogress nofree nosync nounwind willreturn memory(none) }
  // CHECK-DAG: attributes [[CALL]] = { nounwind willreturn memory(none) }
  // CHECK-DAG: !{ptr addrspace(2) @_Z1n.MTL_FC_INIT_1_j, !"uint", !"n", i32 1, i1 false}
  // CHECK-DAG: !{ptr addrspace(2) @_Z4flag.MTL_FC_INIT_5_b, !"bool", !"flag", i32 5, i1 false}
  // CHECK: ; -----
  // O0-LABEL: define void @optional(
  // O0: [[FLAG:%.+]] = load i8, ptr addrspace(2) @_ZL4flag, align 1
  // O0: icmp ne i8 [[FLAG]], 0
  enigma.kernel @optional(%a: !enigma.buffer<ui32, device>) fast {
    %c0 = arith.constant 0 : index
    %n = enigma.get_function_constant @n : ui32
    %flag = enigma.get_function_constant @flag : i1
    scf.if %flag {
      enigma.store %n, %a[%c0] : !enigma.buffer<ui32, device>
    }
    enigma.return
  }

  // CHECK-NOT: function_constant
  // CHECK-NOT: global_ctors
  // CHECK: define void @none(
  // CHECK-NOT: function_constant
  enigma.kernel @none(%a: !enigma.buffer<ui32, device>) fast {
    enigma.return
  }
}
