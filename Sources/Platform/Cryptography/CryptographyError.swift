/// Why something cryptographic could not be done. What it was done to may be a secret and is never in it.
package struct CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
