#pragma once
// What the broker hands to the monitor that it forks.

#include "spawn_child.h"

struct bailey_monitor_task {
    const struct bailey_spawn_plan *plan;
    // The upper end of a stack for the process that becomes the command.
    char *child_stack;
    int control;
};

// Entered with every signal blocked; never returns.
int bailey_run_monitor(void *task);
