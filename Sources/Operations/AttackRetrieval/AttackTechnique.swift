/// A technique of the catalogue.
package struct AttackTechnique: Hashable, Sendable {
    package enum Standing: Hashable, Sendable {
        case current
        /// No longer used, and nothing took its place.
        case deprecated
        /// Another id stands for it now; nil when the bundle names none that it has.
        case revoked(by: TechniqueID?)
    }

    package let id: TechniqueID
    package let name: String
    /// Short names as ATT&CK has them: `credential-access`.
    package let tactics: [String]
    package let platforms: [String]
    package let standing: Standing
}
