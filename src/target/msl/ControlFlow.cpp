// Loops and branches, and the variables that they carry.
#include "KernelEmitter.h"

using namespace mlir;

namespace enigma::msl {

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

void KernelEmitter::bindVariable(Value value, const Variable &variable) {
  bindings[value] = Expression::primary(variable.name, variable.type);
  mutables.insert(value);
}

std::pair<std::string, DType> KernelEmitter::variableType(Value value) {
  if (auto matrix = dyn_cast<SimdgroupMatrixType>(value.getType())) {
    DType element = *scalarType(matrix.getElementType());
    return {("simdgroup_" + metalName(element) + "8x8").str(), element};
  }
  DType type = *signedness.typeOf(value);
  return {metalName(type).str(), type};
}

KernelEmitter::Variable KernelEmitter::declareVariable(StringRef name,
                                                       Value value) {
  auto [typeName, type] = variableType(value);
  return {scopes.declare(name), type, typeName};
}

/// The first Python name among values that share a variable.
static StringRef nameOf(std::initializer_list<Value> values,
                        StringRef otherwise) {
  for (Value value : values) {
    auto result = dyn_cast<OpResult>(value);
    // The location of an op with several results names none of them.
    if (result && result.getOwner()->getNumResults() != 1)
      continue;
    if (StringRef name = pythonName(value); !name.empty())
      return name;
  }
  return otherwise;
}

SmallVector<KernelEmitter::Variable> KernelEmitter::carry(Operation *loop,
                                                          ValueRange inits,
                                                          ValueRange carried,
                                                          ValueRange next) {
  SmallVector<Variable> variables;
  for (auto [init, inside, after] : llvm::zip_equal(inits, carried, next)) {
    // A variable that ends here goes on in the loop instead of being copied.
    if (mutables.contains(init) && init.hasOneUse() &&
        init.getParentBlock() == loop->getBlock()) {
      Expression bound = bindings.lookup(init);
      variables.push_back({bound.text, bound.type, variableType(init).first});
      continue;
    }
    Expression start = expression(init);
    Variable variable = declareVariable(
        nameOf({inside, loop->getResult(0), after, init}, "carried"), inside);
    line(variable.typeName + " " + variable.name + " = " +
             asInitializer(start, variable.type).text + ";",
         loop->getLoc());
    variables.push_back(variable);
  }
  return variables;
}

/// True if the text of `value` mentions the variable.
bool KernelEmitter::reads(Value value, StringRef variable) {
  auto bound = bindings.find(value);
  if (bound != bindings.end())
    return bound->second.text == variable;
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  auto isRead = [&](Value operand) { return reads(operand, variable); };
  return llvm::any_of(op->getOperands(), isRead) ||
         llvm::any_of(op->getRegions(), [&](Region &arm) {
           return llvm::any_of(arm.front().getTerminator()->getOperands(),
                               isRead);
         });
}

/// Assigns all values at once: an assignment waits for those that still read
/// its variable.
void KernelEmitter::assign(ArrayRef<Variable> variables, ValueRange values,
                           Location loc) {
  struct Assignment {
    Variable variable;
    Value value;
  };
  SmallVector<Assignment> pending;
  for (auto [variable, value] : llvm::zip_equal(variables, values))
    if (auto bound = bindings.find(value);
        bound == bindings.end() || bound->second.text != variable.name)
      pending.push_back({variable, value});

  auto isFree = [&](const Assignment &candidate) {
    return llvm::none_of(pending, [&](const Assignment &other) {
      return &other != &candidate &&
             reads(other.value, candidate.variable.name);
    });
  };
  SmallVector<std::pair<std::string, std::string>> postponed;
  while (!pending.empty()) {
    auto next = llvm::find_if(pending, isFree);
    bool isCycle = next == pending.end();
    if (isCycle)
      next = pending.begin();
    const Variable &variable = next->variable;
    // The line where the value is computed says more than that of the loop.
    if (Operation *op = next->value.getDefiningOp();
        op && !bindings.contains(next->value))
      loc = op->getLoc();
    Expression value = expression(next->value);
    std::string text = asInitializer(value, variable.type).text;
    if (isCycle) {
      std::string temporary = scopes.declare(variable.name + "_next");
      line(variable.typeName + " " + temporary + " = " + text + ";", loc);
      postponed.push_back({variable.name, temporary});
    } else if (!value.symbol.empty() && value.left == variable.name) {
      line(variable.name + " " + value.symbol + "= " + value.right + ";", loc);
    } else {
      line(variable.name + " = " + text + ";", loc);
    }
    pending.erase(next);
  }
  for (auto &[variable, temporary] : postponed)
    line(variable + " = " + temporary + ";", loc);
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

std::string KernelEmitter::capture(Block &block, bool indented,
                                   function_ref<void()> after) {
  std::string outer = std::exchange(body, "");
  depth += indented;
  scopes.enter();
  emitBlock(block);
  after();
  scopes.leave();
  depth -= indented;
  return std::exchange(body, std::move(outer));
}

/// `acc = c ? f(acc) : acc` needs no second variable if nothing reads acc after
/// the branch.
std::optional<KernelEmitter::Variable>
KernelEmitter::mergeWithBranch(scf::IfOp op, unsigned number) {
  for (scf::YieldOp yield : {op.elseYield(), op.thenYield()}) {
    Value old = yield.getOperand(number);
    if (!mutables.contains(old) || old.getParentBlock() != op->getBlock())
      continue;
    bool isFinished = llvm::all_of(old.getUsers(), [&](Operation *user) {
      if (op->isProperAncestor(user))
        return true;
      Operation *place = folding.placeOf(user);
      if (!place)
        return false;
      Operation *ancestor = op->getBlock()->findAncestorOpInBlock(*place);
      return ancestor && ancestor != op && ancestor->isBeforeInBlock(op);
    });
    Expression bound = bindings.lookup(old);
    if (isFinished)
      return Variable{bound.text, bound.type, variableType(old).first};
  }
  return std::nullopt;
}

void KernelEmitter::emitIf(scf::IfOp op) {
  if (folding.isConditional(op))
    return emitLocal(op);
  SmallVector<Variable> variables;
  for (OpResult result : op.getResults()) {
    std::optional<Variable> merged =
        mergeWithBranch(op, result.getResultNumber());
    if (merged && llvm::none_of(variables, [&](const Variable &other) {
          return other.name == merged->name;
        })) {
      variables.push_back(*merged);
      continue;
    }
    unsigned number = result.getResultNumber();
    Variable variable =
        declareVariable(nameOf({result, op.thenYield().getOperand(number),
                                op.elseYield().getOperand(number)},
                               "chosen"),
                        result);
    line(variable.typeName + " " + variable.name + ";", op.getLoc());
    variables.push_back(variable);
  }
  Expression condition = expression(op.getCondition());
  std::string suffix = comment(op.getLoc());

  auto arm = [&](Block *block, bool indented) {
    return capture(*block, indented, [&] {
      assign(variables, block->getTerminator()->getOperands(), op.getLoc());
    });
  };
  std::string whenTrue = arm(op.thenBlock(), true), whenFalse;
  bool isElseIf = false;
  if (Block *block = op.elseBlock()) {
    // `else if`: the branch is one `if` and nothing else.
    auto statements = [&](Block &block) {
      SmallVector<Operation *> result;
      for (Operation &inner : block.without_terminator())
        if (!folding.folds(&inner) && !isDead(&inner))
          result.push_back(&inner);
      return result;
    };
    SmallVector<Operation *> nested = statements(*block);
    isElseIf = op.getNumResults() == 0 && nested.size() == 1 &&
               isa<scf::IfOp>(nested[0]) && nested[0]->getNumResults() == 0 &&
               !statements(*op.thenBlock()).empty();
    whenFalse = arm(block, !isElseIf);
  }
  for (auto [result, variable] : llvm::zip_equal(op.getResults(), variables))
    bindVariable(result, variable);

  if (whenTrue.empty() && whenFalse.empty())
    return;
  if (whenTrue.empty()) {
    condition = unary("!", condition, DType::b1, DType::b1);
    std::swap(whenTrue, whenFalse);
  }
  line("if (" + condition.text + ") {" + suffix);
  body += whenTrue;
  if (!whenFalse.empty() && isElseIf)
    line("} else " + StringRef(whenFalse).trim().str());
  else if (!whenFalse.empty()) {
    line("} else {");
    body += whenFalse;
  }
  if (whenFalse.empty() || !isElseIf)
    line("}");
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// True if a counter below `upper` cannot pass the end of its type by one
/// `step`.
static bool staysInRange(const Expression &upper, const Expression &step,
                         DType type) {
  if (!step.literal)
    return false;
  if (*step.literal == 1)
    return true;
  unsigned bits = dtypeRow(type).bytes * 8;
  bool isSigned = dtypeRow(type).kind == DTypeKind::SignedInt;
  uint64_t largest = llvm::maxUIntN(isSigned ? bits - 1 : bits);
  if (upper.literal && *upper.literal <= largest)
    return *step.literal - 1 <= largest - *upper.literal;
  // A bound that comes from a narrower type.
  const DTypeRow &known = dtypeRow(upper.value);
  uint64_t highest =
      llvm::maxUIntN(known.bytes * 8 - (known.kind == DTypeKind::SignedInt));
  return isInteger(known.kind) && known.bytes * 8 < bits &&
         *step.literal - 1 <= largest - highest;
}

/// What a `for` does to its counter. A step that could pass the end of the type
/// is cut to what is left: scf.for then ends, where `i += step` would wrap
/// around and go on, or be undefined.
static std::string advance(const Expression &counter, const Expression &upper,
                           const Expression &step, bool startsAtZeroOrAbove) {
  DType type = counter.type;
  if (step.literal && *step.literal == 1)
    return "++" + counter.text;
  std::string prefix = counter.text + " += ";
  if (staysInRange(upper, step, type))
    return prefix + asInitializer(step, type).text;
  bool isSigned = dtypeRow(type).kind == DTypeKind::SignedInt;
  if (!isSigned || startsAtZeroOrAbove) {
    Expression left =
        binary(op::sub, asType(upper, type), counter, promoted(type), type);
    return prefix +
           call("min", {asType(step, type), asType(left, type)}, type).text;
  }
  // From below zero the distance may need all bits of the unsigned type.
  DType wide = integerType(dtypeRow(type).bytes * 8, /*isUnsigned=*/true);
  Expression left = binary(op::sub, asType(upper, wide), asType(counter, wide),
                           promoted(wide), promoted(wide));
  return prefix +
         cast(call("min", {asType(step, wide), asType(left, wide)}, wide), type)
             .text;
}

void KernelEmitter::emitFor(scf::ForOp op) {
  Value counter = op.getInductionVar();
  Expression lower = expression(op.getLowerBound()),
             upper = valued(op.getUpperBound(), countsUnsigned(op)),
             step = expression(op.getStep());
  SmallVector<Variable> variables = carry(
      op, op.getInitArgs(), op.getRegionIterArgs(), op.getYieldedValues());
  for (auto [argument, variable] :
       llvm::zip_equal(op.getRegionIterArgs(), variables))
    bindVariable(argument, variable);

  scopes.enter();
  unsigned loops = 0;
  for (Operation *parent = op->getParentOp(); parent;
       parent = parent->getParentOp())
    loops += isa<scf::ForOp>(parent);
  static const char *const letters[] = {"i", "j", "k", "l", "m", "n"};
  DType type = integerType(integerWidth(counter.getType()), countsUnsigned(op));
  StringRef wanted = pythonName(counter);
  std::string name =
      scopes.declare(wanted.empty() ? letters[std::min(loops, 5u)] : wanted);
  bindings[counter] = Expression::primary(name, type);
  std::string increment =
      advance(bindings[counter], expression(op.getUpperBound()), step,
              lower.literal && signedLiteral(*lower.literal, type) >= 0);
  line("for (" + metalName(type) + " " + name + " = " +
           asInitializer(lower, type).text + "; " +
           binary(op::lt, bindings[counter], upper, DType::b1, DType::b1).text +
           "; " + increment + ") {",
       op.getLoc());
  body += capture(*op.getBody(), true, [&] {
    assign(variables, op.getYieldedValues(), op.getLoc());
  });
  scopes.leave();
  line("}");
  for (auto [result, variable] : llvm::zip_equal(op.getResults(), variables))
    bindVariable(result, variable);
}

void KernelEmitter::emitWhile(scf::WhileOp op) {
  Block *before = op.getBeforeBody(), *after = op.getAfterBody();
  scf::ConditionOp condition = op.getConditionOp();
  ValueRange forwarded = condition.getArgs();
  // The condition is an expression and hands on what it was given: a plain
  // `while`.
  bool isPlain =
      llvm::equal(forwarded, before->getArguments()) &&
      llvm::all_of(before->without_terminator(), [&](Operation &inner) {
        return folding.folds(&inner) || isDead(&inner);
      });
  SmallVector<Variable> variables = carry(
      op, op.getInits(), before->getArguments(), op.getYieldOp().getOperands());
  auto bind = [&](ValueRange values, ArrayRef<Variable> variables) {
    for (auto [value, variable] : llvm::zip_equal(values, variables))
      bindVariable(value, variable);
  };
  bind(before->getArguments(), variables);
  auto assignNext = [&] {
    assign(variables, op.getYieldOp().getOperands(), op.getLoc());
  };
  if (isPlain) {
    bind(after->getArguments(), variables);
    line("while (" + expression(condition.getCondition()).text + ") {",
         op.getLoc());
    body += capture(*after, true, assignNext);
    line("}");
    return bind(op.getResults(), variables);
  }

  // What the condition hands on is a variable of the loop, or one of its own.
  SmallVector<Variable> handed;
  for (auto [value, argument] :
       llvm::zip_equal(forwarded, after->getArguments())) {
    auto inside = dyn_cast<BlockArgument>(value);
    if (inside && inside.getOwner() == before) {
      const Variable &same = variables[inside.getArgNumber()];
      if (llvm::none_of(handed, [&](const Variable &other) {
            return other.name == same.name;
          })) {
        handed.push_back(same);
        continue;
      }
    }
    handed.push_back(
        declareVariable(nameOf({argument, value}, "last"), argument));
    line(handed.back().typeName + " " + handed.back().name + ";", op.getLoc());
  }
  line("while (true) {", op.getLoc());
  body += capture(*before, true, [&] {
    assign(handed, forwarded, condition.getLoc());
    Expression stop =
        unary("!", expression(condition.getCondition()), DType::b1, DType::b1);
    line("if (" + stop.text + ")", condition.getLoc());
    line("  break;");
    bind(after->getArguments(), handed);
    emitBlock(*after);
    assignNext();
  });
  line("}");
  bind(op.getResults(), handed);
}

} // namespace enigma::msl
