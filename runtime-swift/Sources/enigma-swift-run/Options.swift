// The command line of enigma-swift-run.
import EnigmaRuntime

struct Options {
    var manifest = ""
    var kernel: String?
    var device = "default"
    /// By parameter; a later option replaces an earlier one.
    var inputs: [String: String] = [:]
    var fills: [String: String] = [:]
    var scalars: [String: String] = [:]
    var constants: [String: String] = [:]
    var outputs: [String: String] = [:]
    var sizes: [String: String] = [:]
    var prints: [String] = []
    var grid: Extent?
    var block: Extent?

    enum Request {
        case help
        case run(Options)
    }

    static let usage = """
        usage: enigma-swift-run MANIFEST [KERNEL] [options]
          --in NAME=FILE.npy                  an input buffer
          --fill NAME=zeros|ones|arange       an input made here
          --scalar NAME=VALUE                 a Scalar parameter
          --constant NAME=VALUE               a function constant
          --size NAME=COUNT                   elements of a buffer that no file gives
          --out NAME=FILE.npy                 write this buffer afterwards
          --print NAME[:N]                    print the first N elements
          --grid X[,Y[,Z]]                    threads of the grid
          --block X[,Y[,Z]]                   threads of a threadgroup
          --device cpu|metal                  where to run; default: Metal where there is one
        """

    static func parse(_ arguments: [String]) throws -> Request {
        var options = Options()
        var positional: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" { return .help }
            guard argument.hasPrefix("--") else {
                positional.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1)
            // Both `--grid 8` and `--grid=8`.
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw Failure(.wrongCommandLine, "\(argument) needs a value")
            }
            try options.set(String(parts[0]), to: value)
        }
        guard (1...2).contains(positional.count) else {
            throw Failure(.wrongCommandLine, "expected a manifest and at most one kernel\n\(usage)")
        }
        options.manifest = positional[0]
        options.kernel = positional.count > 1 ? positional[1] : nil
        return .run(options)
    }

    private mutating func set(_ option: String, to value: String) throws {
        switch option {
        case "--in": try assign(value, to: \.inputs, option)
        case "--fill": try assign(value, to: \.fills, option)
        case "--scalar": try assign(value, to: \.scalars, option)
        case "--constant": try assign(value, to: \.constants, option)
        case "--out": try assign(value, to: \.outputs, option)
        case "--size": try assign(value, to: \.sizes, option)
        case "--print": prints.append(value)
        case "--grid": grid = try Options.extent(value, option)
        case "--block": block = try Options.extent(value, option)
        case "--device" where value == "cpu" || value == "metal": device = value
        case "--device": throw Failure(.wrongCommandLine, "--device: expected cpu or metal, not '\(value)'")
        default: throw Failure(.wrongCommandLine, "there is no option '\(option)'\n\(Options.usage)")
        }
    }

    private mutating func assign(
        _ text: String, to list: WritableKeyPath<Options, [String: String]>, _ option: String
    ) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Failure(.wrongCommandLine, "\(option): expected NAME=VALUE, not '\(text)'")
        }
        self[keyPath: list][String(parts[0])] = String(parts[1])
    }

    private static func extent(_ text: String, _ option: String) throws -> Extent {
        let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt32($0) ?? 0 }
        guard (1...3).contains(sizes.count), !sizes.contains(0) else {
            throw Failure(.wrongCommandLine, "\(option): expected X[,Y[,Z]] with positive sizes, not '\(text)'")
        }
        return Extent(sizes[0], sizes.count > 1 ? sizes[1] : 1, sizes.count > 2 ? sizes[2] : 1)
    }

    /// A non-negative decimal integer.
    static func count(_ text: String, _ option: String) throws -> Int {
        guard let count = Int(text), count >= 0 else {
            throw Failure(.wrongCommandLine, "\(option): '\(text)' is not a count")
        }
        return count
    }

    static func number(_ text: String, _ option: String) throws -> Number {
        guard let number = Number(parsing: text) else {
            throw Failure(.wrongCommandLine, "\(option): '\(text)' is not a number")
        }
        return number
    }
}
