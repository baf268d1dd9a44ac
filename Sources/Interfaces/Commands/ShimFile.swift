import LinuxSystem

/// A file that puts the shims first in somebody's PATH: Bailey's own, or a block in one that is the user's.
struct ShimFile: Sendable, Hashable {
    let path: String
    /// What stands in it, from the first line on.
    let text: String
    /// Whether the file is the user's and `text` a block in it.
    let isBlock: Bool

    static let sign = "# Put here by bailey shim install; bailey shim remove takes it away."
    private static let start = "# >>> bailey shim >>>"
    /// The line before had no end, which goes with the block.
    private static let startAfterOpenLine = "# >>> bailey shim, the end of the line before too >>>"
    private static let end = "# <<< bailey shim <<<"

    /// A script for shells, at login.
    static func profile(_ path: String, directory: String) -> ShimFile {
        ShimFile(path: path, text: "\(sign)\n\(shellText(directory))", isBlock: false)
    }

    /// For what systemd starts for a user (environment.d(5)).
    static func environment(_ path: String, directory: String) -> ShimFile {
        ShimFile(path: path, text: "\(sign)\nPATH=\(directory):${PATH}\n", isBlock: false)
    }

    static func block(in path: String, directory: String) -> ShimFile {
        ShimFile(path: path, text: shellText(directory), isBlock: true)
    }

    private static func shellText(_ directory: String) -> String {
        """
        case "$PATH:" in
            '\(directory):'*) ;;
            *) PATH='\(directory)'":$PATH"; export PATH ;;
        esac

        """
    }

    enum State: Sendable, Hashable {
        case absent, installed
        /// Ours, of another directory or version.
        case other
        /// Somebody else's file.
        case foreign
    }

    /// - Parameter content: of the file; nil where there is none.
    func state(_ content: String?) -> State {
        guard let content else { return .absent }
        guard isBlock else {
            if content == text { return .installed }
            return content.hasPrefix("\(Self.sign)\n") ? .other : .foreign
        }
        guard let block = Self.block(in: content) else { return .absent }
        return content[block.body] == text ? .installed : .other
    }

    /// The content with it installed.
    func installed(in content: String?) -> String {
        guard isBlock else { return text }
        let content = content ?? ""
        if let block = Self.block(in: content) {
            return content.replacingCharacters(of: block.body, with: text)
        }
        let isOpen = !content.isEmpty && !content.hasSuffix("\n")
        return content + (isOpen ? "\n\(Self.startAfterOpenLine)" : Self.start) + "\n\(text)\(Self.end)\n"
    }

    /// The content as it was before; nil where nothing is left, so that there was no file.
    func removed(from content: String) -> String? {
        guard isBlock else { return nil }
        guard let block = Self.block(in: content) else { return content }
        let rest = content.replacingCharacters(of: block.whole, with: "")
        return rest.isEmpty ? nil : rest
    }

    /// The whole block, and what is between its marks.
    private static func block(in content: String) -> (whole: Range<String.Index>, body: Range<String.Index>)? {
        for mark in [startAfterOpenLine, start] {
            guard let first = content.firstRange(of: mark + "\n"),
                let last = content[first.upperBound...].firstRange(of: end + "\n")
            else { continue }
            var begin = first.lowerBound
            if mark == startAfterOpenLine, begin > content.startIndex { begin = content.index(before: begin) }
            return (begin..<last.upperBound, first.upperBound..<last.lowerBound)
        }
        return nil
    }
}

extension String {
    fileprivate func replacingCharacters(of range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
