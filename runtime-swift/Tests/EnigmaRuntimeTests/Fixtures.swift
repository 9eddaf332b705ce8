// What the tests compile, and where they put it.
import EnigmaRuntime
import Foundation
import XCTest

/// The checkout, and the build folder to take the compiler from.
enum Checkout {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static var build: URL {
        ProcessInfo.processInfo.environment["ENIGMA_BUILD"].map { URL(fileURLWithPath: $0) }
            ?? root.appendingPathComponent("build")
    }
}

/// What a program printed and how it ended.
struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// Runs a program to its end, with these variables added to its environment.
    init(_ program: URL, _ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        let (out, err) = (Pipe(), Pipe())
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, added in added }
        process.standardOutput = out
        process.standardError = err
        try process.run()
        output = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        errors = String(decoding: err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }
}

/// A test with a folder of its own, in which it compiles examples.
class CompilingTestCase: XCTestCase {
    private(set) var folder = URL(fileURLWithPath: "/")

    override func setUpWithError() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("enigma-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    override func tearDownWithError() throws {
        try FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Compiles an example; returns its manifest's path.
    func compileExample(_ name: String, options: [String] = []) throws -> String {
        try compile(Checkout.root.appendingPathComponent("examples/\(name).py").path, options: options)
        return path("\(name).manifest.json")
    }

    /// Compiles this source as `kernel.py`; returns its manifest's path.
    func compile(source: String) throws -> String {
        try source.write(toFile: path("kernel.py"), atomically: true, encoding: .utf8)
        try compile(path("kernel.py"))
        return path("kernel.manifest.json")
    }

    private func compile(_ file: String, options: [String] = []) throws {
        let compiler = Checkout.build.appendingPathComponent("bin/enigmac")
        let outcome = try Outcome(compiler, [file, "-o", folder.path] + options)
        XCTAssertEqual(outcome.status, 0, outcome.errors)
    }

    /// Runs enigma-swift-run, which is built beside the tests.
    func runTool(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return try Outcome(products.appendingPathComponent("enigma-swift-run"), arguments, environment: environment)
    }
}

/// Checks that `body` throws an error whose description contains `message`.
func assertThrows(
    _ message: String, file: StaticString = #filePath, line: UInt = #line, _ body: () async throws -> Void
) async {
    do {
        try await body()
        XCTFail("no error; expected: \(message)", file: file, line: line)
    } catch {
        XCTAssertTrue("\(error)".contains(message), "\(error)", file: file, line: line)
    }
}
