// Sizes of grids and threadgroups.

/// Threads along x, y and z; each at least 1.
public struct Extent: Sendable, Hashable, CustomStringConvertible {
    public var x: UInt32
    public var y: UInt32
    public var z: UInt32

    public init(_ x: UInt32, _ y: UInt32 = 1, _ z: UInt32 = 1) {
        (self.x, self.y, self.z) = (x, y, z)
    }

    /// All threads; nil when the number does not fit.
    public var count: Int? {
        let (plane, overflow) = Int(x).multipliedReportingOverflow(by: Int(y))
        let (volume, overflow2) = plane.multipliedReportingOverflow(by: Int(z))
        return overflow || overflow2 ? nil : volume
    }

    public var description: String { "\(x),\(y),\(z)" }
}

extension Extent: Decodable {
    public init(from decoder: any Decoder) throws {
        let sizes = try decoder.singleValueContainer().decode([UInt32].self)
        guard sizes.count == 3, !sizes.contains(0) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected three positive integers"))
        }
        self.init(sizes[0], sizes[1], sizes[2])
    }
}
