#pragma once
// What Swift cannot import from the C library and the kernel: variadic calls, function-like macros, system calls without a wrapper.
// They are functions, not inline: their definitions need _GNU_SOURCE, which would change types that Swift's own Glibc module has
// imported without it.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "resolver_shim.h"

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
int bailey_pidfd_getfd(int pidfd, int descriptor);

// ioctl(2) is variadic. The descriptor of a socket's network namespace (SIOCGSKNS).
int bailey_socket_namespace(int socket);

// Columns of a terminal; 0 when the descriptor is none.
int bailey_terminal_columns(int descriptor);

// S_IFMT of a mode: the macros around it are function-like.
unsigned bailey_file_kind(mode_t mode);

// setns(2) and unshare(2) are declared under _GNU_SOURCE only.
int bailey_enter_network_namespace(int descriptor);

// readlinkat(2) with the buffer as bytes: its own type, char *, asks Swift for a rebinding at every call.
ssize_t bailey_readlinkat(int directory, const char *name, void *buffer, size_t size);

// kcmp(2) has no wrapper: 0 when the two threads share one descriptor table (KCMP_FILES), 1 to 3 when not.
int bailey_compare_descriptor_tables(pid_t first, pid_t second);
