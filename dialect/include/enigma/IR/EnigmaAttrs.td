// Enumerations of the enigma dialect: dimensions, address spaces, access, fences, orders.
#ifndef ENIGMA_ATTRS_TD
#define ENIGMA_ATTRS_TD

include "mlir/IR/EnumAttr.td"
include "enigma/IR/EnigmaDialect.td"

class Enigma_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::enigma";
  let genSpecializedAttr = 0;
}

class Enigma_EnumAttr<EnumAttrInfo info, string mnemonic>
    : EnumAttr<Enigma_Dialect, info, mnemonic> {
  let assemblyFormat = "$value";
}

def Enigma_Dimension : Enigma_Enum<"Dimension", "component of a three-dimensional query", [
  I32EnumAttrCase<"x", 0>, I32EnumAttrCase<"y", 1>, I32EnumAttrCase<"z", 2>]>;
def Enigma_DimensionAttr : Enigma_EnumAttr<Enigma_Dimension, "dim">;

def Enigma_AddressSpace : Enigma_Enum<"AddressSpace",
    "Metal address space (MSL specification, section 4)", [
  I32EnumAttrCase<"thread", 0>, I32EnumAttrCase<"device", 1>, I32EnumAttrCase<"constant", 2>,
  I32EnumAttrCase<"threadgroup", 3>]>;

def Enigma_Access : Enigma_Enum<"Access", "what a kernel does to a buffer; inferred unless declared", [
  I32EnumAttrCase<"unknown", 0>, I32EnumAttrCase<"read", 1>, I32EnumAttrCase<"write", 2>,
  I32EnumAttrCase<"read_write", 3>]>;

// The values are AIR's flag words (reference section 3.6).
def Enigma_MemFlags : Enigma_Enum<"MemFlags", "memory that a barrier orders (MSL specification, section 6.9)", [
  I32EnumAttrCase<"mem_none", 0>, I32EnumAttrCase<"mem_device", 1>,
  I32EnumAttrCase<"mem_threadgroup", 2>, I32EnumAttrCase<"mem_device_and_threadgroup", 3>,
  I32EnumAttrCase<"mem_texture", 4>]>;
def Enigma_MemFlagsAttr : Enigma_EnumAttr<Enigma_MemFlags, "mem_flags">;

// The values are AIR's order words (reference section 3.7).
def Enigma_MemoryOrder : Enigma_Enum<"MemoryOrder", "memory order of an atomic", [
  I32EnumAttrCase<"relaxed", 0>]>;
def Enigma_MemoryOrderAttr : Enigma_EnumAttr<Enigma_MemoryOrder, "order">;

def Enigma_AtomicKind : Enigma_Enum<"AtomicKind", "read-modify-write operation", [
  I32EnumAttrCase<"exchange", 0>, I32EnumAttrCase<"add", 1>, I32EnumAttrCase<"sub", 2>,
  I32EnumAttrCase<"min", 3>, I32EnumAttrCase<"max", 4>, I32EnumAttrCase<"bit_and", 5, "and">,
  I32EnumAttrCase<"bit_or", 6, "or">, I32EnumAttrCase<"bit_xor", 7, "xor">]>;
def Enigma_AtomicKindAttr : Enigma_EnumAttr<Enigma_AtomicKind, "atomic">;

def Enigma_MathMode : Enigma_Enum<"MathMode",
    "fast: Metal's default, values are finite and may be reassociated; precise: IEEE", [
  I32EnumAttrCase<"fast", 0>, I32EnumAttrCase<"precise", 1>]>;
def Enigma_MathModeAttr : Enigma_EnumAttr<Enigma_MathMode, "math">;

#endif
