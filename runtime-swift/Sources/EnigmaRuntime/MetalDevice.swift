// The Metal device. Where there is no Metal, a test target compiles this file against declarations of the
// protocols it uses.
#if canImport(Metal) || ENIGMA_METAL_DECLARATIONS
import Dispatch

#if canImport(Metal)
@preconcurrency import Metal
#else
import EnigmaRuntime
import MetalDeclarations
#endif

/// Runs kernels on a GPU.
public final class MetalDevice: Device {
    private let device: any MTLDevice
    private let queue: any MTLCommandQueue

    /// The system's default GPU.
    public convenience init() throws {
        guard let device = MTLCreateSystemDefaultDevice() else {
            throw DeviceError(.unavailable, "there is no Metal device")
        }
        try self.init(device)
    }

    public init(_ device: any MTLDevice) throws {
        guard let queue = device.makeCommandQueue() else {
            throw DeviceError(.unavailable, "'\(device.name)' gives no command queue")
        }
        self.device = device
        self.queue = queue
    }

    public var name: String { device.name }

    public func makeLibrary(metallib: [UInt8]) throws -> any Library {
        let contents = metallib.withUnsafeBytes { DispatchData(bytes: $0) }
        do {
            let library = try device.makeLibrary(data: contents as __DispatchData)
            return MetalLibrary(library: library, device: device, queue: queue)
        } catch {
            throw DeviceError(.library, "\(error)")
        }
    }
}

private final class MetalLibrary: Library {
    private let library: any MTLLibrary
    private let device: any MTLDevice
    private let queue: any MTLCommandQueue

    init(library: any MTLLibrary, device: any MTLDevice, queue: any MTLCommandQueue) {
        self.library = library
        self.device = device
        self.queue = queue
    }

    var functionNames: [String] { library.functionNames }

    func makeKernel(named name: String, constants: [FunctionConstantValue]) throws -> any Kernel {
        guard functionNames.contains(name) else {
            throw DeviceError(
                .noSuchFunction, "the library has no function '\(name)'; there are: \(list(functionNames))")
        }
        do {
            let function = try library.makeFunction(name: name, constantValues: constantValues(constants))
            return MetalKernel(
                name: name, pipeline: try device.makeComputePipelineState(function: function), device: device,
                queue: queue)
        } catch let error as NumberError {
            throw error
        } catch {
            throw DeviceError(.kernel, "\(error)")
        }
    }

    private func constantValues(_ constants: [FunctionConstantValue]) throws -> MTLFunctionConstantValues {
        let values = MTLFunctionConstantValues()
        for constant in constants {
            guard let type = MTLDataType(rawValue: constant.dtype.metalDataType) else {
                throw DeviceError(.kernel, "Metal has no function constants of type \(constant.dtype)")
            }
            try constant.number.encoded(as: constant.dtype).withUnsafeBytes { bytes in
                guard let value = bytes.baseAddress else { return }
                values.setConstantValue(value, type: type, index: Int(constant.index))
            }
        }
        return values
    }
}

private final class MetalKernel: Kernel {
    let name: String
    private let pipeline: any MTLComputePipelineState
    private let device: any MTLDevice
    private let queue: any MTLCommandQueue

    init(
        name: String, pipeline: any MTLComputePipelineState, device: any MTLDevice, queue: any MTLCommandQueue
    ) {
        self.name = name
        self.pipeline = pipeline
        self.device = device
        self.queue = queue
    }

    var maxThreadsPerThreadgroup: Int { pipeline.maxTotalThreadsPerThreadgroup }

    func run(_ launch: KernelLaunch) async throws {
        guard let commands = queue.makeCommandBuffer(), let encoder = commands.makeComputeCommandEncoder() else {
            throw DeviceError(.unavailable, "'\(device.name)' gives no command buffer")
        }
        do {
            // An encoder has to end, whatever happens.
            defer { encoder.endEncoding() }
            try encode(launch, into: encoder)
        }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            commands.addCompletedHandler { done in
                // The memory behind the bound buffers lives until here.
                withExtendedLifetime(launch) {
                    if let error = done.error {
                        continuation.resume(throwing: DeviceError(.launch, "\(error)"))
                    } else {
                        continuation.resume()
                    }
                }
            }
            commands.commit()
        }
    }

    private func encode(_ launch: KernelLaunch, into encoder: any MTLComputeCommandEncoder) throws {
        let threads = launch.threadgroup.count ?? .max
        guard threads <= pipeline.maxTotalThreadsPerThreadgroup else {
            throw DeviceError(
                .launch,
                "kernel '\(name)' allows \(pipeline.maxTotalThreadsPerThreadgroup) threads per threadgroup, "
                    + "not \(threads)")
        }
        encoder.setComputePipelineState(pipeline)
        for (location, binding) in launch.bindings {
            try encode(binding, at: Int(location), into: encoder)
        }
        for (location, length) in launch.threadgroupMemory {
            // Metal wants multiples of 16.
            encoder.setThreadgroupMemoryLength((Int(length) + 15) / 16 * 16, index: Int(location))
        }
        encoder.dispatchThreads(
            MTLSize(launch.grid), threadsPerThreadgroup: MTLSize(launch.threadgroup))
    }

    private func encode(
        _ binding: KernelLaunch.Binding, at index: Int, into encoder: any MTLComputeCommandEncoder
    ) throws {
        switch binding {
        case .bytes(let bytes):
            bytes.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                encoder.setBytes(start, length: bytes.count, index: index)
            }
        case .buffer(let buffer):
            // Whole pages of host memory, used in place.
            guard
                let shared = device.makeBuffer(
                    bytesNoCopy: buffer.memory, length: buffer.capacity, options: .storageModeShared,
                    deallocator: nil)
            else {
                throw DeviceError(.launch, "buffer \(index): Metal cannot map \(buffer.capacity) bytes")
            }
            encoder.setBuffer(shared, offset: 0, index: index)
        }
    }
}

extension MTLSize {
    fileprivate init(_ extent: Extent) {
        self = MTLSizeMake(Int(extent.x), Int(extent.y), Int(extent.z))
    }
}
#endif
