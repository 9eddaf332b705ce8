// Memory that kernels read and write.

/// Memory shared by the host and a device, of a fixed size.
///
/// It is the host's own memory, aligned to pages, so that every device uses it in place. As with Metal's own
/// buffers, its contents must not be touched while a launch that binds it runs; keeping to that is the
/// caller's part, and what makes a buffer `Sendable`.
public final class Buffer: @unchecked Sendable {
    /// Size in bytes.
    public let length: Int
    /// Whole pages; at least one.
    package let capacity: Int
    package let memory: UnsafeMutableRawPointer

    /// Apple silicon's page; a multiple of every other page in use.
    private static let pageSize = 16384

    /// A buffer of zeros.
    public init(length: Int) {
        precondition(length >= 0, "a buffer's length cannot be negative")
        self.length = length
        capacity = max(1, (length + Buffer.pageSize - 1) / Buffer.pageSize) * Buffer.pageSize
        memory = .allocate(byteCount: capacity, alignment: Buffer.pageSize)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    }

    /// A buffer with these contents.
    public convenience init(bytes: [UInt8]) {
        self.init(length: bytes.count)
        withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }

    /// A buffer with these elements.
    public convenience init<Element: BitwiseCopyable>(_ elements: [Element]) {
        self.init(length: elements.count * MemoryLayout<Element>.stride)
        elements.withUnsafeBytes { source in withUnsafeMutableBytes { $0.copyMemory(from: source) } }
    }

    deinit { memory.deallocate() }

    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: memory, count: length))
    }

    public func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try body(UnsafeMutableRawBufferPointer(start: memory, count: length))
    }

    /// The contents as elements of a type; what does not fill an element at the end is left out.
    public func array<Element: BitwiseCopyable>(of type: Element.Type) -> [Element] {
        let count = length / MemoryLayout<Element>.stride
        return (0..<count).map { memory.load(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: type) }
    }

    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
