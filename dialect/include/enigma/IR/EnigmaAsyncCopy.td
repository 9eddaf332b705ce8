// Copies between device and threadgroup memory by the lanes of a simdgroup together.
#ifndef ENIGMA_ASYNC_COPY_TD
#define ENIGMA_ASYNC_COPY_TD

include "enigma/IR/EnigmaOps.td"

class Enigma_AsyncCopyOp<string mnemonic> : Enigma_Op<mnemonic> {
  let hasVerifier = 1;
}

def Enigma_AsyncCopy1DOp : Enigma_AsyncCopyOp<"async_copy_1d"> {
  let summary = "copy a range of elements by a simdgroup";
  let description = [{
    ```mlir
    enigma.async_copy_1d %A[%from] to %tile[%at] count %n
      : !enigma.buffer<f32, device> to !enigma.buffer<f32, threadgroup, 64>
    ```

    The active lanes of the simdgroup copy `%n` elements together. Offsets count elements in row-major
    order. What is copied can be read after `enigma.async_copy_wait`. `enigma-expand-async-copy` makes it
    a loop.

    Constraints:
    * (async_copy_1d_c1) one of the buffers is in device memory, the other in threadgroup memory
    * (async_copy_1d_c2) both have the same element type
    * (async_copy_1d_c3) the destination is not declared read-only
  }];
  let arguments = (ins Arg<Enigma_BufferType, "", [MemRead]>:$source, Index:$sourceOffset,
                       Arg<Enigma_BufferType, "", [MemWrite]>:$target, Index:$targetOffset,
                       I32:$count);
  let assemblyFormat = [{
    $source `[` $sourceOffset `]` `to` $target `[` $targetOffset `]` `count` $count attr-dict `:`
    qualified(type($source)) `to` qualified(type($target))
  }];
}

def Enigma_AsyncCopy2DOp : Enigma_AsyncCopyOp<"async_copy_2d"> {
  let summary = "copy a tile of rows by a simdgroup";
  let description = [{
    ```mlir
    enigma.async_copy_2d %A[%from] rows by %lda to %tile[%at] rows by %ldt size %columns, %rows
      : !enigma.buffer<f32, device> to !enigma.buffer<f32, threadgroup, 8x8>
    ```

    As `enigma.async_copy_1d`, for `%rows` rows of `%columns` elements; `by` is the distance from one row to
    the next, in elements.

    Constraints:
    * (async_copy_2d_c1) one of the buffers is in device memory, the other in threadgroup memory
    * (async_copy_2d_c2) both have the same element type
    * (async_copy_2d_c3) the destination is not declared read-only
  }];
  let arguments = (ins Arg<Enigma_BufferType, "", [MemRead]>:$source, Index:$sourceOffset,
                       Index:$sourceRow, Arg<Enigma_BufferType, "", [MemWrite]>:$target,
                       Index:$targetOffset, Index:$targetRow, I32:$columns, I32:$rows);
  let assemblyFormat = [{
    $source `[` $sourceOffset `]` `rows` `by` $sourceRow `to` $target `[` $targetOffset `]` `rows` `by`
    $targetRow `size` $columns `,` $rows attr-dict `:` qualified(type($source)) `to`
    qualified(type($target))
  }];
}

def Enigma_AsyncCopyWaitOp : Enigma_Op<"async_copy_wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait for the copies of the simdgroup";
  let description = [{
    `enigma.async_copy_wait`: every copy that the simdgroup has started is done, for all of its lanes. All
    of them reach it.
  }];
  let assemblyFormat = "attr-dict";
}

//===----------------------------------------------------------------------===//
// Rows of the op table
//===----------------------------------------------------------------------===//

class AsyncCopyRow<string name, list<string> args, string what> : TraceRow<name, "", args> {
  let group = "async copy";
  let doc = what;
}
class AsyncCopy1DRow<string name, string way>
  : AsyncCopyRow<name, ["dst", "dst_offset", "src", "src_offset", "count"],
                 "Copy a range of elements " # way # " memory, by the simdgroup.">;
class AsyncCopy2DRow<string name, string way>
  : AsyncCopyRow<name, ["dst", "dst_off", "dst_epr", "src", "src_off", "src_epr", "tile_cols", "tile_rows"],
                 "Copy rows of elements " # way # " memory, by the simdgroup.">;
def : AsyncCopy1DRow<"async_copy_1d_d2t", "from device to threadgroup">;
def : AsyncCopy1DRow<"async_copy_1d_t2d", "from threadgroup to device">;
def : AsyncCopy2DRow<"async_copy_2d_d2t", "from device to threadgroup">;
def : AsyncCopy2DRow<"async_copy_2d_t2d", "from threadgroup to device">;
def : AsyncCopyRow<"async_copy_wait", ["events"], "Wait until the copies of the simdgroup are done.">;

#endif
