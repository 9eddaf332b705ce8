// Binds the command line to a kernel, runs it, reports.
import EnigmaRuntime

/// One run of the tool.
struct Session {
    private let options: Options
    private let program: Program
    private let steps: [Step]

    /// A launch whose buffers are shared with the others by name.
    private struct Step {
        let kernel: Manifest.Kernel
        let grid: Extent
        let block: Extent
        /// The name on the command line of each parameter.
        let names: [(shared: String, parameter: Manifest.Parameter)]
        /// Shared names of memory that is made here where the command line does not say otherwise.
        let intermediates: [String]
    }

    /// Memory and how it is written to a file.
    private struct Storage {
        let buffer: Buffer
        let shape: [Int]
    }

    init(_ options: Options) throws {
        self.options = options
        program = try Program(manifest: options.manifest, device: Session.device(options.device))
        steps = try Session.plan(program.manifest, options)
        try checkNames()
    }

    private static func device(_ name: String) throws -> any Device {
        #if canImport(Metal)
        if name != "cpu" { return try MetalDevice() }
        #else
        if name == "metal" { throw Failure(.wrongEnvironment, "there is no Metal on this system") }
        #endif
        return try CPUDevice()
    }

    func run() async throws {
        let buffers = try makeBuffers()
        var numbers: [String: Number] = [:]
        for (name, text) in options.scalars { numbers[name] = try Options.number(text, "--scalar \(name)") }
        for step in steps {
            let kernel = try program.kernel(step.kernel.name, constants: constants(of: step.kernel))
            var arguments: [String: Argument] = [:]
            for (name, parameter) in step.names {
                arguments[parameter.name] =
                    buffers[name].map { .buffer($0.buffer) } ?? numbers[name].map { .scalar($0) }
            }
            try await kernel.run(arguments, grid: step.grid, block: step.block)
        }
        for (name, path) in options.outputs.sorted(by: { $0.key < $1.key }) { try write(buffers, name, to: path) }
        for request in options.prints { try print(buffers, request) }
    }

    // MARK: Planning

    private static func plan(_ manifest: Manifest, _ options: Options) throws -> [Step] {
        if let launches = try launches(manifest, options) {
            return try launches.compactMap { launch in
                try manifest.kernel(named: launch.kernel).map { try step($0, launch, options) }
            }
        }
        let names = manifest.kernels.map(\.pythonName).joined(separator: ", ")
        guard let name = options.kernel ?? (manifest.kernels.count == 1 ? manifest.kernels[0].name : nil) else {
            throw Failure(.wrongInput, "which kernel? There are \(names)")
        }
        guard let kernel = manifest.kernel(named: name) else {
            throw Failure(.wrongInput, "no kernel is called '\(name)'; there are \(names)")
        }
        return [try step(kernel, nil, options)]
    }

    /// The launches of the export that is meant, or nil where a kernel is.
    private static func launches(_ manifest: Manifest, _ options: Options) throws -> [Manifest.Launch]? {
        if let name = options.kernel {
            let launches = manifest.launches.filter { $0.export == name }
            return manifest.kernel(named: name) == nil && !launches.isEmpty ? launches : nil
        }
        let exports = Set(manifest.launches.map { $0.export ?? "" }).sorted()
        guard exports.count < 2 else {
            throw Failure(.wrongInput, "which export? There are \(exports.joined(separator: ", "))")
        }
        return manifest.launches.isEmpty ? nil : manifest.launches
    }

    private static func step(_ kernel: Manifest.Kernel, _ launch: Manifest.Launch?, _ options: Options) throws -> Step {
        func choose(_ extent: Extent?, _ option: String) throws -> Extent {
            guard let extent else {
                throw Failure(
                    .wrongInput,
                    "kernel '\(kernel.pythonName)' has no default \(option); give --\(option) X[,Y[,Z]]")
            }
            return extent
        }
        return Step(
            kernel: kernel,
            grid: try choose(options.grid ?? launch?.grid ?? kernel.grid, "grid"),
            block: try choose(options.block ?? launch?.block ?? kernel.block, "block"),
            names: kernel.parameters.map { parameter in
                (launch?.bindings.first { $0.value == parameter.index }?.key ?? parameter.name, parameter)
            },
            intermediates: launch?.intermediates ?? [])
    }

    private func parameter(_ name: String) -> Manifest.Parameter? {
        steps.lazy.flatMap(\.names).first { $0.shared == name }?.parameter
    }

    /// A name means the same kind of parameter in every launch.
    private func checkLaunchesAgree() throws {
        for (name, parameter) in steps.flatMap(\.names) {
            guard let first = self.parameter(name), first.kind != parameter.kind || first.element != parameter.element
            else {
                continue
            }
            throw Failure(
                .wrongInput,
                "parameter '\(name)' is a \(first.element) \(first.kind.rawValue) in one launch and a "
                    + "\(parameter.element) \(parameter.kind.rawValue) in another")
        }
    }

    private func checkNames() throws {
        try checkLaunchesAgree()
        let prints = options.prints.map { (Session.printed($0).name, "") }
        let buffers =
            [("--in", options.inputs), ("--fill", options.fills), ("--out", options.outputs)]
            + [("--size", options.sizes), ("--print", Dictionary(prints) { first, _ in first })]
        for (option, names) in buffers { try checkNames(names, option, .buffer) }
        try checkNames(options.scalars, "--scalar", .scalar)
        for name in options.constants.keys.sorted()
        where !steps.contains(where: { step in step.kernel.functionConstants.contains { $0.isMeant(by: name) } }) {
            throw Failure(.wrongInput, "--constant: there is no function constant '\(name)'")
        }
    }

    private func checkNames(_ names: [String: String], _ option: String, _ kind: Manifest.Parameter.Kind) throws {
        for name in names.keys.sorted() {
            guard let parameter = parameter(name) else {
                let known = Set(steps.flatMap { $0.names.map(\.shared) }).sorted().joined(separator: ", ")
                throw Failure(.wrongInput, "\(option): there is no parameter '\(name)'; there are \(known)")
            }
            guard parameter.kind == kind else {
                throw Failure(
                    .wrongInput, "\(option): parameter '\(name)' is a \(parameter.element) \(parameter.kind.rawValue)")
            }
        }
    }

    private func constants(of kernel: Manifest.Kernel) throws -> [String: Number] {
        let known = options.constants.filter { name, _ in kernel.functionConstants.contains { $0.isMeant(by: name) } }
        return try Dictionary(
            uniqueKeysWithValues: known.map { ($0.key, try Options.number($0.value, "--constant \($0.key)")) })
    }

    // MARK: Buffers

    private func makeBuffers() throws -> [String: Storage] {
        var buffers: [String: Storage] = [:]
        for step in steps {
            for (name, parameter) in step.names where parameter.kind == .buffer && buffers[name] == nil {
                buffers[name] = try makeBuffer(name, parameter, step)
            }
        }
        return buffers
    }

    private func makeBuffer(_ name: String, _ parameter: Manifest.Parameter, _ step: Step) throws -> Storage {
        guard parameter.element.width == 1 else {
            throw Failure(
                .wrongInput, "buffer '\(name)' holds vectors (\(parameter.element)); run the kernel with enigma-run")
        }
        if let path = options.inputs[name] {
            if options.fills[name] != nil {
                throw Failure(.wrongInput, "buffer '\(name)' has both --in and --fill")
            }
            let array = try readInput(path, name, parameter)
            return Storage(buffer: Buffer(bytes: array.bytes), shape: array.shape)
        }
        let isMadeHere = options.outputs[name] != nil || step.intermediates.contains(name)
        guard let kind = options.fills[name] ?? (isMadeHere ? "zeros" : nil) else {
            throw Failure(
                .wrongInput,
                "parameter '\(name)' (\(parameter.dtype) buffer) is not bound; give --in \(name)=FILE.npy, "
                    + "--fill \(name)=zeros or --out \(name)=FILE.npy")
        }
        let count = try elementCount(name, parameter, step)
        let shape = parameter.shape.flatMap { options.sizes[name] == nil && parameter.bytes != nil ? $0 : nil }
        return Storage(buffer: try filled(kind, count, parameter.dtype, name), shape: shape ?? [count])
    }

    private func readInput(_ path: String, _ name: String, _ parameter: Manifest.Parameter) throws -> NpyArray {
        let array = try NpyArray(contentsOf: path)
        guard array.matches(parameter.dtype) else {
            throw Failure(.wrongInput, "buffer '\(name)' is \(parameter.dtype); \(path) holds '\(array.descr)'")
        }
        if let bytes = parameter.bytes, array.bytes.count != bytes {
            throw Failure(.wrongInput, "buffer '\(name)' has \(bytes) bytes; \(path) holds \(array.bytes.count)")
        }
        return array
    }

    private func elementCount(_ name: String, _ parameter: Manifest.Parameter, _ step: Step) throws -> Int {
        let known = parameter.bytes.map { $0 / parameter.dtype.byteCount }
        if let text = options.sizes[name] {
            let given = try Options.count(text, "--size \(name)")
            guard given >= known ?? 0 else {
                throw Failure(.wrongInput, "--size: buffer '\(name)' needs \(known ?? 0) elements, not \(given)")
            }
            guard given <= Int.max / 16 else { throw Failure(.wrongInput, "--size: buffer '\(name)' is too large") }
            return given
        }
        guard let count = known ?? step.grid.count, count <= Int.max / 16 else {
            throw Failure(.wrongInput, "buffer '\(name)': a grid of \(step.grid) threads is too large")
        }
        return count
    }

    private func filled(_ kind: String, _ count: Int, _ dtype: DType, _ name: String) throws -> Buffer {
        let isFloat = dtype.kind == .float || dtype.kind == .bfloat
        let element: (Int) throws -> [UInt8]
        switch kind {
        case "zeros": return Buffer(length: count * dtype.byteCount)
        case "ones":
            let one = try Number.int(1).encoded(as: dtype)
            element = { _ in one }
        case "arange":
            // Integers wrap at the dtype's width, booleans alternate.
            element = { index in
                if isFloat { return try Number.float(Double(index)).encoded(as: dtype) }
                let whole = dtype.kind == .bool ? index & 1 : index
                return (0..<dtype.byteCount).map { UInt8(truncatingIfNeeded: whole >> (8 * $0)) }
            }
        default:
            throw Failure(.wrongCommandLine, "--fill \(name): expected zeros, ones or arange, not '\(kind)'")
        }
        return Buffer(bytes: try (0..<count).flatMap(element))
    }

    // MARK: Reporting

    private func write(_ buffers: [String: Storage], _ name: String, to path: String) throws {
        guard let storage = buffers[name], let dtype = parameter(name)?.dtype else { return }
        try NpyArray(dtype: dtype, shape: storage.shape, bytes: storage.buffer.bytes).write(to: path)
    }

    /// "NAME:N" or "NAME"
    private static func printed(_ request: String) -> (name: String, count: String?) {
        guard let colon = request.lastIndex(of: ":") else { return (request, nil) }
        return (String(request[..<colon]), String(request[request.index(after: colon)...]))
    }

    private func print(_ buffers: [String: Storage], _ request: String) throws {
        let (name, limit) = Session.printed(request)
        guard let buffer = buffers[name]?.buffer, let dtype = parameter(name)?.dtype else { return }
        let count = try limit.map { try Options.count($0, "--print \(name)") } ?? .max
        let size = dtype.byteCount
        let texts = buffer.withUnsafeBytes { bytes in
            (0..<min(count, bytes.count / size)).map { index in
                Number(decoding: bytes[index * size..<(index + 1) * size], as: dtype).shortText
            }
        }
        Swift.print("\(name): \(texts.joined(separator: " "))")
    }
}

extension Manifest.FunctionConstant {
    func isMeant(by key: String) -> Bool { key == name || key == String(index) }
}
