// enigma-swift-run as a user runs it.
import EnigmaRuntime
import Foundation
import XCTest

final class ToolTests: CompilingTestCase {
    func testArraysGoInAndOut() throws {
        let manifest = try compileExample("saxpy")
        let f32 = try XCTUnwrap(DType(named: "f32"))
        let x = NpyArray(dtype: f32, shape: [2, 3], bytes: Buffer([1, 2, 3, 4, 5, 6] as [Float]).bytes)
        try x.write(to: path("x.npy"))
        let outcome = try runTool([
            manifest, "saxpy", "--in", "X=\(path("x.npy"))", "--fill=Y=arange", "--scalar", "alpha=10", "--grid", "6",
            "--out", "Out=\(path("out.npy"))", "--print", "Out:3", "--print", "X",
        ])
        XCTAssertEqual(outcome.errors, "")
        XCTAssertEqual(outcome.output, "Out: 10 21 32\nX: 1 2 3 4 5 6\n")
        XCTAssertEqual(outcome.status, 0)
        let out = try NpyArray(contentsOf: path("out.npy"))
        XCTAssertEqual(out.shape, [6])
        XCTAssertEqual(out.bytes, Buffer([10, 21, 32, 43, 54, 65] as [Float]).bytes)
    }

    func testEveryExampleGivesWhatEnigmaRunGives() throws {
        let examples: [(name: String, output: String, arguments: [String])] = [
            ("vector_add", "C", ["--fill", "A=arange", "--fill", "B=ones", "--grid", "1003"]),
            ("saxpy", "Out", ["--fill", "X=arange", "--fill", "Y=ones", "--scalar", "alpha=0.3", "--grid", "1003"]),
            (
                "transpose", "Out",
                ["--fill", "A=arange", "--size", "A=3737", "--size", "Out=3737", "--grid", "112,48"]
                    + ["--scalar", "rows=37", "--scalar", "cols=101"]
            ),
            (
                "softmax", "Out",
                ["--fill", "X=arange", "--size", "X=3737", "--size", "Out=3737", "--grid", "9472"]
                    + ["--scalar", "rows=37", "--scalar", "cols=101"]
            ),
            (
                "histogram", "Bins",
                ["histogram_local", "--fill", "X=arange", "--size", "X=10007", "--grid", "4096"]
                    + ["--fill", "Bins=zeros", "--size", "Bins=256", "--scalar", "n=10007"]
            ),
        ]
        let reference = Checkout.build.appendingPathComponent("bin/enigma-run")
        for (name, output, arguments) in examples {
            let manifest = try compileExample(name)
            func whole(_ file: String) -> [String] {
                [manifest] + arguments + ["--print", "\(output):40", "--out", "\(output)=\(path(file))"]
            }
            let expected = try Outcome(reference, whole("expected.npy"))
            let actual = try runTool(whole("actual.npy"))
            XCTAssertEqual(expected.status, 0, expected.errors)
            XCTAssertEqual(actual.status, 0, actual.errors)
            XCTAssertEqual(actual.output, expected.output)
            let files = try ["actual.npy", "expected.npy"].map { try Data(contentsOf: URL(fileURLWithPath: path($0))) }
            XCTAssertEqual(files[0], files[1], name)
        }
    }

    func testLaunchesShareBuffersByName() throws {
        let manifest = try compileExample("vector_add")
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        let launches = """
            "launches": [
              {"kernel": "vector_add", "bindings": {"X": 0, "Y": 1, "Sum": 2}, "grid": [5, 1, 1], "block": null},
              {"kernel": "vector_add", "bindings": {"Sum": 0, "Y": 1, "Total": 2}, "grid": [5, 1, 1], "block": null}]
            """
        let changed = text.replacingOccurrences(of: "\"launches\": []", with: launches)
        XCTAssertNotEqual(changed, text)
        try changed.write(toFile: manifest, atomically: true, encoding: .utf8)
        let outcome = try runTool(
            [manifest, "--fill", "X=arange", "--fill", "Y=ones", "--fill", "Sum=zeros", "--fill", "Total=zeros"]
                + ["--print", "Sum", "--print", "Total"])
        XCTAssertEqual(outcome.output, "Sum: 1 2 3 4 5\nTotal: 2 3 4 5 6\n", outcome.errors)
    }

    func testAnExportOfSeveralLaunchesMakesItsOwnMemory() throws {
        let manifest = try compileExample("heat")
        for name in [[], ["heat"]] {
            let outcome = try runTool(
                [manifest] + name + ["--fill", "Start=ones", "--fill", "End=zeros", "--print", "End:3"])
            XCTAssertEqual(outcome.output, "End: 1 1 1\n", outcome.errors)
        }
    }

    func testAMissingLibenigmaIsTheEnvironmentsFault() throws {
        let manifest = try compileExample("vector_add")
        let outcome = try runTool([manifest], environment: ["ENIGMA_LIBRARY_DIR": folder.path])
        XCTAssertEqual(outcome.status, 3)
        XCTAssertTrue(outcome.errors.contains("libenigma was not found; set ENIGMA_LIBRARY_DIR"), outcome.errors)
        XCTAssertTrue(outcome.errors.contains(folder.path), outcome.errors)
    }

    func testExitStatusesAndMessages() throws {
        let manifest = try compileExample("saxpy")
        let bound = ["--fill", "X=ones", "--fill", "Y=ones", "--out", "Out=\(path("out.npy"))", "--scalar", "alpha=1"]
        let grid = ["--grid", "8"]
        let cases: [(status: Int32, arguments: [String], message: String)] = [
            (2, [], "expected a manifest"),
            (2, [manifest, "saxpy", "more"], "expected a manifest"),
            (2, [manifest, "--frobnicate", "1"], "there is no option '--frobnicate'"),
            (2, [manifest, "--grid"], "--grid needs a value"),
            (2, [manifest, "--grid", "8,0"], "--grid: expected X[,Y[,Z]]"),
            (2, [manifest, "--fill", "X"], "--fill: expected NAME=VALUE"),
            (2, [manifest] + bound + grid + ["--fill", "X=twos"], "expected zeros, ones or arange, not 'twos'"),
            (2, [manifest] + bound + grid + ["--scalar", "alpha=x"], "--scalar alpha: 'x' is not a number"),
            (3, [path("none.json")], "no such file"),
            (3, [manifest] + grid + ["--in", "X=\(path("none.npy"))"], "cannot read"),
            (1, [manifest, "sub"], "no kernel is called 'sub'; there are saxpy"),
            (1, [manifest] + bound, "has no default grid; give --grid"),
            (1, [manifest] + grid, "parameter 'X' (f32 buffer) is not bound"),
            (1, [manifest] + bound + grid + ["--fill", "Z=ones"], "--fill: there is no parameter 'Z'"),
            (1, [manifest] + bound + grid + ["--print", "Z:1"], "--print: there is no parameter 'Z'"),
            (1, [manifest] + bound + grid + ["--fill", "alpha=ones"], "parameter 'alpha' is a f32 scalar"),
            (1, [manifest] + bound + grid + ["--constant", "n=1"], "there is no function constant 'n'"),
            (1, [manifest] + bound + grid + ["--block", "2000"], "allows 1024 threads per threadgroup"),
        ]
        for (status, arguments, message) in cases {
            let outcome = try runTool(arguments)
            XCTAssertEqual(outcome.status, status, "\(arguments): \(outcome.errors)")
            XCTAssertTrue(outcome.errors.hasPrefix("enigma-swift-run: error: "), outcome.errors)
            XCTAssertTrue(outcome.errors.contains(message), "\(outcome.errors) has no '\(message)'")
            XCTAssertEqual(outcome.output, "")
        }
        XCTAssertFalse(FileManager.default.fileExists(atPath: path("out.npy")))
    }
}
