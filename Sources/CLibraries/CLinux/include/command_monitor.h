#pragma once
// A process of its own between the broker and each command: a fork of the broker that runs nothing but the code here, and only what is
// async-signal-safe. It leads the command's session, is the parent of every orphan that descends from the command, and outlives a
// broker that is killed for as long as it takes to end them all.

#include <stdint.h>
#include <sys/types.h>

#include "privileged_spawn.h"

// What the monitor says, one message each on a SOCK_SEQPACKET socket.
enum bailey_report_kind {
    bailey_report_none = 0,      // nothing yet
    bailey_report_ready = 8,     // value: the monitor's process id; its pidfd comes along
    bailey_report_started = 1,   // value: process id; the pidfd comes along (SCM_RIGHTS)
    bailey_report_failed = 2,    // value: stage, detail: errno
    bailey_report_stopped = 3,   // value: signal
    bailey_report_continued = 4,
    bailey_report_exited = 5,    // value: code; left_behind
    bailey_report_killed = 6,    // value: signal, detail: whether core was dumped; left_behind
    bailey_report_lost = 7,      // the monitor itself is gone, without having said how the command ended
};
struct bailey_report {
    int32_t kind, value, detail;
    // Living descendants of the command that were left to themselves.
    int32_t left_behind;
};

// What it is told.
enum bailey_order_kind {
    bailey_order_signal = 1,   // value: signal, for the command's process group
    bailey_order_resume = 2,   // back to the foreground, and on
    bailey_order_end = 3,      // value: milliseconds between SIGTERM and SIGKILL, to all that descends from the command
    bailey_order_hang_up = 4,  // the same with SIGHUP
};
struct bailey_order {
    int32_t kind, value;
};

struct bailey_monitored {
    pid_t command, monitor;
    int command_pidfd, monitor_pidfd;
    // Our end of the socket. Closing it is what the monitor sees when we die: it hangs up after `plan->orphan_grace`.
    int control;
};

// Starts a monitor and by it the command, and waits until that runs (its execveat succeeded), failed, or `milliseconds` passed. Returns
// 0 with descriptors that are the caller's; -1 with the stage and the errno number, everything then ended and reaped.
int bailey_start_monitored(
    const struct bailey_spawn_plan *plan, int milliseconds, struct bailey_monitored *started,
    struct bailey_spawn_failure *failure);

// Starts the process that from then on forks the monitors, and ends with this one: the small `program`, or where that is null or cannot be executed
// a fork of this process. To be called before there are threads, and when there is little memory to copy; without it, or once it has died,
// this process forks them itself. 0, or -1 with errno.
int bailey_start_spawner(const char *program);

// What `program` does with its arguments: forks monitors as it is asked to on descriptor 3, until the broker has gone. Returns where the
// broker that started it is of another build, whose plans it would misread; that one then forks by itself.
int bailey_be_spawner(int argument_count, char *const *arguments);

// The next report, without waiting; `pidfd` is -1 but with bailey_report_started. 0, or -1 with errno.
int bailey_next_report(int control, struct bailey_report *report, int *pidfd);

// 0, or -1 with errno: EPIPE or ECONNRESET when the monitor has gone.
int bailey_send_order(int control, const struct bailey_order *order);

// Ends the monitor by force and reaps it. Whoever else reaps children of this process may have done so before.
void bailey_end_monitor(int pidfd);

// pidfd_send_signal(2). 0, or -1 with errno.
int bailey_pidfd_signal(int pidfd, int signal);
