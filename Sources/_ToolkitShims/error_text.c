// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Apart from the other files because glibc's strerror_r changes its type under _GNU_SOURCE.

#include <stdio.h>
#include <string.h>

#include "toolkit_shims.h"

void toolkit_error_text(int code, char *out, size_t capacity) {
    if (capacity == 0) { return; }
    out[0] = 0;
    if (strerror_r(code, out, capacity) != 0) { snprintf(out, capacity, "error %d", code); }
}
