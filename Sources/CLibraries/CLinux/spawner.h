#pragma once
// What starts monitors for the broker. A fork costs by what there is to copy, and a broker at work has threads, stacks and a heap: a
// small process that it forked before it had any of them forks the monitors instead, as children of the broker (CLONE_PARENT).

#include <sys/types.h>

#include "privileged_spawn.h"

// A fork that runs the monitor of `plan`, which reports on `control`. Its id, or -1 with errno. With `for_parent` it is a child of our parent's.
pid_t bailey_fork_monitor(const struct bailey_spawn_plan *plan, int control, int for_parent);

// Has the spawner start a monitor for `plan` with `control` as its end of the socket. -1 when there is no spawner, it has died or is busy, or
// the plan is too large for a message: then nothing has happened.
int bailey_ask_spawner(const struct bailey_spawn_plan *plan, int control);
