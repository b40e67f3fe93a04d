// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#include "allocation_counter.h"

#ifdef __linux__
#include <features.h> // says whether this is glibc
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ALLOCATOR_IS_TAKEN 1 // a sanitizer's own allocator stands there
#endif
#endif

#if defined(__GLIBC__) && !defined(ALLOCATOR_IS_TAKEN)

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_int_fast64_t count;
static atomic_int_fast64_t bytes;
static _Thread_local int64_t thread_count;
static _Thread_local int64_t thread_bytes;

static inline void note(size_t size) {
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&bytes, (int_fast64_t)size, memory_order_relaxed);
    thread_count += 1;
    thread_bytes += (int64_t)size;
}

// free stays glibc's own: blocks of these functions are its own blocks.

void *malloc(size_t size) {
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t elements, size_t size) {
    note(elements * size);
    return __libc_calloc(elements, size);
}

void *realloc(void *block, size_t size) {
    note(size);
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    note(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) { return EINVAL; }
    note(size);
    void *found = __libc_memalign(alignment, size);
    if (found == NULL) { return ENOMEM; }
    *block = found;
    return 0;
}

int64_t allocation_counter_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }
int64_t allocation_counter_bytes(void) { return atomic_load_explicit(&bytes, memory_order_relaxed); }
int64_t allocation_counter_thread_count(void) { return thread_count; }
int64_t allocation_counter_thread_bytes(void) { return thread_bytes; }

#else

int64_t allocation_counter_count(void) { return -1; }
int64_t allocation_counter_bytes(void) { return -1; }
int64_t allocation_counter_thread_count(void) { return -1; }
int64_t allocation_counter_thread_bytes(void) { return -1; }

#endif
