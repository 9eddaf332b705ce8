// Reads the sites of debugging calls and collects what they say.
#include "Debugging.h"
#include "GroupState.h"
#include "Lowering.h"
#include "Metadata.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include <algorithm>

using namespace enigma;
using namespace enigma::simulator;
using namespace llvm;

//===----------------------------------------------------------------------===//
// Sites
//===----------------------------------------------------------------------===//

static Error malformed(const Twine &what) {
  return failure("enigma.debug_sites: " + what);
}

static std::optional<StringRef> textAt(const MDNode &node, unsigned i) {
  auto *text = dyn_cast_or_null<MDString>(node.getOperand(i));
  return text ? std::optional(text->getString()) : std::nullopt;
}

static Expected<DebugSite> readSite(const MDNode &node) {
  auto kind = textAt(node, 2), text = textAt(node, 3), file = textAt(node, 4);
  auto *line = mdconst::dyn_extract_or_null<ConstantInt>(node.getOperand(5));
  if (!kind || !text || !file || !line ||
      (*kind != "print" && *kind != "assert"))
    return malformed("a node is not function, number, kind, text, file, line");
  DebugSite site;
  site.isAssert = *kind == "assert";
  site.text = text->str();
  site.file = file->str();
  site.line = line->getZExtValue();
  for (unsigned i = 6; i < node.getNumOperands(); ++i) {
    std::optional<DType> dtype = parseDType(textAt(node, i).value_or(""));
    if (!dtype)
      return malformed("a value has no dtype");
    site.dtypes.push_back(*dtype);
  }
  if (site.isAssert)
    return site;
  if (Error error = checkDebugFormat(site.text, site.dtypes))
    return malformed(toString(std::move(error)));
  site.pieces = cantFail(parseDebugFormat(site.text));
  return site;
}

/// Every call names a site of its kind, with a constant.
static Error checkCalls(Function &kernel, ArrayRef<DebugSite> sites) {
  for (Instruction &instruction : instructions(kernel)) {
    auto *call = dyn_cast<CallInst>(&instruction);
    Function *callee = call ? call->getCalledFunction() : nullptr;
    if (!callee || !callee->getName().starts_with("enigma.device_"))
      continue;
    StringRef name = callee->getName();
    bool isAssert = name == "enigma.device_assert";
    if (name == "enigma.device_print.value") {
      if (call->arg_size() != 1 ||
          !call->getArgOperand(0)->getType()->isIntegerTy(64))
        return malformed("a value is not an i64");
      continue;
    }
    bool isPrint = name == "enigma.device_print";
    auto *number = call->arg_size() == 1u + isAssert
                       ? dyn_cast<ConstantInt>(call->getArgOperand(isAssert))
                       : nullptr;
    if ((!isPrint && !isAssert) || !number ||
        !number->getType()->isIntegerTy(32) ||
        (isAssert && !call->getArgOperand(0)->getType()->isIntegerTy(1)) ||
        number->getZExtValue() >= sites.size() ||
        sites[number->getZExtValue()].isAssert != isAssert)
      return malformed("'" + name + "' is called without a site of its kind");
  }
  return Error::success();
}

Expected<std::vector<DebugSite>> simulator::readDebugSites(Function &kernel) {
  std::vector<DebugSite> sites;
  if (const NamedMDNode *list =
          kernel.getParent()->getNamedMetadata("enigma.debug_sites"))
    for (const MDNode *node : list->operands()) {
      if (node->getNumOperands() < 6)
        return malformed("a node has too few operands");
      // Sites of the module's other kernels have lost their function.
      if (mdconst::dyn_extract_or_null<Function>(node->getOperand(0)) !=
          &kernel)
        continue;
      auto *number =
          mdconst::dyn_extract_or_null<ConstantInt>(node->getOperand(1));
      if (!number || number->getZExtValue() != sites.size())
        return malformed("sites are not numbered in order");
      Expected<DebugSite> site = readSite(*node);
      if (!site)
        return site.takeError();
      sites.push_back(std::move(*site));
    }
  if (Error error = checkCalls(kernel, sites))
    return error;
  return sites;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Calls the host function whose address is at `offset` of the group.
static void callHost(IRBuilder<> &b, const ThreadValues &thread, size_t offset,
                     ArrayRef<Value *> operands) {
  SmallVector<Value *> arguments{thread.group};
  append_range(arguments, operands);
  SmallVector<Type *> types;
  for (Value *argument : arguments)
    types.push_back(argument->getType());
  auto *type = FunctionType::get(b.getVoidTy(), types, false);
  Value *function = b.CreateLoad(
      b.getPtrTy(),
      b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), thread.group, offset));
  b.CreateCall(type, function, arguments);
}

Value *lower::devicePrintValue(Call &c, std::string &) {
  callHost(c.b, c.thread, offsetof(GroupState, appendValue),
           {c.inst.getArgOperand(0)});
  return nullptr;
}

Value *lower::devicePrint(Call &c, std::string &) {
  const auto &at = c.thread.position;
  callHost(c.b, c.thread, offsetof(GroupState, printLine),
           {c.inst.getArgOperand(0), at[0], at[1], at[2]});
  return nullptr;
}

void simulator::lowerAssertion(IRBuilder<> &b, CallInst &call,
                               const ThreadValues &thread,
                               BasicBlock &afterBody) {
  BasicBlock *before = call.getParent();
  BasicBlock *rest =
      before->splitBasicBlock(std::next(call.getIterator()), "holds");
  BasicBlock *failed =
      BasicBlock::Create(b.getContext(), "fails", before->getParent(), rest);
  before->getTerminator()->eraseFromParent();
  b.SetInsertPoint(before);
  b.CreateCondBr(call.getArgOperand(0), rest, failed);
  b.SetInsertPoint(failed);
  const auto &at = thread.position;
  callHost(b, thread, offsetof(GroupState, failAssertion),
           {call.getArgOperand(1), at[0], at[1], at[2]});
  b.CreateBr(&afterBody);
  call.eraseFromParent();
}

//===----------------------------------------------------------------------===//
// DebugLog
//===----------------------------------------------------------------------===//

void DebugLog::attach(GroupState &group) {
  group.debugLog = this;
  group.appendValue = appendValue;
  group.printLine = printLine;
  group.failAssertion = failAssertion;
}

std::string DebugLog::describe(uint32_t site, const Position &position) const {
  return sites[site].file + ":" + std::to_string(sites[site].line) +
         ": thread (" + std::to_string(position[2]) + ", " +
         std::to_string(position[1]) + ", " + std::to_string(position[0]) +
         "): ";
}

void DebugLog::appendValue(GroupState *group, uint64_t bits) {
  group->debugLog->pending.push_back(bits);
}

void DebugLog::printLine(GroupState *group, uint32_t site, uint32_t x,
                         uint32_t y, uint32_t z) {
  DebugLog &log = *group->debugLog;
  log.pending.resize(log.sites[site].dtypes.size());
  if (log.lines.size() < maxDebugLines)
    log.lines.push_back({{z, y, x}, site, log.pending});
  else
    ++log.dropped;
  log.pending.clear();
}

void DebugLog::failAssertion(GroupState *group, uint32_t site, uint32_t x,
                             uint32_t y, uint32_t z) {
  DebugLog &log = *group->debugLog;
  // The first thread in the order in which they run.
  if (!log.failureText.empty())
    return;
  log.failureText = log.describe(site, {z, y, x}) + "assertion failed";
  if (!log.sites[site].text.empty())
    log.failureText += ": " + log.sites[site].text;
}

void DebugLog::print(raw_ostream &out) {
  std::stable_sort(
      lines.begin(), lines.end(),
      [](const Line &a, const Line &b) { return a.position < b.position; });
  for (const Line &line : lines)
    out << describe(line.site, line.position)
        << formatLine(sites[line.site].pieces, sites[line.site].dtypes,
                      line.values)
        << '\n';
  if (dropped)
    out << dropped << " more lines are left out\n";
  lines.clear();
  dropped = 0;
}
