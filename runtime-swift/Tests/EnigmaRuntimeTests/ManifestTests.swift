// Manifests: what enigmac writes is decoded, what is wrong is named.
import EnigmaRuntime
import Foundation
import XCTest

final class ManifestTests: CompilingTestCase {
    func testManifestOfACompiledExample() throws {
        let manifest = try Manifest.read(from: compileExample("saxpy"))
        XCTAssertEqual(manifest.module, "saxpy")
        XCTAssertEqual(manifest.compiler.name, "enigmac")
        XCTAssertEqual(manifest.target.platform, "macos")
        XCTAssertEqual(manifest.artifacts.metallib?.path, "saxpy.metallib")
        let kernel = try XCTUnwrap(manifest.kernel(named: "saxpy"))
        XCTAssertEqual(kernel.name, "enigma_kernel_saxpy")
        XCTAssertEqual(manifest.kernel(named: kernel.name)?.pythonName, "saxpy")
        XCTAssertNil(manifest.kernel(named: "sax"))
        XCTAssertNil(kernel.grid)
        XCTAssertEqual(kernel.block, Extent(256))
        XCTAssertEqual(kernel.parameters.map(\.name), ["X", "Y", "Out", "alpha"])
        XCTAssertEqual(kernel.parameters.map(\.kind), [.buffer, .buffer, .buffer, .scalar])
        XCTAssertEqual(kernel.parameters.map(\.access), [.read, .read, .write, nil])
        XCTAssertEqual(kernel.parameters.map(\.dtype.name), ["f32", "f32", "f32", "f32"])
        XCTAssertEqual(kernel.parameters.map(\.index), [0, 1, 2, 3])
        XCTAssertEqual(kernel.parameters[3].bytes, 4)
    }

    func testSeveralTargets() throws {
        let one = try Manifest.read(from: compileExample("saxpy"))
        XCTAssertNil(one.targets)
        let path = try compileExample("saxpy", options: ["--target", "macos14", "--target", "macos26"])
        let manifest = try Manifest.read(from: path)
        let targets = try XCTUnwrap(manifest.targets)
        XCTAssertEqual(targets.map(\.name), ["macos26", "macos14"])
        XCTAssertEqual(targets.map(\.target.minOS), ["26.0", "14.0"])
        XCTAssertEqual(targets.map(\.artifacts.metallib?.path), ["saxpy.macos26.metallib", "saxpy.macos14.metallib"])
        // The main library is the one that both systems load.
        XCTAssertEqual(manifest.target.minOS, "14.0")
        XCTAssertEqual(manifest.artifacts.metallib?.path, "saxpy.macos14.metallib")
    }

    func testUnknownFieldsAreIgnoredAndDefaultsDecode() throws {
        let manifest = try parse(sample)
        let constants = try XCTUnwrap(manifest.kernel(named: "add")).functionConstants
        XCTAssertEqual(constants.map(\.defaultValue), [nil, .float(-.infinity), true, -7, 2.5])
        XCTAssertEqual(manifest.launches.first?.bindings, ["X": 0])
        XCTAssertEqual(manifest.launches.first?.grid, Extent(8, 2, 1))
    }

    func testErrorsNameTheField() async {
        let cases: [(from: String, to: String, message: String)] = [
            ("enigma-manifest/1", "enigma-manifest/2", "schema: 'enigma-manifest/2' is not supported"),
            ("\"module\"", "\"modul\"", "m.json: manifest: missing field 'module'"),
            ("\"f32\"", "\"f31\"", "kernels[0].buffers[0].dtype: unknown dtype 'f31'"),
            ("\"kind\": \"buffer\"", "\"kind\": \"image\"", "kernels[0].buffers[0].kind: "),
            ("[8, 2, 1]", "[8, 0, 1]", "launches[0].grid: expected three positive integers"),
            ("[8, 2, 1]", "[8, 2]", "launches[0].grid: expected three positive integers"),
            ("\"line\": 5", "\"line\": \"5\"", "kernels[0].source.line: has the wrong JSON type"),
            ("\"kernel\": \"add\"", "\"kernel\": \"sub\"", "launches[0].kernel: no kernel is called 'sub'"),
            ("add.metallib", "../add.metallib", "artifacts.metallib.path: expected a path inside"),
            ("add.metallib", "/add.metallib", "artifacts.metallib.path: expected a path inside"),
            ("0123", "012x", "artifacts.metallib.sha256: expected 64 lower-case hexadecimal digits"),
            ("\"default\": -7", "\"default\": \"seven\"", "function_constants[3].default: expected a number"),
            ("\"launches\"", "launches", "not valid JSON"),
        ]
        for (from, to, message) in cases {
            let text = sample.replacingOccurrences(of: from, with: to)
            XCTAssertNotEqual(text, sample)
            await assertThrows(message) { _ = try self.parse(text) }
        }
    }

    func testAManifestCutOffAnywhereIsRefused() {
        let bytes = Array(sample.utf8)
        for length in 0..<bytes.count {
            XCTAssertThrowsError(try Manifest.parse(Array(bytes[..<length]), path: "m.json")) {
                XCTAssertTrue($0 is ManifestError)
            }
        }
    }

    func testMissingAndChangedArtifactsAreRefused() async throws {
        let manifest = try compileExample("vector_add")
        let metallib = path("vector_add.metallib")
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: metallib)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: metallib))
        await assertThrows("artifacts.metallib: 'vector_add.metallib' has SHA-256") {
            _ = try Manifest.read(from: manifest)
        }
        try Data(bytes.dropLast()).write(to: URL(fileURLWithPath: metallib))
        await assertThrows("'vector_add.metallib' has \(bytes.count - 1) bytes, the manifest says \(bytes.count)") {
            _ = try Manifest.read(from: manifest)
        }
        try FileManager.default.removeItem(atPath: metallib)
        await assertThrows("cannot read '\(metallib)': no such file") { _ = try Manifest.read(from: manifest) }
        await assertThrows("cannot read '\(path("none.json"))': no such file") {
            _ = try Manifest.read(from: self.path("none.json"))
        }
    }

    private func parse(_ text: String) throws -> Manifest { try Manifest.parse(Array(text.utf8), path: "m.json") }

    private let sample = """
        {"schema": "enigma-manifest/1", "module": "add", "future": [1, 2],
         "compiler": {"name": "enigmac", "version": "0.1.0"},
         "target": {"triple": "air64-apple-macosx14.0.0", "platform": "macos", "min_os": "14.0", "air": "2.6",
                    "msl": "3.1", "fast_math": true, "opt": 2, "toolchain": "native"},
         "artifacts": {"metallib": {"path": "add.metallib", "size": 3,
             "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
         "kernels": [{"name": "enigma_kernel_add", "python_name": "add", "source": {"file": "add.py", "line": 5},
           "grid": null, "block": [256, 1, 1],
           "buffers": [{"name": "A", "index": 0, "kind": "buffer", "dtype": "f32", "access": "read_write",
                        "shape": null, "stride": null, "bytes": null, "alignment": 4}],
           "function_constants": [{"index": 0, "name": "n", "dtype": "u32", "default": null},
             {"index": 1, "name": "limit", "dtype": "f32", "default": "-inf"},
             {"index": 2, "name": "flag", "dtype": "b1", "default": true},
             {"index": 3, "name": "low", "dtype": "i32", "default": -7},
             {"index": 4, "name": "high", "dtype": "f32", "default": 2.5}],
           "threadgroup_memory_bytes": 0, "max_threads_per_threadgroup": 1024, "requires": []}],
         "launches": [{"kernel": "add", "bindings": {"X": 0}, "grid": [8, 2, 1], "block": null}]}
        """
}
