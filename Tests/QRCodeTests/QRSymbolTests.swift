import Foundation
import QRCode
import TestSupport
import Testing

@Suite struct QRSymbolTests {
    /// What zbar reads in a picture of the terminal: eight dots a module, the two halves of a line one above the other.
    private func read(_ terminalText: String) throws -> String {
        var rows: [[Bool]] = []
        for line in terminalText.split(separator: "\n") {
            let start = "\u{1b}[30;107m"
            let end = "\u{1b}[0m"
            #expect(line.hasPrefix(start) && line.hasSuffix(end))
            let blocks = line.dropFirst(start.count).dropLast(end.count)
            rows.append(blocks.map { $0 == "█" || $0 == "▀" })
            rows.append(blocks.map { $0 == "█" || $0 == "▄" })
        }
        let width = try #require(rows.first?.count)
        #expect(rows.allSatisfy { $0.count == width })
        var picture = Array("P5\n\(width * 8) \(rows.count * 8)\n255\n".utf8)
        for row in rows {
            let line = row.flatMap { [UInt8](repeating: $0 ? 0 : 255, count: 8) }
            for _ in 0..<8 { picture += line }
        }
        let tree = try TemporaryTree()
        try Data(picture).write(to: URL(filePath: "\(tree.path)/code.pgm"))
        return try RunningProgram.output(of: ["zbarimg", "--quiet", "--raw", "--nodbus", "\(tree.path)/code.pgm"])
    }

    @Test(
        "A reader of QR codes reads what was written, as it stands on the terminal",
        arguments: [
            "a", "otpauth://totp/Bailey:ada@web-1?secret=AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT&issuer=Bailey&algorithm=SHA1",
            String(repeating: "0123456789abcdef", count: 20),
        ])
    func roundTrip(text: String) throws {
        #expect(try read(try QRSymbol(text).terminalText) == "\(text)\n")
    }

    @Test("An address for an authenticator app fits a terminal of 80 columns")
    func width() throws {
        let address =
            "otpauth://totp/Bailey:averylongusername@averylonghostname.example.org?secret=\(String(repeating: "A", count: 52))"
            + "&issuer=Bailey&algorithm=SHA256&digits=8&period=30"
        #expect(try QRSymbol(address).columns <= 80)
    }

    @Test("What is too long for any QR code is an error that does not repeat it")
    func tooLong() {
        let error = #expect(throws: QRSymbolError.self) { try QRSymbol(String(repeating: "secret", count: 1000)) }
        #expect(error?.description == "6000 bytes do not fit into a QR code")
    }
}
