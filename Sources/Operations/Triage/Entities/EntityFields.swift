internal import HostModel
package import JSON

/// Which fields of structured alerts hold entities. A field is known by the end of its path: one name, or a name below another; blanks,
/// case and underscores do not count, so `srcip`, `src_ip` and `srcIp` are one.
package enum EntityFields {
    package struct Meaning: Sendable, Hashable {
        /// What the value is; an address that turns out to be a name becomes a host, a path of a program a process too.
        package enum Kind: Sendable, Hashable {
            case address, user, host, process, hash, cve, domain, url, email, path, port
            /// `MD5=…,SHA256=…` as Sysmon writes it, or one hash.
            case hashes
            /// An address or a host's name.
            case endpoint
        }

        var kind: Kind
        var role: Entity.Role?
    }

    private static func fields(_ names: [String], _ kind: Meaning.Kind, _ role: Entity.Role? = nil) -> [(
        String, Meaning
    )] {
        names.map { ($0, Meaning(kind: kind, role: role)) }
    }

    /// By the last name, or the last two with a dot between.
    static let meanings: [String: Meaning] = Dictionary(
        [
            fields(
                [
                    "srcip", "sourceip", "srcaddr", "sourceaddress", "clientip", "remoteip", "ipaddress", "source.ip",
                    "client.ip",
                    "srcendpoint.ip", "source.address", "rhost", "attackerip", "connection.srcip",
                ], .address, .source),
            fields(
                [
                    "dstip", "destip", "destinationip", "dstaddr", "destinationaddress", "serverip", "destination.ip",
                    "server.ip",
                    "dstendpoint.ip", "destination.address", "lhost",
                ], .address, .destination),
            fields(["agent.ip", "host.ip", "device.ip"], .address, .victim),
            fields(["src", "srchost", "sourcehost"], .endpoint, .source),
            fields(["dest", "dst", "dsthost", "desthost", "destinationhostname"], .endpoint, .destination),
            fields(
                ["srcport", "sourceport", "sport", "spt", "source.port", "client.port", "srcendpoint.port"], .port,
                .source),
            fields(
                [
                    "dstport", "destport", "dport", "dpt", "destinationport", "destination.port", "server.port",
                    "dstendpoint.port",
                ],
                .port, .destination),
            fields(
                ["dstuser", "targetuser", "targetusername", "user.target.name", "target.name", "uname", "acct"], .user,
                .target),
            fields(
                ["srcuser", "subjectusername", "sourceuser", "actor.user.name", "actoruser", "effective.name", "auid"],
                .user, .actor),
            fields(["user", "username", "user.name", "accountname", "userid"], .user),
            fields(
                [
                    "agent.name", "hostname", "host.name", "host.hostname", "computer", "computername",
                    "device.hostname",
                    "device.name", "workstationname", "predecoder.hostname", "dvc", "orighost",
                ], .host, .victim),
            fields(
                [
                    "process.name", "processname", "process.executable", "image", "exe", "newprocessname", "process",
                    "audit.exe", "comm", "process.file.path",
                ], .process, .child),
            fields(
                [
                    "parent.name", "parent.executable", "parentimage", "parentprocessname", "parentprocess",
                    "actor.process.name",
                    "parentexe",
                ], .process, .parent),
            fields(["md5before", "sha1before", "sha256before", "prevhash"], .hash, .before),
            fields(["md5after", "sha1after", "sha256after"], .hash, .after),
            fields(
                [
                    "md5", "sha1", "sha256", "sha512", "filehash", "hash", "hash.md5", "hash.sha1", "hash.sha256",
                    "hash.sha512",
                    "imphash", "hashes.value", "file.hash",
                ], .hash),
            fields(["hashes"], .hashes),
            fields(["cve", "cves", "vulnerability.cve", "vulnerability.id", "cve.uid", "cveid"], .cve),
            fields(
                [
                    "domain", "query", "queryname", "dns.question.name", "question.name", "dns.rrname", "rrname",
                    "url.domain",
                    "destination.domain", "query.hostname", "registereddomain",
                ], .domain),
            fields(["url", "url.full", "url.original", "uri", "url.urlstring", "urlstring", "referer"], .url),
            fields(
                ["email", "emailaddr", "mail", "sender", "recipient", "from.address", "to.address", "user.email"],
                .email),
            fields(
                [
                    "syscheck.path", "file.path", "filepath", "filename", "targetfilename", "file.name", "source.file",
                    "audit.file.name",
                    "path", "file",
                ], .path),
        ].flatMap { $0 }, uniquingKeysWith: { first, _ in first })

    /// What the endings end in: most names of a document are none of these.
    static let lastNames = Set(meanings.keys.map { String($0.split(separator: ".").last ?? "") })

    package static func normalized(_ name: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count)
        for byte in name.utf8 where byte != 0x5f && byte != 0x2d {
            bytes.append((0x41...0x5a).contains(byte) ? byte | 0x20 : byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds what `value` is when `name` is known to hold entities.
    /// - Parameter name: normalised; the longer form with a dot is tried by whoever has it.
    /// - Returns: whether the name is known and the value was what it promises.
    static func add(_ value: String, named name: String, to collector: inout EntityCollector) -> Bool {
        guard let meaning = meanings[name] else { return false }
        return add(value, as: meaning, to: &collector)
    }

    private static func add(_ value: String, as meaning: Meaning, to collector: inout EntityCollector) -> Bool {
        func add(_ kind: Entity.Kind, _ value: String?) -> Bool {
            guard let value else { return false }
            collector.add(kind, value, meaning.role)
            return true
        }
        switch meaning.kind {
        case .address, .endpoint:
            if let address = EntityText.address(value) { return add(address.isIPv4 ? .ipv4 : .ipv6, "\(address)") }
            return meaning.kind == .endpoint && !value.utf8.contains(0x3a) ? add(.host, EntityText.host(value)) : false
        case .user:
            // Numbers are ids of accounts; those of two hosts have nothing to do with each other.
            return Int(value) == nil ? add(.user, EntityText.user(value)) : false
        case .host: return add(.host, EntityText.host(value))
        case .process:
            let isProcess = add(.process, EntityText.process(value))
            return add(.path, EntityText.path(value)) || isProcess
        case .hash: return add(.hash, EntityText.hash(value))
        case .hashes:
            let parts = value.split(whereSeparator: { $0 == "," || $0 == " " || $0 == ";" })
            return parts.map { add(.hash, EntityText.hash($0.split(separator: "=").last ?? "")) }.contains(true)
        case .cve: return add(.cve, EntityText.cve(value))
        case .domain: return add(.domain, EntityText.domain(value))
        case .url:
            // The target of a request (RFC 9112 §3.2.1) is a path on its server, not a file's.
            guard let found = EntityText.url(value) else { return value.utf8.first == UInt8(ascii: "/") }
            if let address = EntityText.address(found.host) {
                collector.add(address.isIPv4 ? .ipv4 : .ipv6, "\(address)", meaning.role)
            } else if let domain = EntityText.domain(found.host) {
                collector.add(.domain, domain, meaning.role)
            }
            return add(.url, found.url)
        case .email: return add(.email, EntityText.email(value))
        case .path: return add(.path, EntityText.path(value))
        case .port: return add(.port, EntityText.port(value).map(String.init))
        }
    }
}

extension EntityCollector {
    /// Adds the entities of a structured alert: by its fields first, then what stands in its texts.
    package mutating func add(_ tree: JSONValue) {
        var texts: [String] = []
        walk(tree, path: Path(), &texts)
        var budget = EntityTextScanner.limit
        for text in texts where budget > 0 {
            EntityTextScanner.scan(text, into: &self)
            budget -= text.utf8.count
        }
    }

    /// The last three names on the way to a value, in the form that fields are known by.
    private struct Path {
        var names = ("", "", "")

        mutating func append(_ name: String) { names = (names.1, names.2, name) }

        /// One key, or several with dots between: Elastic's documents are nested or flat (`source.ip`), and both end alike.
        func appending(key: String) -> Path {
            var path = self
            let name = EntityFields.normalized(key)
            if name.utf8.contains(UInt8(ascii: ".")) {
                for part in name.split(separator: ".").suffix(3) { path.append(String(part)) }
            } else {
                path.append(name)
            }
            return path
        }
    }

    private mutating func walk(_ tree: JSONValue, path: Path, _ texts: inout [String]) {
        switch tree {
        case .object(let members):
            for (key, value) in members.sorted(by: { $0.key < $1.key }) where !Self.silent.contains(key) {
                walk(value, path: path.appending(key: key), &texts)
            }
        case .array(let elements):
            for element in elements { walk(element, path: path, &texts) }
        case .number(let number):
            if let whole = Int(exactly: number) { _ = add("\(whole)", path: path) }
        case .text(let text):
            if !add(text, path: path), text.utf8.count > 3 { texts.append(text) }
        case .flag, .null: break
        }
    }

    /// By the longest ending of the path that is known.
    private mutating func add(_ value: String, path: Path) -> Bool {
        let (first, second, name) = path.names
        guard EntityFields.lastNames.contains(name) else { return false }
        for ending in ["\(first).\(second).\(name)", "\(second).\(name)"] where EntityFields.meanings[ending] != nil {
            return EntityFields.add(value, named: ending, to: &self)
        }
        return EntityFields.add(value, named: name, to: &self)
    }

    /// What describes the product that alerts, not what it alerts about.
    private static let silent: Set<String> = [
        "manager", "cluster", "decoder", "_index", "_score", "_id", "metadata", "ecs", "pci_dss", "gdpr", "hipaa",
        "nist_800_53", "tsc",
        "mitre", "attacks", "threat", "results_link", "permalink", "timestamp", "@timestamp", "product", "input",
    ]
}
