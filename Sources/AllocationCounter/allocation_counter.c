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

// Each thread has counters that it alone writes: an addition that several threads may make at once costs some 5 ns, which
// would be a third of an allocation. Threads beyond the last place share that one, and pay.
enum { places = 256 };

struct place {
    atomic_int_fast64_t count;
    atomic_int_fast64_t bytes;
} __attribute__((aligned(64)));

static struct place all[places];
static atomic_int taken;
static _Thread_local struct place *mine;
static _Thread_local int64_t thread_count;
static _Thread_local int64_t thread_bytes;

static inline void note(size_t size) {
    struct place *place = mine;
    if (place == NULL) {
        int next = atomic_fetch_add_explicit(&taken, 1, memory_order_relaxed);
        place = mine = &all[next < places - 1 ? next : places - 1];
    }
    if (place == &all[places - 1]) {
        atomic_fetch_add_explicit(&place->count, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&place->bytes, (int_fast64_t)size, memory_order_relaxed);
    } else {
        int_fast64_t count = atomic_load_explicit(&place->count, memory_order_relaxed);
        int_fast64_t bytes = atomic_load_explicit(&place->bytes, memory_order_relaxed);
        atomic_store_explicit(&place->count, count + 1, memory_order_relaxed);
        atomic_store_explicit(&place->bytes, bytes + (int_fast64_t)size, memory_order_relaxed);
    }
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

int64_t allocation_counter_count(void) {
    int64_t sum = 0;
    for (int i = 0; i < places; i++) { sum += atomic_load_explicit(&all[i].count, memory_order_relaxed); }
    return sum;
}

int64_t allocation_counter_bytes(void) {
    int64_t sum = 0;
    for (int i = 0; i < places; i++) { sum += atomic_load_explicit(&all[i].bytes, memory_order_relaxed); }
    return sum;
}

int64_t allocation_counter_thread_count(void) { return thread_count; }
int64_t allocation_counter_thread_bytes(void) { return thread_bytes; }

#else

int64_t allocation_counter_count(void) { return -1; }
int64_t allocation_counter_bytes(void) { return -1; }
int64_t allocation_counter_thread_count(void) { return -1; }
int64_t allocation_counter_thread_bytes(void) { return -1; }

#endif
