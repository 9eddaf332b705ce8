// Launches of a program of several kernels. They stand beside the kernels and are no code, so that
// only those who read them include their header, Launches.h.
#ifndef ENIGMA_LAUNCH_TD
#define ENIGMA_LAUNCH_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "enigma/IR/EnigmaDialect.td"

def Enigma_LaunchOp : Op<Enigma_Dialect, "launch", [
    HasParent<"::mlir::ModuleOp">, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "one dispatch of a program of several";
  let description = [{
    `enigma.launch @k of "heat" ["U", "V"] intermediates ["V"] grid [1024, 1, 1] block [256, 1, 1]`

    The launches of a module are the program that its host function wrote, in order; `of` names the
    export. `args` are the names of the kernel's arguments in that program: launches share memory by
    name. Memory of an intermediate is made by whoever runs the program, and starts as zeros. Extents
    count threads; without them the kernel's own hold. Code is the same with and without launches.

    Constraints:
    * (launch_c1) the symbol is an `enigma.kernel` of the module
    * (launch_c2) `args` has one name for each argument of the kernel, all different and not empty
    * (launch_c3) every intermediate is one of `args` and a buffer
    * (launch_c4) `grid` and `block` have three positive components; a block has at most 1024 threads
  }];
  let arguments = (ins
    FlatSymbolRefAttr:$kernel,
    StrAttr:$program,
    StrArrayAttr:$args,
    OptionalAttr<StrArrayAttr>:$intermediates,
    OptionalAttr<DenseI32ArrayAttr>:$grid,
    OptionalAttr<DenseI32ArrayAttr>:$block
  );
  let assemblyFormat = [{
    $kernel `of` $program $args (`intermediates` $intermediates^)? (`grid` $grid^)? (`block` $block^)?
    attr-dict
  }];
  let hasVerifier = 1;
}

#endif
