#pragma once
// What a program in a terminal's foreground does besides reading and writing: stop, die as another did, go on in the background, run
// another program in its place or beside it. Swift's Glibc module has neither fork(2) nor macros of wait(2).

#include <sys/types.h>

// The environment as environ(7) has it.
char *const *bailey_environment(void);

// Stops this process's group by a stop signal at its default action, and returns when it is continued; at once where the group is
// orphaned and stop signals do nothing. -1 with errno.
int bailey_stop_group(int signal);

// Ends this process by the signal, at its default action and without a core file.
_Noreturn void bailey_end_by_signal(int signal);

// fork(2), for a process of one thread.
pid_t bailey_fork(void);

// execve(2) with no signal blocked and SIGPIPE at its default. Returns with errno only.
void bailey_replace(const char *path, char *const arguments[], char *const environment[]);

// Waits for a child to end or stop. Returns -1 with errno; else one of `code`, `signal` and `stop` is set, the others are -1.
int bailey_wait_beside(pid_t pid, int *code, int *signal, int *stop);
