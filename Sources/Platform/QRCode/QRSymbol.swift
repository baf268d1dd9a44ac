private import CQREncode

/// A QR code (ISO/IEC 18004) by libqrencode: a square of dark and light modules.
package struct QRSymbol: Sendable {
    /// Modules a side, without the quiet zone.
    package let size: Int
    /// Row by row from the top, true for dark.
    private let modules: [Bool]

    /// Light modules that have to be around it for readers to find it (ISO/IEC 18004 §6.3.8).
    package static let quietZone = 4

    /// The smallest symbol that holds `text`; with 7 % of it unreadable it still reads (level L): nothing smudges a screen.
    package init(_ text: String) throws(QRSymbolError) {
        let bytes = Array(text.utf8)
        // Version 0 lets the library choose the smallest.
        guard let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_L) else {
            throw QRSymbolError(byteCount: bytes.count)
        }
        // SAFETY: made right above, and used nowhere after.
        defer { QRcode_free(code) }
        size = Int(code.pointee.width)
        // SAFETY: `data` has a byte a module; its lowest bit is the colour (qrencode.h).
        modules = UnsafeBufferPointer(start: code.pointee.data, count: size * size).map { $0 & 1 == 1 }
    }

    /// Whether a module is dark; everything around the symbol is light.
    package func isDark(_ row: Int, _ column: Int) -> Bool {
        (0..<size).contains(row) && (0..<size).contains(column) && modules[row * size + column]
    }

    /// Columns that `terminalText` takes.
    package var columns: Int { size + 2 * Self.quietZone }

    /// The symbol in half blocks, two rows of modules a line, black on white whatever the terminal's own colours are (ECMA-48 §8.3.117):
    /// many readers do not take a symbol that is light on dark.
    package var terminalText: String {
        let zone = Self.quietZone
        return stride(from: -zone, to: size + zone, by: 2).map { row in
            let blocks = (-zone..<(size + zone)).map { column in
                switch (isDark(row, column), isDark(row + 1, column)) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }
            return "\u{1b}[30;107m\(blocks.joined())\u{1b}[0m\n"
        }.joined()
    }
}

/// Why a text became no QR code. The text, which may be a secret, is not in it.
package struct QRSymbolError: Error, Sendable, Hashable, CustomStringConvertible {
    package let byteCount: Int

    package var description: String { "\(byteCount) bytes do not fit into a QR code" }
}
