// Thread queries, named after what they ask.
// RUN: enigma-opt %s | enigma-opt | FileCheck %s
// RUN: enigma-opt %s --mlir-print-op-generic | enigma-opt | FileCheck %s

// CHECK-LABEL: enigma.kernel @queries
enigma.kernel @queries() fast {
  // CHECK-NEXT: %thread_position_in_grid_x = enigma.thread_position_in_grid x{{$}}
  %0 = enigma.thread_position_in_grid x
  // CHECK-NEXT: %thread_position_in_grid_y = enigma.thread_position_in_grid y{{$}}
  %1 = enigma.thread_position_in_grid y
  // CHECK-NEXT: %thread_position_in_grid_z = enigma.thread_position_in_grid z{{$}}
  %2 = enigma.thread_position_in_grid z
  // CHECK-NEXT: %thread_position_in_threadgroup_x = enigma.thread_position_in_threadgroup x{{$}}
  %3 = enigma.thread_position_in_threadgroup x
  // CHECK-NEXT: %thread_position_in_threadgroup_y = enigma.thread_position_in_threadgroup y{{$}}
  %4 = enigma.thread_position_in_threadgroup y
  // CHECK-NEXT: %thread_position_in_threadgroup_z = enigma.thread_position_in_threadgroup z{{$}}
  %5 = enigma.thread_position_in_threadgroup z
  // CHECK-NEXT: %threadgroup_position_in_grid_x = enigma.threadgroup_position_in_grid x{{$}}
  %6 = enigma.threadgroup_position_in_grid x
  // CHECK-NEXT: %threadgroup_position_in_grid_y = enigma.threadgroup_position_in_grid y{{$}}
  %7 = enigma.threadgroup_position_in_grid y
  // CHECK-NEXT: %threadgroup_position_in_grid_z = enigma.threadgroup_position_in_grid z{{$}}
  %8 = enigma.threadgroup_position_in_grid z
  // CHECK-NEXT: %threads_per_threadgroup_x = enigma.threads_per_threadgroup x{{$}}
  %9 = enigma.threads_per_threadgroup x
  // CHECK-NEXT: %threads_per_threadgroup_y = enigma.threads_per_threadgroup y{{$}}
  %10 = enigma.threads_per_threadgroup y
  // CHECK-NEXT: %threads_per_threadgroup_z = enigma.threads_per_threadgroup z{{$}}
  %11 = enigma.threads_per_threadgroup z
  // CHECK-NEXT: %threads_per_grid_x = enigma.threads_per_grid x{{$}}
  %12 = enigma.threads_per_grid x
  // CHECK-NEXT: %threads_per_grid_y = enigma.threads_per_grid y{{$}}
  %13 = enigma.threads_per_grid y
  // CHECK-NEXT: %threads_per_grid_z = enigma.threads_per_grid z{{$}}
  %14 = enigma.threads_per_grid z
  // CHECK-NEXT: %threadgroups_per_grid_x = enigma.threadgroups_per_grid x{{$}}
  %15 = enigma.threadgroups_per_grid x
  // CHECK-NEXT: %threadgroups_per_grid_y = enigma.threadgroups_per_grid y{{$}}
  %16 = enigma.threadgroups_per_grid y
  // CHECK-NEXT: %threadgroups_per_grid_z = enigma.threadgroups_per_grid z{{$}}
  %17 = enigma.threadgroups_per_grid z
  // CHECK-NEXT: %thread_index_in_threadgroup = enigma.thread_index_in_threadgroup{{$}}
  %18 = enigma.thread_index_in_threadgroup
  // CHECK-NEXT: %thread_index_in_simdgroup = enigma.thread_index_in_simdgroup{{$}}
  %19 = enigma.thread_index_in_simdgroup
  // CHECK-NEXT: %simdgroup_index_in_threadgroup = enigma.simdgroup_index_in_threadgroup{{$}}
  %20 = enigma.simdgroup_index_in_threadgroup
  // CHECK-NEXT: %threads_per_simdgroup = enigma.threads_per_simdgroup{{$}}
  %21 = enigma.threads_per_simdgroup
  // CHECK-NEXT: %simdgroups_per_threadgroup = enigma.simdgroups_per_threadgroup{{$}}
  %22 = enigma.simdgroups_per_threadgroup
  // CHECK-NEXT: %thread_index_in_quadgroup = enigma.thread_index_in_quadgroup{{$}}
  %23 = enigma.thread_index_in_quadgroup
  // CHECK-NEXT: %quadgroup_index_in_threadgroup = enigma.quadgroup_index_in_threadgroup{{$}}
  %24 = enigma.quadgroup_index_in_threadgroup
  enigma.return
}

// CHECK-LABEL: enigma.kernel @barriers
enigma.kernel @barriers() fast {
  // CHECK-NEXT: enigma.barrier mem_none{{$}}
  enigma.barrier mem_none
  // CHECK-NEXT: enigma.barrier mem_device{{$}}
  enigma.barrier mem_device
  // CHECK-NEXT: enigma.barrier mem_threadgroup{{$}}
  enigma.barrier mem_threadgroup
  // CHECK-NEXT: enigma.barrier mem_device_and_threadgroup{{$}}
  enigma.barrier mem_device_and_threadgroup
  // CHECK-NEXT: enigma.barrier mem_texture{{$}}
  enigma.barrier mem_texture
  // CHECK-NEXT: enigma.simd_barrier mem_none{{$}}
  enigma.simd_barrier mem_none
  // CHECK-NEXT: enigma.simd_barrier mem_device{{$}}
  enigma.simd_barrier mem_device
  // CHECK-NEXT: enigma.simd_barrier mem_threadgroup{{$}}
  enigma.simd_barrier mem_threadgroup
  // CHECK-NEXT: enigma.simd_barrier mem_device_and_threadgroup{{$}}
  enigma.simd_barrier mem_device_and_threadgroup
  // CHECK-NEXT: enigma.simd_barrier mem_texture{{$}}
  enigma.simd_barrier mem_texture
  enigma.return
}
