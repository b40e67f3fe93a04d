// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Counts the heap allocations of the program that links this target. For tools and gates only: it
// replaces the program's allocator entry points by ones that count and pass on to the C library.
// Works with glibc, without sanitizers; elsewhere the functions below answer -1.

#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Allocations since the program started, on all threads: malloc, calloc, realloc, aligned_alloc,
/// memalign and posix_memalign calls. -1 where allocations can't be counted.
int64_t allocation_counter_count(void);

/// Bytes asked for by these calls, all together; what was freed is not taken off. -1 where
/// allocations can't be counted.
int64_t allocation_counter_bytes(void);

/// The same for the calling thread alone, so that tests can count while others run.
int64_t allocation_counter_thread_count(void);
int64_t allocation_counter_thread_bytes(void);

#ifdef __cplusplus
}
#endif

#endif
