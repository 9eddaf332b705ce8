// A manifest and its metallib on a device: kernels called with named, checked arguments.

/// A module that enigmac compiled, loaded on a device.
///
///     let program = try Program(manifest: "out/saxpy.manifest.json", device: CPUDevice())
///     let saxpy = try program.kernel("saxpy")
///     try await saxpy.run(["X": .buffer(x), "Y": .buffer(y), "Out": .buffer(out), "alpha": 2.5], grid: Extent(4096))
public struct Program: Sendable {
    public let manifest: Manifest
    private let library: any Library

    /// Reads the manifest and its artifacts, checks them, and loads the metallib.
    public init(manifest path: String, device: any Device) throws {
        manifest = try Manifest.read(from: path)
        library = try device.makeLibrary(metallib: manifest.readMetallib(besideManifestAt: path))
    }

    /// Compiles the kernel with this Python or Metal name, with function constants by name or index.
    public func kernel(_ name: String, constants: [String: Number] = [:]) throws -> ProgramKernel {
        guard let description = manifest.kernel(named: name) else {
            throw ArgumentError("no kernel is called '\(name)'; there are \(list(manifest.kernels.map(\.pythonName)))")
        }
        for key in constants.keys where !description.functionConstants.contains(where: { $0.isCalled(key) }) {
            throw ArgumentError(
                "kernel '\(description.pythonName)' has no function constant '\(key)'; "
                    + "there are \(list(description.functionConstants.map(\.name)))")
        }
        return try ProgramKernel(
            description: description,
            kernel: library.makeKernel(named: description.name, constants: values(of: description, from: constants)))
    }

    private func values(of kernel: Manifest.Kernel, from constants: [String: Number]) throws -> [FunctionConstantValue]
    {
        try kernel.functionConstants.compactMap { constant in
            guard let given = constants.first(where: { constant.isCalled($0.key) }) else { return nil }
            do {
                return try FunctionConstantValue(index: constant.index, dtype: constant.dtype, number: given.value)
            } catch {
                throw ArgumentError("function constant '\(constant.name)': \(error)")
            }
        }
    }
}

extension Manifest.FunctionConstant {
    fileprivate func isCalled(_ key: String) -> Bool { key == name || key == String(index) }
}

/// A kernel of a program, ready to run.
public struct ProgramKernel: Sendable {
    /// What the manifest says about it.
    public let description: Manifest.Kernel
    private let kernel: any Kernel

    init(description: Manifest.Kernel, kernel: any Kernel) {
        self.description = description
        self.kernel = kernel
    }

    /// Runs the kernel with every parameter bound by name. Grid and block are in threads and default to the
    /// manifest's.
    public func run(_ arguments: [String: Argument], grid: Extent? = nil, block: Extent? = nil) async throws {
        let launch = KernelLaunch(
            grid: try choose(grid, description.grid, "grid"),
            threadgroup: try choose(block, description.block, "block"),
            bindings: try bindings(of: arguments))
        guard let threads = launch.threadgroup.count, threads <= description.maxThreadsPerThreadgroup else {
            throw ArgumentError(
                "kernel '\(description.pythonName)' allows \(description.maxThreadsPerThreadgroup) threads per "
                    + "threadgroup, not \(launch.threadgroup)")
        }
        try await kernel.run(launch)
    }

    private func choose(_ given: Extent?, _ known: Extent?, _ what: String) throws -> Extent {
        guard let extent = given ?? known else {
            throw ArgumentError("kernel '\(description.pythonName)' has no default \(what)")
        }
        guard extent.x > 0, extent.y > 0, extent.z > 0 else {
            throw ArgumentError("\(what) \(extent): sizes must be positive")
        }
        return extent
    }

    private func bindings(of arguments: [String: Argument]) throws -> [UInt32: KernelLaunch.Binding] {
        for name in arguments.keys.sorted() where !description.parameters.contains(where: { $0.name == name }) {
            throw ArgumentError(
                "there is no parameter '\(name)'; there are \(list(description.parameters.map(\.name)))")
        }
        var bindings: [UInt32: KernelLaunch.Binding] = [:]
        for parameter in description.parameters {
            guard let argument = arguments[parameter.name] else {
                throw ArgumentError("parameter '\(parameter.name)' (\(parameter.text)) is not bound")
            }
            bindings[parameter.index] = try parameter.binding(of: argument)
        }
        return bindings
    }
}

/// What a parameter is given.
public enum Argument: Sendable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
    case buffer(Buffer)
    case scalar(Number)

    public init(integerLiteral value: Int64) { self = .scalar(.int(value)) }
    public init(floatLiteral value: Double) { self = .scalar(.float(value)) }
    public init(booleanLiteral value: Bool) { self = .scalar(.bool(value)) }
}

/// A call that does not fit the manifest. The message names the parameter and says what was expected.
public struct ArgumentError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    public var description: String { message }

    package init(_ message: String) { self.message = message }
}

extension Manifest.Parameter {
    /// "f32 buffer"
    package var text: String { "\(element) \(kind.rawValue)" }

    fileprivate func binding(of argument: Argument) throws -> KernelLaunch.Binding {
        switch (kind, argument) {
        case (.buffer, .buffer(let buffer)):
            if let bytes, buffer.length < bytes {
                throw ArgumentError("buffer '\(name)' has \(buffer.length) bytes, the kernel uses \(bytes)")
            }
            return .buffer(buffer)
        case (.scalar, .scalar) where element.width > 1:
            throw ArgumentError("parameter '\(name)' is a \(text), not a number")
        case (.scalar, .scalar(let number)):
            do {
                return .bytes(try number.encoded(as: dtype))
            } catch {
                throw ArgumentError("scalar '\(name)': \(error)")
            }
        case (.buffer, .scalar):
            throw ArgumentError("parameter '\(name)' is a \(text), not a number")
        case (.scalar, .buffer):
            throw ArgumentError("parameter '\(name)' is a \(text), not a buffer")
        }
    }
}

package func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
}
