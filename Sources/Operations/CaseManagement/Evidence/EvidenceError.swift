package import Cryptography

/// Why there is no evidence pack: one that leaves out what it could not write is never signed.
package enum EvidenceError: Error, Sendable, CustomStringConvertible {
    case unsigned(CryptographyError)
    case unwritten(part: String, why: String)

    package var description: String {
        switch self {
        case .unsigned(let error): "the evidence could not be signed: \(error)"
        case .unwritten(let part, let why): "the evidence could not be written, in \(part): \(why)"
        }
    }
}
