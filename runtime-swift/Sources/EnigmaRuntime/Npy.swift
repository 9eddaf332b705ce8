// NumPy's .npy files, versions 1 and 2, C order (NumPy Enhancement Proposal 1).

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An array as a `.npy` file holds it.
public struct NpyArray: Sendable, Hashable {
    /// NumPy's type string: "<f4".
    public let descr: String
    public let shape: [Int]
    public let bytes: [UInt8]

    /// An array of a dtype; bf16 is written as bit patterns (`uint16`).
    public init(dtype: DType, shape: [Int], bytes: [UInt8]) {
        descr = NpyArray.descr(of: dtype)
        self.shape = shape
        self.bytes = bytes
    }

    /// Whether the array can stand for `dtype`: bf16 travels as bit patterns, b1 as one byte an element.
    public func matches(_ dtype: DType) -> Bool {
        if dtype.kind == .bool && descr == "|u1" { return true }
        if dtype.kind == .bfloat && (descr == "<V2" || descr == "|V2") { return true }
        return descr == NpyArray.descr(of: dtype)
    }

    static func descr(of dtype: DType) -> String {
        let order = dtype.byteCount == 1 ? "|" : "<"
        let letter =
            switch dtype.kind {
            case .float: "f"
            case .signedInt: "i"
            case .unsignedInt, .bfloat: "u"
            case .bool: "b"
            }
        return "\(order)\(letter)\(dtype.byteCount)"
    }
}

/// A `.npy` file that cannot be read exactly, or not written.
public enum NpyError: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(path: String)
    case unwritable(path: String)
    case malformed(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read '\(path)'"
        case .unwritable(let path): "cannot write '\(path)'"
        case .malformed(let path, let reason): "\(path): \(reason)"
        }
    }
}

extension NpyArray {
    public init(contentsOf path: String) throws {
        guard let file = try? readFile(path) else { throw NpyError.unreadable(path: path) }
        func malformed(_ reason: String) -> NpyError { .malformed(path: path, reason: reason) }
        guard file.count >= 12, file.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw malformed("not a .npy file")
        }
        guard file[6] == 1 || file[6] == 2 else { throw malformed(".npy version \(file[6]) is not supported") }
        let start = file[6] == 1 ? 10 : 12
        let length = file[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard start + length <= file.count else { throw malformed("the .npy header is cut off") }
        let header = NpyHeader(text: String(decoding: file[start..<start + length], as: UTF8.self))
        guard let descr = header.descr else { throw malformed("only arrays of plain numbers are supported") }
        guard let shape = header.shape else { throw malformed("malformed shape in the .npy header") }
        if header.isFortranOrder {
            throw malformed("the array is in Fortran order; save numpy.ascontiguousarray(array)")
        }
        if descr.hasPrefix(">") { throw malformed("NumPy type '\(descr)' is big-endian") }
        guard let itemSize = Int(descr.dropFirst(2)) else { throw malformed("NumPy type '\(descr)' is not supported") }
        let size = shape.reduce(Optional(itemSize)) { size, extent in
            size.flatMap { size in
                let (product, overflow) = size.multipliedReportingOverflow(by: extent)
                return overflow ? nil : product
            }
        }
        guard let size else { throw malformed("the shape is too large") }
        guard file.count - start - length == size else {
            throw malformed("has \(file.count - start - length) bytes of elements, its shape needs \(size)")
        }
        (self.descr, self.shape, bytes) = (descr, shape, Array(file[(start + length)...]))
    }

    public func write(to path: String) throws {
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(extents)), }"
        // The elements start at a multiple of 64, as NumPy has it.
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        let length = header.utf8.count
        let prefix: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
        do {
            try Data(prefix + Array(header.utf8) + bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw NpyError.unwritable(path: path)
        }
    }
}

/// The header's Python dict, as far as NumPy writes it.
private struct NpyHeader {
    let text: String

    var descr: String? {
        guard let value = value(of: "descr"), let quote = value.first, quote == "'" || quote == "\"" else { return nil }
        let rest = value.dropFirst()
        guard let end = rest.firstIndex(of: quote) else { return nil }
        return String(rest[..<end])
    }

    var isFortranOrder: Bool { value(of: "fortran_order")?.hasPrefix("True") ?? false }

    var shape: [Int]? {
        guard let value = value(of: "shape"), value.first == "(", let end = value.firstIndex(of: ")") else {
            return nil
        }
        let extents = value[..<end].dropFirst().split(separator: ",").map { $0.filter { $0 != " " } }
        let numbers = extents.filter { !$0.isEmpty }.map { Int($0) }
        let known = numbers.compactMap { $0 }.filter { $0 >= 0 }
        return known.count == numbers.count ? known : nil
    }

    private func value(of key: String) -> Substring? {
        for quote in ["'", "\""] {
            guard let found = text.firstRange(of: quote + key + quote) else { continue }
            guard let colon = text[found.upperBound...].firstIndex(of: ":") else { return nil }
            return text[text.index(after: colon)...].drop { $0 == " " }
        }
        return nil
    }
}
