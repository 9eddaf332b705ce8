// What a buffer holds: scalars, or vectors of 2 to 4 of them.

/// An element of a buffer: `f32`, or the vector `f32x4`.
public struct ElementType: Sendable, Hashable, CustomStringConvertible {
    /// The dtype of the components.
    public let dtype: DType
    /// The number of components; 1 for a scalar.
    public let width: Int

    /// The element type called `name`, if there is one.
    public init?(named name: String) {
        let parts = name.split(separator: "x", omittingEmptySubsequences: false)
        guard let dtype = DType(named: String(parts[0])), parts.count <= 2 else { return nil }
        self.dtype = dtype
        if parts.count == 1 {
            width = 1
        } else {
            guard ["2", "3", "4"].contains(parts[1]), let count = Int(parts[1]) else { return nil }
            width = count
        }
    }

    /// Size of an element in memory; a vector of 3 takes the room of 4.
    public var byteCount: Int { dtype.byteCount * (width == 3 ? 4 : width) }

    public var description: String { width == 1 ? dtype.name : "\(dtype.name)x\(width)" }
}
