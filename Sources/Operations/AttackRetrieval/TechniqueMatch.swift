/// A technique that a text may be about.
package struct TechniqueMatch: Hashable, Sendable {
    package let technique: AttackTechnique
    /// 0 to 1: how well it fits beside the other techniques, lowered when even the best fit shares few telling words with the text. It is
    /// no probability.
    package let score: Double
    /// 0 to 1: how often a technique that stands out among the five best as this one does is one that the text is about.
    package let probability: Double
    /// Words of the text that speak for it, as they stand there in small letters, in their order.
    package let matched: [String]
}
