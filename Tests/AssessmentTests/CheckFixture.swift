import Foundation
import LinuxSystem
import Testing
import YAML

/// One case of a fixture file: a host, and how the check must come out on it.
struct CheckCase: Sendable, CustomTestStringConvertible {
    var checkID: String
    var status: String
    var name: String
    /// Text that the answer must contain.
    var says: String?
    var host: FixtureHost

    var testDescription: String { "\(checkID): \(status): \(name)" }
}

/// The fixture file of one check; the format is described in `Fixtures/README.md`.
struct CheckFixture: Sendable {
    static let statuses = ["compliant", "partial", "violation", "not_applicable", "not_assessed"]
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    var checkID: String
    var cases: [CheckCase] = []

    static var files: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".yaml") }
                .sorted()
        }
    }

    init(file: String) throws {
        checkID = String(file.dropLast(".yaml".count))
        let bytes = try Data(contentsOf: Self.directory.appending(path: file))
        let root: YAMLNode
        do {
            root = try YAMLNode(parsing: Array(bytes))
        } catch {
            throw FixtureError("\(file):\(error)")
        }
        let common = root["common"]
        for member in root.members ?? [] where member.key != "common" {
            guard Self.statuses.contains(member.key) else {
                throw FixtureError("\(file):\(member.keyPosition): '\(member.key)' is not a status")
            }
            for node in member.value.elements ?? [] {
                guard let name = node["name"]?.scalar?.text else {
                    throw FixtureError("\(file):\(node.position): a case needs a name")
                }
                do {
                    let host = try FixtureHost(node, common: common)
                    cases.append(
                        CheckCase(
                            checkID: checkID, status: member.key, name: name, says: node["says"]?.scalar?.text,
                            host: host))
                } catch let error as FixtureError {
                    throw FixtureError("\(file): \(name): \(error.description)")
                }
            }
        }
    }
}

struct FixtureError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension YAMLNode {
    var text: String? { scalar.flatMap { $0.isNull ? nil : $0.text } }
    var isTrue: Bool { text == "true" || text == "yes" }
    var number: Int? { text.flatMap { Int($0) } }

    /// Text as a mode: always octal.
    var mode: UInt16? { text.flatMap { UInt16($0, radix: 8) } }

    /// Refuses keys that nobody would read, so that a misspelled one cannot make a case pass.
    func requireKeys(_ known: Set<String>) throws {
        for member in members ?? [] where !known.contains(member.key) {
            throw FixtureError("\(member.keyPosition): unknown key '\(member.key)'")
        }
    }
}
