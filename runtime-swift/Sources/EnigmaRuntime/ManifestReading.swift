// Reading manifests from files, and what can be wrong with them.

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Why a manifest was refused. The description is one line that names the file and the field.
public enum ManifestError: Error, Sendable, Hashable {
    /// The manifest or an artifact cannot be read.
    case unreadable(path: String, reason: String)
    /// Not JSON.
    case notJSON(path: String)
    /// Another schema, or a major version that this reader does not know.
    case unsupportedSchema(path: String, schema: String)
    /// `field` is missing or wrong: "kernels[0].buffers[1].dtype".
    case invalidField(path: String, field: String, reason: String)
    /// An artifact's size or hash is not what the manifest says.
    case artifactMismatch(path: String, artifact: String, reason: String)
}

extension ManifestError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read '\(path)': \(reason)"
        case .notJSON(let path):
            "\(path): not valid JSON"
        case .unsupportedSchema(let path, let schema):
            "\(path): schema: '\(schema)' is not supported; this reader knows \(Manifest.schemaName)"
        case .invalidField(let path, let field, let reason):
            "\(path): \(field.isEmpty ? "manifest" : field): \(reason)"
        case .artifactMismatch(let path, let artifact, let reason):
            "\(path): artifacts.\(artifact): \(reason)"
        }
    }
}

extension Manifest {
    /// Reads the manifest at `path` and verifies that its artifacts are there and unchanged.
    public static func read(from path: String) throws -> Manifest {
        let manifest = try parse(readFile(path), path: path)
        for (key, artifact) in manifest.artifacts.all {
            _ = try manifest.readArtifact(artifact, key: key, besideManifestAt: path)
        }
        return manifest
    }

    /// Parses a manifest's JSON; `path` is for error messages. Unknown fields are ignored.
    public static func parse(_ json: [UInt8], path: String) throws -> Manifest {
        struct Schema: Decodable { let schema: String }
        let document = Data(json)
        do {
            let schema = try JSONDecoder().decode(Schema.self, from: document).schema
            guard schema == schemaName else { throw ManifestError.unsupportedSchema(path: path, schema: schema) }
            let manifest = try JSONDecoder().decode(Manifest.self, from: document)
            try manifest.checkLaunches(path: path)
            return manifest
        } catch let error as DecodingError {
            throw ManifestError(error, path: path)
        }
    }

    private func checkLaunches(path: String) throws {
        for (index, launch) in launches.enumerated() where kernel(named: launch.kernel) == nil {
            throw ManifestError.invalidField(
                path: path, field: "launches[\(index)].kernel", reason: "no kernel is called '\(launch.kernel)'")
        }
    }

    /// The metallib's bytes, verified.
    public func readMetallib(besideManifestAt path: String) throws -> [UInt8] {
        guard let metallib = artifacts.metallib else {
            throw ManifestError.invalidField(path: path, field: "artifacts.metallib", reason: "there is none")
        }
        return try readArtifact(metallib, key: "metallib", besideManifestAt: path)
    }

    private func readArtifact(_ artifact: Artifact, key: String, besideManifestAt manifest: String) throws -> [UInt8] {
        let folder = manifest.lastIndex(of: "/").map { manifest[...$0] } ?? ""
        let bytes = try readFile(folder + artifact.path)
        func mismatch(_ reason: String) -> ManifestError {
            .artifactMismatch(path: manifest, artifact: key, reason: "'\(artifact.path)' has \(reason)")
        }
        guard bytes.count == artifact.size else {
            throw mismatch("\(bytes.count) bytes, the manifest says \(artifact.size)")
        }
        let hash = try sha256(of: bytes)
        guard hash == artifact.sha256 else {
            throw mismatch("SHA-256 \(hash), the manifest says \(artifact.sha256)")
        }
        return bytes
    }
}

extension ManifestError {
    fileprivate init(_ error: DecodingError, path: String) {
        switch error {
        case .keyNotFound(let key, let context):
            let field = fieldText(context.codingPath)
            self = .invalidField(path: path, field: field, reason: "missing field '\(key.stringValue)'")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self = .invalidField(
                path: path, field: fieldText(context.codingPath), reason: "has the wrong JSON type")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self = .notJSON(path: path)
        case .dataCorrupted(let context):
            self = .invalidField(path: path, field: fieldText(context.codingPath), reason: context.debugDescription)
        @unknown default:
            self = .invalidField(path: path, field: "", reason: "\(error)")
        }
    }
}

/// "kernels[0].buffers[1].dtype"
private func fieldText(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, key in
        if let index = key.intValue { return text + "[\(index)]" }
        return text + (text.isEmpty ? "" : ".") + key.stringValue
    }
}

func readFile(_ path: String) throws -> [UInt8] {
    do {
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
        let isMissing = !FileManager.default.fileExists(atPath: path)
        throw ManifestError.unreadable(path: path, reason: isMissing ? "no such file" : "not a readable file")
    }
}
