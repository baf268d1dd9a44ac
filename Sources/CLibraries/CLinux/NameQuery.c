#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

int bailey_name_query(const char *name, int type, int seconds, void *buffer, int size) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return -NO_RECOVERY;
    state.retrans = seconds;
    state.retry = 1;
    int length = res_nquery(&state, name, ns_c_in, type, buffer, size);
    int failure = state.res_h_errno;
    res_nclose(&state);
    if (length >= 0) return length;
    return failure > 0 ? -failure : -NO_RECOVERY;
}
