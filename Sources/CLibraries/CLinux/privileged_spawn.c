#define _GNU_SOURCE
#include "spawn_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls is written for x86-64 and AArch64"
#endif

// MARK: The filter of system calls

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define REFUSE(number, error) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ANSWER(SECCOMP_RET_ERRNO | (error))

// The network namespace is empty; the filter keeps the way out of it shut: setns(2) to another, a socket taken from another process
// (pidfd_getfd(2), ptrace(2)), io_uring, whose operations no filter sees. The low half of the first argument is where struct
// seccomp_data begins it: both architectures are little-endian. A program of another architecture (32-bit x86) numbers its calls
// differently and is ended.
static struct sock_filter no_network_program[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
#if defined(__x86_64__)
    // The x32 ABI.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
#endif
    REFUSE(SYS_setns, EPERM),
    REFUSE(SYS_io_uring_setup, EPERM),
    REFUSE(SYS_pidfd_getfd, EPERM),
    REFUSE(SYS_ptrace, EPERM),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 1, 0),
    ANSWER(SECCOMP_RET_ALLOW),
    LOAD(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 0, 1),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(SECCOMP_RET_ERRNO | EAFNOSUPPORT),
};

// MARK: In the child

static _Noreturn void fail_with(const struct child *child, int stage, int number) {
    struct bailey_spawn_failure failure = {.stage = stage, .number = number};
    // Shorter than PIPE_BUF: written whole or not at all.
    (void)!write(child->errors, &failure, sizeof failure);
    for (;;) syscall(SYS_exit_group, 127);
}

static _Noreturn void fail(const struct child *child, int stage) { fail_with(child, stage, errno); }

// The group is the one that the terminal belongs to from the start: nothing the command does first can find itself in the background.
// Every signal is blocked still, so the kernel does not stop us for asking from there (SIGTTOU, tcsetpgrp(3)).
static void enter_group(const struct child *child) {
    if (setpgid(0, 0) == -1) fail(child, bailey_stage_session);
    pid_t group = getpid();
    if (child->terminal >= 0 && ioctl(child->terminal, TIOCSPGRP, &group) == -1) fail(child, bailey_stage_terminal);
    for (int number = 0; number < 3; number++) {
        if (dup2(child->streams[number], number) == -1) fail(child, bailey_stage_streams);
    }
    // Everything else ends with the exec: no table to walk, and what is needed until then stays open.
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == -1) fail(child, bailey_stage_descriptors);
    if (child->script >= 0 && dup2(child->script, 3) == -1) fail(child, bailey_stage_descriptors);
}

// Who kills the monitor kills the command (prctl(2)). The kernel forgets it with each change of identity, so it is said again after
// that; and what happened before it was said is looked for.
static void die_with_parent(const struct child *child) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1) fail(child, bailey_stage_session);
    if (getppid() != child->parent) fail_with(child, bailey_stage_session, ESRCH);
}

static void set_limits(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    for (size_t index = 0; index < plan->limit_count; index++) {
        const struct bailey_limit *limit = &plan->limits[index];
        struct rlimit64 wanted = {.rlim_cur = limit->soft, .rlim_max = limit->hard}, found;
        if (syscall(SYS_prlimit64, 0, limit->resource, &wanted, NULL) == -1) fail(child, bailey_stage_limits);
        if (syscall(SYS_prlimit64, 0, limit->resource, NULL, &found) == -1) fail(child, bailey_stage_limits);
        if (found.rlim_cur != wanted.rlim_cur || found.rlim_max != wanted.rlim_max)
            fail_with(child, bailey_stage_limits, EPERM);
    }
    umask(plan->mode_mask);
    if (umask(plan->mode_mask) != plan->mode_mask) fail_with(child, bailey_stage_limits, EINVAL);
}

static int is_held(uint64_t capabilities, int number) { return capabilities >> number & 1; }

static int set_capabilities(uint64_t permitted, uint64_t effective, uint64_t inheritable) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.permitted = (uint32_t)permitted, .effective = (uint32_t)effective, .inheritable = (uint32_t)inheritable},
        {.permitted = (uint32_t)(permitted >> 32),
         .effective = (uint32_t)(effective >> 32),
         .inheritable = (uint32_t)(inheritable >> 32)},
    };
    return (int)syscall(SYS_capset, &header, data);
}

static int read_capabilities(uint64_t *permitted, uint64_t *effective, uint64_t *inheritable) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) == -1) return -1;
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    *effective = data[0].effective | (uint64_t)data[1].effective << 32;
    *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return 0;
}

// While still root: the bounding set cannot be cut later (capabilities(7)). Capabilities shall outlive the change of user.
static void cut_bounding_set(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    for (int number = 0; number <= plan->last_capability; number++) {
        if (is_held(plan->capabilities, number)) continue;
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == -1) fail(child, bailey_stage_bounding_set);
    }
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1) fail(child, bailey_stage_bounding_set);
}

static void change_identity(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    if (syscall(SYS_setgroups, plan->group_count, plan->groups) == -1) fail(child, bailey_stage_groups);
    if (syscall(SYS_setresgid, plan->group, plan->group, plan->group) == -1) fail(child, bailey_stage_group);
    if (syscall(SYS_setresuid, plan->user, plan->user, plan->user) == -1) fail(child, bailey_stage_user);
}

#define LOCKED_BITS                                                                                                  \
    (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |                  \
     SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

// Exactly those wanted, in every set that execve(2) carries over. CAP_SETPCAP is held only until the secure bits are locked.
static void keep_exact_capabilities(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    uint64_t wanted = plan->capabilities, working = wanted | 1ULL << CAP_SETPCAP;
    if (set_capabilities(working, working, wanted) == -1) fail(child, bailey_stage_capabilities);
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1) fail(child, bailey_stage_capabilities);
    for (int number = 0; number <= plan->last_capability; number++) {
        if (!is_held(wanted, number)) continue;
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) == -1) fail(child, bailey_stage_capabilities);
    }
    if (prctl(PR_SET_SECUREBITS, LOCKED_BITS, 0, 0, 0) == -1) fail(child, bailey_stage_secure_bits);
    if (set_capabilities(wanted, wanted, wanted) == -1) fail(child, bailey_stage_capabilities);
}

// A user other than root lost the rest with the change of user; what could still be inherited by a program with file capabilities goes
// here, for root too.
static void drop_inheritable_capabilities(const struct child *child) {
    uint64_t permitted, effective, inheritable;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1) fail(child, bailey_stage_capabilities);
    if (read_capabilities(&permitted, &effective, &inheritable) == -1) fail(child, bailey_stage_capabilities);
    if (inheritable != 0 && set_capabilities(permitted, effective, 0) == -1) fail(child, bailey_stage_capabilities);
}

static void verify_identity(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    uint32_t real, effective, saved;
    if (syscall(SYS_getresuid, &real, &effective, &saved) == -1) fail(child, bailey_stage_identity_check);
    if (real != plan->user || effective != plan->user || saved != plan->user)
        fail_with(child, bailey_stage_identity_check, EPERM);
    if (syscall(SYS_getresgid, &real, &effective, &saved) == -1) fail(child, bailey_stage_identity_check);
    if (real != plan->group || effective != plan->group || saved != plan->group)
        fail_with(child, bailey_stage_identity_check, EPERM);
    long count = syscall(SYS_getgroups, plan->group_count + 1, plan->groups_found);
    if (count == -1) fail(child, bailey_stage_identity_check);
    if ((size_t)count != plan->group_count) fail_with(child, bailey_stage_identity_check, EPERM);
    // The kernel keeps them sorted.
    for (size_t index = 0; index < plan->group_count; index++) {
        if (plan->groups_found[index] != plan->groups[index]) fail_with(child, bailey_stage_identity_check, EPERM);
    }
    // Nothing of root may be had back.
    if (plan->user != 0 && !plan->has_capabilities && syscall(SYS_setresuid, -1, 0, -1) != -1)
        fail_with(child, bailey_stage_identity_check, EPERM);
}

static void verify_capabilities(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    uint64_t permitted, effective, inheritable, wanted = plan->has_capabilities ? plan->capabilities : 0;
    if (read_capabilities(&permitted, &effective, &inheritable) == -1) fail(child, bailey_stage_capability_check);
    int is_root = plan->user == 0 && !plan->has_capabilities;
    if (inheritable != wanted || (!is_root && (permitted != wanted || effective != wanted)))
        fail_with(child, bailey_stage_capability_check, EPERM);
    // Nothing is ambient that is not inheritable, and nothing is that (capabilities(7)).
    if (!plan->has_capabilities) return;
    for (int number = 0; number <= plan->last_capability; number++) {
        int is_wanted = is_held(wanted, number);
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0) != is_wanted)
            fail_with(child, bailey_stage_capability_check, EPERM);
        if (prctl(PR_CAPBSET_READ, number, 0, 0, 0) != is_wanted) fail_with(child, bailey_stage_capability_check, EPERM);
    }
    if (prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) != LOCKED_BITS)
        fail_with(child, bailey_stage_capability_check, EPERM);
}

// Keys that root holds in our session keyring would be the command's too (session-keyring(7)). A kernel without keys has none to leak;
// where a filter of a container refuses the call, it refuses it to the command as well.
static void leave_keyring(const struct child *child) {
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) == -1 && errno != ENOSYS && errno != EPERM)
        fail(child, bailey_stage_keyring);
}

static void enter_directory(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    if (child->directory >= 0) {
        if (fchdir(child->directory) == -1) fail(child, bailey_stage_directory);
        return;
    }
    char found[PATH_MAX];
    if (chdir(plan->directory_path) == -1) fail(child, bailey_stage_directory);
    if (syscall(SYS_getcwd, found, sizeof found) == -1) fail(child, bailey_stage_directory);
    // Somebody put a link in the way since the path was resolved.
    if (strcmp(found, plan->directory_path) != 0) fail_with(child, bailey_stage_directory, ELOOP);
}

static void confine(const struct child *child) {
    const struct bailey_spawn_plan *plan = child->plan;
    if (plan->no_new_privileges) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) fail(child, bailey_stage_no_new_privileges);
        if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) fail_with(child, bailey_stage_no_new_privileges, EPERM);
    }
    if (child->ruleset >= 0 && syscall(SYS_landlock_restrict_self, child->ruleset, 0) == -1)
        fail(child, bailey_stage_files);
    if (plan->no_network) {
        struct sock_fprog program = {
            .len = sizeof no_network_program / sizeof no_network_program[0], .filter = no_network_program};
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == -1) fail(child, bailey_stage_system_calls);
    }
}

int bailey_run_child(void *argument) {
    const struct child *child = argument;
    const struct bailey_spawn_plan *plan = child->plan;
    die_with_parent(child);
    if (child->control_group >= 0 && write(child->control_group, "0", 1) != 1) fail(child, bailey_stage_control_group);
    enter_group(child);
    set_limits(child);
    if (plan->no_network && unshare(CLONE_NEWNET) == -1) fail(child, bailey_stage_network);
    if (plan->has_capabilities) cut_bounding_set(child);
    change_identity(child);
    if (plan->has_capabilities)
        keep_exact_capabilities(child);
    else
        drop_inheritable_capabilities(child);
    verify_identity(child);
    verify_capabilities(child);
    leave_keyring(child);
    enter_directory(child);
    die_with_parent(child);
    confine(child);
    kernel_signals none = 0;
    if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none) == -1) fail(child, bailey_stage_signals);
    syscall(SYS_execveat, child->program, "", plan->arguments, plan->environment, AT_EMPTY_PATH);
    fail(child, bailey_stage_execute);
}

// MARK: Asked by who starts it

int bailey_landlock_version(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

int bailey_landlock_ruleset(uint64_t handled) {
    struct landlock_ruleset_attr attributes = {.handled_access_fs = handled};
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
}

int bailey_landlock_allow(int ruleset, int descriptor, uint64_t access) {
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = descriptor};
    return (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

int bailey_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int bailey_last_capability(void) {
    int number = 0;
    while (number < 63 && prctl(PR_CAPBSET_READ, number + 1, 0, 0, 0) >= 0) number++;
    return number;
}
