// Scalar element types, from the table that the compiler is built with.
import CEnigma

/// A scalar element type of the kernel language: `f32`, `u8`, …
public struct DType: Sendable, Hashable, CustomStringConvertible {
    /// What arithmetic a dtype has.
    public enum Kind: Sendable { case float, bfloat, signedInt, unsignedInt, bool }

    /// Spelling in manifests: "f32".
    public let name: String
    /// Scalar type in the Metal Shading Language: "float".
    public let metalName: String
    /// Size and alignment of one element in memory.
    public let byteCount: Int
    public let kind: Kind
    /// The code of this type in Metal's MTLDataType.
    package let metalDataType: UInt

    /// Every dtype.
    public static let all: [DType] = {
        var count = 0
        let rows = UnsafeBufferPointer(start: enigma_dtype_rows(&count), count: count)
        return rows.map(DType.init(row:))
    }()

    /// The dtype called `name`, if there is one.
    public init?(named name: String) {
        guard let found = DType.all.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    private init(row: enigma_dtype_row) {
        name = String(cString: row.name)
        metalName = String(cString: row.metal)
        byteCount = Int(row.bytes)
        metalDataType = UInt(row.mtl_data_type)
        switch row.kind {
        case ENIGMA_DTYPE_Float: kind = .float
        case ENIGMA_DTYPE_BFloat: kind = .bfloat
        case ENIGMA_DTYPE_SignedInt: kind = .signedInt
        case ENIGMA_DTYPE_UnsignedInt: kind = .unsignedInt
        default: kind = .bool
        }
    }

    public var description: String { name }
}
