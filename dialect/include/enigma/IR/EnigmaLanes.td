// Functions between the lanes of a simdgroup and of a quadgroup (MSL specification, sections 6.9.2, 6.9.3).
#ifndef ENIGMA_LANES_TD
#define ENIGMA_LANES_TD

include "enigma/IR/EnigmaFunctions.td"

// The result depends on which lanes arrive together, so an op may not be moved into or out of control
// flow, or merged with an equal one elsewhere: it reads and writes a resource of its own.
def Enigma_LanesResource : Resource<"::enigma::LanesResource">;

// What lanes compute with; what they only move may be of any type. Metal has neither on bool, bfloat and
// 64-bit integers: both back ends go through types it has.
def Enigma_LaneInteger : Enigma_ScalarOrVector<AnyTypeOf<[I8, I16, I32]>, "signless integer of at most 32 bits">;
def Enigma_LaneNumber : AnyTypeOf<[Enigma_AnyFloat, Enigma_LaneInteger]>;
def Enigma_LaneValue : AnyTypeOf<[Enigma_AnyFloat, Enigma_Integer]>;

class Enigma_LaneOp<string lanes, string name, string sig, list<string> args, list<Trait> typing, string what>
    : Enigma_FunctionOp<name, sig, args, typing # [
        MemoryEffects<[MemRead<Enigma_LanesResource>, MemWrite<Enigma_LanesResource>]>]> {
  let summary = what;
  let description = "`" # name # "` of the Metal standard library: " # what #
    ". Inactive lanes do not take part.";
  let convergent = 1;
  let group = lanes;
  let mslSection = !if(!eq(lanes, "simdgroup"), "6.9.2", "6.9.3");
  let doc = what # ".";
}

// `unsigned` says what integers are.
class Enigma_LaneArithmetic<string lanes, string name, string sig, list<string> args, dag operandList, Type type,
                            string what>
    : Enigma_LaneOp<lanes, name, sig, args, [AllTypesMatch<["value", "result"]>], what> {
  let arguments = !con(operandList, (ins UnitAttr:$isUnsigned));
  let results = (outs type:$result);
  let assemblyFormat = "(`unsigned` $isUnsigned^)? operands attr-dict `:` type($result)";
  let unsignedBody = "bool isUnsignedFunction() { return getIsUnsigned(); }\n";
  let airSign = 1;
}
class Enigma_LaneReduction<string lanes, string name, string what>
  : Enigma_LaneArithmetic<lanes, name, "T:lane -> T", ["value"], (ins Enigma_LaneNumber:$value), Enigma_LaneNumber, what>;
class Enigma_LaneBitReduction<string lanes, string name, string what>
  : Enigma_LaneArithmetic<lanes, name, "T:laneint -> T", ["value"], (ins Enigma_LaneInteger:$value),
                          Enigma_LaneInteger, what>;
class Enigma_LaneShuffle<string lanes, string name, string lane, string what>
    : Enigma_LaneArithmetic<lanes, name, "T:any, u16 -> T", ["value", lane],
                            !dag(ins, [Enigma_LaneValue, I16], ["value", lane]), Enigma_LaneValue, what> {
  let assemblyFormat = "(`unsigned` $isUnsigned^)? $value `,` $" # lane # " attr-dict `:` type($result)";
}

class Enigma_LaneVote<string lanes, string name, string result, Type type, string what>
    : Enigma_LaneOp<lanes, name, "b1 -> " # result, ["predicate"], [], what> {
  let arguments = (ins I1:$predicate);
  let results = (outs type:$result);
  let assemblyFormat = "operands attr-dict";
  let airTypeSuffix = 0;
}

// Both families have the same functions. A lane that is asked for but does not take part has no value of its
// own; the asking lane's stands in.
multiclass Enigma_LaneFunctions<string prefix, string lanes, string mask, Type maskType, string ballot> {
  def SumOp : Enigma_LaneReduction<lanes, prefix # "_sum", "sum over the active lanes of the " # lanes>;
  def ProductOp : Enigma_LaneReduction<lanes, prefix # "_product", "product over the active lanes of the " # lanes>;
  def MinOp : Enigma_LaneReduction<lanes, prefix # "_min", "smallest value of the active lanes of the " # lanes>;
  def MaxOp : Enigma_LaneReduction<lanes, prefix # "_max", "largest value of the active lanes of the " # lanes>;
  def AndOp : Enigma_LaneBitReduction<lanes, prefix # "_and", "bitwise and over the active lanes of the " # lanes>;
  def OrOp : Enigma_LaneBitReduction<lanes, prefix # "_or", "bitwise or over the active lanes of the " # lanes>;
  def XorOp : Enigma_LaneBitReduction<lanes, prefix # "_xor",
    "bitwise exclusive or over the active lanes of the " # lanes>;
  def PrefixInclusiveSumOp : Enigma_LaneReduction<lanes, prefix # "_prefix_inclusive_sum",
    "sum over the active lanes up to this one">;
  def PrefixInclusiveProductOp : Enigma_LaneReduction<lanes, prefix # "_prefix_inclusive_product",
    "product over the active lanes up to this one">;
  def PrefixExclusiveSumOp : Enigma_LaneReduction<lanes, prefix # "_prefix_exclusive_sum",
    "sum over the active lanes below this one; 0 for the first">;
  def PrefixExclusiveProductOp : Enigma_LaneReduction<lanes, prefix # "_prefix_exclusive_product",
    "product over the active lanes below this one; 1 for the first">;

  def ShuffleOp : Enigma_LaneShuffle<lanes, prefix # "_shuffle", "lane", "the value of a lane">;
  def ShuffleDownOp : Enigma_LaneShuffle<lanes, prefix # "_shuffle_down", "delta",
    "the value of the lane `delta` above this one; own value past the end">;
  def ShuffleUpOp : Enigma_LaneShuffle<lanes, prefix # "_shuffle_up", "delta",
    "the value of the lane `delta` below this one; own value before the start">;
  def ShuffleXorOp : Enigma_LaneShuffle<lanes, prefix # "_shuffle_xor", "mask",
    "the value of the lane whose index is this one's exclusive-or `mask`">;
  def ShuffleRotateDownOp : Enigma_LaneShuffle<lanes, prefix # "_shuffle_rotate_down", "delta",
    "the value of the lane `delta` above this one; from the start again past the end">;
  def ShuffleRotateUpOp : Enigma_LaneShuffle<lanes, prefix # "_shuffle_rotate_up", "delta",
    "the value of the lane `delta` below this one; from the end again before the start">;
  def BroadcastOp : Enigma_LaneShuffle<lanes, prefix # "_broadcast", "lane",
    "the value of a lane, the same for all">;
  def BroadcastFirstOp : Enigma_LaneArithmetic<lanes, prefix # "_broadcast_first", "T:any -> T", ["value"],
    (ins Enigma_LaneValue:$value), Enigma_LaneValue, "the value of the first active lane">;

  def BallotOp : Enigma_LaneVote<lanes, prefix # "_ballot", mask, maskType,
      "the active lanes where the predicate holds: bit n is lane n"> {
    let airName = ballot;
    let unsignedResult = 1;
  }
  def AllOp : Enigma_LaneVote<lanes, prefix # "_all", "b1", I1, "whether the predicate holds in every active lane">;
  def AnyOp : Enigma_LaneVote<lanes, prefix # "_any", "b1", I1, "whether the predicate holds in an active lane">;
  def IsFirstOp : Enigma_LaneOp<lanes, prefix # "_is_first", "-> b1", [], [],
      "whether this is the first active lane of the " # lanes> {
    let results = (outs I1:$result);
    let assemblyFormat = "attr-dict";
    let airTypeSuffix = 0;
  }
}
defm Enigma_Simd : Enigma_LaneFunctions<"simd", "simdgroup", "u64", I64, "simd_ballot.i64">;
// AIR's gives 16 bits, of which four count: expanded.
defm Enigma_Quad : Enigma_LaneFunctions<"quad", "quadgroup", "u32", I32, "">;

#endif
