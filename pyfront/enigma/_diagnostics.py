"""The catalogue of what the compiler says to its users: one row a number, for Python and C++.

E01xx  values, types, memory         E02xx  control flow
E03xx  kernels, exports, defines     E04xx  the Python module itself
E05xx  layouts, tensors, jit         E07xx  the command line, files, targets, limits
E06xx  what Apple's compiler says      E082x  compiling and running in Python
E084x  the interpreter
W01xx  warnings, with the name that `-Wno-NAME` takes

Numbers are stable; never reuse one. The build makes `enigma/diagnostics/Rows.inc` of this table,
and each number has a page, docs/diagnostics/NUMBER.md, which `enigmac explain NUMBER` prints.

Wording (after slang's guide): name the thing, say what was expected; the help line is the fix,
ready to be typed.
"""

from __future__ import annotations

# id: (severity, warning name, message, help). Fields in braces are given by the caller.
CATALOGUE: dict[str, tuple[str, str | None, str, str | None]] = {
    # -- values and types ----------------------------------------------------------------------
    "E0101": (
        "error",
        None,
        "{what} is used outside a kernel",
        "kernel code runs while enigmac traces a function marked @enigma.kernel",
    ),
    "E0102": (
        "error",
        None,
        "a traced value has no truth value at trace time",
        "it decides `if`, `while`, `and`, `or` and `not` written in a kernel or a helper; in "
        "comprehensions and in code without source use enigma.where, and & | ~ for and, or, not",
    ),
    "E0103": (
        "error",
        None,
        "a traced value cannot become a Python {kind}",
        "{fix}",
    ),
    "E0104": (
        "error",
        None,
        "a traced value {what}",
        "a value is one number for each thread; {fix}",
    ),
    "E0105": (
        "error",
        None,
        "literal {literal} is out of range of {dtype} ({low} to {high})",
        "convert the other operand to a wider type, or the literal with "
        'enigma.metal_cast({literal}, "{metal}")',
    ),
    "E0106": (
        "error",
        None,
        "buffer '{name}' is used as a value",
        "read an element: {name}[i]",
    ),
    "E0107": (
        "error",
        None,
        "{op} does not take a {dtype}; it takes {expected}",
        'convert it: enigma.metal_cast(x, "{metal}")',
    ),
    "E0108": (
        "error",
        None,
        "{a} and {b} have no common type",
        'convert one of them: enigma.metal_cast(x, "float")',
    ),
    "E0109": (
        "error",
        None,
        "{what} of type {type} is not something a kernel can compute with",
        "operands are traced values and Python numbers",
    ),
    "E0110": (
        "error",
        None,
        "{value} is not a dtype",
        "dtypes are {known}, and Metal's names as strings",
    ),
    "E0111": (
        "error",
        None,
        "as_type from {a} to {b}: {a} has {abytes} bytes, {b} has {bbytes}",
        'as_type keeps the bits; to convert the value use enigma.metal_cast(x, "{metal}")',
    ),
    "E0112": (
        "error",
        None,
        "buffer '{name}' is indexed by a {dtype} value",
        'index with an integer: enigma.metal_cast({source}, "uint")',
    ),
    "E0113": (
        "error",
        None,
        "buffer '{name}' has no shape, so it takes one index, not {count}",
        "give the parameter a shape, {name}: enigma.{dtype}[M, N], or compute the index",
    ),
    "E0114": (
        "error",
        None,
        "buffer '{name}' has {rank} dimensions but {count} indices are given",
        "give one index for each dimension, or one for the whole buffer",
    ),
    "E0115": (
        "error",
        None,
        "index {index} is out of bounds of '{name}' with {bound} elements{where}",
        "indices go from 0 to {last}",
    ),
    "E0116": (
        "error",
        None,
        "buffer '{name}' is indexed by {what}",
        "an index is an integer, traced or constant; slices need an enigma.Tensor",
    ),
    "E0117": (
        "error",
        None,
        "buffer '{name}' is declared {declared} and cannot be {done}",
        "declare it {fix}",
    ),
    "E0118": (
        "error",
        None,
        "{op} needs a buffer of {expected}, and '{name}' holds {dtype}",
        "declare {name} as {fix}",
    ),
    "E0119": (
        "error",
        None,
        "{op}: {problem}",
        "{fix}",
    ),
    "E0120": (
        "error",
        None,
        "threadgroup_alloc inside a traced branch or loop",
        "allocate at the kernel's top level, before the branch or loop",
    ),
    "E0121": (
        "error",
        None,
        "the value '{name}' is used outside the {region} that computes it",
        "carry it out: enigma.{form}(…, init=[start]) as …, assign to the carry inside and read it "
        "after",
    ),
    "E0122": (
        "error",
        None,
        "'{name}' belongs to another kernel or an earlier trace",
        "pass values as arguments; never keep them in a global",
    ),
    # -- function constants, debugging ---------------------------------------------------------
    "E0130": (
        "error",
        None,
        "function constant '{name}' {what}: its value is set when a kernel is loaded",
        "compute with it in a kernel; for a number that Python needs while tracing use "
        'enigma.define("{name}", {default})',
    ),
    "E0131": ("error", None, "function_constant: {problem}", "{fix}"),
    "E0132": (
        "error",
        None,
        "two function constants have the {what}: {new} and {old}",
        "make one constant and use it in both places, or give them different indices and names",
    ),
    "E0133": (
        "error",
        None,
        "kernel and function constant are both called '{name}'",
        "in Metal both are global names: give one of them name=",
    ),
    "E0140": ("error", None, "{op}: {problem}", "{fix}"),
    # -- simdgroup matrices --------------------------------------------------------------------
    "E0150": (
        "error",
        None,
        "{what} is a {type}, not a number",
        "a simdgroup holds a matrix together: compute with enigma.simdgroup_multiply and "
        "enigma.simdgroup_multiply_accumulate, or store it and read its elements",
    ),
    "E0151": (
        "error",
        None,
        "{op}: {what} is {found}, not a simdgroup matrix",
        "load one with enigma.simdgroup_matrix_load, or make one with "
        "enigma.make_filled_simdgroup_matrix",
    ),
    "E0152": (
        "error",
        None,
        "{op}: there is no simdgroup matrix of {dtype}",
        "elements are f32, f16 or bf16",
    ),
    "E0153": (
        "error",
        None,
        "{op}: a simdgroup matrix has 8 rows and 8 columns, not {rows} and {cols}",
        "build larger matrices of 8x8 tiles",
    ),
    "E0154": (
        "error",
        None,
        "carried value {index} is {old} but is assigned a {new}",
        "a carried variable keeps its type; for a matrix start it with "
        "enigma.make_filled_simdgroup_matrix",
    ),
    "E0155": (
        "error",
        None,
        "{op}: elements of {dtype} do not fit '{name}', which holds {held}",
        "a matrix has the elements of its memory; to convert, go through threadgroup memory",
    ),
    "E0156": (
        "error",
        None,
        "{op} needs whole simdgroups, and the kernel's block has {threads} threads",
        "a simdgroup has 32 threads: @enigma.kernel(block=32), or a multiple of it",
    ),
    # -- vectors -------------------------------------------------------------------------------
    "E0160": (
        "error",
        None,
        "{a} and {b} differ in the number of components",
        "take components, v.xy or v.x, or build a vector with enigma.make_vec",
    ),
    "E0161": (
        "error",
        None,
        "{component} is assigned, but values are immutable",
        "v = enigma.vec_insert(v, {lane}, value)",
    ),
    "E0162": (
        "error",
        None,
        "a {dtype} has no component {component}",
        "{fix}",
    ),
    "E0163": (
        "error",
        None,
        "{what} is one number for each thread, not a {dtype}",
        "{fix}",
    ),
    "E0164": (
        "error",
        None,
        "{op} of {count} components",
        "{fix}",
    ),
    "E0165": (
        "error",
        None,
        "a carried value that was compared as a number becomes a {dtype}",
        "start it as a vector: init=[enigma.{dtype}(0)]",
    ),
    # -- control flow --------------------------------------------------------------------------
    "E0201": (
        "error",
        None,
        "`{statement}` leaves a traced {region}, whose body is recorded once",
        "{fix}",
    ),
    "E0202": (
        "error",
        None,
        "the traced {region} was not closed: its body was left by break, return or an exception",
        "leave it with a condition: enigma.while_, or a mask in enigma.if_",
    ),
    "E0203": (
        "error",
        None,
        "carried value {index} is {old} but is assigned a {new}",
        'keep one type: enigma.metal_cast(x, "{metal}")',
    ),
    "E0204": (
        "error",
        None,
        "carried value {index} does not exist; there are {count}",
        "give one start value for each in init=[…]",
    ),
    "E0205": (
        "error",
        None,
        "the carry of this {region} is assigned after the {region} has ended",
        "after it, its values are results: bind them to variables",
    ),
    "E0207": (
        "error",
        None,
        "only `with then:` and `with else_:` may stand in a two-way enigma.if_",
        "move this before the enigma.if_ or into one of the blocks",
    ),
    "E0208": (
        "error",
        None,
        "{form}: {problem}",
        "{fix}",
    ),
    "E0211": ("error", None, "{what} cannot be traced", "{fix}"),
    "E0212": (
        "error",
        None,
        "'{name}' is {a} {a_where} and {b} {b_where}",
        "a variable keeps its type where a traced value decides; convert one of them with "
        "enigma.metal_cast",
    ),
    "E0213": (
        "error",
        None,
        "'{name}' changes its elements in a traced {where} that does not assign them",
        "assign elements where the {where} stands: {name}[i] = …; lists keep their length there",
    ),
    "E0214": (
        "error",
        None,
        "'{name}' has no value {when}",
        "give it a value before the branch, loop or expression",
    ),
    "E0215": (
        "error",
        None,
        "'{name}' is {a} {where} {b} after",
        "where a traced value decides, a variable holds numbers, or the same Python object on all "
        "paths",
    ),
    "E0216": (
        "error",
        None,
        "attribute '{name}' is assigned where a traced value decides whether that happens",
        "assign a variable, and the attribute after the branch or loop",
    ),
    "E0217": ("error", None, "Python's {name} of a traced value", "{fix}"),
    "E0218": (
        "error",
        None,
        "'{name}' assigns {variable} outside itself where a traced value decides whether that "
        "happens",
        "return the value, and assign it where the function is called",
    ),
    "E0219": (
        "error",
        None,
        "this function returns a value on some paths only",
        "return a value at its end too",
    ),
    # -- kernels, exports, defines -------------------------------------------------------------
    "E0301": (
        "error",
        None,
        "parameter '{name}' of kernel '{kernel}' has no annotation",
        'annotate it, {name}: enigma.f32 for a buffer, {name}: enigma.Scalar("float") for a '
        "number, or give the types with enigma.export({kernel}, …)",
    ),
    "E0302": (
        "error",
        None,
        "annotation {annotation} of parameter '{name}' is not a buffer or scalar type",
        "use a dtype such as enigma.f32, enigma.f32[M, N], enigma.In(dtype), enigma.Out(dtype) or "
        "enigma.Scalar(dtype)",
    ),
    "E0303": (
        "error",
        None,
        "kernel '{name}' is called like a function",
        "{fix}",
    ),
    "E0304": ("error", None, "two kernels are called '{name}'", "give one of them name="),
    "E0305": (
        "error",
        None,
        "there is nothing to compile in this module",
        "mark a function with @enigma.kernel and annotate its parameters",
    ),
    "E0306": (
        "error",
        None,
        "no kernel is called '{pattern}'; there are {known}",
        None,
    ),
    "E0307": (
        "error",
        None,
        "no module defines {names}; {known}",
        'define it in the module: enigma.define("{first}", default)',
    ),
    "E0308": (
        "error",
        None,
        "-D {name}={text}: {expected} is expected, as in the module's default {default}",
        None,
    ),
    "E0309": ("error", None, "{what}", "{fix}"),
    "E0310": (
        "error",
        None,
        "export of '{kernel}': {problem}",
        "{fix}",
    ),
    "E0311": (
        "error",
        None,
        "kernel '{kernel}' has more than {limit} operations",
        "a Python loop is unrolled while tracing; use enigma.for_range",
    ),
    "E0312": (
        "error",
        None,
        "kernel '{kernel}' returns a value",
        "a kernel writes its results into buffers",
    ),
    "E0313": (
        "error",
        None,
        "branches and loops are nested more than {limit} deep",
        "a helper that calls itself is unrolled while tracing; use enigma.for_range or "
        "enigma.while_",
    ),
    # -- the Python module ---------------------------------------------------------------------
    "E0401": ("error", None, "cannot read {path}: {reason}", None),
    "E0402": ("error", None, "{reason}", None),
    "E0403": ("error", None, "{type}: {reason}", "{fix}"),
    "E0404": (
        "error",
        None,
        "the module ended Python with sys.exit({code})",
        'guard what runs as a script: if __name__ == "__main__":',
    ),
    "E0405": ("error", None, "interrupted", None),
    "E0406": (
        "error",
        None,
        "Python's recursion limit is reached",
        "a helper that calls itself needs an end that does not depend on traced values",
    ),
    "E0499": (
        "error",
        None,
        "internal error of the enigma package: {type}: {reason}",
        "please report this with the module that causes it",
    ),
    # -- layouts -------------------------------------------------------------------------------
    "E0501": (
        "error",
        None,
        "{what} has the extent {part}: {given}",
        "extents are positive Python integers, nested in tuples",
    ),
    "E0502": ("error", None, "there is no mode {index} in {what}; it has {count}", None),
    "E0503": (
        "error",
        None,
        "shape {shape} and stride {stride} are not nested alike",
        "give one stride for each extent",
    ),
    "E0504": (
        "error",
        None,
        "coordinate {crd} does not fit shape {shape}",
        "give one coordinate for each mode, or one integer for a mode with modes of its own",
    ),
    "E0505": (
        "error",
        None,
        "stride {stride} has {part}",
        "strides are Python integers from 0 on, nested as the shape",
    ),
    "E0506": ("error", None, "{function}: {problem}", None),
    "E0507": (
        "error",
        None,
        "order {order} does not order the modes of {shape}",
        "give a different integer for each mode; the lowest is the fastest",
    ),
    "E0508": (
        "error",
        None,
        "there is no swizzle with {bits} bits, base {base} and shift {shift}",
        "they are integers; bits and base are not negative, and the shift is at least bits either "
        "way",
    ),
    "E0509": (
        "error",
        None,
        "{function}: tiler {tiler} has {count} modes, and {layout} has {rank}",
        "give a tiler for each mode; None leaves a mode whole",
    ),
    "E0510": (
        "error",
        None,
        "composition of {lhs} with {rhs}: {mode} of the right layout has a {what} of {a} where the "
        "left has a mode of {b}; one has to divide the other",
        None,
    ),
    "E0511": (
        "error",
        None,
        "{layout} has no complement: mode {mode} overlaps what its other modes cover, or leaves "
        "gaps that are no layout (they repeat every {current})",
        "a complement or left inverse needs a layout that gives every offset once",
    ),
    "E0512": (
        "error",
        None,
        "recast of {layout} by {ratio}: {problem}",
        None,
    ),
    "E0513": (
        "error",
        None,
        "composition of {lhs} with {rhs}: with {mode} the modes of the right layout add up to "
        "{last} in mode {left} of the left, and the carry is no layout",
        None,
    ),
    # -- tensors -------------------------------------------------------------------------------
    "E0520": (
        "error",
        None,
        "{function}: tile {tile} {relation} extent {extent} in mode {mode} of {layout}",
        "choose a tile that divides, or say ragged=True and guard the edges with enigma.predicate",
    ),
    "E0521": (
        "error",
        None,
        "a tensor {layout} at element {start} reaches element {last} of '{name}', which has {size}",
        "make the layout smaller, or the memory larger",
    ),
    "E0522": (
        "error",
        None,
        "tensor '{name}' is used as a value",
        "load it, {name}.load(), or read an element, {name}[i]",
    ),
    "E0523": (
        "error",
        None,
        "coordinate {crd} is outside extent {extent} of mode {mode} of {layout}",
        "coordinates of a mode are from 0 to its extent less one",
    ),
    "E0524": (
        "error",
        None,
        "{what} is no coordinate of a tensor",
        "a coordinate is an integer for each mode, or for modes of a mode; None or : keeps a mode",
    ),
    "E0525": ("error", None, "{function}: shapes {a} and {b} differ", "{fix}"),
    "E0526": ("error", None, "{function}: {problem}", "{fix}"),
    "E0527": (
        "error",
        None,
        "{function} of {count} elements, which are recorded one by one; the limit is {limit}",
        "take a part for each thread with enigma.local_partition, or loop over tiles",
    ),
    # -- jit -----------------------------------------------------------------------------------
    "E0530": (
        "error",
        None,
        "jit '{jit}' has no export, which would give its tensors",
        'enigma.export({jit}, enigma.TensorSpec((1024,), "float"), …)',
    ),
    "E0531": ("error", None, "export of jit '{jit}': {problem}", "{fix}"),
    "E0532": ("error", None, "launch of kernel '{kernel}': {problem}", "{fix}"),
    "E0533": (
        "error",
        None,
        "{what} is used outside a function marked @enigma.jit",
        "enigmac runs the jit functions that a module exports: enigma.export(fn, …)",
    ),
    # -- what Apple's compiler says ------------------------------------------------------------
    "E0601": (
        "error",
        None,
        "Apple's compiler: {problem}",
        "--toolchain native does without Apple's compiler",
    ),
    # -- the command line ----------------------------------------------------------------------
    "E0701": ("error", None, "{problem}", "enigmac --help lists the options"),
    "E0702": ("error", None, "no input file", "enigmac kernel.py -o out/"),
    "E0703": (
        "error",
        None,
        "'{path}' is no .py, .trace.json or .mlir file",
        "the suffix says what an input is; rename it",
    ),
    "E0704": ("error", None, "{option}: expected {expected}, got '{value}'", None),
    "E0705": ("error", None, "{option}: there is no {what} '{name}'", "{known}"),
    "E0706": ("error", None, "{option} {problem}", None),
    "E0707": (
        "error",
        None,
        "'{first}' and '{second}' would write the same artifacts",
        "artifacts are called after their input: compile into two folders, or rename one",
    ),
    "E0708": (
        "error",
        None,
        "--pass-pipeline: cannot parse '{pipeline}': {reason}",
        "builtin.module(enigma.kernel(canonicalize,cse)); docs/passes.md lists the passes",
    ),
    "E0709": (
        "error",
        None,
        "--async-copy=intrinsic: Apple's instructions for async copies are undocumented, Xcode 26 "
        "refuses their spelling and macOS 26 crashes on them",
        "--async-copy=copy means the same",
    ),
    # -- files and the environment -------------------------------------------------------------
    "E0710": ("error", None, "cannot read '{path}': {reason}", None),
    "E0711": ("error", None, "{path}: {problem}", "enigmac module.py --emit trace writes one"),
    "E0712": (
        "error",
        None,
        "{path}: there is no kernel to compile{chosen}",
        None,
    ),
    "E0713": ("error", None, "{problem}", None),
    "E0714": (
        "error",
        None,
        "--toolchain xcrun: there is no xcrun on PATH",
        "use --toolchain native",
    ),
    "E0715": ("error", None, "{problem}", "--toolchain native needs none of Apple's tools"),
    "E0716": ("error", None, "cannot start {what}: {reason}", None),
    "E0717": ("error", None, "the name '{path}' is not UTF-8", "rename it"),
    "E0718": (
        "error",
        None,
        "explain: there is no diagnostic '{number}'{closest}",
        "enigmac explain lists all",
    ),
    "E0719": ("error", None, "internal error: {what}", "please report this {material}"),
    # -- limits of Metal, and what a target lacks ----------------------------------------------
    "E0720": (
        "error",
        None,
        "threadgroup memory of kernel '{kernel}' is {bytes} bytes up to here; the limit is {limit}",
        "use a smaller tile or a narrower dtype, or one allocation for two purposes",
    ),
    "E0721": (
        "error",
        None,
        "kernel '{kernel}' has {count} parameters; Metal binds at most {limit}",
        "put several arrays into one buffer, and pass where each begins",
    ),
    "E0722": (
        "error",
        None,
        "{block} has {threads} threads; {limit}",
        "make the block smaller: each thread can do the work of several",
    ),
    "E0723": (
        "error",
        None,
        "{what} needs {needed}; target {target} has {has}",
        "the first target with it is {first}",
    ),
    "E0724": ("error", None, "no {form} form for {what}{reason}", None),
    "E0726": (
        "error",
        None,
        "kernel name '{name}' is {problem}",
        'give it another: @enigma.kernel(name="…"); the default is enigma_kernel_ and the '
        "Python name",
    ),
    "E0727": ("error", None, "the metallib cannot be written: {reason}", None),
    # -- the interpreter -----------------------------------------------------------------------
    "E0840": ("error", None, "interpret: {what}", "{fix}"),
    "E0841": (
        "error",
        None,
        "element {index} of '{name}' is {done}{where}, and there are {count}",
        "keep the index inside: enigma.if_, or enigma.load_if and enigma.store_if",
    ),
    "E0842": (
        "error",
        None,
        "element {index} of '{name}' is read before it is written",
        "{space} is undefined until written",
    ),
    "E0843": (
        "error",
        None,
        "threads of threadgroup {group} do not reach a barrier together: thread {thread} waits "
        "here, and {what}",
        "every thread of the threadgroup has to come by: take the barrier out of the branch, and "
        "do not return before it",
    ),
    "E0844": ("error", None, "{what}", "{fix}"),
    "E0845": ("error", None, "thread {thread}: assertion failed{said}", None),
    "E0846": (
        "error",
        None,
        "a value that thread {thread} has computed is used by another thread",
        "threads share memory: enigma.threadgroup_alloc, or a simdgroup's functions",
    ),
    "E0847": (
        "error",
        None,
        "this comparison was decided before its numbers became {dtype}, and would be the other way "
        "round then",
        "give the variable its type where it starts: init=[enigma.{dtype}(0)]",
    ),
    "E0848": ("error", None, "{what}", "{fix}"),
    "E0849": ("error", None, "{what}", "{fix}"),
    # -- warnings ------------------------------------------------------------------------------
    "W0101": (
        "warning",
        "narrowing",
        "a {old} value is narrowed to {new} {where}",
        'say so if it is meant: enigma.metal_cast(x, "{metal}")',
    ),
    "W0102": (
        "warning",
        "unused-parameter",
        "parameter '{name}' of kernel '{kernel}' is never used",
        "take it out, or call it _{name} where callers bind it",
    ),
    "W0103": (
        "warning",
        "empty-loop",
        "this loop never runs: it goes from {lo} to {hi} in steps of {step}",
        "{fix}",
    ),
    "W0104": (
        "warning",
        "out-of-bounds",
        "index {index} is out of bounds of '{name}' with {bound} elements{where}",
        "indices go from 0 to {last}",
    ),
    "W0105": (
        "warning",
        "unknown-warning-option",
        "{option}: there is no warning '{name}'{closest}",
        "enigmac explain lists the warnings",
    ),
    "W0140": (
        "warning",
        "device-print",
        "{op} works on the CPU device: a GPU refuses the metallib that enigmac writes for kernel "
        "'{kernel}'",
        "take it out before the module ships",
    ),
    "W0201": (
        "warning",
        "xcrun",
        "Apple's compiler: {output}",
        None,
    ),
    "W0601": (
        "warning",
        "line-tables",
        "-g: code for {target} has no line tables; the metallib says where each kernel starts",
        None,
    ),
    "W0602": (
        "warning",
        "no-metal",
        "no Metal source for {target}: bf16 needs Metal 3.1; air and metallib compute it in f32",
        "--emit air,metallib,manifest does without Metal source",
    ),
}
