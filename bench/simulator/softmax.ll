; Softmax over rows of 1024 floats, one threadgroup of 256 threads a row: threadgroup memory,
; simd_max, simd_sum, barriers and exp, as such kernels are written.
target triple = "air64-apple-macosx14.0.0"

@partial = internal addrspace(3) global [32 x float] undef, align 4

declare void @air.wg.barrier(i32, i32) convergent
declare float @air.simd_max.f32(float) convergent
declare float @air.simd_sum.f32(float) convergent
declare float @air.fast_exp.f32(float)
declare float @air.fast_fmax.f32(float, float)

define void @softmax(ptr addrspace(1) %in, ptr addrspace(1) %out, i32 %row, i32 %tid, i32 %lane, i32 %simd) {
entry:
  %row64 = zext i32 %row to i64
  %start = mul i64 %row64, 1024
  %rowin = getelementptr inbounds float, ptr addrspace(1) %in, i64 %start
  %rowout = getelementptr inbounds float, ptr addrspace(1) %out, i64 %start
  br label %maxloop

maxloop:
  %i = phi i32 [ %tid, %entry ], [ %inext, %maxloop ]
  %m = phi float [ 0xFFF0000000000000, %entry ], [ %mnext, %maxloop ]
  %i64 = zext i32 %i to i64
  %pi = getelementptr inbounds float, ptr addrspace(1) %rowin, i64 %i64
  %x = load float, ptr addrspace(1) %pi, align 4
  %mnext = call fast float @air.fast_fmax.f32(float %m, float %x)
  %inext = add nuw nsw i32 %i, 256
  %more = icmp ult i32 %inext, 1024
  br i1 %more, label %maxloop, label %maxed

maxed:
  %sm = call float @air.simd_max.f32(float %mnext)
  %isfirst = icmp eq i32 %lane, 0
  %slot = getelementptr inbounds [32 x float], ptr addrspace(3) @partial, i32 0, i32 %simd
  br i1 %isfirst, label %storemax, label %wait1
storemax:
  store float %sm, ptr addrspace(3) %slot, align 4
  br label %wait1
wait1:
  call void @air.wg.barrier(i32 2, i32 1)
  %has = icmp ult i32 %lane, 8
  %mine = getelementptr inbounds [32 x float], ptr addrspace(3) @partial, i32 0, i32 %lane
  %pm = load float, ptr addrspace(3) %mine, align 4
  %pmx = select i1 %has, float %pm, float 0xFFF0000000000000
  %max = call float @air.simd_max.f32(float %pmx)
  call void @air.wg.barrier(i32 2, i32 1)
  br label %sumloop

sumloop:
  %j = phi i32 [ %tid, %wait1 ], [ %jnext, %sumloop ]
  %s = phi float [ 0.0, %wait1 ], [ %snext, %sumloop ]
  %j64 = zext i32 %j to i64
  %pj = getelementptr inbounds float, ptr addrspace(1) %rowin, i64 %j64
  %xj = load float, ptr addrspace(1) %pj, align 4
  %d = fsub fast float %xj, %max
  %e = call fast float @air.fast_exp.f32(float %d)
  %po = getelementptr inbounds float, ptr addrspace(1) %rowout, i64 %j64
  store float %e, ptr addrspace(1) %po, align 4
  %snext = fadd fast float %s, %e
  %jnext = add nuw nsw i32 %j, 256
  %morej = icmp ult i32 %jnext, 1024
  br i1 %morej, label %sumloop, label %summed

summed:
  %ss = call float @air.simd_sum.f32(float %snext)
  br i1 %isfirst, label %storesum, label %wait2
storesum:
  store float %ss, ptr addrspace(3) %slot, align 4
  br label %wait2
wait2:
  call void @air.wg.barrier(i32 2, i32 1)
  %ps = load float, ptr addrspace(3) %mine, align 4
  %psx = select i1 %has, float %ps, float 0.0
  %sum = call float @air.simd_sum.f32(float %psx)
  %inv = fdiv fast float 1.0, %sum
  br label %scale

scale:
  %k = phi i32 [ %tid, %wait2 ], [ %knext, %scale ]
  %k64 = zext i32 %k to i64
  %pk = getelementptr inbounds float, ptr addrspace(1) %rowout, i64 %k64
  %ek = load float, ptr addrspace(1) %pk, align 4
  %r = fmul fast float %ek, %inv
  store float %r, ptr addrspace(1) %pk, align 4
  %knext = add nuw nsw i32 %k, 256
  %morek = icmp ult i32 %knext, 1024
  br i1 %morek, label %scale, label %done
done:
  ret void
}

!air.kernel = !{!0}
!0 = !{ptr @softmax, !1, !2}
!1 = !{}
!2 = !{!3, !4, !5, !6, !7, !8}
!3 = !{i32 0, !"air.buffer", !"air.location_index", i32 0, i32 1, !"air.read", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"in"}
!4 = !{i32 1, !"air.buffer", !"air.location_index", i32 1, i32 1, !"air.read_write", !"air.address_space", i32 1, !"air.arg_type_size", i32 4, !"air.arg_type_align_size", i32 4, !"air.arg_type_name", !"float", !"air.arg_name", !"out"}
!5 = !{i32 2, !"air.threadgroup_position_in_grid", !"air.arg_type_name", !"uint", !"air.arg_name", !"row"}
!6 = !{i32 3, !"air.thread_index_in_threadgroup", !"air.arg_type_name", !"uint", !"air.arg_name", !"tid"}
!7 = !{i32 4, !"air.thread_index_in_simdgroup", !"air.arg_type_name", !"uint", !"air.arg_name", !"lane"}
!8 = !{i32 5, !"air.simdgroup_index_in_threadgroup", !"air.arg_type_name", !"uint", !"air.arg_name", !"simd"}
