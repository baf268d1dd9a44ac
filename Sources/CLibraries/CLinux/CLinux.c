#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/kcmp.h>
#include <linux/openat2.h>
#include <link.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/timex.h>
#include <sys/xattr.h>
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

int bailey_pidfd_lineage(int pidfd, pid_t *parent, uint32_t *user) {
    // struct pidfd_info as it was first published (linux/pidfd.h of Linux 6.13).
    struct {
        uint64_t mask, control_group;
        uint32_t process, thread_group, parent, real_user, real_group, effective_user, effective_group;
        uint32_t saved_user, saved_group, file_system_user, file_system_group;
        int32_t exit_code;
    } info = {.mask = 3 /* PIDFD_INFO_PID, PIDFD_INFO_CREDS */};
    _Static_assert(sizeof info == 64, "PIDFD_INFO_SIZE_VER0");
    if (ioctl(pidfd, _IOWR(0xFF, 11, info) /* PIDFD_GET_INFO */, &info) == -1) return -1;
    if ((info.mask & 3) != 3) return -1;
    *parent = (pid_t)info.parent;
    *user = info.effective_user;
    return 0;
}

int bailey_pidfd_getfd(int pidfd, int descriptor) {
    int result = (int)syscall(SYS_pidfd_getfd, pidfd, descriptor, 0);
    if (result == -1 && errno == EBADF) errno = ENOENT;
    return result;
}

int bailey_socket_namespace(int socket) {
    int result = ioctl(socket, 0x894C /* SIOCGSKNS, linux/sockios.h */);
    if (result == -1 && errno == EBADF) errno = ENOTSOCK;
    return result;
}

int bailey_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

unsigned bailey_file_kind(mode_t mode) { return mode & S_IFMT; }

int bailey_enter_network_namespace(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

ssize_t bailey_readlinkat(int directory, const char *name, void *buffer, size_t size) {
    return readlinkat(directory, name, buffer, size);
}

int bailey_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int bailey_spawn(
    const char *path, char *const arguments[], char *const environment[], int input, int output, int is_apart, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    // Each step is tried only when those before it went well.
    if (input != -1) error = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (!error && output != -1) error = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!error && is_apart) error = posix_spawn_file_actions_adddup2(&actions, output, 2);
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!error && is_apart) error = posix_spawn_file_actions_addchdir_np(&actions, "/");
    if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!error) {
        short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (is_apart ? POSIX_SPAWN_SETSID : 0);
        error = posix_spawnattr_setflags(&attributes, flags);
    }
    if (!error) error = posix_spawnp(pid, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int bailey_wait(pid_t pid, int *code, int *signal) {
    int status;
    if (waitpid(pid, &status, 0) == -1) return -1;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return 0;
}

int bailey_try_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int bailey_is_append_only(int descriptor) {
    int flags = 0;
    if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) == -1) return -1;
    return (flags & FS_APPEND_FL) != 0;
}

int bailey_set_append_only(int descriptor, int is_append_only) {
    int flags = 0;
    if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) == -1) return -1;
    int wanted = is_append_only ? flags | FS_APPEND_FL : flags & ~FS_APPEND_FL;
    return wanted == flags ? 0 : ioctl(descriptor, FS_IOC_SETFLAGS, &wanted);
}

int bailey_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) == -1) return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

int bailey_input_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) == -1) return -1;
    return fcntl(ends[1], F_SETFL, O_NONBLOCK);
}

int bailey_raise_open_file_limit(uint64_t *before, uint64_t *most) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return -1;
    *before = limit.rlim_cur;
    *most = limit.rlim_max;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

// A page of the program that is mapped is counted, whether it was needed or only near one that was; it is mapped again when it is needed.
static int release_program(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size, (void)context;
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        (void)madvise((void *)start, object->dlpi_addr + segment->p_vaddr + segment->p_filesz - start, MADV_DONTNEED);
    }
    return 0;
}

void bailey_release_free_memory(void) {
    malloc_trim(0);
    (void)dl_iterate_phdr(release_program, NULL);
}

void bailey_limit_memory_arenas(int count) { mallopt(M_ARENA_MAX, count); }

int bailey_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

int bailey_glance(int descriptor, struct bailey_glance *glance) {
    struct statx status;
    int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
    if (statx(descriptor, "", flags, STATX_TYPE | STATX_SIZE | STATX_MNT_ID, &status) == -1) return -1;
    glance->mode = status.stx_mode;
    glance->has_mount = (status.stx_mask & STATX_MNT_ID) != 0;
    glance->mount = status.stx_mnt_id;
    glance->device[0] = status.stx_dev_major;
    glance->device[1] = status.stx_dev_minor;
    glance->special[0] = status.stx_rdev_major;
    glance->special[1] = status.stx_rdev_minor;
    glance->size = status.stx_size;
    return 0;
}

int bailey_is_in_memory(int descriptor) { return fcntl(descriptor, F_GET_SEALS) != -1; }

long bailey_file_system_type(int descriptor) {
    struct statfs status;
    return fstatfs(descriptor, &status) == -1 ? -1 : status.f_type;
}

ssize_t bailey_capability_attribute(int directory, const char *name, void *buffer, size_t size) {
    char path[320];
    int length = snprintf(path, sizeof path, "/proc/self/fd/%d/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return lgetxattr(path, "security.capability", buffer, size);
}

int bailey_clock_state(struct bailey_clock *clock) {
    struct timex timex = {.modes = 0};
    int state = adjtimex(&timex);
    if (state == -1) return -1;
    clock->is_synchronized = state != TIME_ERROR && !(timex.status & STA_UNSYNC);
    clock->estimated_error = timex.esterror;
    clock->maximum_error = timex.maxerror;
    return 0;
}

int bailey_compare_descriptor_tables(pid_t first, pid_t second) {
    return (int)syscall(SYS_kcmp, first, second, KCMP_FILES, 0, 0);
}
