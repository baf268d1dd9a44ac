/// Ids that a later version of ATT&CK gave to what an earlier one has under another, so that findings, rules and people who speak of one
/// are understood with a catalogue of the other.
///
/// Version 19 (April 2026) split Defense Evasion into Stealth and Defense Impairment and renumbered what went to the latter. The
/// successors are those of the `revoked-by` relationships of MITRE's bundles; a catalogue that has such a relationship goes by its own.
package enum RenamedTechniques {
    private static let pairs: [(before: String, since: String)] = [
        ("T1070.001", "T1685.005"),
        ("T1070.002", "T1685.006"),
        ("T1562.001", "T1685"),
        ("T1562", "T1685"),
        ("T1562.006", "T1685"),
        ("T1562.002", "T1685.001"),
        ("T1562.003", "T1690"),
        ("T1562.004", "T1686"),
        ("T1562.007", "T1686.001"),
        ("T1562.008", "T1685.002"),
        ("T1562.009", "T1688"),
        ("T1562.010", "T1689"),
        ("T1562.011", "T1685.003"),
        ("T1562.012", "T1685.004"),
        ("T1562.013", "T1686.002"),
        ("T1574.002", "T1574.001"),
        ("T1656", "T1684.001"),
        ("T1672", "T1684.002"),
    ]

    /// The ids that other versions have for the same: the later one first, then earlier ones, the closest first.
    static func others(of id: TechniqueID) -> [TechniqueID] {
        let text = id.description
        let later = pairs.filter { $0.before == text }.map(\.since)
        let earlier = pairs.filter { $0.since == text }.map(\.before)
        return (later + earlier).compactMap(TechniqueID.init)
    }
}
