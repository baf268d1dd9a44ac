#pragma once

#include <stddef.h>
#include <stdint.h>

// Gives the calling thread alone the rights of a user and its groups on files (setfsuid(2)). For another user than root no capability is
// in effect afterwards; everything else about the thread stays. -1 and errno where not all of it holds.
int bailey_take_file_rights(uint32_t user, uint32_t group, const uint32_t *groups, size_t count);

// Whether the calling thread could write the file, by the rights it has on files (faccessat2(2)): 0 or -1 and errno. Takes an O_PATH descriptor.
int bailey_may_write(int file);

// Sets room aside for a file of that size, without changing how long it is (fallocate(2)).
int bailey_reserve(int file, int64_t size);
