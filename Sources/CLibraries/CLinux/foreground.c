#define _GNU_SOURCE
#include "foreground.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

char *const *bailey_environment(void) { return environ; }

int bailey_stop_group(int number) {
    struct sigaction standard = {.sa_handler = SIG_DFL}, before;
    sigset_t one, mask;
    sigemptyset(&standard.sa_mask);
    sigemptyset(&one);
    sigaddset(&one, number);
    // SIGSTOP can be neither handled nor blocked, so both calls may fail for it, and need not be undone.
    int handled = sigaction(number, &standard, &before) == 0;
    pthread_sigmask(SIG_UNBLOCK, &one, &mask);
    int status = kill(0, number);
    int reason = errno;
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (handled) sigaction(number, &before, NULL);
    errno = reason;
    return status;
}

void bailey_end_by_signal(int number) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    // A core that is piped to a program is not held back by the limit (core(5)).
    prctl(PR_SET_DUMPABLE, 0);
    signal(number, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    kill(getpid(), number);
    _exit(128 + number);
}

pid_t bailey_fork(void) { return fork(); }

void bailey_replace(const char *path, char *const arguments[], char *const environment[]) {
    sigset_t none;
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    execve(path, arguments, environment);
}

int bailey_wait_beside(pid_t pid, int *code, int *number, int *stop) {
    int status;
    while (waitpid(pid, &status, WUNTRACED) == -1) {
        if (errno != EINTR) return -1;
    }
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *number = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
    *stop = WIFSTOPPED(status) ? WSTOPSIG(status) : -1;
    return 0;
}
