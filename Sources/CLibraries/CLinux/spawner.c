#define _GNU_SOURCE
#include "spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "command_monitor.h"
#include "monitor_process.h"

// The two stacks, one above the other.
enum { monitor_stack = 128 << 10, child_stack = 64 << 10 };

// Larger plans are forked by the broker itself: execve(2) takes 2 MiB and more, a message of a socket does not.
enum { message_size = 128 << 10, small_message_size = 8 << 10, string_limit = 4096, group_limit = 4096, limit_limit = 16, descriptor_count = 11 };

// A plan in a message: the limits, the groups, then the strings, each with its zero. Its pointers are void.
struct packed_plan {
    struct bailey_spawn_plan plan;
    uint32_t argument_count, environment_count;
    // Which descriptors come along, a bit each in the order of `descriptors_of`; the first is the monitor's end of its socket.
    uint32_t descriptors;
};

// What the two programs have to agree on, or the plan would mean something else to the one that reads it: raised with every change of
// bailey_spawn_plan, of what it points to, and of what a monitor makes of it.
static char plan_form[] = "1";

static int spawner = -1;

// MARK: Forking

// The monitor is a true fork: memory that were shared with the broker would be a way into it, and end with it. No handler of ours may
// run in there.
pid_t bailey_fork_monitor(const struct bailey_spawn_plan *plan, int control, int for_parent) {
    char *stacks = mmap(
        NULL, monitor_stack + child_stack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stacks == MAP_FAILED) return -1;
    struct bailey_monitor_task task = {
        .plan = plan, .child_stack = stacks + monitor_stack + child_stack, .control = control,
        .has_default_signals = for_parent};
    kernel_signals all = ~0ULL, before;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
    pid_t pid = clone(bailey_run_monitor, stacks + monitor_stack, SIGCHLD | (for_parent ? CLONE_PARENT : 0), &task);
    int number = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    munmap(stacks, monitor_stack + child_stack);
    errno = number;
    return pid;
}

static void descriptors_of(struct bailey_spawn_plan *plan, int *control, int *places[descriptor_count]) {
    int *all[descriptor_count] = {
        control, &plan->program, &plan->script, &plan->streams[0], &plan->streams[1], &plan->streams[2],
        &plan->terminal, &plan->control_group, &plan->control_group_killer, &plan->directory, &plan->ruleset,
    };
    memcpy(places, all, sizeof all);
}

// MARK: The broker's side

struct packing {
    char *bytes;
    size_t size, room;
    int is_full;
};

static void pack(struct packing *packing, const void *bytes, size_t size) {
    if (packing->is_full || size > packing->room - packing->size) {
        packing->is_full = 1;
        return;
    }
    if (size > 0) memcpy(packing->bytes + packing->size, bytes, size);
    packing->size += size;
}

static uint32_t pack_strings(struct packing *packing, char *const *strings) {
    uint32_t count = 0;
    for (; strings[count] != NULL && count < string_limit; count++) pack(packing, strings[count], strlen(strings[count]) + 1);
    if (count == string_limit) packing->is_full = 1;
    return count;
}

static int send_packed(const struct packing *packing, const int *descriptors, size_t count) {
    struct iovec bytes = {.iov_base = packing->bytes, .iov_len = packing->size};
    _Alignas(struct cmsghdr) char space[CMSG_SPACE(descriptor_count * sizeof(int))] = {0};
    struct msghdr message = {
        .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = space, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(count * sizeof(int))};
    memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    return sendmsg(spawner, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == -1 ? -1 : 0;
}

// -1 where there is too little room, or the spawner takes nothing.
static int send_plan(const struct bailey_spawn_plan *plan, int control, struct packing *packing) {
    struct packed_plan packed = {.plan = *plan};
    int *places[descriptor_count], descriptors[descriptor_count];
    size_t count = 0;
    descriptors_of(&packed.plan, &control, places);
    for (int index = 0; index < descriptor_count; index++) {
        if (*places[index] < 0) continue;
        packed.descriptors |= 1U << index;
        descriptors[count++] = *places[index];
    }
    packing->size = sizeof packed;
    pack(packing, plan->limits, plan->limit_count * sizeof *plan->limits);
    pack(packing, plan->groups, plan->group_count * sizeof *plan->groups);
    packed.argument_count = pack_strings(packing, plan->arguments);
    packed.environment_count = pack_strings(packing, plan->environment);
    pack(packing, plan->directory_path, strlen(plan->directory_path) + 1);
    memcpy(packing->bytes, &packed, sizeof packed);
    return packing->is_full ? -1 : send_packed(packing, descriptors, count);
}

int bailey_ask_spawner(const struct bailey_spawn_plan *plan, int control) {
    if (spawner == -1 || plan->group_count > group_limit || plan->limit_count > limit_limit) return -1;
    // Nearly every plan is small; to unmap memory, all processors that run threads of ours are interrupted.
    char small[small_message_size];
    struct packing packing = {.bytes = small, .room = sizeof small};
    int result = send_plan(plan, control, &packing);
    if (!packing.is_full) return result;
    packing = (struct packing){
        .bytes = mmap(NULL, message_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), .room = message_size};
    if (packing.bytes == MAP_FAILED) return -1;
    result = send_plan(plan, control, &packing);
    munmap(packing.bytes, message_size);
    return result;
}

// MARK: The spawner

static _Alignas(max_align_t) char message[message_size];
static char *strings[2 * (string_limit + 1)];
static uint32_t groups_found[group_limit + 1];

static char *unpack_strings(char *next, char **pointers, uint32_t count) {
    for (uint32_t index = 0; index < count; index++) {
        pointers[index] = next;
        next += strlen(next) + 1;
    }
    pointers[count] = NULL;
    return next;
}

// It trusts what it is sent: the other end of its socket is the broker's alone.
static void start_monitor(const int *descriptors) {
    struct packed_plan *packed = (struct packed_plan *)message;
    struct bailey_spawn_plan *plan = &packed->plan;
    int control, *places[descriptor_count];
    descriptors_of(plan, &control, places);
    for (int index = 0; index < descriptor_count; index++) {
        *places[index] = packed->descriptors & 1U << index ? *descriptors++ : -1;
    }
    char *next = message + sizeof *packed;
    plan->limits = (struct bailey_limit *)next;
    next += plan->limit_count * sizeof *plan->limits;
    plan->groups = (uint32_t *)next;
    next += plan->group_count * sizeof *plan->groups;
    plan->groups_found = groups_found;
    plan->arguments = strings;
    next = unpack_strings(next, strings, packed->argument_count);
    plan->environment = strings + packed->argument_count + 1;
    plan->directory_path = unpack_strings(next, strings + packed->argument_count + 1, packed->environment_count);
    if (bailey_fork_monitor(plan, control, 1) != -1) return;
    struct bailey_report failed = {.kind = bailey_report_failed, .value = bailey_stage_start, .detail = errno};
    (void)bailey_send_report(control, &failed, -1, MSG_DONTWAIT);
}

static _Noreturn void run_spawner(int requests) {
    // Once for all monitors: a signal that was ignored stays so over execve(2).
    if (bailey_reset_signals() == -1) _exit(1);
    for (;;) {
        struct iovec bytes = {.iov_base = message, .iov_len = sizeof message};
        _Alignas(struct cmsghdr) char space[CMSG_SPACE(descriptor_count * sizeof(int))];
        struct msghdr request = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
        ssize_t size = recvmsg(requests, &request, MSG_CMSG_CLOEXEC);
        if (size == -1 && errno == EINTR) continue;
        // The broker has gone.
        if (size <= 0) _exit(0);
        struct cmsghdr *header = CMSG_FIRSTHDR(&request);
        if (header == NULL) continue;
        int descriptors[descriptor_count];
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(descriptors, CMSG_DATA(header), count * sizeof(int));
        // With fewer than were sent, for want of descriptors, nothing is started: the broker sees the socket close.
        if (!(request.msg_flags & MSG_CTRUNC)) start_monitor(descriptors);
        for (size_t index = 0; index < count; index++) close(descriptors[index]);
    }
}

// Decimal digits, for there is no snprintf(3) after a fork.
static void write_size(char text[24]) {
    char digits[24];
    int count = 0;
    for (size_t rest = sizeof(struct packed_plan); rest > 0; rest /= 10) digits[count++] = (char)('0' + rest % 10);
    for (int index = 0; index < count; index++) text[index] = digits[count - 1 - index];
    text[count] = 0;
}

int bailey_be_spawner(int argument_count, char *const *arguments) {
    char size[24];
    write_size(size);
    if (argument_count != 3 || strcmp(arguments[1], plan_form) != 0 || strcmp(arguments[2], size) != 0) return 1;
    run_spawner(3);
}

int bailey_start_spawner(const char *program) {
    int ends[2], room = 4 * message_size;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) return -1;
    (void)setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    pid_t pid = fork();
    if (pid == 0) {
        // Whatever is sent to the broker's group is the broker's business; this ends with it.
        kernel_signals all = ~0ULL;
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
        (void)prctl(PR_SET_NAME, "bailey-spawner", 0, 0, 0);
        if (dup2(ends[1], 3) == -1 || syscall(SYS_close_range, 4, ~0U, 0) == -1) _exit(1);
        // Where it was in that place already, dup2 has left it to be closed by execve.
        if (fcntl(3, F_SETFD, 0) == -1) _exit(1);
        // Nobody who reads what the broker prints waits for us.
        (void)syscall(SYS_close_range, 0, 2, 0);
        (void)chdir("/");
        // The small program, where it is; else this copy of the broker does, at a higher price for each command.
        char size[24];
        write_size(size);
        char *const arguments[] = {"bailey-spawner", plan_form, size, NULL}, *const environment[] = {NULL};
        if (program != NULL) execve(program, arguments, environment);
        run_spawner(3);
    }
    close(ends[1]);
    if (pid == -1) {
        close(ends[0]);
        return -1;
    }
    spawner = ends[0];
    return 0;
}
