private import CLinux
private import Glibc

/// Names of files made and taken away (symlink(2), unlink(2), rmdir(2)).
package enum NameChanges {
    package static func link(_ path: String, to target: String) throws(SystemError) {
        try systemCall("create link", on: path) { symlink(target, path) }
    }

    /// Takes a name away; one that is not there is no error.
    package static func remove(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            try systemCall("remove", on: path) { unlink(path) }
        } catch {
            guard error.isAbsence else { throw error }
        }
    }

    /// Takes a directory away; false where it has something in it, or is not there.
    package static func removeIfEmpty(directory path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try systemCall("remove", on: path) { rmdir(path) }
            return true
        } catch {
            guard error.isAbsence || error.code == .exists || error.code == .other(number: ENOTEMPTY) else {
                throw error
            }
            return false
        }
    }
}
