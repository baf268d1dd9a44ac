/// Arguments as one line that a shell would split back into them: what needs quotes has them. A lone argument stands as it is, because
/// daemons that set their own title put all of it there (`sshd: /usr/sbin/sshd -D [listener]`).
func commandLineText(_ arguments: [String]) -> String? {
    guard arguments.count > 1 else { return arguments.first }
    return arguments.map(shellQuoted).joined(separator: " ")
}

private func shellQuoted(_ argument: String) -> String {
    let isPlain = argument.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "%"), UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"),
            UInt8(ascii: "_"),
            0x80...:
            true
        default: false
        }
    }
    if isPlain, !argument.isEmpty { return argument }
    // By bytes: a quote is one whatever is drawn over it.
    let parts = argument.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
    return "'" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: #"'\''"#) + "'"
}
