#define _GNU_SOURCE
#include "unix_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int bailey_unix_socket(void) { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

int bailey_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends); }

static int fill(struct sockaddr_un *address, const char *path) {
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address->sun_path) {
        errno = length == 0 ? EINVAL : ENAMETOOLONG;
        return -1;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    return 0;
}

int bailey_unix_bind(int socket, const char *path) {
    struct sockaddr_un address;
    if (fill(&address, path) == -1) return -1;
    return bind(socket, (struct sockaddr *)&address, sizeof address);
}

int bailey_unix_connect(int socket, const char *path) {
    struct sockaddr_un address;
    if (fill(&address, path) == -1) return -1;
    return connect(socket, (struct sockaddr *)&address, sizeof address);
}

int bailey_unix_accept(int socket) { return accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

static int option(int socket, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(socket, SOL_SOCKET, name, &value, &size) == -1 ? -1 : value;
}

int bailey_adopt_listener(int descriptor) {
    int domain = option(descriptor, SO_DOMAIN);
    // What was named but is not open is somebody else's mistake.
    if (domain == -1 && (errno == ENOTSOCK || errno == EBADF)) return 0;
    if (domain == -1) return -1;
    if (domain != AF_UNIX || option(descriptor, SO_TYPE) != SOCK_STREAM || option(descriptor, SO_ACCEPTCONN) != 1) return 0;
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) == -1) return -1;
    int flags = fcntl(descriptor, F_GETFL);
    if (flags == -1 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == -1) return -1;
    return 1;
}

int bailey_peer_credentials(int socket, pid_t *pid, uint32_t *user, uint32_t *group) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == -1) return -1;
    *pid = credentials.pid;
    *user = credentials.uid;
    *group = credentials.gid;
    return 0;
}

int bailey_peer_groups(int socket, uint32_t *groups, int capacity) {
    socklen_t size = (socklen_t)((size_t)capacity * sizeof(gid_t));
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == -1) return -1;
    return (int)(size / sizeof(gid_t));
}

int bailey_peer_pidfd(int socket) {
    int pidfd = -1;
    socklen_t size = sizeof pidfd;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == -1) return -1;
    return pidfd;
}

union control {
    char bytes[CMSG_SPACE(sizeof(int) * bailey_descriptor_limit)];
    struct cmsghdr alignment;
};

ssize_t bailey_send(int socket, const void *bytes, size_t size, const int *descriptors, int count) {
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union control control;
    if (count < 0 || count > bailey_descriptor_limit) {
        errno = E2BIG;
        return -1;
    }
    if (count > 0) {
        size_t length = sizeof(int) * (size_t)count;
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(length);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(length);
        memcpy(CMSG_DATA(header), descriptors, length);
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t bailey_send_for(int socket, const void *bytes, size_t size, pid_t pid, uint32_t user, uint32_t group) {
    struct ucred sender = {.pid = pid, .uid = user, .gid = group};
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
    _Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof sender)] = {0};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS, .cmsg_len = CMSG_LEN(sizeof sender)};
    memcpy(CMSG_DATA(header), &sender, sizeof sender);
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t bailey_receive(int socket, void *bytes, size_t size, int *descriptors, int capacity, int *count) {
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    union control control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *count = 0;
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (received == -1) return -1;
    int refused = (message.msg_flags & MSG_CTRUNC) != 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t number = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < number; index++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof descriptor);
            if (*count < capacity) {
                descriptors[(*count)++] = descriptor;
            } else {
                close(descriptor);
                refused = 1;
            }
        }
    }
    if (!refused) return received;
    while (*count > 0) close(descriptors[--*count]);
    errno = E2BIG;
    return -1;
}
