private import CLinux
private import Glibc

/// Until when an account is good (shadow(5), getspnam_r(3)), as pam_unix(8) judges it: what every start asks for, whatever approval its rule
/// needs. A password that is locked (`!`) bars nobody, for it is not the account that is locked by it.
package struct AccountAging: Sendable, Hashable {
    /// The day from which the account is no more, in days since 1970; nil when it stays.
    package let expiry: Int?
    /// The day from which it is no more because its password is too old, and was not changed in the time that is left for that.
    package let inactivity: Int?

    package init(expiry: Int?, inactivity: Int?) { (self.expiry, self.inactivity) = (expiry, inactivity) }

    /// Nil when there is no entry, or who asks may not see it: then nothing is known against the account.
    package static func named(_ name: String) -> AccountAging? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        return withNameService(of: spwd(), { getspnam_r(name, $0, $1, $2, $3) }) { entry in
            // -1 where the field is empty.
            let numbers = [entry.sp_lstchg, entry.sp_max, entry.sp_inact]
            // A change on day 0 means that it has to be changed at the next login, which is no end.
            let isLimited = numbers.allSatisfy { $0 >= 0 } && entry.sp_lstchg > 0
            let last = numbers.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
            return AccountAging(
                expiry: entry.sp_expire >= 0 ? entry.sp_expire : nil,
                inactivity: isLimited && last < .max ? last + 1 : nil)
        }
    }

    /// Why the account is no more on this day, counted from 1970; nil when it is good.
    package func objection(onDay day: Int) -> String? {
        if let expiry, day >= expiry { return "has expired" }
        if let inactivity, day >= inactivity { return "has expired: its password was not changed in time" }
        return nil
    }
}
