// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.
//
// Takes the place of glibc's allocation functions in the program that this is linked into, counts, and passes on.

#include "AllocationCounting.h"

#include <stddef.h>

#if defined(__GLIBC__) || defined(__linux__)
#include <errno.h>
#include <features.h>
#endif

// Of the thread, not of the process: an atomic addition would cost those that allocate much some 5 ns each time.
static _Thread_local int64_t count;

int64_t allocation_count(void) { return count; }

#if defined(__GLIBC__)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void add(void) { count++; }

void *malloc(size_t size) {
    add();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    add();
    return __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
    add();
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
    add();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    add();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    add();
    *pointer = __libc_memalign(alignment, size);
    return *pointer ? 0 : ENOMEM;
}
#endif
