/// The guard that will decide over privileged commands, as far as checks know of it today.
enum PrivilegeBroker {
    /// Why a check whose answer the broker will give cannot give one without it.
    static func notInstalled(_ consequence: String) -> String {
        "the privilege broker is not installed: \(consequence)"
    }
}
