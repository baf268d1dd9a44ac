private import CCap
private import Glibc

/// The capability sets of a process, read by libcap.
package struct ProcessCapabilities: Sendable, Hashable {
    package var permitted: CapabilitySet
    package var effective: CapabilitySet
    package var inheritable: CapabilitySet
    package var ambient: CapabilitySet
    package var bounding: CapabilitySet

    /// The sets could not be read, or not be set.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let action: String
        package let reason: String

        package var description: String { "\(action) capabilities: \(reason)" }

        init(_ action: String) {
            self.action = action
            // SAFETY: strerror(3) returns a string of this thread that lives until its next call; it is copied at once.
            reason = String(cString: strerror(errno))
        }
    }

    /// Of the process with this id; 0 for this one.
    package static func read(of process: Int32 = 0) throws(Failure) -> ProcessCapabilities {
        guard let sets = cap_get_pid(process) else { throw Failure("read") }
        // SAFETY: both are ours and not used after they are freed (cap_free(3)).
        defer { cap_free(UnsafeMutableRawPointer(sets)) }
        guard let lasting = process == 0 ? cap_iab_get_proc() : cap_iab_get_pid(process) else { throw Failure("read") }
        defer { cap_free(UnsafeMutableRawPointer(lasting)) }
        let vector = { (name: Int32) in
            collect { cap_iab_get_vector(lasting, cap_iab_vector_t(UInt32(name)), cap_value_t($0)) == CAP_SET }
        }
        let flags = { (flag: cap_flag_t) in
            collect { number in
                var value = CAP_CLEAR
                return cap_get_flag(sets, cap_value_t(number), flag, &value) == 0 && value == CAP_SET
            }
        }
        // libcap keeps what is *blocked* of the bounding set.
        let blocked = vector(bailey_cap_iab_blocked())
        return ProcessCapabilities(
            permitted: flags(CAP_PERMITTED), effective: flags(CAP_EFFECTIVE), inheritable: flags(CAP_INHERITABLE),
            ambient: vector(bailey_cap_iab_ambient()),
            bounding: CapabilitySet(bits: CapabilitySet.all.bits & ~blocked.bits))
    }

    private static func collect(_ isSet: (Int) -> Bool) -> CapabilitySet {
        var bits: UInt64 = 0
        for number in 0..<64 where CapabilitySet.all.bits >> UInt64(number) & 1 == 1 && isSet(number) {
            bits |= 1 << UInt64(number)
        }
        return CapabilitySet(bits: bits)
    }

    /// Gives up everything this process holds beyond `kept`, for good: permitted and effective are cut to it, inheritable and ambient
    /// emptied. All threads change together (libcap, by libpsx where it is linked; else the calling thread), so it is called before others are started.
    package static func keepOnly(_ kept: CapabilitySet) throws(Failure) {
        guard let sets = cap_init() else { throw Failure("set") }
        // SAFETY: ours, and not used after it is freed.
        defer { cap_free(UnsafeMutableRawPointer(sets)) }
        let held = try read().permitted
        for number in 0..<64 where held.bits & kept.bits >> UInt64(number) & 1 == 1 {
            var value = cap_value_t(number)
            guard cap_set_flag(sets, CAP_PERMITTED, 1, &value, CAP_SET) == 0,
                cap_set_flag(sets, CAP_EFFECTIVE, 1, &value, CAP_SET) == 0
            else { throw Failure("set") }
        }
        guard cap_reset_ambient() == 0, cap_set_proc(sets) == 0 else { throw Failure("set") }
    }
}
