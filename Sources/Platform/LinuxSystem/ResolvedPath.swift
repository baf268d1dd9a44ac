private import Glibc

/// The path that `path` stands for once every symbolic link on the way is followed (realpath(3)).
package func resolvedPath(_ path: String) throws(SystemError) -> String {
    var resolved = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    try systemCall("resolve", on: path) {
        // SAFETY: the buffer holds PATH_MAX bytes and the end, which is what realpath(3) writes at most.
        resolved.withUnsafeMutableBufferPointer { realpath(path, $0.baseAddress) == nil ? -1 : 0 }
    }
    return String(decoding: resolved.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
