// The manifest `enigma-manifest/1` in memory.

/// What an application needs in order to use a metallib: its kernels, their parameters and launch shapes, and
/// the artifacts beside it. The JSON Schema is docs/schema/manifest-1.json.
public struct Manifest: Sendable, Decodable {
    public static let schemaName = "enigma-manifest/1"

    public let module: String
    public let compiler: Compiler
    public let target: Target
    public let artifacts: Artifacts
    /// All targets, newest first, where the module was compiled for several; `target` and `artifacts` are then
    /// those of the oldest, which newer systems load as well.
    public let targets: [TargetArtifacts]?
    public let kernels: [Kernel]
    /// The dispatches of a module with several, in order.
    public let launches: [Launch]

    /// The kernel with this Python name or Metal name.
    public func kernel(named name: String) -> Kernel? {
        kernels.first { $0.pythonName == name || $0.name == name }
    }

    public struct Compiler: Sendable, Decodable {
        public let name: String
        public let version: String
    }

    /// What the module was compiled for.
    public struct Target: Sendable, Decodable {
        public let triple: String
        public let platform: String
        public let minOS: String
        public let air: String
        public let msl: String
        public let fastMath: Bool
        public let opt: Int
        public let toolchain: String

        private enum CodingKeys: String, CodingKey {
            case triple, platform, air, msl, opt, toolchain
            case minOS = "min_os"
            case fastMath = "fast_math"
        }
    }

    /// What one of several targets has; `name` is the one `enigmac --print-targets` lists.
    public struct TargetArtifacts: Sendable, Decodable {
        public let name: String
        public let target: Target
        public let artifacts: Artifacts
    }

    /// A file that belongs to the manifest; `path` is relative to the manifest's folder.
    public struct Artifact: Sendable, Hashable {
        public let path: String
        public let sha256: String
        public let size: Int
    }

    public struct Artifacts: Sendable, Decodable {
        public let metallib: Artifact?
        public let air: Artifact?
        public let metal: Artifact?

        /// Those there are, with their keys.
        var all: [(key: String, artifact: Artifact)] {
            [("metallib", metallib), ("air", air), ("metal", metal)].compactMap { key, artifact in
                artifact.map { (key, $0) }
            }
        }
    }

    public struct SourceLine: Sendable, Decodable {
        public let file: String
        public let line: Int
    }

    public struct Kernel: Sendable, Decodable {
        /// The Metal function.
        public let name: String
        public let pythonName: String
        public let source: SourceLine
        /// Nil where the caller decides.
        public let grid: Extent?
        public let block: Extent?
        public let parameters: [Parameter]
        public let functionConstants: [FunctionConstant]
        public let threadgroupMemoryBytes: Int
        public let maxThreadsPerThreadgroup: Int
        /// Hardware features beyond the target's baseline.
        public let requirements: [String]

        private enum CodingKeys: String, CodingKey {
            case name, source, grid, block
            case pythonName = "python_name"
            case parameters = "buffers"
            case functionConstants = "function_constants"
            case threadgroupMemoryBytes = "threadgroup_memory_bytes"
            case maxThreadsPerThreadgroup = "max_threads_per_threadgroup"
            case requirements = "requires"
        }
    }

    /// A kernel parameter: a buffer, or a scalar bound as a one-element constant buffer.
    public struct Parameter: Sendable, Decodable {
        public enum Kind: String, Sendable, Decodable { case buffer, scalar }
        public enum Access: String, Sendable, Decodable {
            case read, write
            case readWrite = "read_write"
        }

        public let name: String
        /// N of `[[buffer(N)]]`.
        public let index: UInt32
        public let kind: Kind
        /// What the buffer holds, or the scalar is.
        public let element: ElementType
        /// The dtype of the element's components.
        public var dtype: DType { element.dtype }
        /// Nil for scalars.
        public let access: Access?
        /// Nil where the compiler does not know.
        public let shape: [Int]?
        public let stride: [Int]?
        public let bytes: Int?
        public let alignment: Int?

        private enum CodingKeys: String, CodingKey {
            case name, index, kind, access, shape, stride, bytes, alignment
            case element = "dtype"
        }
    }

    public struct FunctionConstant: Sendable, Decodable {
        public let index: UInt32
        public let name: String
        public let dtype: DType
        /// Nil: the constant has to be given.
        public let defaultValue: Number?

        private enum CodingKeys: String, CodingKey {
            case index, name, dtype
            case defaultValue = "default"
        }
    }

    /// One dispatch of a program of several; `bindings` give each shared buffer's name its index. Who runs the
    /// program makes its intermediates, which start as zeros.
    public struct Launch: Sendable, Decodable {
        public let kernel: String
        /// The export that the launch belongs to.
        public let export: String?
        public let bindings: [String: UInt32]
        public let intermediates: [String]?
        public let grid: Extent?
        public let block: Extent?
    }

    private enum CodingKeys: String, CodingKey {
        case module, compiler, target, artifacts, targets, kernels, launches
    }
}

extension Manifest.Artifact: Decodable {
    private enum CodingKeys: String, CodingKey { case path, sha256, size }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        path = try fields.decode(String.self, forKey: .path)
        sha256 = try fields.decode(String.self, forKey: .sha256)
        size = try fields.decode(Int.self, forKey: .size)
        guard sha256.utf8.count == 64, sha256.allSatisfy({ "0123456789abcdef".contains($0) }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .sha256, in: fields, debugDescription: "expected 64 lower-case hexadecimal digits")
        }
        // A manifest describes its own folder; it must not be able to make a reader open other files.
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, !path.hasPrefix("/"), !parts.contains("..") else {
            throw DecodingError.dataCorruptedError(
                forKey: .path, in: fields, debugDescription: "expected a path inside the manifest's folder")
        }
    }
}

extension DType: Decodable {
    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let dtype = DType(named: name) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "unknown dtype '\(name)'"))
        }
        self = dtype
    }
}

extension ElementType: Decodable {
    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let type = ElementType(named: name) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "unknown dtype '\(name)'"))
        }
        self = type
    }
}

extension Number: Decodable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let integer = try? value.decode(Int64.self) {
            self = .int(integer)
        } else if let integer = try? value.decode(UInt64.self) {
            self = .uint(integer)
        } else if let real = try? value.decode(Double.self) {
            self = .float(real)
        } else if let text = try? value.decode(String.self), ["inf", "-inf", "nan"].contains(text),
            let real = Double(text)
        {
            self = .float(real)
        } else {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "expected a number, true, false or null")
        }
    }
}
