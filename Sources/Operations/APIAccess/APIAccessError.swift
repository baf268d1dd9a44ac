package import Cryptography
package import LinuxSystem

/// Why tokens cannot be read or kept. No token and no hash is ever in it.
package enum APIAccessError: Error, Sendable, Hashable, CustomStringConvertible {
    case system(SystemError)
    case cryptography(CryptographyError)
    /// Not what Bailey wrote, or for others to read.
    case unfit(path: String, why: String)
    case exists(APIToken.Name)
    case unknown(APIToken.Name)
    case unsuitable(why: String)
    case full(limit: Int)

    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .cryptography(let error): "\(error)"
        case .unfit(let path, let why): "\(path) \(why)"
        case .exists(let name): "there is a token '\(name)' already: revoke it first, or take another name"
        case .unknown(let name): "there is no token '\(name)'"
        case .unsuitable(let why): "the token \(why)"
        case .full(let limit): "there are \(limit) tokens already: revoke some"
        }
    }
}
