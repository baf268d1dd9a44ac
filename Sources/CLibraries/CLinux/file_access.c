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

// Takes every capability out of effect for the calling thread alone (capset(2)): those on files, and those that go with them, such as
// CAP_SYS_RESOURCE, which writes into what a full disk keeps for root.
static int drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) == -1) return -1;
    data[0].effective = data[1].effective = 0;
    return (int)syscall(SYS_capset, &header, data);
}

int bailey_take_file_rights(uint32_t user, uint32_t group, const uint32_t *groups, size_t count) {
    // The kernel's calls change the calling thread; libc's setgroups(3) would change all threads.
    if (syscall(SYS_setgroups, count, groups) == -1) return -1;
    setfsgid(group);
    setfsuid(user);
    // Both return what was before and no error; -1 changes nothing and so tells what holds now (setfsuid(2)).
    if ((uint32_t)setfsgid((gid_t)-1) != group || (uint32_t)setfsuid((uid_t)-1) != user) {
        errno = EPERM;
        return -1;
    }
    return user == 0 ? 0 : drop_capabilities();
}

int bailey_may_write(int file) { return (int)syscall(SYS_faccessat2, file, "", W_OK, AT_EMPTY_PATH | AT_EACCESS); }

int bailey_reserve(int file, int64_t size) { return fallocate(file, FALLOC_FL_KEEP_SIZE, 0, size); }
