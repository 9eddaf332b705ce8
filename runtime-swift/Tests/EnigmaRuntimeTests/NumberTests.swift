// Numbers in memory and in print, and .npy files.
import EnigmaRuntime
import Foundation
import XCTest

final class NumberTests: XCTestCase {
    private func dtype(_ name: String) throws -> DType { try XCTUnwrap(DType(named: name)) }

    func testElementTypes() throws {
        let vector = try XCTUnwrap(ElementType(named: "f32x3"))
        XCTAssertEqual(vector.description, "f32x3")
        XCTAssertEqual([vector.width, vector.byteCount], [3, 16])
        XCTAssertEqual(ElementType(named: "u8x2")?.byteCount, 2)
        XCTAssertEqual(ElementType(named: "i64")?.byteCount, 8)
        for name in ["f32x", "f32x1", "f32x5", "f32x22", "f32x2x2", "x2", ""] { XCTAssertNil(ElementType(named: name)) }
    }

    func testTheDTypeTable() throws {
        XCTAssertEqual(DType.all.count, 12)
        XCTAssertEqual(try dtype("f16").metalName, "half")
        XCTAssertEqual(DType.all.map(\.byteCount), [4, 2, 2, 1, 1, 2, 2, 4, 4, 8, 8, 1])
        XCTAssertNil(DType(named: "f64"))
    }

    func testFloatsRoundToNearestEven() throws {
        func bits(_ value: Double, _ name: String) throws -> UInt64 {
            try Number.float(value).encoded(as: dtype(name)).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let cases: [(Double, String, UInt64)] = [
            (1, "f32", 0x3f80_0000), (-2.5, "f32", 0xc020_0000), (0.1, "f32", 0x3dcc_cccd),
            (1e39, "f32", 0x7f80_0000), (1e-45, "f32", 1), (-0.0, "f32", 0x8000_0000),
            (1, "f16", 0x3c00), (65504, "f16", 0x7bff), (65520, "f16", 0x7c00), (6e-8, "f16", 1),
            (0.000061, "f16", 0x03ff), (2049, "f16", 0x6800), (2051, "f16", 0x6802),
            (1, "bf16", 0x3f80), (1.00390625, "bf16", 0x3f80), (1.01171875, "bf16", 0x3f82),
            (.infinity, "bf16", 0x7f80), (.nan, "f16", 0x7e00),
        ]
        for (value, name, expected) in cases { XCTAssertEqual(try bits(value, name), expected, "\(value) as \(name)") }
        // Against the hardware's conversion.
        for step in -2000...2000 {
            let value = Double(step) * 1.2345e-3 * Double(step * step)
            XCTAssertEqual(try bits(value, "f32"), UInt64(Float(value).bitPattern))
        }
    }

    func testEveryHalfSurvives() throws {
        for name in ["f16", "bf16"] {
            let dtype = try dtype(name)
            for pattern in UInt16.min...UInt16.max {
                let bytes = [UInt8(pattern & 0xff), UInt8(pattern >> 8)]
                let number = Number(decoding: bytes, as: dtype)
                if case .float(let value) = number, value.isNaN { continue }
                XCTAssertEqual(try number.encoded(as: dtype), bytes)
            }
        }
    }

    func testIntegersHaveToFit() throws {
        XCTAssertEqual(try Number.int(-1).encoded(as: dtype("i16")), [0xff, 0xff])
        XCTAssertEqual(try Number.int(255).encoded(as: dtype("u8")), [255])
        XCTAssertEqual(try Number.uint(.max).encoded(as: dtype("u64")), [UInt8](repeating: 255, count: 8))
        XCTAssertEqual(try Number.bool(true).encoded(as: dtype("b1")), [1])
        XCTAssertEqual(Number(decoding: [0x80], as: try dtype("i8")), -128)
        let misfits: [(Number, String)] = [
            (256, "u8"), (-1, "u32"), (128, "i8"), (-129, "i8"), (2, "b1"), (1.5, "i32"),
        ]
        for (number, name) in misfits {
            XCTAssertThrowsError(try number.encoded(as: dtype(name))) {
                XCTAssertEqual("\($0)", "\(number) is not a value of \(name)")
            }
        }
    }

    func testNumbersReadAndPrint() {
        XCTAssertEqual(Number(parsing: "-3"), -3)
        XCTAssertEqual(Number(parsing: "18446744073709551615"), .uint(.max))
        XCTAssertEqual(Number(parsing: "2.5"), 2.5)
        XCTAssertEqual(Number(parsing: "true"), true)
        XCTAssertNil(Number(parsing: "two"))
        let texts: [(Double, String)] = [
            (1, "1"), (0.1, "0.1"), (100000, "1e+05"), (123456, "123456"), (-2.5, "-2.5"), (1e20, "1e+20"),
            (0.0001, "1e-04"), (0.00012, "0.00012"), (1.5e-7, "1.5e-07"), (16_777_216, "16777216"), (0, "0"),
            (-.infinity, "-inf"), (1000, "1000"),
        ]
        for (value, text) in texts { XCTAssertEqual(Number.float(value).shortText, text) }
    }

    func testNpyFilesSurvive() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("enigma-\(UUID().uuidString).npy").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (name, descr) in [("f32", "<f4"), ("bf16", "<u2"), ("i8", "|i1"), ("b1", "|b1"), ("u64", "<u8")] {
            let dtype = try dtype(name)
            for shape in [[], [5], [2, 3]] {
                let size = shape.reduce(dtype.byteCount, *)
                let array = NpyArray(dtype: dtype, shape: shape, bytes: (0..<size).map { UInt8($0) })
                try array.write(to: path)
                let read = try NpyArray(contentsOf: path)
                XCTAssertEqual(read, array)
                XCTAssertEqual(read.descr, descr)
                XCTAssertTrue(read.matches(dtype))
            }
        }
        XCTAssertFalse(NpyArray(dtype: try dtype("f32"), shape: [], bytes: [0, 0, 0, 0]).matches(try dtype("i32")))
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        for length in 0..<whole.count {
            try Data(whole[..<length]).write(to: URL(fileURLWithPath: path))
            XCTAssertThrowsError(try NpyArray(contentsOf: path)) { XCTAssertTrue($0 is NpyError) }
        }
    }
}
