#pragma once
// Starts a command as another identity, with nothing of ours but what is handed to it. Everything the child needs is computed before it
// exists, here and in command_monitor.h; between clone(2) and execveat(2) only what is async-signal-safe runs (signal-safety(7)): system calls, by number where the C
// library's own function would first talk to the other threads (setresuid(3), nptl(7)).

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What was being done when it failed, in order. The numbers cross pipes and sockets.
enum bailey_stage {
    bailey_stage_start = 1,
    bailey_stage_control_group,
    bailey_stage_signals,
    bailey_stage_session,
    bailey_stage_terminal,
    bailey_stage_streams,
    bailey_stage_descriptors,
    bailey_stage_limits,
    bailey_stage_network,
    bailey_stage_bounding_set,
    bailey_stage_groups,
    bailey_stage_group,
    bailey_stage_user,
    bailey_stage_capabilities,
    bailey_stage_secure_bits,
    bailey_stage_identity_check,
    bailey_stage_capability_check,
    bailey_stage_keyring,
    bailey_stage_directory,
    bailey_stage_no_new_privileges,
    bailey_stage_files,
    bailey_stage_system_calls,
    bailey_stage_execute,
};

struct bailey_limit {
    int32_t resource;
    uint64_t soft, hard;
};

// Descriptors are -1 where there is none. They stay the caller's.
struct bailey_spawn_plan {
    int program;
    // A script that its interpreter (`program`) reads as /dev/fd/3: the only descriptor above 2 that the command gets.
    int script;
    char *const *arguments;
    char *const *environment;
    int streams[3];
    // The slave of a pseudo-terminal that becomes the controlling terminal.
    int terminal;
    // cgroup.procs of the control group to enter, and its cgroup.kill, open for writing.
    int control_group;
    int control_group_killer;
    // Where to start: a directory that is open, or a resolved path, which is entered with the rights of the target and has to be where
    // the kernel then says we are.
    int directory;
    const char *directory_path;
    uint32_t user, group;
    // Sorted, without doubles.
    const uint32_t *groups;
    size_t group_count;
    // Where the groups are read back to: room for group_count + 1.
    uint32_t *groups_found;
    // Whether the command keeps exactly `capabilities` as a user without any of its own; else it has what its user has.
    int has_capabilities;
    uint64_t capabilities;
    int last_capability;
    mode_t mode_mask;
    const struct bailey_limit *limits;
    size_t limit_count;
    int no_new_privileges;
    // A Landlock ruleset, or -1. Needs no_new_privileges.
    int ruleset;
    // An empty network namespace, and no socket but Unix ones. Needs no_new_privileges.
    int no_network;
    // Milliseconds between SIGHUP and SIGKILL when the process that started it has gone.
    int orphan_grace;
};

struct bailey_spawn_failure {
    int32_t stage;
    int32_t number;
};

// landlock_create_ruleset(2) and landlock_add_rule(2) have no wrapper. The version of the ABI, or -1; a ruleset; a rule for what is
// beneath the open file or directory.
int bailey_landlock_version(void);
int bailey_landlock_ruleset(uint64_t handled);
int bailey_landlock_allow(int ruleset, int descriptor, uint64_t access);

// Makes this process the parent of orphaned descendants (prctl(2), PR_SET_CHILD_SUBREAPER).
int bailey_become_subreaper(void);

// The highest capability the kernel knows (prctl(2), PR_CAPBSET_READ).
int bailey_last_capability(void);
