// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#ifndef ALLOCATION_COUNTING_H
#define ALLOCATION_COUNTING_H

#include <stdint.h>

/// How often this thread has called malloc, calloc, realloc and the aligned ones; always 0 where that can't be counted
/// (anything but glibc).
int64_t allocation_count(void);

#endif
