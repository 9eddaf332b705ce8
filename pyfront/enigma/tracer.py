"""The kernel being traced: its ops, blocks and regions as they are recorded."""

from __future__ import annotations

from enigma.errors import Diagnostic, Note, mistake
from enigma.locations import Location, target_name, user_location

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from enigma.control_flow import if_, while_
    from enigma.dtypes import DType
    from enigma.function_constants import FunctionConstant
    from enigma.memory import Buffer
    from enigma.values import Carry, Value, WeakType

MAX_OPS = 1_000_000
MAX_NESTING = 200


class Block:
    """A list of ops: the kernel's body or the body of a region."""

    __slots__ = ("args", "is_open", "kind", "location", "ops", "sealed", "yields")

    def __init__(self, kind: str, location: Location) -> None:
        self.kind = kind
        self.location = location
        self.ops: list[Op] = []
        self.args: list[Value] = []
        self.yields: list[Value] = []
        # Values of a block may be used while it is open, in it and in the blocks nested in it.
        self.is_open = True
        # Between the two blocks of a two-way `if_` nothing may be recorded.
        self.sealed = False


class Op:
    """One recorded operation."""

    __slots__ = ("attributes", "inputs", "location", "name", "outputs", "regions", "variable")

    def __init__(
        self,
        name: str,
        inputs: tuple[Value | Buffer, ...],
        attributes: dict[str, object] | None,
        location: Location,
    ) -> None:
        self.name = name
        self.inputs = inputs
        self.outputs: tuple[Value | Buffer, ...] = ()
        self.attributes = attributes
        self.regions: tuple[Block, ...] = ()
        self.location = location
        self.variable: str | None = None


class Tracer:
    """Records one kernel."""

    def __init__(
        self, kernel: str, location: Location, block: tuple[int, ...] | None = None
    ) -> None:
        self.kernel = kernel
        # The threadgroup that the kernel suggests.
        self.threadgroup = block
        self.body = Block("kernel", location)
        self.blocks = [self.body]
        self.carries: list[Carry] = []
        # What the kernel reads of the module's function constants, by index.
        self.function_constants: dict[int, FunctionConstant] = {}
        self.warnings: list[Diagnostic] = []
        self.op_count = 0
        self.threadgroup_bytes = 0
        # Every `if_` and `while_`, to see at the end that each has its body.
        self.forms: list[if_ | while_] = []
        self._warned: set[tuple[str, Location]] = set()

    @property
    def block(self) -> Block:
        """The block that ops are recorded into."""
        return self.blocks[-1]

    def append(self, op: Op) -> None:
        """Record an op in the current block."""
        block = self.blocks[-1]
        if block.sealed:
            raise mistake("E0207", at=op.location, notes=(Note("in this one", block.location),))
        self.op_count += 1
        if self.op_count > MAX_OPS:
            raise mistake("E0311", at=op.location, kernel=self.kernel, limit=f"{MAX_OPS:,}")
        block.ops.append(op)

    def emit(
        self,
        name: str,
        inputs: tuple[Value | Buffer, ...],
        result: DType | WeakType,
        attributes: dict[str, object] | None = None,
        *,
        location: Location | None = None,
        named: bool = True,
    ) -> Value:
        """Record an op with one result; `named`: it is called after the variable it goes to."""
        from enigma.values import Value

        op = Op(name, inputs, attributes, location or user_location())
        if named:
            op.variable = target_name()
        self.append(op)
        value = Value(result, self.block, op.location, op)
        op.outputs = (value,)
        return value

    def effect(
        self,
        name: str,
        inputs: tuple[Value | Buffer, ...],
        attributes: dict[str, object] | None = None,
    ) -> None:
        """Record an op without a result."""
        self.append(Op(name, inputs, attributes, user_location()))

    def open_block(self, kind: str, location: Location) -> Block:
        """Start a region's block."""
        if len(self.blocks) > MAX_NESTING:
            raise mistake("E0313", at=location, limit=MAX_NESTING)
        block = Block(kind, location)
        self.blocks.append(block)
        return block

    def close_block(self, block: Block) -> None:
        """End a region's block; it has to be the innermost one."""
        self.check_innermost(block)
        block.is_open = False
        self.blocks.pop()

    def check_innermost(self, block: Block) -> None:
        """Diagnose a region inside `block` that Python left without closing it."""
        innermost = self.blocks[-1]
        if innermost is not block:
            raise mistake("E0202", at=innermost.location, region=innermost.kind)

    def warn(self, number: str, location: Location, **fields: object) -> None:
        """Record a warning, once for each place: an unrolled loop comes by many times."""
        diagnostic = Diagnostic(number, location, (), **fields)
        key = (diagnostic.message, location)
        if key not in self._warned:
            self._warned.add(key)
            self.warnings.append(diagnostic)


_current: Tracer | None = None


def current_tracer(what: str) -> Tracer:
    """The kernel being traced; `what` is named in the error when there is none."""
    if _current is None:
        raise mistake("E0101", what=what)
    return _current


def is_tracing() -> bool:
    """Whether a kernel is being traced."""
    return _current is not None


def set_current(tracer: Tracer | None) -> None:
    """Start or end the tracing of a kernel."""
    global _current
    _current = tracer
