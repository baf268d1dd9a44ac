/// How long a command may take, as `sudo -T` has it (sudoers(5), "Timeout"): seconds, or numbers with units, the larger before the
/// smaller: `7d8h30m10s`.
package enum SudoTimeout {
    /// Nil where it is no time. Zero is no limit in sudo's eyes, and none that can be asked for here.
    package static func seconds(_ text: String) -> UInt32? {
        var total: UInt32 = 0
        var rest = text.utf8[...]
        var units: [(UInt8, UInt32)] = [(0x64, 86_400), (0x68, 3_600), (0x6d, 60), (0x73, 1)]
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let number = UInt32(String(decoding: digits, as: UTF8.self)) else { return nil }
            rest = rest.dropFirst(digits.count)
            // A number without a unit is seconds, and the last.
            let letter = rest.popFirst().map { $0 | 0x20 } ?? 0x73
            guard let index = units.firstIndex(where: { $0.0 == letter }) else { return nil }
            let (product, overflows) = number.multipliedReportingOverflow(by: units[index].1)
            let (sum, exceeds) = total.addingReportingOverflow(product)
            guard !overflows, !exceeds else { return nil }
            total = sum
            units.removeFirst(index + 1)
        }
        return text.isEmpty ? nil : total
    }
}
