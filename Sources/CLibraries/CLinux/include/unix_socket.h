#pragma once
// Unix sockets (unix(7)): control messages are read and written by function-like macros, and the options for the peer's groups and
// pidfd are newer than the C library's headers.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// A stream socket, close-on-exec, that never waits.
int bailey_unix_socket(void);

// Two connected ends, as above. 0, or -1 with errno.
int bailey_socket_pair(int ends[2]);

// bind(2) and connect(2). A path that does not fit into sun_path with its end is ENAMETOOLONG.
int bailey_unix_bind(int socket, const char *path);
int bailey_unix_connect(int socket, const char *path);

// accept4(2): close-on-exec, never waits.
int bailey_unix_accept(int socket);

// Whether the descriptor is a listening Unix stream socket; it is made close-on-exec and non-blocking then. 1, 0, or -1 with errno.
int bailey_adopt_listener(int descriptor);

// SO_PEERCRED: whoever called connect(2), or listen(2), as the kernel noted it then. 0, or -1 with errno.
int bailey_peer_credentials(int socket, pid_t *pid, uint32_t *user, uint32_t *group);
// SO_PEERGROUPS: the number of groups, or -1 with errno; ERANGE when there are more than `capacity`.
int bailey_peer_groups(int socket, uint32_t *groups, int capacity);
// SO_PEERPIDFD (Linux 6.5): a pidfd of that process, or -1 with errno; ENOPROTOOPT where the kernel has none.
int bailey_peer_pidfd(int socket);

enum { bailey_descriptor_limit = 16 };

// sendmsg(2) without waiting and without SIGPIPE; `count` descriptors go along (SCM_RIGHTS). The number of bytes, or -1 with errno.
ssize_t bailey_send(int socket, const void *bytes, size_t size, const int *descriptors, int count);

// The same without descriptors, in the name of another process: what a Unix socket tells its receiver of who sent it (SCM_CREDENTIALS,
// unix(7)) is this one, which takes root. ESRCH once it has ended.
ssize_t bailey_send_for(int socket, const void *bytes, size_t size, pid_t pid, uint32_t user, uint32_t group);

// recvmsg(2) without waiting. Up to `capacity` (at most bailey_descriptor_limit) descriptors are taken, close-on-exec; when more came,
// all are closed and the error is E2BIG. The number of bytes, 0 at the end, or -1 with errno.
ssize_t bailey_receive(int socket, void *bytes, size_t size, int *descriptors, int capacity, int *count);
