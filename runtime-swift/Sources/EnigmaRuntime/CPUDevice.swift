// The CPU device: libenigma, which runs the same metallib on the host.
import CEnigma
import Dispatch

/// Runs kernels on the host's cores. Fails to initialise when libenigma is not there.
public final class CPUDevice: Device {
    private let handle: Handle

    public init() throws {
        let functions = try Libenigma.functions()
        handle = try Handle(functions, destroy: functions.enigma_device_destroy) { functions.enigma_device_create($0) }
    }

    public var name: String { string(handle.functions.enigma_device_name(handle.pointer)) }

    public func makeLibrary(metallib: [UInt8]) throws -> any Library {
        let functions = handle.functions
        return CPULibrary(
            handle: try Handle(functions, destroy: functions.enigma_library_destroy) { error in
                metallib.withUnsafeBytes { bytes in
                    functions.enigma_library_create(handle.pointer, bytes.baseAddress, bytes.count, error)
                }
            })
    }
}

private final class CPULibrary: Library {
    private let handle: Handle

    init(handle: Handle) { self.handle = handle }

    var functionNames: [String] {
        (0..<handle.functions.enigma_library_function_count(handle.pointer)).map { index in
            string(handle.functions.enigma_library_function_name(handle.pointer, index))
        }
    }

    func makeKernel(named name: String, constants: [FunctionConstantValue]) throws -> any Kernel {
        let functions = handle.functions
        let values = constants.map(enigma_constant.init)
        return CPUKernel(
            name: name,
            handle: try Handle(functions, destroy: functions.enigma_kernel_destroy) { error in
                functions.enigma_kernel_create(handle.pointer, name, values, values.count, error)
            })
    }
}

private final class CPUKernel: Kernel {
    let name: String
    private let handle: Handle

    init(name: String, handle: Handle) {
        self.name = name
        self.handle = handle
    }

    var maxThreadsPerThreadgroup: Int {
        let reflection = handle.functions.enigma_kernel_get_reflection(handle.pointer)
        return Int(handle.functions.enigma_reflection_max_threads_per_threadgroup(reflection))
    }

    func run(_ launch: KernelLaunch) async throws {
        // The grid takes its time; the threads of Swift's pool are not made for waiting.
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try self.runAndWait(launch) })
            }
        }
    }

    private func runAndWait(_ launch: KernelLaunch) throws {
        // Bytes are copied into buffers, whose memory stays where it is.
        let bound = launch.bindings.mapValues { binding in
            switch binding {
            case .buffer(let buffer): buffer
            case .bytes(let bytes): Buffer(bytes: bytes)
            }
        }
        let buffers = bound.map { location, buffer in
            enigma_buffer_binding(location: location, bytes: buffer.memory, size: buffer.length)
        }
        let memory = launch.threadgroupMemory.map { enigma_threadgroup_memory(location: $0.key, size: $0.value) }
        try withExtendedLifetime(bound) {
            try buffers.withUnsafeBufferPointer { buffers in
                try memory.withUnsafeBufferPointer { memory in
                    try dispatch(launch, buffers, memory)
                }
            }
        }
    }

    private func dispatch(
        _ launch: KernelLaunch, _ buffers: UnsafeBufferPointer<enigma_buffer_binding>,
        _ memory: UnsafeBufferPointer<enigma_threadgroup_memory>
    ) throws {
        var dispatch = enigma_dispatch()
        dispatch.struct_size = MemoryLayout<enigma_dispatch>.size
        dispatch.grid = (launch.grid.x, launch.grid.y, launch.grid.z)
        dispatch.threadgroup = (launch.threadgroup.x, launch.threadgroup.y, launch.threadgroup.z)
        dispatch.buffers = buffers.baseAddress
        dispatch.buffer_count = buffers.count
        dispatch.threadgroup_memory = memory.baseAddress
        dispatch.threadgroup_memory_count = memory.count
        var error: OpaquePointer?
        if !handle.functions.enigma_kernel_dispatch(handle.pointer, &dispatch, &error) {
            throw DeviceError(takingOwnershipOf: error, functions: handle.functions)
        }
    }
}

/// An object of libenigma, destroyed with its last reference. The objects are immutable and may be used from
/// any thread (enigma.h), and so may the table of functions.
private final class Handle: @unchecked Sendable {
    let functions: enigma_functions
    let pointer: OpaquePointer
    private let destroy: (OpaquePointer?) -> Void

    init(
        _ functions: enigma_functions, destroy: @escaping (OpaquePointer?) -> Void,
        create: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws {
        var error: OpaquePointer?
        guard let created = create(&error) else {
            throw DeviceError(takingOwnershipOf: error, functions: functions)
        }
        self.functions = functions
        self.destroy = destroy
        pointer = created
    }

    deinit { destroy(pointer) }
}

/// libenigma returns null only for what does not exist.
private func string(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }

extension DeviceError {
    fileprivate init(takingOwnershipOf error: OpaquePointer?, functions: enigma_functions) {
        guard let error else {
            self.init(.unavailable, "libenigma failed without saying why")
            return
        }
        defer { functions.enigma_error_destroy(error) }
        let kind: Kind =
            switch functions.enigma_error_get_code(error) {
            case ENIGMA_ERROR_FILE, ENIGMA_ERROR_INVALID_LIBRARY: .library
            case ENIGMA_ERROR_NO_SUCH_FUNCTION: .noSuchFunction
            case ENIGMA_ERROR_INVALID_KERNEL: .kernel
            default: .launch
            }
        self.init(kind, string(functions.enigma_error_message(error)))
    }
}

extension enigma_constant {
    fileprivate init(_ constant: FunctionConstantValue) {
        self.init()
        index = constant.index
        switch constant.number {
        case .bool(let flag): (kind, value.as_bool) = (ENIGMA_CONSTANT_BOOL, flag)
        case .int(let integer): (kind, value.as_int) = (ENIGMA_CONSTANT_INT, integer)
        case .uint(let integer): (kind, value.as_uint) = (ENIGMA_CONSTANT_UINT, integer)
        case .float(let real): (kind, value.as_float) = (ENIGMA_CONSTANT_FLOAT, real)
        }
    }
}
