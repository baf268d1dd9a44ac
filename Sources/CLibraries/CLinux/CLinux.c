#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

const int bailey_O_PATH = O_PATH;

int bailey_open(const char *path, int flags, mode_t mode) { return open(path, flags | O_CLOEXEC, mode); }

int bailey_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags | O_CLOEXEC, mode);
}

int bailey_open_in_root(int directory, const char *path, uint64_t flags) {
    struct open_how how = {.flags = flags | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_IN_ROOT};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

long bailey_getdents(int directory, void *buffer, size_t size) { return syscall(SYS_getdents64, directory, buffer, size); }

int bailey_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int bailey_pidfd_getfd(int pidfd, int descriptor) {
    int result = (int)syscall(SYS_pidfd_getfd, pidfd, descriptor, 0);
    if (result == -1 && errno == EBADF) errno = ENOENT;
    return result;
}

int bailey_socket_namespace(int socket) { return ioctl(socket, 0x894C /* SIOCGSKNS, linux/sockios.h */); }

int bailey_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

unsigned bailey_file_kind(mode_t mode) { return mode & S_IFMT; }

int bailey_enter_network_namespace(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

ssize_t bailey_readlinkat(int directory, const char *name, void *buffer, size_t size) {
    return readlinkat(directory, name, buffer, size);
}

int bailey_compare_descriptor_tables(pid_t first, pid_t second) {
    return (int)syscall(SYS_kcmp, first, second, KCMP_FILES, 0, 0);
}
