// The part of Metal that MetalDevice.swift uses, declared as Apple's SDK declares it, so that the file can be
// compiled, and run against a stand-in, where there is no Metal.
import Dispatch

public typealias __DispatchData = DispatchData

public protocol MTLDevice: AnyObject, Sendable {
    var name: String { get }
    func makeCommandQueue() -> (any MTLCommandQueue)?
    func makeLibrary(data: __DispatchData) throws -> any MTLLibrary
    func makeComputePipelineState(function computeFunction: any MTLFunction) throws -> any MTLComputePipelineState
    func makeBuffer(
        bytesNoCopy pointer: UnsafeMutableRawPointer, length: Int, options: MTLResourceOptions,
        deallocator: ((UnsafeMutableRawPointer, Int) -> Void)?
    ) -> (any MTLBuffer)?
}

public protocol MTLLibrary: AnyObject, Sendable {
    var functionNames: [String] { get }
    func makeFunction(name: String, constantValues: MTLFunctionConstantValues) throws -> any MTLFunction
}

public protocol MTLFunction: AnyObject, Sendable {}
public protocol MTLBuffer: AnyObject, Sendable {}

public protocol MTLComputePipelineState: AnyObject, Sendable {
    var maxTotalThreadsPerThreadgroup: Int { get }
}

public protocol MTLCommandQueue: AnyObject, Sendable {
    func makeCommandBuffer() -> (any MTLCommandBuffer)?
}

public typealias MTLCommandBufferHandler = @Sendable (any MTLCommandBuffer) -> Void

public protocol MTLCommandBuffer: AnyObject {
    var error: (any Error)? { get }
    func makeComputeCommandEncoder() -> (any MTLComputeCommandEncoder)?
    func addCompletedHandler(_ block: @escaping MTLCommandBufferHandler)
    func commit()
}

public protocol MTLComputeCommandEncoder: AnyObject {
    func setComputePipelineState(_ state: any MTLComputePipelineState)
    func setBytes(_ bytes: UnsafeRawPointer, length: Int, index: Int)
    func setBuffer(_ buffer: (any MTLBuffer)?, offset: Int, index: Int)
    func setThreadgroupMemoryLength(_ length: Int, index: Int)
    func dispatchThreads(_ threadsPerGrid: MTLSize, threadsPerThreadgroup: MTLSize)
    func endEncoding()
}

public struct MTLSize: Sendable {
    public var width: Int
    public var height: Int
    public var depth: Int
}

public func MTLSizeMake(_ width: Int, _ height: Int, _ depth: Int) -> MTLSize {
    MTLSize(width: width, height: height, depth: depth)
}

public struct MTLResourceOptions: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let storageModeShared = MTLResourceOptions([])
}

/// Apple's is an enum with a failable initialiser from its raw value too.
public struct MTLDataType: Sendable, Hashable {
    public let rawValue: UInt
    public init?(rawValue: UInt) { self.rawValue = rawValue }
}

open class MTLFunctionConstantValues {
    /// What was set, for tests to look at.
    public private(set) var values: [Int: (type: MTLDataType, byte: UInt8)] = [:]

    public init() {}

    public func setConstantValue(_ value: UnsafeRawPointer, type: MTLDataType, index: Int) {
        values[index] = (type, value.load(as: UInt8.self))
    }
}

/// There is none here.
public func MTLCreateSystemDefaultDevice() -> (any MTLDevice)? { nil }
