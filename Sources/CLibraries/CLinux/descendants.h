#pragma once
// The processes that descend from this one, found in /proc without memory of the C library's: for a process that was forked out of one
// with threads, where malloc(3) may be locked for ever.

#include <sys/types.h>

// Opens /proc; -1 with errno.
int bailey_open_proc(void);

// Sends `signal` (0 for none) to every living descendant of the caller, each held by pidfd and made sure of first. Returns how many
// there were, or -1 with errno. A process that forks meanwhile may have children that were not seen: call it again until none is left.
// Reaps nothing.
long bailey_signal_descendants(int proc, int signal);
