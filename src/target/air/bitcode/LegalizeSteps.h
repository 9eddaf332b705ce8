// The steps of legalizeForAIR, in the order in which it takes them.
#pragma once

#include "enigma/target/Targets.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace enigma::air {

/// Removes metadata kinds that Apple does not write, comdats and
/// calling conventions other than C.
void dropForeignParts(llvm::Module &module, const Target &target);

/// Turns constant expressions among instruction operands into instructions.
void expandConstantExpressions(llvm::Module &module);

/// Rewrites LLVM intrinsics that AIR does not have, and drops those that only
/// carry hints.
llvm::Error legalizeIntrinsics(llvm::Module &module, const Target &target);

/// `llvm.is.fpclass` as comparisons of the bits.
llvm::Value *floatClassTest(llvm::IRBuilder<> &builder,
                            llvm::IntrinsicInst &call);

/// `llvm.fabs` and `llvm.copysign` of bfloats as operations on the bits; null
/// for others.
llvm::Value *bfloatSign(llvm::IRBuilder<> &builder, llvm::IntrinsicInst &call);

/// Replaces bfloats by their bits and arithmetic on them by f32's, for targets
/// that lack the type.
llvm::Error emulateBFloat(llvm::Module &module);

/// Takes bitcasts between bool vectors and integers apart lane by lane.
void expandBoolVectorCasts(llvm::Module &module);

/// Rewrites integers of odd widths below 64 bits to the next width Metal has.
/// Comes before the conversions, whose air.* names carry the width.
void promoteOddIntegers(llvm::Module &module);

/// Rewrites instructions that AIR spells differently: conversions, frem,
/// atomics, i1 and aggregates in memory, unreachable, and what the old dialect
/// lacks.
void legalizeInstructions(llvm::Module &module, const Target &target);

/// Brings debug records into the form of LLVM 14; the old dialect has none.
void legalizeDebugInfo(llvm::Module &module, const Target &target);

/// False for nodes of debug information that the writer has no record for.
bool isExpressibleDebugNode(const llvm::MDNode *node);

/// Refuses whatever is left that the dialect cannot say.
llvm::Error checkExpressible(const llvm::Module &module, const Target &target);

/// True for LLVM intrinsics that may stay (reference section 3.1).
bool isAcceptedIntrinsic(unsigned intrinsicId);

/// An error about `what` in `function`.
llvm::Error refuse(const llvm::Function &function, const llvm::Twine &what);

/// How an `air.*` declaration and its calls are attributed (reference section
/// 3).
enum class AirEffects { Pure, Atomic };

/// "f32", "bf16", "v4f16", "i32", ...; empty for a type that no intrinsic
/// takes.
std::string airTypeSuffix(llvm::Type *type);

/// Calls the intrinsic `name`, declaring it with Apple's attributes when it is
/// new.
llvm::CallInst *callAir(llvm::IRBuilderBase &builder, llvm::StringRef name,
                        llvm::Type *result,
                        llvm::ArrayRef<llvm::Value *> arguments,
                        AirEffects effects);

/// The name of a float function: `air.fast_NAME.T` under approximate math on
/// f32, else `air.NAME.T`.
std::string airMathName(llvm::StringRef name, llvm::Type *type,
                        llvm::FastMathFlags flags);

} // namespace enigma::air
