internal import Cryptography

/// Something that an alert is about, by which alerts are found to belong together.
package struct Entity: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case ipv4, ipv6, user, host, process, hash, cve, domain, url, email, path, port
    }

    /// The part it has in the alert.
    package enum Role: String, Sendable, CaseIterable, Comparable {
        case source, destination
        /// Who did it.
        case actor
        /// Whom, or whose account, it was done to.
        case target
        /// The host it happened on.
        case victim
        case child, parent
        /// A file's hash before and after a change.
        case before, after

        package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
    }

    package var kind: Kind
    /// In its one form: addresses as RFC 5952 has them, hashes, domains and e-mail in lower case.
    package var value: String
    package var roles: Set<Role> = []

    package init(kind: Kind, value: String, roles: Set<Role> = []) {
        self.kind = kind
        self.value = value
        self.roles = roles
    }

    /// The longest value that is kept; a longer one is no entity.
    package static let valueLimit = 2_048

    /// What it is found by: the first 63 bits of a SHA-256 over kind and value. Roles are not in it: the source of one alert may be the
    /// destination of the next. Whoever could choose values that collide could join cases that have nothing in common, so it is no faster hash.
    package var key: Int64 {
        let digest = SHA256.hash(Array("\(kind.rawValue)\u{0}\(value)".utf8))
        return digest.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) } & .max
    }
}

/// The entities of one alert: one of each kind and value, roles joined, in the order found, no more than `limit`.
package struct EntityCollector: Sendable {
    package static let limit = 64
    package private(set) var entities: [Entity] = []
    private var places: [Place: Int] = [:]
    /// How many did not fit.
    package private(set) var omitted = 0

    private struct Place: Hashable {
        var kind: Entity.Kind
        var value: String

        /// By bytes: to the kernel, and to `Entity.key`, what Unicode calls equivalent are two, and the second is not to hide behind the first.
        static func == (left: Place, right: Place) -> Bool {
            left.kind == right.kind && left.value.utf8.elementsEqual(right.value.utf8)
        }
    }

    package init() {}

    package mutating func add(_ entity: Entity) {
        add(entity.kind, entity.value)
        for role in entity.roles { add(entity.kind, entity.value, role) }
    }

    package mutating func add(_ kind: Entity.Kind, _ value: String, _ role: Entity.Role? = nil) {
        guard !value.isEmpty, value.utf8.count <= Entity.valueLimit else { return }
        let place = Place(kind: kind, value: value)
        if let index = places[place] {
            if let role { entities[index].roles.insert(role) }
            return
        }
        guard entities.count < Self.limit else {
            omitted += 1
            return
        }
        places[place] = entities.count
        entities.append(Entity(kind: kind, value: value, roles: role.map { [$0] } ?? []))
    }
}
