/// The first line of a script: `#!`, the interpreter and at most one argument (execve(2)).
struct ScriptHeader: Equatable {
    let interpreter: String
    let argument: String?

    /// What the kernel reads of a file to find out how to run it (`BINPRM_BUF_SIZE`).
    static let size = 256

    /// Nil when the file is no script.
    init?(firstBytes bytes: [UInt8], path: String) throws(UnfitProgram) {
        guard bytes.starts(with: "#!".utf8) else { return nil }
        let window = bytes.prefix(Self.size)
        // The kernel takes a path or argument that the window cuts; here it is refused, as is a header that is not text.
        let end = window.firstIndex(of: 0x0a) ?? (window.count < Self.size ? window.endIndex : nil)
        guard let end, let line = String(validating: window[2..<end], as: UTF8.self), !line.utf8.contains(0) else {
            throw .unclearInterpreter(path: path)
        }
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let text = line.drop(while: isBlank)
        let name = text.prefix { !isBlank($0) }
        guard name.hasPrefix("/") else { throw .unclearInterpreter(path: path) }
        var rest = text.dropFirst(name.count).drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        interpreter = String(name)
        argument = rest.isEmpty ? nil : String(rest)
    }

    /// The program that `env` starts, as `#!/usr/bin/env NAME` and `#!/usr/bin/env -S NAME OPTIONS` say; nil when the line says it in
    /// another way.
    var programOfEnv: String? {
        guard interpreter == "/usr/bin/env" || interpreter == "/bin/env", let argument else { return nil }
        let words = argument.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let first = words.first else { return nil }
        let name = first == "-S" ? words.dropFirst().first : words.count == 1 ? first : nil
        guard let name, !name.hasPrefix("-"), !name.contains("="), !name.contains("\\"), !name.contains("$"),
            !name.contains("\""), !name.contains("'")
        else { return nil }
        return name
    }
}
