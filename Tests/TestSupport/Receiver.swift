private import Foundation

/// A server of another make that tests send to: one of the programs in `Receivers`, run until the test lets go of it.
package final class Receiver {
    private let program: RunningProgram
    /// The port on 127.0.0.1, or what else it said when it was ready.
    package var address: String { program.announcement }

    /// - Parameter python: the interpreter; that of the tests' environment where the program needs packages.
    package init(_ name: String, _ arguments: [String] = [], python: String = "/usr/bin/python3") throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Receivers")
        program = try RunningProgram([python, folder.appending(path: name).path] + arguments)
    }

    /// The interpreter of the Python environment of tests; nil when that is not there.
    package static let environmentPython: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let folder = ProcessInfo.processInfo.environment["BAILEY_TEST_VENV"] ?? root.appending(path: ".build/venv").path
        let path = "\(folder)/bin/python3"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Says a line to it and returns what it answers.
    @discardableResult
    package func tell(_ line: String) throws -> String {
        try program.send(line)
    }

    /// What it has got since the last time, one object each.
    package func received(_ question: String = "requests") throws -> [[String: Any]] {
        let answer = Data(try tell(question).utf8)
        guard let entries = try JSONSerialization.jsonObject(with: answer) as? [[String: Any]] else {
            throw ProgramFailure(text: "the receiver did not answer with a list")
        }
        return entries
    }
}

/// A certificate that a test makes for a server on this host, and its key.
package struct TestCertificate {
    package let certificate: String
    package let key: String

    package init(in tree: TemporaryTree, name: String = "server", for subject: String = "IP:127.0.0.1") throws {
        (certificate, key) = ("\(tree.path)/\(name).pem", "\(tree.path)/\(name).key")
        _ = try RunningProgram.output(of: [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
            "-out", certificate, "-days", "2", "-subj", "/CN=a test", "-addext", "subjectAltName=\(subject)",
        ])
    }
}
