import HostModel
import JSON
import Policies

import struct FoundationEssentials.Date

extension ResolvedNames {
    /// Names that an earlier run kept. A record that cannot be read is none: what it said is asked again.
    init(kept bytes: Observation<[UInt8]>, now: Date) {
        guard let bytes = bytes.value, let names = try? ResolvedNames(json: bytes, now: now) else {
            self.init()
            return
        }
        self = names
    }
}
