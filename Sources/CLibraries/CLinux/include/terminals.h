#pragma once
// Terminals (pty(7), tty_ioctl(4)): ioctl(2) is variadic, and TIOCGPTPEER is newer than what the C library offers.

#include <stdint.h>
#include <sys/types.h>

// A new pseudo-terminal: the master, and the slave by TIOCGPTPEER, which needs no path that could be another file system's. Both are
// close-on-exec and become nobody's controlling terminal. 0, or -1 with errno.
int bailey_open_terminal(int *master, int *slave);

// The number of the slave below /dev/pts, or -1 with errno.
int bailey_terminal_number(int master);

int bailey_window_size(int descriptor, uint16_t *rows, uint16_t *columns);
int bailey_set_window_size(int descriptor, uint16_t rows, uint16_t columns);

// Whether the file is a character device, and which (stat(2)); 0, or -1 with errno.
int bailey_device_number(const char *path, uint32_t *major, uint32_t *minor);

// explicit_bzero(3): wiping that no optimiser takes out.
void bailey_wipe(void *bytes, size_t size);
