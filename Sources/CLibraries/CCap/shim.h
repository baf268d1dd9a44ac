#pragma once
#include <sys/capability.h>

// A constant macro with a cast, which Swift does not import.
static inline int bailey_cap_iab_inheritable(void) { return CAP_IAB_INH; }
static inline int bailey_cap_iab_ambient(void) { return CAP_IAB_AMB; }
static inline int bailey_cap_iab_blocked(void) { return CAP_IAB_BOUND; }
