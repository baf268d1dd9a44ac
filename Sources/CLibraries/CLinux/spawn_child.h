#pragma once
// What the monitor of a command and the command have in common before the command is one.

#include <stdint.h>
#include <sys/types.h>

#include "privileged_spawn.h"

// The kernel's own sigset_t: 64 signals (rt_sigprocmask(2)).
typedef uint64_t kernel_signals;

struct child {
    const struct bailey_spawn_plan *plan;
    pid_t parent;
    // Takes one bailey_spawn_failure; closed by the exec.
    int errors;
    // The plan's descriptors, none of them below 10.
    int program, script, streams[3], terminal, control_group, directory, ruleset;
};

// Becomes the command of `struct child`. Entered with every signal blocked and at its default, in the session the command is to be in.
int bailey_run_child(void *child);
