/// Names of fields whose values are different in each event and say nothing of what was done.
enum FieldNames {
    private static let names: Set<String> = Set(
        """
        agent arch auid calltrace channel company computer computername creationutctime currentdirectory date destinationip
        destinationport devname dst dstip dstport egid euid eventrecordid fsgid fsuid gid guid hash hashes host hostname id imphash
        integritylevel keywords level logonguid logonid md5 msg node opcode parentprocessguid parentprocessid parentuser pid ppid
        previouscreationutctime processguid processid product provider ses session sgid sha1 sha256 signature signaturestatus signed
        fileversion sourceip sourceport sourceprocessguid sourceprocessid sourcethreadid sourceuser src srcip srcport
        subjectdomainname subjectusername suid targetdomain targetdomainname targetprocessguid targetprocessid targetuser
        targetusername task terminalsessionid time timecreated timestamp tty uid user username utctime version workstation
        workstationname
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let longest = names.map(\.utf8.count).max() ?? 0

    /// Whether the field is one of them. Of a path (`data.win.User`) the last name counts; `_` does not (`src_ip`).
    static func identify(_ name: ArraySlice<UInt8>) -> Bool {
        let last = name[((name.lastIndex(of: UInt8(ascii: ".")) ?? name.startIndex - 1) + 1)...]
        let letters = last.compactMap(TermReader.letter)
        return letters.count <= longest && names.contains(String(decoding: letters, as: UTF8.self))
    }
}
