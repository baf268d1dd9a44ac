package import Findings
internal import JSON

/// Findings as the core takes them in: a line of JSON each (NDJSON), with the host they are of.
package enum FindingLines {
    package static func bytes(of findings: some Sequence<Finding>, host: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for finding in findings {
            var writer = JSONWriter(pretty: false)
            writer.object { writer in
                writer.member("host", host)
                writer.members(of: finding)
            }
            bytes += writer.drain() + [0x0a]
        }
        return bytes
    }
}
