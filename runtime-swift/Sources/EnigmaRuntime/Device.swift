// What a device is, whether it is a GPU or not.

/// Something that runs kernels: `MetalDevice` or `CPUDevice`.
public protocol Device: Sendable {
    /// For people: "CPU (x86_64, 8 threads)", "Apple M4".
    var name: String { get }
    /// Loads a metallib.
    func makeLibrary(metallib: [UInt8]) throws -> any Library
}

/// A metallib on a device.
public protocol Library: Sendable {
    var functionNames: [String] { get }
    /// Compiles a kernel for the device. Constants without a value keep their defaults.
    func makeKernel(named name: String, constants: [FunctionConstantValue]) throws -> any Kernel
}

/// A kernel compiled for a device; it may be launched any number of times, also at the same time.
public protocol Kernel: Sendable {
    var name: String { get }
    var maxThreadsPerThreadgroup: Int { get }
    /// Runs the grid and returns when it is done.
    func run(_ launch: KernelLaunch) async throws
}

/// The value of a function constant of a given type.
public struct FunctionConstantValue: Sendable, Hashable {
    public let index: UInt32
    public let dtype: DType
    public let number: Number

    /// Throws when the number does not fit the type.
    public init(index: UInt32, dtype: DType, number: Number) throws {
        _ = try number.encoded(as: dtype)
        (self.index, self.dtype, self.number) = (index, dtype, number)
    }
}

/// One launch of a kernel: parameters by `[[buffer(N)]]`, sizes in threads.
public struct KernelLaunch: Sendable {
    /// What is bound at an index.
    public enum Binding: Sendable {
        case buffer(Buffer)
        /// A copy, for `constant T&` parameters; the kernel cannot write it.
        case bytes([UInt8])
    }

    public var grid: Extent
    public var threadgroup: Extent
    public var bindings: [UInt32: Binding]
    /// Bytes of each `[[threadgroup(N)]]` argument.
    public var threadgroupMemory: [UInt32: UInt32]

    public init(
        grid: Extent, threadgroup: Extent, bindings: [UInt32: Binding], threadgroupMemory: [UInt32: UInt32] = [:]
    ) {
        self.grid = grid
        self.threadgroup = threadgroup
        self.bindings = bindings
        self.threadgroupMemory = threadgroupMemory
    }
}

/// What a device refused, in its own words.
public struct DeviceError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable {
        case library, noSuchFunction, kernel, launch, unavailable
    }

    public let kind: Kind
    public let message: String
    public var description: String { message }

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
