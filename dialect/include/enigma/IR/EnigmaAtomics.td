// Atomics on elements of device and threadgroup memory (MSL specification, section 6.15).
#ifndef ENIGMA_ATOMICS_TD
#define ENIGMA_ATOMICS_TD

include "enigma/IR/EnigmaOps.td"

class Enigma_AtomicOp<string mnemonic, list<Trait> traits = []> : Enigma_AccessOp<mnemonic, traits> {
  let hasVerifier = 1;
  code atomicAccess = commonAccess # "static bool isAtomicAccess() { return true; }\n";
}

def Enigma_AtomicLoadOp : Enigma_AtomicOp<"atomic_load", [InferTypeOpAdaptor]> {
  let summary = "atomic read of one element";
  let description = [{
    `%v = enigma.atomic_load relaxed %A[%i] : !enigma.buffer<ui32, device>`

    Effects: reads and writes the element, so that it stays where it is among other accesses.

    Constraints:
    * (atomic_load_c1) elements are `si32` or `ui32`, or `f32` in device memory
    * (atomic_load_c2) as many indices as the buffer has dimensions
    * (atomic_load_c3) the buffer is in device or threadgroup memory
  }];
  let arguments = (ins Enigma_MemoryOrderAttr:$order,
                       Arg<Enigma_BufferType, "", [MemRead, MemWrite]>:$buffer,
                       Variadic<Index>:$indices);
  let results = (outs AnyType:$result);
  let assemblyFormat = "`` $order $buffer `[` $indices `]` attr-dict `:` qualified(type($buffer))";
  let extraClassDeclaration = atomicAccess # [{
    static bool readsElement() { return true; }
    static bool writesElement() { return false; }
  }];
}

def Enigma_AtomicStoreOp : Enigma_AtomicOp<"atomic_store"> {
  let summary = "atomic write of one element";
  let description = [{
    `enigma.atomic_store relaxed %v, %A[%i] : !enigma.buffer<ui32, device>`

    Constraints:
    * (atomic_store_c1) elements are `si32` or `ui32`, or `f32` in device memory
    * (atomic_store_c2) the value's type is the element type without signedness
    * (atomic_store_c3) as many indices as the buffer has dimensions
    * (atomic_store_c4) the buffer is in device or threadgroup memory and not declared read-only
  }];
  let arguments = (ins Enigma_MemoryOrderAttr:$order, AnyType:$value,
                       Arg<Enigma_BufferType, "", [MemRead, MemWrite]>:$buffer,
                       Variadic<Index>:$indices);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = atomicAccess # [{
    static bool readsElement() { return false; }
    static bool writesElement() { return true; }
  }];
}

def Enigma_AtomicRMWOp : Enigma_AtomicOp<"atomic_rmw", [
    AllTypesMatch<["value", "result"]>]> {
  let summary = "atomic read-modify-write of one element";
  let description = [{
    `%old = enigma.atomic_rmw add relaxed %v, %A[%i] : !enigma.buffer<ui32, device>`

    Returns what was there before (MSL specification, section 6.15.4). Signedness is the buffer's.

    Constraints:
    * (atomic_rmw_c1) elements are `si32` or `ui32`; `f32` for exchange, add and sub in device memory
    * (atomic_rmw_c2) the value's type is the element type without signedness
    * (atomic_rmw_c3) as many indices as the buffer has dimensions
    * (atomic_rmw_c4) the buffer is in device or threadgroup memory and not declared read-only
  }];
  let arguments = (ins Enigma_AtomicKindAttr:$kind, Enigma_MemoryOrderAttr:$order, AnyType:$value,
                       Arg<Enigma_BufferType, "", [MemRead, MemWrite]>:$buffer,
                       Variadic<Index>:$indices);
  let results = (outs AnyType:$result);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = atomicAccess # [{
    static bool readsElement() { return true; }
    static bool writesElement() { return true; }
  }];
}

def Enigma_AtomicCompareExchangeWeakOp : Enigma_AtomicOp<"atomic_compare_exchange_weak", [
    AllTypesMatch<["expected", "desired", "observed"]>]> {
  let summary = "replace one element if it is what is expected";
  let description = [{
    `%done, %seen = enigma.atomic_compare_exchange_weak relaxed %expected, %desired, %A[%i] :
    !enigma.buffer<ui32, device>`

    `%seen` is what was there, compared bit by bit, also for floats. `%done` may be false although it is
    what was expected (MSL specification, section 6.15.4.3).

    Constraints:
    * (atomic_compare_exchange_weak_c1) elements are `si32` or `ui32`, or `f32` in device memory
    * (atomic_compare_exchange_weak_c2) the values' type is the element type without signedness
    * (atomic_compare_exchange_weak_c3) as many indices as the buffer has dimensions
    * (atomic_compare_exchange_weak_c4) the buffer is in device or threadgroup memory and not declared
      read-only
  }];
  let arguments = (ins Enigma_MemoryOrderAttr:$order, AnyType:$expected, AnyType:$desired,
                       Arg<Enigma_BufferType, "", [MemRead, MemWrite]>:$buffer,
                       Variadic<Index>:$indices);
  let results = (outs I1:$success, AnyType:$observed);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = atomicAccess # [{
    static bool readsElement() { return true; }
    static bool writesElement() { return true; }
  }];
}

//===----------------------------------------------------------------------===//
// Rows of the op table
//===----------------------------------------------------------------------===//

class AtomicRow<string name, list<string> args, string what> : TraceRow<name, "", args> {
  let group = "atomics";
  let mslSection = "6.15.4";
  let doc = what;
}
class AtomicUpdateRow<string name, string what>
  : AtomicRow<name, ["buffer", "index", "value", "order"], what # "; returns what was there before.">;

def : AtomicRow<"atomic_load", ["buffer", "index", "order"], "Read an element atomically.">;
def : AtomicRow<"atomic_store", ["buffer", "index", "value", "order"], "Write an element atomically.">;
def : AtomicUpdateRow<"atomic_exchange", "Replace an element atomically">;
def : AtomicUpdateRow<"atomic_fetch_add", "Add to an element atomically">;
def : AtomicUpdateRow<"atomic_fetch_sub", "Subtract from an element atomically">;
def : AtomicUpdateRow<"atomic_fetch_min", "Keep the smaller value atomically">;
def : AtomicUpdateRow<"atomic_fetch_max", "Keep the larger value atomically">;
def : AtomicUpdateRow<"atomic_fetch_and", "Bitwise and with an element atomically">;
def : AtomicUpdateRow<"atomic_fetch_or", "Bitwise or with an element atomically">;
def : AtomicUpdateRow<"atomic_fetch_xor", "Bitwise exclusive or with an element atomically">;
def : AtomicRow<"atomic_compare_exchange_weak",
  ["buffer", "index", "expected", "desired", "success_order", "failure_order"],
  "Replace an element that is as expected; whether it was replaced, which may fail without reason.">;
def : AtomicRow<"atomic_compare_exchange", ["buffer", "index", "expected", "desired", "order"],
  "Replace an element that is as expected; whether it was replaced, and what was there before.">;

#endif
