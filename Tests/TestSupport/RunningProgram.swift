private import Foundation
private import Glibc

/// A program that a test keeps running: started, awaited until it says `ready`, and ended, by the end of its input, when the test lets go of it.
package final class RunningProgram {
    private let process: SpawnedProcess
    private let output = Pipe()
    private let input = Pipe()
    /// What it printed after `ready` on the same line.
    package private(set) var announcement = ""

    package var id: Int32 { process.id }

    /// Starts `arguments[0]`, looked up in PATH, and waits for the line `ready …`.
    package init(_ arguments: [String]) throws {
        process = try SpawnedProcess(
            arguments, input: input.fileHandleForReading.fileDescriptor,
            output: output.fileHandleForWriting.fileDescriptor, errors: STDERR_FILENO)
        try output.fileHandleForWriting.close()
        try input.fileHandleForReading.close()
        announcement = try waitForReady()
    }

    private func waitForReady() throws -> String {
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
            if byte.isEmpty { break }
            line += byte
        }
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("ready") else {
            throw ProgramFailure(text: "the program said \"\(text)\" instead of ready")
        }
        return String(text.dropFirst(5).drop { $0 == " " })
    }

    /// Sends it a line and waits until it answers `ready`.
    @discardableResult
    package func send(_ line: String) throws -> String {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
        return try waitForReady()
    }

    deinit {
        // The end of its input is what the programs of these tests wait for.
        try? input.fileHandleForWriting.close()  // it may have ended already
        process.wait()
    }

    /// Runs a program to its end and returns what it wrote to standard output; its failure is an error with what it said.
    package static func output(of arguments: [String]) throws -> String {
        let scratch = try TemporaryTree()
        try scratch.add("output", "")
        let file = try FileHandle(forWritingTo: URL(filePath: "\(scratch.path)/output"))
        let null = try FileHandle(forReadingFrom: URL(filePath: "/dev/null"))
        let process = try SpawnedProcess(
            arguments, input: null.fileDescriptor, output: file.fileDescriptor, errors: file.fileDescriptor)
        let status = process.wait()
        let text = try scratch.content(of: "output")
        guard status == 0 else { throw ProgramFailure(text: "\(arguments.joined(separator: " ")) failed: \(text)") }
        return text
    }
}

package struct ProgramFailure: Error, CustomStringConvertible {
    package let text: String

    package init(text: String) { self.text = text }

    package var description: String { text }
}
