// Kernels that enigmac compiled, run on the CPU device.
import EnigmaRuntime
import XCTest

final class DispatchTests: CompilingTestCase {
    func testThreeLines() async throws {
        let count = 1003
        let x = Buffer((0..<count).map { Float($0) })
        let y = Buffer([Float](repeating: 1, count: count))
        let out = Buffer(length: count * 4)
        let program = try Program(manifest: compileExample("saxpy"), device: CPUDevice())
        let saxpy = try program.kernel("saxpy")
        try await saxpy.run(["X": .buffer(x), "Y": .buffer(y), "Out": .buffer(out), "alpha": 2.5], grid: Extent(1003))
        XCTAssertEqual(out.array(of: Float.self), (0..<count).map { 2.5 * Float($0) + 1 })
    }

    func testThreadgroupsSimdgroupsAndAtomics() async throws {
        let values = (0..<10_000).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }
        let source = """
            import enigma

            @enigma.kernel(block=64)
            def count(Values: enigma.u32, Bins: enigma.u32):
                i = enigma.thread_position_in_grid()
                enigma.atomic_fetch_add(Bins, Values[i] >> 28, 1)
            """
        let program = try Program(manifest: compile(source: source), device: CPUDevice())
        let bins = Buffer(length: 16 * 4)
        try await program.kernel("count").run(
            ["Values": .buffer(Buffer(values)), "Bins": .buffer(bins)], grid: Extent(UInt32(values.count)))
        let expected = values.reduce(into: [UInt32](repeating: 0, count: 16)) { $0[Int($1 >> 28)] += 1 }
        XCTAssertEqual(bins.array(of: UInt32.self), expected)
    }

    func testLaunchesRunAtTheSameTime() async throws {
        let kernel = try Program(manifest: compileExample("saxpy"), device: CPUDevice()).kernel("saxpy")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let x = Buffer([Float](repeating: Float(task), count: 300))
                    let out = Buffer(length: 1200)
                    try await kernel.run(
                        ["X": .buffer(x), "Y": .buffer(x), "Out": .buffer(out), "alpha": 2], grid: Extent(300))
                    return out.array(of: Float.self).allSatisfy { $0 == Float(task) * 3 }
                }
            }
            for try await isRight in group { XCTAssertTrue(isRight) }
        }
    }

    func testWrongCallsNameTheParameter() async throws {
        let program = try Program(manifest: compileExample("saxpy"), device: CPUDevice())
        let kernel = try program.kernel("enigma_kernel_saxpy")
        let buffer = Argument.buffer(Buffer(length: 64))
        let whole: [String: Argument] = ["X": buffer, "Y": buffer, "Out": buffer, "alpha": 1]
        func refuses(_ message: String, _ change: [String: Argument?], grid: Extent? = Extent(16), block: Extent? = nil)
            async
        {
            var arguments = whole
            for (name, argument) in change { arguments[name] = argument }
            await assertThrows(message) { [arguments] in
                try await kernel.run(arguments, grid: grid, block: block)
            }
        }
        await refuses("parameter 'Y' (f32 buffer) is not bound", ["Y": nil])
        await refuses("there is no parameter 'Z'; there are X, Y, Out, alpha", ["Z": 1])
        await refuses("parameter 'X' is a f32 buffer, not a number", ["X": 1])
        await refuses("parameter 'alpha' is a f32 scalar, not a buffer", ["alpha": buffer])
        await refuses("kernel 'saxpy' has no default grid", [:], grid: nil)
        await refuses("grid 0,1,1: sizes must be positive", [:], grid: Extent(0))
        await refuses("allows 1024 threads per threadgroup, not 64,32,1", [:], block: Extent(64, 32))
        await assertThrows("no kernel is called 'add'; there are saxpy") { _ = try program.kernel("add") }
        await assertThrows("kernel 'saxpy' has no function constant 'n'; there are none") {
            _ = try program.kernel("saxpy", constants: ["n": 1])
        }
    }

    func testTheDeviceRefusesWithAReason() async throws {
        let device = try CPUDevice()
        XCTAssertTrue(device.name.hasPrefix("CPU ("))
        XCTAssertThrowsError(try device.makeLibrary(metallib: [1, 2, 3])) {
            XCTAssertEqual(($0 as? DeviceError)?.kind, .library)
        }
        let manifest = try compileExample("saxpy")
        let library = try device.makeLibrary(
            metallib: Manifest.read(from: manifest).readMetallib(besideManifestAt: manifest))
        XCTAssertEqual(library.functionNames, ["enigma_kernel_saxpy"])
        XCTAssertThrowsError(try library.makeKernel(named: "saxpy", constants: [])) {
            XCTAssertEqual(($0 as? DeviceError)?.kind, .noSuchFunction)
        }
        let kernel = try library.makeKernel(named: "enigma_kernel_saxpy", constants: [])
        XCTAssertEqual(kernel.maxThreadsPerThreadgroup, 1024)
        let unbound = KernelLaunch(grid: Extent(1), threadgroup: Extent(1), bindings: [:])
        await assertThrows("buffer 0 ('X') is not bound") { try await kernel.run(unbound) }
    }
}
