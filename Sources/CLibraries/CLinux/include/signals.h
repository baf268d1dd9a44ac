#pragma once
// Signals as something to read (signalfd(2)), whose structure and flags Swift's Glibc module does not have.

#include <stddef.h>

// Blocks the signals in the calling thread and returns a descriptor they are read from: close-on-exec, never waits. -1 with errno.
int bailey_signal_descriptor(const int *signals, size_t count);

// The number of the next signal that came, 0 when none did, -1 with errno.
int bailey_next_signal(int descriptor);
