// Numbers of any dtype: parsed, encoded to memory, decoded, printed.

/// A number whose dtype is decided where it is used.
public enum Number: Sendable, Hashable {
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case float(Double)
}

/// A number does not fit where it is used.
public struct NumberError: Error, CustomStringConvertible, Equatable {
    public let number: Number
    public let dtype: DType
    public var description: String { "\(number) is not a value of \(dtype)" }
}

extension Number: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Number: CustomStringConvertible {
    public var description: String {
        switch self {
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)"
        case .float(let value): "\(value)"
        }
    }

    /// Reads `true`, `false`, an integer or a floating-point number.
    public init?(parsing text: String) {
        if text == "true" || text == "false" {
            self = .bool(text == "true")
        } else if let value = Int64(text) {
            self = .int(value)
        } else if let value = UInt64(text) {
            self = .uint(value)
        } else if let value = Double(text) {
            self = .float(value)
        } else {
            return nil
        }
    }

    /// The value as a floating-point number, rounded where it has to be.
    var asDouble: Double {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .float(let value): value
        }
    }

    /// The bytes of this number as one `dtype`: integers must fit, floats are rounded to nearest even.
    public func encoded(as dtype: DType) throws -> [UInt8] {
        littleEndianBytes(of: try bits(as: dtype), count: dtype.byteCount)
    }

    private func bits(as dtype: DType) throws -> UInt64 {
        switch dtype.kind {
        case .float, .bfloat:
            return FloatFormat(dtype).encode(asDouble)
        case .bool:
            guard let value = exactInteger(UInt64.self), value <= 1 else { break }
            return value
        case .unsignedInt:
            guard let value = exactInteger(UInt64.self), value <= UInt64.max >> (64 - 8 * dtype.byteCount) else {
                break
            }
            return value
        case .signedInt:
            let limit = Int64.max >> (64 - 8 * dtype.byteCount)
            guard let value = exactInteger(Int64.self), value <= limit, value >= -limit - 1 else { break }
            return UInt64(bitPattern: value)
        }
        throw NumberError(number: self, dtype: dtype)
    }

    private func exactInteger<T: FixedWidthInteger>(_: T.Type) -> T? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .int(let value): T(exactly: value)
        case .uint(let value): T(exactly: value)
        case .float: nil
        }
    }

    /// The number that `bytes`, one element of `dtype`, stand for.
    public init(decoding bytes: some Collection<UInt8>, as dtype: DType) {
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch dtype.kind {
        case .float, .bfloat: self = .float(FloatFormat(dtype).decode(bits))
        case .bool: self = .uint(bits)
        case .unsignedInt: self = .uint(bits)
        case .signedInt:
            let unused = 64 - 8 * dtype.byteCount
            self = .int(Int64(bitPattern: bits << unused) >> unused)
        }
    }

    /// The shortest text that reads back as the same `f32`, or the integer: what enigma-run prints.
    public var shortText: String {
        guard case .float(let value) = self else { return description }
        return shortestText(Float(value))
    }
}

private func littleEndianBytes(of bits: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
}

/// The binary interchange formats: f32, f16 and bf16 differ in two widths only.
private struct FloatFormat {
    let exponentBits: Int
    let significandBits: Int

    init(_ dtype: DType) {
        switch (dtype.kind, dtype.byteCount) {
        case (.bfloat, _): (exponentBits, significandBits) = (8, 7)
        case (_, 2): (exponentBits, significandBits) = (5, 10)
        default: (exponentBits, significandBits) = (8, 23)
        }
    }

    private var bias: Int { 1 << (exponentBits - 1) - 1 }
    private var infinity: UInt64 { (1 << exponentBits - 1) << significandBits }

    func encode(_ value: Double) -> UInt64 {
        let sign: UInt64 = value.sign == .minus ? 1 << (exponentBits + significandBits) : 0
        if value.isNaN { return sign | infinity | 1 << (significandBits - 1) }
        if value.isInfinite { return sign | infinity }
        if value == 0 { return sign }
        // In units of the last place of the result, rounded; a carry moves into the exponent by itself.
        let exponent = max(Int(value.exponent), 1 - bias)
        let units = Double(sign: .plus, exponent: significandBits - exponent, significand: value.magnitude)
        let rounded = UInt64(units.rounded(.toNearestOrEven))
        let biased = UInt64(exponent + bias - 1) << significandBits
        return sign | min(biased + rounded, infinity)
    }

    func decode(_ bits: UInt64) -> Double {
        let magnitude = bits & (1 << (exponentBits + significandBits) - 1)
        let sign: FloatingPointSign = bits == magnitude ? .plus : .minus
        let significand = magnitude & (1 << significandBits - 1)
        if magnitude >= infinity {
            let special = significand == 0 ? Double.infinity : .nan
            return sign == .minus ? -special : special
        }
        let biased = Int(magnitude >> significandBits)
        let units = biased == 0 ? significand : significand | 1 << significandBits
        let exponent = max(biased, 1) - bias - significandBits
        return Double(sign: sign, exponent: exponent, significand: Double(units))
    }
}

/// Fixed or scientific notation, whichever is shorter, as C++'s `to_chars` chooses.
private func shortestText(_ value: Float) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let sign = value.sign == .minus ? "-" : ""
    if value == 0 { return sign + "0" }
    // Swift's description has the shortest digits too; only their arrangement differs.
    let parts = value.magnitude.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    var digits = Array(whole + fraction)
    while digits.count > 1, digits.first == "0" {
        digits.removeFirst()
        point -= 1
    }
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let fixed = fixedText(digits, point: point)
    let scientific = scientificText(digits, exponent: point - 1)
    return sign + (fixed.count <= scientific.count ? fixed : scientific)
}

private func fixedText(_ digits: [Character], point: Int) -> String {
    if point <= 0 { return "0." + String(repeating: "0", count: -point) + String(digits) }
    if point >= digits.count { return String(digits) + String(repeating: "0", count: point - digits.count) }
    return String(digits[..<point]) + "." + String(digits[point...])
}

private func scientificText(_ digits: [Character], exponent: Int) -> String {
    let fraction = digits.count > 1 ? "." + String(digits[1...]) : ""
    let magnitude = String(exponent.magnitude)
    let padded = magnitude.count < 2 ? "0" + magnitude : magnitude
    return String(digits[0]) + fraction + "e" + (exponent < 0 ? "-" : "+") + padded
}
