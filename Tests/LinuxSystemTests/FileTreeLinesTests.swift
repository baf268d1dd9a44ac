import LinuxSystem
import TestSupport
import Testing

@Suite struct FileTreeLinesTests {
    @Test(
        "Lines end at a line feed, with or without a carriage return before it",
        arguments: [
            ("a\nb\n", ["a", "b", ""]), ("a\r\nb\r\n", ["a", "b", ""]), ("a\r\n\r\nb", ["a", "", "b"]), ("", [""]),
        ])
    func lineEnds(text: String, lines: [String]) throws {
        let tree = try TemporaryTree()
        try tree.add("file", text)
        #expect(try FileTree(root: tree.path).lines(of: "/file").map(String.init) == lines)
    }
}
