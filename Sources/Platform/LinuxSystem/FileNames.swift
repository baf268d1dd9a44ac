private import CLinux
private import Glibc

/// Gives a file another name (rename(2)). What had that name before is replaced.
package func renameFile(_ path: String, to newPath: String) throws(SystemError) {
    try systemCall("rename", on: path) { rename(path, newPath) }
}

/// Takes a name away from a file (unlink(2)).
package func removeFile(_ path: String) throws(SystemError) {
    try systemCall("remove", on: path) { unlink(path) }
}
