package import LinuxSystem

/// Edits documents of others by way of copies: the editor runs with the user's own rights, on files of the user's own, in a directory of
/// its own (`sudo -e`). What it may write back is the broker's list, whatever the editor's command line says (CVE-2023-22809).
package final class DocumentEditor {
    package struct Change {
        /// In the broker's list.
        package var place: UInt16
        package var content: SharedDescriptor
    }

    private let command: [String]
    private let parent: String
    private let tell: (String) -> Void
    private var directory: PrivateDirectory?

    /// - Parameters:
    ///   - command: the editor and its own arguments.
    ///   - parent: where temporary files go.
    package init(command: [String], parent: String, tell: @escaping (String) -> Void) {
        self.command = command
        self.parent = parent
        self.tell = tell
    }

    /// The first of `SUDO_EDITOR`, `VISUAL` and `EDITOR` that is set, split into words; else what Debian calls the editor.
    ///
    /// - Throws: where it has `--` among its words, which editors take for the start of more files to edit.
    package static func command(environment: (String) -> String?) throws(BrokerClientError) -> [String] {
        for name in ["SUDO_EDITOR", "VISUAL", "EDITOR"] {
            guard let value = environment(name), !value.isEmpty else { continue }
            guard let words = words(of: value), !words.isEmpty else {
                throw .unfit("\(name) cannot be split into words: \(value)")
            }
            guard !words.contains("--") else {
                throw .unfit("ignoring editor: \(value): editor arguments may not contain \"--\"")
            }
            return words
        }
        return ["/usr/bin/editor"]
    }

    /// `TMPDIR`, else the directory for temporary files that outlast a restart: an edit may be long.
    package static func parent(environment: (String) -> String?) -> String {
        environment("TMPDIR").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/var/tmp"
    }

    /// Words between blanks; quotes and backslashes keep blanks inside a word. Nil where a quote is not closed.
    static func words(of text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "\\", quote != "'" {
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? "") + String(next)
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character == " " || character == "\t" {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return quote == nil ? words : nil
    }

    /// Runs the editor on copies, and returns those that differ from what they were.
    func edit(
        _ documents: [(path: String, content: SharedDescriptor)]
    ) throws(BrokerClientError) -> [Change] {
        do throws(SystemError) {
            let directory = try PrivateDirectory(in: parent)
            self.directory = directory
            var names: [String] = []
            for document in documents {
                let name = Self.name(for: document.path, besides: names)
                try directory.add(name, contentOf: document.content)
                names.append(name)
            }
            try runEditor(on: names.map { "\(directory.path)/\($0)" })
            var changes: [Change] = []
            for (place, document) in documents.enumerated() {
                let edited = try directory.open(names[place])
                if try edited.hasSameContent(as: document.content) {
                    tell("\(document.path) unchanged")
                } else {
                    changes.append(Change(place: UInt16(place), content: edited))
                }
            }
            directory.isKept = !changes.isEmpty
            return changes
        } catch {
            throw .system(error)
        }
    }

    private func runEditor(on files: [String]) throws(SystemError) {
        let environment = CurrentProcess.environmentVariables().map { "\($0.name)=\($0.value)" }
        let ending = try ForegroundProgram.run(
            command[0], arguments: Array(command.dropFirst()) + files, environment: environment)
        switch ending {
        case .exited(code: 0): break
        case .exited(let code): tell("\(command[0]) ended with \(code); what was saved counts")
        case .signalled, .timedOut: throw SystemError("run", command[0], code: .interrupted)
        }
    }

    /// What was edited is kept until the broker has written it back; after a refusal it stays, and the person is told where.
    package func conclude(isWritten: Bool) {
        guard let directory, directory.isKept else { return }
        guard !isWritten else {
            directory.isKept = false
            self.directory = nil
            return
        }
        tell("contents of edit session left in \(directory.path)")
    }

    /// The document's own name, which tells an editor its kind, before it a number where there are several of that name.
    private static func name(for path: String, besides taken: [String]) -> String {
        let last = path.lastPathName ?? "document"
        let name = last == "." || last == ".." ? "document" : last
        guard taken.contains(name) else { return name }
        return (2...).lazy.map { "\($0)-\(name)" }.first { !taken.contains($0) } ?? name
    }
}
