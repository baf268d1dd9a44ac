import HostModel
import LinuxSystem

extension SystemError {
    /// The error as something that could not be seen.
    func gap(_ what: String) -> Gap {
        Gap(what: what, why: reason, remedy: isPermission ? "run as root" : nil)
    }
}

extension FileTree {
    /// Reads and parses one file: absent when it is not there, unseen when it could not be read.
    func observe<Value>(
        _ path: String, limit: Int = 4 << 20, _ parse: ([UInt8]) throws -> Value
    ) rethrows -> Observation<Value> {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try contents(of: path, limit: limit)
        } catch {
            return error.isAbsence ? .absent(why: "there is no \(path)", from: path) : .unseen(error.gap(path))
        }
        return .seen(try parse(bytes), from: path)
    }

    /// The file as text, bytes that are not UTF-8 replaced, and what would hide a sign from a parser (`ByteReadText`).
    func observeText(_ path: String, limit: Int = 4 << 20) -> Observation<String> {
        observe(path, limit: limit, ByteReadText.text)
    }

    /// What stat(2) says of a path.
    func observeFile(_ path: String, followingLinks: Bool = true) -> Observation<HostFile> {
        do throws(SystemError) {
            let metadata = try metadata(of: path, followingLinks: followingLinks)
            return .seen(HostFile(path: path, metadata), from: path)
        } catch {
            return error.isAbsence ? .absent(why: "there is no \(path)", from: path) : .unseen(error.gap(path))
        }
    }

    /// The names in a directory, sorted.
    func observeNames(_ path: String) -> Observation<[String]> {
        do throws(SystemError) {
            return .seen(try entries(of: path).map(\.name).sorted(), from: path)
        } catch {
            return error.isAbsence ? .absent(why: "there is no \(path)", from: path) : .unseen(error.gap(path))
        }
    }

    /// Whether something is at the path; what stands in the way of looking counts as not there, which only callers use that treat
    /// both alike.
    func hasFile(_ path: String) -> Bool { observeFile(path).value != nil }
}

extension HostFile {
    init(path: String, _ metadata: FileMetadata) {
        let kind: Kind =
            switch metadata.kind {
            case .regular: .regular
            case .directory: .directory
            case .symbolicLink: .link
            default: .other
            }
        self.init(
            path: path, kind: kind, owner: UserID(metadata.owner), group: metadata.group,
            permissions: metadata.permissions, modifiedAt: metadata.modifiedAt)
    }
}
