#define _GNU_SOURCE
#include "terminals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int bailey_open_terminal(int *master, int *slave) {
    int opened = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (opened == -1) return -1;
    int unlock = 0;
    int peer = ioctl(opened, TIOCSPTLCK, &unlock) == -1 ? -1 : ioctl(opened, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (peer == -1) {
        int number = errno;
        close(opened);
        errno = number;
        return -1;
    }
    *master = opened;
    *slave = peer;
    return 0;
}

int bailey_terminal_number(int master) {
    unsigned number;
    return ioctl(master, TIOCGPTN, &number) == -1 ? -1 : (int)number;
}

int bailey_window_size(int descriptor, uint16_t *rows, uint16_t *columns) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == -1) return -1;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return 0;
}

int bailey_set_window_size(int descriptor, uint16_t rows, uint16_t columns) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(descriptor, TIOCSWINSZ, &size);
}

int bailey_device_number(const char *path, uint32_t *major_number, uint32_t *minor_number) {
    struct stat status;
    if (stat(path, &status) == -1) return -1;
    if (!S_ISCHR(status.st_mode)) {
        errno = ENOTTY;
        return -1;
    }
    *major_number = major(status.st_rdev);
    *minor_number = minor(status.st_rdev);
    return 0;
}

void bailey_wipe(void *bytes, size_t size) { explicit_bzero(bytes, size); }
