// enigma-swift-run: runs a manifest's kernels through EnigmaRuntime.
import EnigmaRuntime

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The exit statuses of all of the project's tools.
enum Status: Int32 {
    case wrongInput = 1
    case wrongCommandLine = 2
    case wrongEnvironment = 3
}

/// Ends the program with a message.
struct Failure: Error {
    let status: Status
    let message: String

    init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    /// What an error of the library means for the exit status.
    init(_ error: any Error) {
        let status: Status =
            switch error {
            case ManifestError.unreadable, NpyError.unreadable, NpyError.unwritable: .wrongEnvironment
            case is LibenigmaError: .wrongEnvironment
            case let error as DeviceError where error.kind == .unavailable: .wrongEnvironment
            default: .wrongInput
            }
        self.init(status, "\(error)")
    }
}

@main
struct EnigmaSwiftRun {
    static func main() async {
        do {
            switch try Options.parse(Array(CommandLine.arguments.dropFirst())) {
            case .help: print(Options.usage)
            case .run(let options): try await Session(options).run()
            }
        } catch {
            let failure = error as? Failure ?? Failure(error)
            let text = Array("enigma-swift-run: error: \(failure.message)\n".utf8)
            _ = write(STDERR_FILENO, text, text.count)
            exit(failure.status.rawValue)
        }
    }
}
