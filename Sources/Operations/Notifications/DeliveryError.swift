internal import Triage

/// Why a message was not delivered, in words that hold no secret, and whether it is worth trying again.
package struct DeliveryError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// May go better later; not before `after`, where the receiver said so.
        case transient(after: Duration?)
        /// Will go no better by itself: somebody has to mend something.
        case permanent
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description.cut(to: 500)
    }

    static func transient(_ description: String) -> DeliveryError { DeliveryError(.transient(after: nil), description) }
    static func permanent(_ description: String) -> DeliveryError { DeliveryError(.permanent, description) }
}
