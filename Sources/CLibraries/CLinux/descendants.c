#define _GNU_SOURCE
#include "descendants.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct process {
    pid_t id, parent;
    uint64_t start;
    char is_living, is_descendant;
};

// In ascending order of id, as /proc lists them.
struct table {
    struct process *rows;
    size_t count, capacity;
};

// What getdents64(2) writes.
struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

int bailey_open_proc(void) { return open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

// MARK: Reading

// The number in decimal digits; 0 for anything else, which is no process.
static pid_t parse_id(const char *name) {
    int64_t value = 0;
    for (; *name != 0; name++) {
        if (*name < '0' || *name > '9' || value > INT32_MAX / 10) return 0;
        value = value * 10 + (*name - '0');
    }
    return value > INT32_MAX ? 0 : (pid_t)value;
}

static void write_path(pid_t id, char path[static 32]) {
    char digits[12];
    int count = 0;
    for (; id > 0; id /= 10) digits[count++] = (char)('0' + id % 10);
    while (count > 0) *path++ = digits[--count];
    memcpy(path, "/stat", sizeof "/stat");
}

static uint64_t parse_number(const char *text) {
    uint64_t value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10 + (uint64_t)(*text++ - '0');
    return value;
}

// The fields of /proc/PID/stat (proc_pid_stat(5)). The name stands in parentheses and may hold any byte, so it ends at the last one. 0, or
// -1 with errno: ENOENT or ESRCH when the process has gone.
static int read_process(int proc, pid_t id, struct process *process) {
    char text[1024], path[32];
    write_path(id, path);
    int file = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (file == -1) return -1;
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    if (size <= 0) return -1;
    errno = EPROTO;
    text[size] = 0;
    const char *field = memrchr(text, ')', (size_t)size);
    if (field == NULL || field[1] == 0) return -1;
    field += 2;
    char state = *field;
    uint64_t threads = 0;
    *process = (struct process){.id = id};
    // The state is field 3, the parent 4, the number of threads 20, the start 22.
    for (int number = 3; number <= 22; number++) {
        if (number == 4) process->parent = (pid_t)parse_number(field);
        if (number == 20) threads = parse_number(field);
        if (number == 22) process->start = parse_number(field);
        field = strchr(field, ' ');
        if (field == NULL) return -1;
        field++;
    }
    // The first thread may have ended while others run on: the process looks like one that waits to be reaped, and is none.
    process->is_living = (state != 'Z' && state != 'X') || threads > 1;
    return 0;
}

// MARK: The table

static int add(struct table *table, struct process process) {
    if (table->count == table->capacity) {
        size_t capacity = table->capacity == 0 ? 1024 : table->capacity * 2, row = sizeof *table->rows;
        void *rows = table->capacity == 0
            ? mmap(NULL, capacity * row, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            : mremap(table->rows, table->capacity * row, capacity * row, MREMAP_MAYMOVE);
        if (rows == MAP_FAILED) return -1;
        table->rows = rows;
        table->capacity = capacity;
    }
    size_t place = table->count++;
    for (; place > 0 && table->rows[place - 1].id > process.id; place--) table->rows[place] = table->rows[place - 1];
    table->rows[place] = process;
    return 0;
}

static struct process *find(const struct table *table, pid_t id) {
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->rows[middle].id == id) return &table->rows[middle];
        if (table->rows[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int fill(struct table *table, int proc) {
    _Alignas(struct entry) char buffer[16 << 10];
    if (lseek(proc, 0, SEEK_SET) == -1) return -1;
    for (;;) {
        long size = syscall(SYS_getdents64, proc, buffer, sizeof buffer);
        if (size <= 0) return (int)size;
        for (long place = 0; place < size;) {
            const struct entry *entry = (const struct entry *)(buffer + place);
            place += entry->length;
            pid_t id = parse_id(entry->name);
            struct process process;
            if (id == 0) continue;
            if (read_process(proc, id, &process) == 0) {
                if (add(table, process) == -1) return -1;
            } else if (errno != ENOENT && errno != ESRCH) {
                return -1;
            }
        }
    }
}

// From parent to child until nothing is added.
static void mark_descendants(const struct table *table, pid_t ancestor) {
    for (int has_grown = 1; has_grown;) {
        has_grown = 0;
        for (size_t index = 0; index < table->count; index++) {
            struct process *process = &table->rows[index];
            if (process->is_descendant || process->id == ancestor) continue;
            const struct process *parent = process->parent == ancestor ? NULL : find(table, process->parent);
            if (process->parent != ancestor && (parent == NULL || !parent->is_descendant)) continue;
            process->is_descendant = 1;
            has_grown = 1;
        }
    }
}

// The number may be another process's since it was listed: what the pidfd holds is asked once more when it started.
static void send_signal(int proc, const struct process *process, int signal) {
    int pidfd = (int)syscall(SYS_pidfd_open, process->id, 0);
    if (pidfd == -1) return;
    struct process found;
    if (read_process(proc, process->id, &found) == 0 && found.start == process->start)
        syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
    close(pidfd);
}

long bailey_signal_descendants(int proc, int signal) {
    struct table table = {0};
    long living = 0;
    int result = fill(&table, proc), number = errno;
    if (result == 0) mark_descendants(&table, getpid());
    for (size_t index = 0; result == 0 && index < table.count; index++) {
        const struct process *process = &table.rows[index];
        if (!process->is_descendant || !process->is_living) continue;
        living++;
        if (signal != 0) send_signal(proc, process, signal);
    }
    if (table.capacity != 0) munmap(table.rows, table.capacity * sizeof *table.rows);
    errno = number;
    return result == 0 ? living : -1;
}
