// Finds and opens libenigma.
import CEnigma

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// libenigma could not be opened.
public struct LibenigmaError: Error, Sendable, CustomStringConvertible {
    /// Each place that was tried and what was wrong with it.
    public let attempts: [String]
    public var description: String {
        "libenigma was not found; set ENIGMA_LIBRARY_DIR to its folder (tried: \(attempts.joined(separator: "; ")))"
    }
}

/// libenigma's functions, opened once for the process.
///
/// `$ENIGMA_LIBRARY_DIR` alone counts when it is set. Otherwise debug builds look into the build of their own
/// checkout first, and then the system's loader searches as it does for every library.
enum Libenigma {
    #if canImport(Darwin)
    private static let fileName = "libenigma.1.dylib"
    #else
    private static let fileName = "libenigma.so.1"
    #endif

    /// The functions are read-only after loading.
    private nonisolated(unsafe) static let loaded = load(candidates)

    static func functions() throws -> enigma_functions {
        try loaded.get().pointee
    }

    private static var candidates: [String] {
        if let folder = ProcessInfo.processInfo.environment["ENIGMA_LIBRARY_DIR"], !folder.isEmpty {
            return ["\(folder)/\(fileName)"]
        }
        let checkout = enigma_checkout_library_dir().map { "\(String(cString: $0))/\(fileName)" }
        return [checkout, fileName].compactMap { $0 }
    }

    static func load(_ candidates: [String]) -> Result<UnsafePointer<enigma_functions>, LibenigmaError> {
        var attempts: [String] = []
        for candidate in candidates {
            var reason = [CChar](repeating: 0, count: 1024)
            if let functions = enigma_functions_load(candidate, &reason, reason.count) {
                return .success(functions)
            }
            attempts.append(String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return .failure(LibenigmaError(attempts: attempts))
    }
}
