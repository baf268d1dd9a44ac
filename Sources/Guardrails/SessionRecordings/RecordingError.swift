package import LinuxSystem

/// Why a session is not recorded, or a recording not read.
package enum RecordingError: Error, Sendable, Hashable, CustomStringConvertible {
    case system(SystemError)
    /// The directory could be read or changed by others than its owner, or belongs to somebody else.
    case unsafeDirectory(path: String, why: String)
    /// No name of a recording.
    case malformedID
    /// The recording has reached its limit in bytes; a marker in it says so.
    case full(limit: Int)
    /// Not a file that an asciicast v2 recording could be in, or its first line is no header.
    case noRecording(path: String)

    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .unsafeDirectory(let path, let why): "\(path) \(why): make it root's with mode 0700"
        case .malformedID: "an id of a recording is 1 to 64 letters, digits and hyphens"
        case .full(let limit): "the recording has reached its limit of \(limit) bytes"
        case .noRecording(let path): "\(path) is no asciicast v2 recording"
        }
    }

    static func asking<Value: ~Copyable>(
        _ body: () throws(SystemError) -> Value
    ) throws(RecordingError) -> Value {
        do throws(SystemError) { return try body() } catch { throw .system(error) }
    }
}
