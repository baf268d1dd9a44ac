#define _GNU_SOURCE
#include "command_monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "descendants.h"
#include "monitor_process.h"

struct monitor {
    const struct bailey_spawn_plan *plan;
    char *child_stack;
    // -1 where there is none, or no more.
    int control, signals, proc, terminal, killer;
    pid_t command;
    // It has not been reaped; it was told to have stopped; nothing descends from us any more.
    char is_alive, is_stopped, is_alone;
    // Once ending: when the grace is over (or, killing, the next round is due), and when killing is given up.
    char is_ending;
    int64_t next_kill, last_kill;
    siginfo_t end;
    // A report that found no room. A newer one takes its place: only the last state counts.
    struct bailey_report unsent;
};

// A process that the kernel cannot end now (proc_pid_stat(5), state D) is given up after `kill_patience`, and reported as left behind.
enum { kill_pause = 5, kill_patience = 10000, first_descriptor = 10 };

static _Noreturn void leave(int code) {
    for (;;) syscall(SYS_exit_group, code);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// MARK: Reports

static int send_report(const struct monitor *monitor, const struct bailey_report *report, int pidfd, int flags) {
    return bailey_send_report(monitor->control, report, pidfd, flags);
}

static void report(struct monitor *monitor, struct bailey_report news) {
    monitor->unsent = news;
    if (monitor->control >= 0 && send_report(monitor, &news, -1, MSG_DONTWAIT) == -1 && errno == EAGAIN) return;
    monitor->unsent.kind = bailey_report_none;
}

// The last words wait for room: the broker that does not read has stopped or is busy, and one that has died is an error.
static _Noreturn void report_end(struct monitor *monitor, struct bailey_report news) {
    if (monitor->control >= 0) {
        if (monitor->unsent.kind != bailey_report_none) (void)send_report(monitor, &monitor->unsent, -1, 0);
        (void)send_report(monitor, &news, -1, 0);
    }
    leave(0);
}

static _Noreturn void fail_with(struct monitor *monitor, int stage, int number) {
    report_end(monitor, (struct bailey_report){.kind = bailey_report_failed, .value = stage, .detail = number});
}

static _Noreturn void fail(struct monitor *monitor, int stage) { fail_with(monitor, stage, errno); }

// MARK: Making ready

// So that we can be ended by force, and reaped.
static void introduce(const struct monitor *monitor) {
    struct bailey_report ready = {.kind = bailey_report_ready, .value = getpid()};
    int pidfd = (int)syscall(SYS_pidfd_open, ready.value, 0);
    if (pidfd == -1 || send_report(monitor, &ready, pidfd, 0) == -1) leave(1);
    close(pidfd);
}

static int out_of_the_way(struct monitor *monitor, int descriptor) {
    if (descriptor < 0 || descriptor >= first_descriptor) return descriptor;
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, first_descriptor);
    if (copy == -1) fail(monitor, bailey_stage_descriptors);
    return copy;
}

// Everything but `kept`: what the broker has open, other commands' terminals, pipes and sockets among it, is none of our business, and
// its readers would wait for us to close it.
static int close_others(const int *kept, size_t count) {
    for (unsigned from = 0;;) {
        unsigned next = ~0U;
        for (size_t index = 0; index < count; index++) {
            if (kept[index] >= 0 && (unsigned)kept[index] >= from && (unsigned)kept[index] < next) next = (unsigned)kept[index];
        }
        if (next > from && syscall(SYS_close_range, from, next == ~0U ? next : next - 1, 0) == -1) return -1;
        if (next == ~0U) return 0;
        from = next + 1;
    }
}

// By number, because the C library keeps two signals to itself and refuses to touch them (nptl(7)). All stay blocked.
int bailey_reset_signals(void) {
    struct {
        void (*handler)(int);
        unsigned long flags;
        void (*restorer)(void);
        kernel_signals mask;
    } action = {.handler = SIG_DFL};
    for (int number = 1; number <= 64; number++) {
        if (number == SIGKILL || number == SIGSTOP) continue;
        if (syscall(SYS_rt_sigaction, number, &action, NULL, sizeof(kernel_signals)) == -1) return -1;
    }
    return 0;
}

static void prepare_descriptors(struct monitor *monitor, struct child *child) {
    const struct bailey_spawn_plan *plan = monitor->plan;
    kernel_signals awaited = 1ULL << (SIGCHLD - 1) | 1ULL << (SIGHUP - 1);
    monitor->control = out_of_the_way(monitor, monitor->control);
    monitor->terminal = out_of_the_way(monitor, plan->terminal);
    monitor->killer = out_of_the_way(monitor, plan->control_group_killer);
    child->program = out_of_the_way(monitor, plan->program);
    child->script = out_of_the_way(monitor, plan->script);
    for (int number = 0; number < 3; number++) child->streams[number] = out_of_the_way(monitor, plan->streams[number]);
    child->terminal = monitor->terminal;
    child->control_group = out_of_the_way(monitor, plan->control_group);
    child->directory = out_of_the_way(monitor, plan->directory);
    child->ruleset = out_of_the_way(monitor, plan->ruleset);
    int kept[] = {
        monitor->control, monitor->terminal, monitor->killer, child->program, child->script, child->streams[0],
        child->streams[1], child->streams[2], child->control_group, child->directory, child->ruleset,
    };
    if (close_others(kept, sizeof kept / sizeof kept[0]) == -1) fail(monitor, bailey_stage_descriptors);
    int signals = (int)syscall(SYS_signalfd4, -1, &awaited, sizeof awaited, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals == -1) fail(monitor, bailey_stage_signals);
    int proc = bailey_open_proc();
    if (proc == -1) fail(monitor, bailey_stage_start);
    // The command's streams take the numbers 0 to 2, and a script 3.
    monitor->signals = out_of_the_way(monitor, signals);
    monitor->proc = out_of_the_way(monitor, proc);
}

static void enter_session(struct monitor *monitor) {
    if (setsid() == -1) fail(monitor, bailey_stage_session);
    if (monitor->terminal >= 0 && ioctl(monitor->terminal, TIOCSCTTY, 0) == -1) fail(monitor, bailey_stage_terminal);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1) fail(monitor, bailey_stage_session);
    // No file system is to be held busy by us.
    if (chdir("/") == -1) fail(monitor, bailey_stage_session);
    (void)prctl(PR_SET_NAME, "bailey-monitor", 0, 0, 0);
}

// The child runs in our memory and holds us until it runs the command (vfork(2)): nothing is copied a second time. Having become
// another user, it can be stopped by that user just then; what that holds up is this command alone, until the broker's patience ends.
static void start_command(struct monitor *monitor, struct child *child) {
    int errors[2], pidfd = -1;
    if (pipe2(errors, O_CLOEXEC) == -1) fail(monitor, bailey_stage_start);
    child->errors = out_of_the_way(monitor, errors[1]);
    child->parent = getpid();
    monitor->command = clone(
        bailey_run_child, monitor->child_stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, child, &pidfd);
    if (monitor->command == -1) fail(monitor, bailey_stage_start);
    monitor->is_alive = 1;
    close(errors[1]);
    close(child->errors);
    struct bailey_spawn_failure failure;
    ssize_t count;
    do count = read(errors[0], &failure, sizeof failure);
    while (count == -1 && errno == EINTR);
    if (count != 0) {
        siginfo_t info;
        waitid(P_PID, (id_t)monitor->command, &info, WEXITED | __WALL);
        if (count != sizeof failure) fail_with(monitor, bailey_stage_start, EPROTO);
        fail_with(monitor, failure.stage, failure.number);
    }
    // Before anybody is told: readers of what the command writes wait for its ends alone.
    int kept[] = {monitor->control, monitor->signals, monitor->proc, monitor->terminal, monitor->killer, pidfd};
    (void)close_others(kept, sizeof kept / sizeof kept[0]);
    struct bailey_report started = {.kind = bailey_report_started, .value = monitor->command};
    // A broker that has gone is noticed in the loop.
    (void)send_report(monitor, &started, pidfd, 0);
    close(pidfd);
}

// MARK: What happens to the command

static void note_change(struct monitor *monitor, const siginfo_t *info) {
    if (info->si_pid != monitor->command || !monitor->is_alive) return;
    switch (info->si_code) {
    case CLD_STOPPED:
    case CLD_TRAPPED:
        monitor->is_stopped = 1;
        report(monitor, (struct bailey_report){.kind = bailey_report_stopped, .value = info->si_status});
        break;
    case CLD_CONTINUED:
        if (monitor->is_stopped) report(monitor, (struct bailey_report){.kind = bailey_report_continued});
        monitor->is_stopped = 0;
        break;
    default:
        // Only SIGKILL ends what has stopped: for anything else it went on first, and we came too late to be told.
        if (monitor->is_stopped && !(info->si_code == CLD_KILLED && info->si_status == SIGKILL))
            report(monitor, (struct bailey_report){.kind = bailey_report_continued});
        monitor->is_alive = 0;
        monitor->end = *info;
    }
}

// Reaps whatever has ended: the command, and the orphans that came to us.
static void observe(struct monitor *monitor) {
    struct signalfd_siginfo information;
    while (read(monitor->signals, &information, sizeof information) == sizeof information) {
        // From the kernel, for the leader of a session whose terminal was hung up: it is meant for the command.
        if (information.ssi_signo != SIGHUP || !monitor->is_alive) continue;
        kill(-monitor->command, SIGHUP);
        kill(-monitor->command, SIGCONT);
    }
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        int result = waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WCONTINUED | WNOHANG | __WALL);
        if (result == -1 && errno == EINTR) continue;
        // ECHILD: a descendant's parent is a descendant or we are, so without a child there is none.
        monitor->is_alone = result == -1;
        if (result == -1 || info.si_pid == 0) return;
        note_change(monitor, &info);
    }
}

// What goes on in the background is left to itself, as sudo leaves it: a service that was started is meant to stay. It is counted.
// It stays the parent of what was left, so that this can be told by its parents to have come from here, until none of it is there. The
// broker has been told the end, and reaps us some time later.
static _Noreturn void linger(struct monitor *monitor, struct bailey_report news) {
    if (monitor->control >= 0) {
        if (monitor->unsent.kind != bailey_report_none) (void)send_report(monitor, &monitor->unsent, -1, 0);
        (void)send_report(monitor, &news, -1, 0);
    }
    (void)syscall(SYS_close_range, 0, ~0U, 0);
    for (;;) {
        siginfo_t info;
        if (waitid(P_ALL, 0, &info, WEXITED | __WALL) == -1 && errno == ECHILD) leave(0);
    }
}

static _Noreturn void finish(struct monitor *monitor) {
    struct bailey_report news = {.kind = bailey_report_exited, .value = monitor->end.si_status};
    if (monitor->is_alive) {
        // SIGKILL is on its way; the kernel does not deliver it yet.
        news = (struct bailey_report){.kind = bailey_report_killed, .value = SIGKILL};
    } else if (monitor->end.si_code != CLD_EXITED) {
        news.kind = bailey_report_killed;
        news.detail = monitor->end.si_code == CLD_DUMPED;
    }
    if (!monitor->is_alone) {
        long count = bailey_signal_descendants(monitor->proc, 0);
        // Not to be counted, but there: waitid(2) has found a child.
        news.left_behind = count < 0 ? 1 : (int32_t)count;
    }
    pid_t group = 0, own = getpid();
    // When the leader of a session ends, the foreground group is sent SIGHUP (setsid(2)): that shall be ours, not what was left.
    if (monitor->terminal >= 0 && ioctl(monitor->terminal, TIOCGPGRP, &group) == 0 && group == monitor->command)
        (void)ioctl(monitor->terminal, TIOCSPGRP, &own);
    if (news.left_behind > 0 && !monitor->is_ending) linger(monitor, news);
    report_end(monitor, news);
}

// MARK: Ending it

static void signal_group(const struct monitor *monitor, int signal) {
    // Not reaped yet, so the number is still its own. Having left its group, it is sent to alone.
    if (monitor->is_alive && kill(-monitor->command, signal) == -1) kill(monitor->command, signal);
}

static void begin_ending(struct monitor *monitor, int signal, int grace) {
    int64_t end = now() + (grace > 0 ? grace : 0);
    if (!monitor->is_ending || end < monitor->next_kill) monitor->next_kill = end;
    monitor->is_ending = 1;
    if (grace <= 0) return;
    // A stopped process would not see the first.
    if (bailey_signal_descendants(monitor->proc, signal) == -1) signal_group(monitor, signal);
    if (bailey_signal_descendants(monitor->proc, SIGCONT) == -1) signal_group(monitor, SIGCONT);
}

// One round. What is forked meanwhile is found by the next.
static void kill_all(struct monitor *monitor) {
    if (monitor->killer >= 0) (void)!write(monitor->killer, "1", 1);
    signal_group(monitor, SIGKILL);
    (void)bailey_signal_descendants(monitor->proc, SIGKILL);
    if (monitor->last_kill == 0) monitor->last_kill = now() + kill_patience;
    monitor->next_kill = now() + kill_pause;
}

// MARK: Orders

static void obey(struct monitor *monitor) {
    struct bailey_order order;
    ssize_t size = recv(monitor->control, &order, sizeof order, MSG_DONTWAIT);
    if (size == -1 && (errno == EAGAIN || errno == EINTR)) return;
    if (size != sizeof order) {
        // The broker has gone.
        close(monitor->control);
        monitor->control = -1;
        begin_ending(monitor, SIGHUP, monitor->plan->orphan_grace);
        return;
    }
    switch (order.kind) {
    case bailey_order_signal: signal_group(monitor, order.value); break;
    case bailey_order_resume:
        if (monitor->terminal >= 0) (void)ioctl(monitor->terminal, TIOCSPGRP, &monitor->command);
        signal_group(monitor, SIGCONT);
        break;
    case bailey_order_end: begin_ending(monitor, SIGTERM, order.value); break;
    case bailey_order_hang_up: begin_ending(monitor, SIGHUP, order.value); break;
    default: break;
    }
}

static void wait_for_event(struct monitor *monitor) {
    short wanted = POLLIN | (monitor->unsent.kind == bailey_report_none ? 0 : POLLOUT);
    struct pollfd files[] = {
        {.fd = monitor->signals, .events = POLLIN},
        {.fd = monitor->control, .events = wanted},
    };
    int64_t left = monitor->is_ending ? monitor->next_kill - now() : -1;
    if (monitor->is_ending && left < 0) left = 0;
    if (poll(files, 2, left > INT32_MAX ? INT32_MAX : (int)left) <= 0) return;
    if (files[1].revents & POLLOUT && monitor->unsent.kind != bailey_report_none) report(monitor, monitor->unsent);
    if (files[1].revents & (POLLIN | POLLHUP | POLLERR)) obey(monitor);
}

int bailey_run_monitor(void *argument) {
    const struct bailey_monitor_task *task = argument;
    struct monitor monitor = {
        .plan = task->plan, .child_stack = task->child_stack, .control = task->control, .terminal = -1, .killer = -1};
    struct child child = {.plan = task->plan};
    introduce(&monitor);
    // Before all else: until it is done, what the broker has open and closes is open still, locks and ends of pipes among it.
    prepare_descriptors(&monitor, &child);
    if (!task->has_default_signals && bailey_reset_signals() == -1) fail(&monitor, bailey_stage_signals);
    enter_session(&monitor);
    start_command(&monitor, &child);
    for (;;) {
        observe(&monitor);
        if (!monitor.is_alive && (!monitor.is_ending || monitor.is_alone)) finish(&monitor);
        if (monitor.is_ending && now() >= monitor.next_kill) {
            if (monitor.last_kill != 0 && now() >= monitor.last_kill) break;
            kill_all(&monitor);
        }
        wait_for_event(&monitor);
    }
    finish(&monitor);
}
