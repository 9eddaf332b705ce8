// MetalDevice against a stand-in that records what it is told: the calls Metal needs, in the order it needs
// them. Where Metal exists, the real thing is tested instead.
#if !canImport(Metal)
import Dispatch
import EnigmaRuntime
import MetalDeclarations
import XCTest

final class MetalDeviceTests: XCTestCase {
    private func makeKernel(_ gpu: RecordingDevice, constants: [FunctionConstantValue] = []) throws -> any Kernel {
        try MetalDevice(gpu).makeLibrary(metallib: [1, 2, 3]).makeKernel(named: "scale", constants: constants)
    }

    func testLibraryAndConstantsReachMetal() throws {
        let gpu = RecordingDevice()
        let flag = try FunctionConstantValue(index: 2, dtype: XCTUnwrap(DType(named: "b1")), number: true)
        let kernel = try makeKernel(gpu, constants: [flag])
        XCTAssertEqual(
            gpu.events, ["library 3 bytes", "function scale", "constant 2 type 53 first byte 1", "pipeline"])
        XCTAssertEqual(kernel.maxThreadsPerThreadgroup, 64)
        XCTAssertEqual(try MetalDevice(gpu).name, "Recorder")
    }

    func testLaunchIsEncodedCommittedAndAwaited() async throws {
        let gpu = RecordingDevice()
        let kernel = try makeKernel(gpu)
        gpu.forget()
        let buffer = Buffer([Float](repeating: 1, count: 5000))
        try await kernel.run(
            KernelLaunch(
                grid: Extent(100, 2), threadgroup: Extent(32), bindings: [3: .buffer(buffer)],
                threadgroupMemory: [1: 20]))
        XCTAssertEqual(
            gpu.events,
            [
                "pipeline set", "map 32768 bytes", "buffer 3 offset 0", "threadgroup 1: 32 bytes",
                "dispatch 100x2x1 by 32x1x1", "end", "commit",
            ])
        XCTAssertEqual(gpu.lastMapping, UInt(bitPattern: buffer.withUnsafeBytes { $0.baseAddress }))
    }

    func testScalarsAreCopiedIntoTheCommands() async throws {
        let gpu = RecordingDevice()
        let kernel = try makeKernel(gpu)
        gpu.forget()
        try await kernel.run(
            KernelLaunch(grid: Extent(1), threadgroup: Extent(1), bindings: [0: .bytes([1, 2, 3, 4])]))
        XCTAssertEqual(gpu.events[1], "bytes 0: 4 bytes")
    }

    func testWhatMetalRefusesIsAnError() async throws {
        XCTAssertThrowsError(try MetalDevice()) { XCTAssertEqual("\($0)", "there is no Metal device") }
        let gpu = RecordingDevice()
        XCTAssertThrowsError(try MetalDevice(gpu).makeLibrary(metallib: [])) {
            XCTAssertEqual(($0 as? DeviceError)?.kind, .library)
        }
        XCTAssertThrowsError(try MetalDevice(gpu).makeLibrary(metallib: [1]).makeKernel(named: "x", constants: [])) {
            XCTAssertEqual("\($0)", "the library has no function 'x'; there are: scale")
        }
        let kernel = try makeKernel(gpu)
        let tooLarge = KernelLaunch(grid: Extent(100), threadgroup: Extent(65), bindings: [:])
        await assertThrows("kernel 'scale' allows 64 threads per threadgroup, not 65") {
            try await kernel.run(tooLarge)
        }
        XCTAssertEqual(gpu.events.last, "end")
        gpu.failsToRun = true
        let fine = KernelLaunch(grid: Extent(100), threadgroup: Extent(64), bindings: [:])
        await assertThrows("GPU fault") { try await kernel.run(fine) }
    }

    private func assertThrows(_ message: String, _ body: () async throws -> Void) async {
        do {
            try await body()
            XCTFail("no error; expected: \(message)")
        } catch {
            XCTAssertEqual("\(error)", message)
        }
    }
}

private struct Fault: Error, CustomStringConvertible { let description: String }

/// Every Metal object in one; what is done to it is written down. Used by one test at a time.
private final class RecordingDevice: MTLDevice, MTLLibrary, MTLFunction, MTLBuffer, MTLComputePipelineState,
    MTLCommandQueue, MTLCommandBuffer, MTLComputeCommandEncoder, @unchecked Sendable
{
    var events: [String] = []
    var lastMapping: UInt = 0
    var failsToRun = false
    private var handlers: [MTLCommandBufferHandler] = []

    func forget() { events = [] }

    let name = "Recorder"
    let functionNames = ["scale"]
    let maxTotalThreadsPerThreadgroup = 64
    var error: (any Error)? { failsToRun ? Fault(description: "GPU fault") : nil }

    func makeCommandQueue() -> (any MTLCommandQueue)? { self }
    func makeCommandBuffer() -> (any MTLCommandBuffer)? { self }
    func makeComputeCommandEncoder() -> (any MTLComputeCommandEncoder)? { self }

    func makeLibrary(data: __DispatchData) throws -> any MTLLibrary {
        if data.isEmpty { throw Fault(description: "empty library") }
        events.append("library \(data.count) bytes")
        return self
    }

    func makeFunction(name: String, constantValues: MTLFunctionConstantValues) throws -> any MTLFunction {
        events.append("function \(name)")
        for (index, value) in constantValues.values {
            events.append("constant \(index) type \(value.type.rawValue) first byte \(value.byte)")
        }
        return self
    }

    func makeComputePipelineState(function: any MTLFunction) throws -> any MTLComputePipelineState {
        events.append("pipeline")
        return self
    }

    func makeBuffer(
        bytesNoCopy pointer: UnsafeMutableRawPointer, length: Int, options: MTLResourceOptions,
        deallocator: ((UnsafeMutableRawPointer, Int) -> Void)?
    ) -> (any MTLBuffer)? {
        events.append("map \(length) bytes")
        lastMapping = UInt(bitPattern: pointer)
        return self
    }

    func addCompletedHandler(_ block: @escaping MTLCommandBufferHandler) { handlers.append(block) }

    func commit() {
        events.append("commit")
        let due = handlers
        handlers = []
        DispatchQueue.global().async { for handler in due { handler(self) } }
    }

    func setComputePipelineState(_ state: any MTLComputePipelineState) { events.append("pipeline set") }
    func setBytes(_ bytes: UnsafeRawPointer, length: Int, index: Int) {
        events.append("bytes \(index): \(length) bytes")
    }
    func setBuffer(_ buffer: (any MTLBuffer)?, offset: Int, index: Int) {
        events.append("buffer \(index) offset \(offset)")
    }
    func setThreadgroupMemoryLength(_ length: Int, index: Int) {
        events.append("threadgroup \(index): \(length) bytes")
    }
    func dispatchThreads(_ grid: MTLSize, threadsPerThreadgroup group: MTLSize) {
        events.append(
            "dispatch \(grid.width)x\(grid.height)x\(grid.depth) by \(group.width)x\(group.height)x\(group.depth)")
    }
    func endEncoding() { events.append("end") }
}
#endif
