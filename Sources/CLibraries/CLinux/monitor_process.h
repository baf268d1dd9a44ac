#pragma once
// What the broker hands to the monitor that it forks.

#include "command_monitor.h"
#include "spawn_child.h"

struct bailey_monitor_task {
    const struct bailey_spawn_plan *plan;
    // The upper end of a stack for the process that becomes the command.
    char *child_stack;
    int control;
    // Whoever forked it has every signal at its default, and so has the fork.
    int has_default_signals;
};

// Every signal at its default. 0, or -1 with errno.
int bailey_reset_signals(void);

// Says one thing on the monitor's end of the socket; `pidfd` comes along, or is -1. 0, or -1 with errno.
int bailey_send_report(int control, const struct bailey_report *report, int pidfd, int flags);

// Entered with every signal blocked; never returns.
int bailey_run_monitor(void *task);
