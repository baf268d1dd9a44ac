// With whose rights a thread opens files, and what it could do there: for one thread, never for the process.
#define _GNU_SOURCE
#include "file_access.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/falloc.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

// What lets root pass over a file's mode, owner and attributes (CAP_FS_MASK in the kernel).
static const int file_capabilities[] = {
    CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, CAP_LINUX_IMMUTABLE, CAP_MKNOD, CAP_MAC_OVERRIDE,
};

static int has_file_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) == -1) return 1;
    for (size_t index = 0; index < sizeof file_capabilities / sizeof *file_capabilities; index++) {
        int number = file_capabilities[index];
        if (data[number / 32].effective & (1u << (number % 32))) return 1;
    }
    return 0;
}

int bailey_take_file_rights(uint32_t user, uint32_t group, const uint32_t *groups, size_t count) {
    // The kernel's calls change the calling thread; libc's setgroups(3) would change all threads.
    if (syscall(SYS_setgroups, count, groups) == -1) return -1;
    setfsgid(group);
    setfsuid(user);
    // Both return what was before and no error; -1 changes nothing and so tells what holds now (setfsuid(2)). Where the kernel was told to
    // leave capabilities alone (SECBIT_NO_SETUID_FIXUP) another user's rights would be root's.
    if ((uint32_t)setfsgid((gid_t)-1) != group || (uint32_t)setfsuid((uid_t)-1) != user || (user != 0 && has_file_capabilities())) {
        errno = EPERM;
        return -1;
    }
    return 0;
}

int bailey_may_write(int file) { return (int)syscall(SYS_faccessat2, file, "", W_OK, AT_EMPTY_PATH | AT_EACCESS); }

int bailey_reserve(int file, int64_t size) { return fallocate(file, FALLOC_FL_KEEP_SIZE, 0, size); }
