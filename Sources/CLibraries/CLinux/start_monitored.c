#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command_monitor.h"
#include "monitor_process.h"
#include "spawner.h"

enum { end_patience = 2000 };

static int wait_for(int descriptor, int milliseconds) {
    struct pollfd event = {.fd = descriptor, .events = POLLIN};
    int ready;
    // The limit counts anew after an interruption: signals that come faster than that would stretch it, and are ours to send.
    do ready = poll(&event, 1, milliseconds);
    while (ready == -1 && errno == EINTR);
    if (ready == 0) errno = ETIMEDOUT;
    return ready > 0 ? 0 : -1;
}

// Hears of the monitor and then of the command.
static int await_start(int milliseconds, struct bailey_monitored *started, struct bailey_spawn_failure *failure) {
    struct bailey_report report;
    int pidfd;
    *failure = (struct bailey_spawn_failure){bailey_stage_start, EPROTO};
    while (started->command_pidfd == -1) {
        if (wait_for(started->control, milliseconds) == -1 || bailey_next_report(started->control, &report, &pidfd) == -1) {
            failure->number = errno;
            return -1;
        }
        switch (report.kind) {
        case bailey_report_none: continue;
        case bailey_report_ready:
            started->monitor = report.value;
            started->monitor_pidfd = pidfd;
            break;
        case bailey_report_started:
            started->command = report.value;
            started->command_pidfd = pidfd;
            break;
        case bailey_report_failed: *failure = (struct bailey_spawn_failure){report.value, report.detail}; return -1;
        // The monitor was killed, out of memory most likely, or there never was one.
        case bailey_report_lost: failure->number = ESRCH; return -1;
        default: return -1;
        }
        if (pidfd == -1) return -1;
    }
    return started->monitor_pidfd == -1 ? -1 : 0;
}

int bailey_start_monitored(
    const struct bailey_spawn_plan *plan, int milliseconds, struct bailey_monitored *started,
    struct bailey_spawn_failure *failure) {
    int ends[2];
    *failure = (struct bailey_spawn_failure){bailey_stage_start, 0};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) {
        failure->number = errno;
        return -1;
    }
    *started = (struct bailey_monitored){.command_pidfd = -1, .monitor_pidfd = -1, .control = ends[0]};
    pid_t forked = 0;
    if (bailey_ask_spawner(plan, ends[1]) == -1) forked = bailey_fork_monitor(plan, ends[1], 0);
    if (forked == -1) failure->number = errno;
    close(ends[1]);
    if (forked != -1 && await_start(milliseconds, started, failure) == 0) return 0;
    struct bailey_order end = {.kind = bailey_order_end};
    if (forked != -1) (void)bailey_send_order(started->control, &end);
    close(started->control);
    if (started->command_pidfd != -1) close(started->command_pidfd);
    // It never came to say that it was there.
    if (started->monitor_pidfd == -1) return -1;
    // It ends what there is. A monitor that waits for the exec of its child does not hear, and its child dies with it.
    (void)wait_for(started->monitor_pidfd, end_patience);
    bailey_end_monitor(started->monitor_pidfd);
    close(started->monitor_pidfd);
    return -1;
}

int bailey_next_report(int control, struct bailey_report *report, int *pidfd) {
    struct iovec bytes = {.iov_base = report, .iov_len = sizeof *report};
    _Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof *pidfd)];
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    ssize_t size;
    *pidfd = -1;
    do size = recvmsg(control, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (size == -1 && errno == EINTR);
    if (size == -1 && errno != EAGAIN && errno != ECONNRESET) return -1;
    if (size == -1 && errno == EAGAIN) {
        *report = (struct bailey_report){.kind = bailey_report_none};
        return 0;
    }
    struct cmsghdr *header = size > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof *pidfd))
        memcpy(pidfd, CMSG_DATA(header), sizeof *pidfd);
    if (size != sizeof *report) *report = (struct bailey_report){.kind = bailey_report_lost};
    return 0;
}

int bailey_send_report(int control, const struct bailey_report *report, int pidfd, int flags) {
    struct iovec bytes = {.iov_base = (void *)report, .iov_len = sizeof *report};
    _Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof pidfd)] = {0};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    if (pidfd >= 0) {
        message.msg_control = space;
        message.msg_controllen = sizeof space;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof pidfd)};
        memcpy(CMSG_DATA(header), &pidfd, sizeof pidfd);
    }
    return sendmsg(control, &message, MSG_NOSIGNAL | flags) == -1 ? -1 : 0;
}

int bailey_send_order(int control, const struct bailey_order *order) {
    return send(control, order, sizeof *order, MSG_DONTWAIT | MSG_NOSIGNAL) == -1 ? -1 : 0;
}

void bailey_end_monitor(int pidfd) {
    siginfo_t info;
    syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL) == -1 && errno == EINTR) {}
}

int bailey_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }
