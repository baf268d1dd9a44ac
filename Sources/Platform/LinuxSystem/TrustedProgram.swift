private import CLinux
private import Glibc

/// A program that nobody but root could have put where it is or changed, opened once: what was checked, hashed and approved is what runs.
///
/// It is a regular file of root's, which no group and no other user may write, without set-user-id and set-group-id bits, executable, and
/// the same holds for every directory on the way from `/`, links resolved one by one. The interpreter of a script answers to the same.
///
/// Not covered: what the program itself reads (its libraries, its configuration), what a binary format registered with the kernel starts
/// (binfmt_misc), and root.
package final class TrustedProgram: Sendable {
    /// As it was asked for: a path, or the path where a bare name was found.
    package let path: String
    /// The same file without links.
    package let resolvedPath: String
    package let identity: FileIdentity
    /// Whether it is in a directory, or found by a link in one, that not everybody may enter.
    package let isHidden: Bool
    /// What runs a script; nil for a program that the kernel runs.
    package let interpreter: Interpreter?
    /// Open for reading.
    let descriptor: SharedDescriptor

    package struct Interpreter: Sendable {
        package let program: TrustedProgram
        /// The rest of the `#!` line, one argument.
        package let argument: String?
        /// What `env` will start, found in the secure path and checked too; nil for any other interpreter.
        package let startedByEnv: TrustedProgram?
    }

    /// Opens and checks the program at an absolute path, or the bare name in the first directory of `securePath` that has it. A name that
    /// is found but unfit is not looked for further on: what runs shall not depend on what is broken elsewhere.
    package static func open(
        _ command: String, securePath: [String]
    ) throws(UnfitProgram) -> TrustedProgram {
        guard !command.isEmpty, command.utf8.count < 4096, !command.utf8.contains(0) else { throw .malformed }
        if command.isAbsolutePath {
            return try TrustedProgram(command, securePath: securePath, asInterpreter: false)
        }
        return try find(command, securePath: securePath, asInterpreter: false)
    }

    /// Whether not everybody may look at what is at this absolute path, fit to be run or not, and whether anything is.
    package static func isHidden(_ path: String) -> Bool { TrustedPath.isHidden(path) }

    /// Whether the walk to this absolute path comes by a directory that not everybody may enter, to its end or to where it fails.
    package static func isWayHidden(_ path: String) -> Bool { TrustedPath.isWayHidden(path) }

    private static func find(
        _ name: String, securePath: [String], asInterpreter: Bool
    ) throws(UnfitProgram) -> TrustedProgram {
        guard !name.hasSlash, name != ".", name != ".." else { throw .notAbsolute(name) }
        for directory in securePath where directory.isAbsolutePath {
            // Most of them do not have it: then there is nothing to walk to.
            var status = stat()
            if lstat("\(directory)/\(name)", &status) == -1, errno == ENOENT { continue }
            do throws(UnfitProgram) {
                return try TrustedProgram(
                    "\(directory)/\(name)", securePath: securePath,
                    asInterpreter: asInterpreter)
            } catch .notFound {
                continue
            }
        }
        throw .notInSecurePath(name: name)
    }

    private init(
        _ path: String, securePath: [String], asInterpreter: Bool
    ) throws(UnfitProgram) {
        let (place, resolvedPath, isHidden) = try TrustedPath.open(path)
        try TrustedPath.checkFileSystem(of: place.descriptor, path: resolvedPath)
        try Self.check(Self.metadata(of: place, path: resolvedPath), path: resolvedPath)
        descriptor = try Self.reopen(place, path: resolvedPath)
        self.path = path
        self.resolvedPath = resolvedPath
        self.isHidden = isHidden
        identity = try Self.identity(of: descriptor, path: resolvedPath)
        let header = try ScriptHeader(
            firstBytes: Self.firstBytes(of: descriptor, path: resolvedPath), path: resolvedPath)
        guard let header else {
            interpreter = nil
            return
        }
        guard !asInterpreter else { throw .interpreterIsScript(path: resolvedPath) }
        do throws(UnfitProgram) {
            interpreter = try Self.interpreter(header, of: resolvedPath, securePath)
        } catch {
            throw .interpreter(of: resolvedPath, error)
        }
    }

    private static func interpreter(
        _ header: ScriptHeader, of script: String, _ securePath: [String]
    ) throws(UnfitProgram) -> Interpreter {
        let program = try TrustedProgram(
            header.interpreter, securePath: securePath, asInterpreter: true)
        guard header.interpreter == "/usr/bin/env" || header.interpreter == "/bin/env" else {
            return Interpreter(program: program, argument: header.argument, startedByEnv: nil)
        }
        guard let name = header.programOfEnv else { throw .unclearInterpreter(path: script) }
        let started =
            name.isAbsolutePath
            ? try TrustedProgram(name, securePath: securePath, asInterpreter: true)
            : try find(name, securePath: securePath, asInterpreter: true)
        return Interpreter(program: program, argument: header.argument, startedByEnv: started)
    }

    private static func check(_ file: FileMetadata, path: String) throws(UnfitProgram) {
        guard file.kind == .regular else { throw .notRegularFile(path: path) }
        guard file.owner == 0 else { throw .fileOwner(path: path, owner: file.owner) }
        guard !file.isWritableByGroup, !file.isWritableByAnyone else {
            throw .fileWritable(path: path, permissions: file.permissionText)
        }
        guard file.permissions & 0o6000 == 0 else { throw .setID(path: path, permissions: file.permissionText) }
        guard file.permissions & 0o111 != 0 else { throw .notExecutable(path: path) }
    }

    private static func metadata(of place: SharedDescriptor, path: String) throws(UnfitProgram) -> FileMetadata {
        do throws(SystemError) {
            return try place.descriptor.metadata(subject: path)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The same file, open for reading: its magic link leads to the file itself, not to a name (proc_pid_fd(5)).
    private static func reopen(_ place: SharedDescriptor, path: String) throws(UnfitProgram) -> SharedDescriptor {
        let magicLink = "/proc/self/fd/\(place.number)"
        do throws(SystemError) {
            let number = try systemCall("open", on: path) { bailey_open(magicLink, O_RDONLY | O_NOCTTY, 0) }
            return SharedDescriptor(owning: number)
        } catch {
            throw .unreadable(error)
        }
    }

    private static func identity(of file: SharedDescriptor, path: String) throws(UnfitProgram) -> FileIdentity {
        do throws(SystemError) {
            return try FileIdentity(of: file.descriptor, subject: path)
        } catch {
            throw .unreadable(error)
        }
    }

    private static func firstBytes(of file: SharedDescriptor, path: String) throws(UnfitProgram) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ScriptHeader.size)
        do throws(SystemError) {
            let count = try Self.read(file, into: &bytes, at: 0, path: path)
            return Array(bytes[..<count])
        } catch {
            throw .unreadable(error)
        }
    }

    private static func read(
        _ file: SharedDescriptor, into bytes: inout [UInt8], at offset: Int, path: String
    ) throws(SystemError) -> Int {
        let number = file.number
        return try systemCall("read", on: path) {
            // SAFETY: the kernel writes at most the array's count. pread(2) leaves the offset that the command would inherit.
            bytes.withUnsafeMutableBytes { pread(number, $0.baseAddress, $0.count, off_t(offset)) }
        }
    }

    /// Hands the whole content to `body`, a block at a time, in order, and then makes sure that the file did not change meanwhile.
    package func forEachBlock(_ body: (UnsafeRawBufferPointer) -> Void) throws(UnfitProgram) {
        var block = [UInt8](repeating: 0, count: 256 << 10)
        var offset = 0
        while true {
            let count: Int
            do throws(SystemError) {
                count = try Self.read(descriptor, into: &block, at: offset, path: resolvedPath)
            } catch {
                throw .unreadable(error)
            }
            if count == 0 { break }
            block.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += count
        }
        try verifyUnchanged()
    }

    /// That the open file is what was checked, byte for byte as far as the kernel's times tell: a change of content, mode or owner moves
    /// its change time. Says nothing of the name.
    package func verifyUnchanged() throws(UnfitProgram) {
        guard try Self.identity(of: descriptor, path: resolvedPath) == identity else {
            throw .changed(path: resolvedPath)
        }
        try interpreter?.program.verifyUnchanged()
    }

    /// That the path still leads to the open file: for what is opened by name once more, as an interpreter opens its script.
    package func verifyPath() throws(UnfitProgram) {
        let place = try TrustedPath.open(resolvedPath).file
        guard try Self.identity(of: place, path: resolvedPath) == identity else { throw .changed(path: resolvedPath) }
    }
}

/// Which file it is and which state of it: equal as long as neither content nor mode nor owner changed. A key for digests of files.
package struct FileIdentity: Sendable, Hashable {
    package let device: UInt64
    package let inode: UInt64
    package let size: Int64
    /// Nanoseconds since the epoch of the last change of content, and of content or metadata; the latter nobody sets at will.
    package let modifiedAt: Int64
    package let changedAt: Int64

    package init(of file: borrowing FileDescriptor, subject: String) throws(SystemError) {
        var status = stat()
        let number = file.number
        try systemCall("stat", on: subject) { fstat(number, &status) }
        (device, inode, size) = (UInt64(status.st_dev), UInt64(status.st_ino), Int64(status.st_size))
        modifiedAt = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        changedAt = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
    }
}
