// SHA-256, from whoever has it.

#if canImport(CryptoKit)
import CryptoKit

func sha256(of bytes: [UInt8]) throws -> String {
    hexadecimal(SHA256.hash(data: bytes))
}
#else
func sha256(of bytes: [UInt8]) throws -> String {
    let functions = try Libenigma.functions()
    var digest = [UInt8](repeating: 0, count: 32)
    functions.enigma_sha256(bytes, bytes.count, &digest)
    return hexadecimal(digest)
}
#endif

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
