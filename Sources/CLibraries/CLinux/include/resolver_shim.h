#pragma once
// The DNS resolver of the C library (resolver(3)): its state is a structure of bit fields behind macros, which Swift cannot import.

#include <stddef.h>
#include <stdint.h>

// The kinds of records that are asked for (RFC 1035 §3.2.2, RFC 3596).
enum { bailey_dns_A = 1, bailey_dns_PTR = 12, bailey_dns_AAAA = 28 };

// Why there is no answer; all below zero.
enum { bailey_dns_no_name = -1, bailey_dns_no_data = -2, bailey_dns_try_again = -3, bailey_dns_failed = -4 };

// Asks the name servers of resolv.conf(5) for records of `type`, by UDP alone: at most three servers, `attempts` rounds of about
// `seconds` for each. A name without a dot is looked for in the search list too. Returns the size of the answer, or a reason.
int bailey_dns_query(const char *name, int type, int seconds, int attempts, uint8_t *answer, int capacity);

// Whether the server cut the answer to fit (the TC bit).
int bailey_dns_is_truncated(const uint8_t *answer, int size);

// The record at `index` of the answer section: fills its type, its time to live in seconds and its data: the 4 or 16 bytes of an
// address, the text of a PTR record's name. Returns the size of the data, 0 for other types, or -1 behind the last record or when the
// answer is broken; what is beyond `capacity` is as good as broken.
int bailey_dns_record(
    const uint8_t *answer, int size, int index, int *type, uint32_t *seconds, uint8_t *data, int capacity);
