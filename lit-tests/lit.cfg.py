"""lit configuration: tools come from the build folder that lit.site.cfg.py or $ENIGMA_BUILD names."""

import os

import lit.formats

config.name = "enigma"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".ll"]
config.excludes = ["Inputs", "lit.cfg.py"]
config.test_source_root = os.path.dirname(__file__)

build = os.environ.get("ENIGMA_BUILD", os.path.join(config.test_source_root, "..", "build"))
llvm = os.environ.get("ENIGMA_LLVM_BIN", "/usr/lib/llvm-22/bin")
config.test_exec_root = os.path.join(build, "lit-tests")
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(build, "bin"), llvm, os.environ.get("PATH", "")]
)
# Oracles of the LLVM generation that Apple's readers descend from; tests that need them say REQUIRES: llvm14.
for folder in ("/usr/lib/llvm-14/bin", "/usr/bin"):
    if (
        os.path.exists(os.path.join(folder, "llvm-dis-14"))
        or os.path.exists(os.path.join(folder, "llvm-dis"))
        and "14" in folder
    ):
        config.available_features.add("llvm14")
config.substitutions.append(("%examples", os.path.join(config.test_source_root, "..", "examples")))
