#define _GNU_SOURCE
#include "resolver_shim.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <string.h>

static int reason(int error) {
    switch (error) {
    case HOST_NOT_FOUND: return bailey_dns_no_name;
    case NO_DATA: return bailey_dns_no_data;
    case TRY_AGAIN: return bailey_dns_try_again;
    default: return bailey_dns_failed;
    }
}

int bailey_dns_query(const char *name, int type, int seconds, int attempts, uint8_t *answer, int capacity) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return bailey_dns_failed;
    state.retrans = seconds;
    state.retry = attempts;
    // A second try by TCP has no limit in time that could be set here; EDNS makes room for some seventy addresses instead.
    state.options |= RES_IGNTC | RES_USE_EDNS0;
    state.options &= ~(unsigned long)RES_USEVC;
    int size = strchr(name, '.') == NULL ? res_nsearch(&state, name, ns_c_in, type, answer, capacity)
                                         : res_nquery(&state, name, ns_c_in, type, answer, capacity);
    int result = size >= 0 ? (size < capacity ? size : capacity) : reason(state.res_h_errno);
    res_nclose(&state);
    return result;
}

int bailey_dns_is_truncated(const uint8_t *answer, int size) {
    ns_msg message;
    return ns_initparse(answer, size, &message) == 0 && ns_msg_getflag(message, ns_f_tc);
}

int bailey_dns_record(
    const uint8_t *answer, int size, int index, int *type, uint32_t *seconds, uint8_t *data, int capacity) {
    ns_msg message;
    ns_rr record;
    if (ns_initparse(answer, size, &message) != 0 || index >= ns_msg_count(message, ns_s_an)) return -1;
    if (ns_parserr(&message, ns_s_an, index, &record) != 0) return -1;
    *type = ns_rr_type(record);
    *seconds = ns_rr_ttl(record);
    int length = ns_rr_rdlen(record);
    switch (*type) {
    case bailey_dns_A:
    case bailey_dns_AAAA:
        if (length != (*type == bailey_dns_A ? 4 : 16) || length > capacity) return -1;
        memcpy(data, ns_rr_rdata(record), (size_t)length);
        return length;
    case bailey_dns_PTR:
        if (ns_name_uncompress(answer, answer + size, ns_rr_rdata(record), (char *)data, (size_t)capacity) < 0) return -1;
        return (int)strnlen((const char *)data, (size_t)capacity);
    default: return 0;
    }
}
