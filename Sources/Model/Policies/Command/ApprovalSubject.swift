private import Cryptography
import HostModel

/// A file that takes part in a command: the program, or the interpreter of a script, with the SHA-256 of what was opened.
package struct ExecutedFile: Sendable, Hashable {
    package var path: String
    package var digest: [UInt8]

    package init(path: String, digest: [UInt8]) {
        self.path = path
        self.digest = digest
    }
}

/// Everything that an approval is for. Two requests that differ in any of it have different digests, so that an approval of one is none
/// of the other.
///
/// The requester is bound by who it is and by the login it came from, not by its process, which a repeat in the same task session does
/// not share. What it called the program (the first argument) is bound too.
package struct ApprovalSubject: Sendable, Hashable {
    /// The canonical form: fields in fixed order, each as a length of eight bytes, most significant first, and that many bytes.
    package let canonicalBytes: [UInt8]
    package let digest: ApprovalDigest

    /// - Parameter files: the program as opened, then the interpreters it needs.
    package init(requester: Requester, request: CommandRequest, grant: CommandGrant, files: [ExecutedFile]) {
        var fields = CanonicalFields(tag: "bailey approval 1")
        fields.add(requester)
        fields.add(request.argv)
        fields.add(request.requestedPath)
        fields.add(request.program)
        fields.add(files.count)
        for file in files {
            fields.add(file.path)
            fields.add(file.digest)
        }
        fields.add(grant.rule.id)
        fields.add(grant.approval.methods.map(\.rawValue))
        fields.add(grant.approval.peers)
        fields.add(grant.terms)
        fields.add(request.session?.description)
        fields.add(request.isUntrusted ? 1 : 0)
        fields.add(request.keepsGroups ? 1 : 0)
        canonicalBytes = fields.bytes
        digest = ApprovalDigest(of: canonicalBytes)
    }
}

/// The SHA-256 of an `ApprovalSubject`.
package struct ApprovalDigest: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(of canonicalBytes: [UInt8]) { bytes = SHA256.hash(canonicalBytes) }

    /// - Parameter bytes: 32 of them, else nil.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// 64 hexadecimal digits.
    package var description: String { bytes.hexadecimal }
}

/// Bytes that can be taken apart in one way only: every field carries its length, every list its count, every absence its own mark.
private struct CanonicalFields {
    private(set) var bytes: [UInt8] = []

    init(tag: String) { add(tag) }

    mutating func add(_ field: [UInt8]) {
        append(UInt64(field.count))
        bytes += field
    }

    mutating func add(_ text: String) { add(Array(text.utf8)) }
    mutating func add(_ number: some BinaryInteger) { add(String(number)) }

    mutating func add(_ text: String?) {
        add(text == nil ? 0 : 1)
        if let text { add(text) }
    }

    mutating func add(_ number: (some BinaryInteger)?) { add(number.map { String($0) }) }

    mutating func add(_ texts: [String]) {
        add(texts.count)
        for text in texts { add(text) }
    }

    mutating func add(_ texts: [String]?) {
        add(texts == nil ? 0 : 1)
        if let texts { add(texts) }
    }

    private mutating func append(_ count: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: count >> shift))
        }
    }
}

extension CanonicalFields {
    mutating func add(_ requester: Requester) {
        add(requester.user.rawValue)
        add(requester.group.rawValue)
        add(requester.groups.sorted().map(\.description))
        add(requester.loginUser?.rawValue)
        add(requester.auditSession)
    }

    mutating func add(_ terms: ExecutionTerms) {
        switch terms.rights {
        case .identity(let target):
            add("identity")
            add(target.user.rawValue)
            add(target.userName)
            add(target.group.rawValue)
        case .capabilities(let capabilities):
            add("capabilities")
            add(capabilities.map(\.rawValue).sorted())
        }
        add(terms.environment.count)
        for variable in terms.environment {
            add(variable.name)
            add(variable.value)
        }
        add(terms.securePath)
        add(terms.workingDirectory)
        add(terms.sandbox == nil ? 0 : 1)
        if let sandbox = terms.sandbox {
            add(sandbox.deniesNewPrivileges ? 1 : 0)
            add(sandbox.readablePaths)
            add(sandbox.writablePaths)
            add(sandbox.hasNetwork ? 1 : 0)
        }
        let limits = terms.limits
        add(limits.timeout?.components.seconds)
        add(limits.processorTime?.components.seconds)
        add(limits.memory?.bytes)
        add(limits.processes)
        add(limits.openFiles)
        add(limits.output?.bytes)
        add(terms.isRecorded ? 1 : 0)
        add(terms.fileModeMask)
    }
}
