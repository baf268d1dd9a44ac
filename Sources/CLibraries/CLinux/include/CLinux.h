#pragma once
// What Swift cannot import from the C library and the kernel: variadic calls, function-like macros, system calls without a wrapper.
// They are functions, not inline: their definitions need _GNU_SOURCE, which would change types that Swift's own Glibc module has
// imported without it.

// Swift's own Glibc module leaves it out.
#include <shadow.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "command_monitor.h"
#include "file_access.h"
#include "foreground.h"
#include "privileged_spawn.h"
#include "resolver_shim.h"
#include "signals.h"
#include "terminals.h"
#include "unix_socket.h"

// open(2) and openat(2) are variadic; O_CLOEXEC is always added.
int bailey_open(const char *path, int flags, mode_t mode);
int bailey_openat(int directory, const char *path, int flags, mode_t mode);

// openat2(2) has no wrapper. Paths are resolved as if `directory` were the root: no link and no ".." leads out of it.
int bailey_open_in_root(int directory, const char *path, uint64_t flags);

// Linux's own flags for the three above.
extern const int bailey_O_PATH;

// getdents64(2) fills a caller's buffer: listing a /proc/PID/fd of 100,000 entries costs no allocation an entry.
long bailey_getdents(int directory, void *buffer, size_t size);

// pidfd_open(2) and pidfd_getfd(2). A descriptor that the other process has closed meanwhile is ENOENT here, because EBADF means a
// mistake of this program.
int bailey_pidfd_open(pid_t pid);
// What a process has for parent and effective user now (PIDFD_GET_INFO, Linux 6.13). -1 where this kernel does not say, or the process is gone.
int bailey_pidfd_lineage(int pidfd, pid_t *parent, uint32_t *user);
int bailey_pidfd_getfd(int pidfd, int descriptor);

// ioctl(2) is variadic. The descriptor of a socket's network namespace (SIOCGSKNS). What was taken from another process may have become
// a path descriptor (O_PATH) there meanwhile, for which ioctl says EBADF: it is ENOTSOCK here.
int bailey_socket_namespace(int socket);

// Columns of a terminal; 0 when the descriptor is none.
int bailey_terminal_columns(int descriptor);

// S_IFMT of a mode: the macros around it are function-like.
unsigned bailey_file_kind(mode_t mode);

// setns(2) and unshare(2) are declared under _GNU_SOURCE only.
int bailey_enter_network_namespace(int descriptor);

// readlinkat(2) with the buffer as bytes: its own type, char *, asks Swift for a rebinding at every call.
ssize_t bailey_readlinkat(int directory, const char *name, void *buffer, size_t size);

// memfd_create(2) is declared under _GNU_SOURCE only. A file in memory, close-on-exec.
int bailey_memory_file(const char *name);

// Starts a program, looked up in PATH where `path` has no slash, with `input` and `output` as its standard streams, or this process's where
// that is -1, with no other descriptor open, and no signal blocked or ignored. One that is apart has a session and process group of its own,
// the directory "/", and `output` for its errors too. Returns 0 or an errno number. The attributes, the changed directory and the closed
// descriptors are declared under _GNU_SOURCE only.
int bailey_spawn(
    const char *path, char *const arguments[], char *const environment[], int input, int output, int is_apart, pid_t *pid);

// Waits for a child that has ended, and takes apart its status, whose macros are function-like: the exit code, or -1 and the signal.
int bailey_wait(pid_t pid, int *code, int *signal);

// flock(2) shares its name with a structure. Exclusive, and never waits.
int bailey_try_lock(int descriptor);

// The file attributes of lsattr(1) that ioctl(2), which is variadic, reads and sets; sets or clears FS_APPEND_FL and leaves the others.
int bailey_set_append_only(int descriptor, int is_append_only);
// 1 when the file is append-only, 0 when it is not, -1 with errno.
int bailey_is_append_only(int descriptor);

// pipe2(2) is declared under _GNU_SOURCE only. Close-on-exec, and reading never waits; writing does, as programs expect.
int bailey_pipe(int ends[2]);
// The same, but writing to the second does not wait, and reading from the first does.
int bailey_input_pipe(int ends[2]);

// setrlimit(2) takes an enumeration as its first argument: as many open files as the hard limit allows; and what it was
// before, and that limit.
int bailey_raise_open_file_limit(uint64_t *before, uint64_t *most);

// malloc_trim(3), whose header the Swift overlay of the C library leaves out.
void bailey_release_free_memory(void);

// mallopt(3), M_ARENA_MAX.
void bailey_limit_memory_arenas(int count);

// fcntl(2) is variadic: a close-on-exec copy above the standard streams.
int bailey_duplicate(int descriptor);

// What the kernel itself knows of an open file by now (statx(2), AT_STATX_DONT_SYNC): a program or server that the file comes from is not
// asked. Devices are major and minor numbers; the mount is that of mountinfo (Linux 5.8). 0, or -1 with errno.
struct bailey_glance {
    uint32_t mode;
    uint32_t has_mount;
    uint64_t mount;
    uint32_t device[2];
    uint32_t special[2];
    uint64_t size;
};
int bailey_glance(int descriptor, struct bailey_glance *glance);

// Whether it is a file of tmpfs or hugetlbfs, memfd_create(2) included: only these have seals (F_GET_SEALS, fcntl(2)). Declared under
// _GNU_SOURCE only.
int bailey_is_in_memory(int descriptor);

// fstatfs(2) has a structure of its own name. The type of the file system (linux/magic.h), or -1.
long bailey_file_system_type(int descriptor);

// lgetxattr(2) of "security.capability" below an open directory: there is no such call that takes a directory (before Linux 6.13), so
// the path goes through /proc/self/fd.
ssize_t bailey_capability_attribute(int directory, const char *name, void *buffer, size_t size);

// adjtimex(2) without setting anything; declared with a structure whose bit-fields Swift does not import. 0, or -1 with errno.
struct bailey_clock {
    int is_synchronized;
    long estimated_error;
    long maximum_error;
};
int bailey_clock_state(struct bailey_clock *clock);

// kcmp(2) has no wrapper: 0 when the two threads share one descriptor table (KCMP_FILES), 1 to 3 when not.
int bailey_compare_descriptor_tables(pid_t first, pid_t second);
