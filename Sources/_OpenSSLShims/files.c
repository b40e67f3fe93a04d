// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#ifdef TOOLKIT_TLS

#define _GNU_SOURCE
#include "toolkit_tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int toolkit_tls_file_stamp(const char *path, int64_t stamp[4]) {
    struct stat status;
    if (stat(path, &status) < 0) { return errno; }
#ifdef __APPLE__
    struct timespec time = status.st_mtimespec;
#else
    struct timespec time = status.st_mtim;
#endif
    stamp[0] = (int64_t)time.tv_sec;
    stamp[1] = (int64_t)time.tv_nsec;
    stamp[2] = (int64_t)status.st_size;
    stamp[3] = (int64_t)status.st_ino;
    return 0;
}

ptrdiff_t toolkit_tls_file_read(const char *path, uint8_t *bytes, size_t capacity) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) { return -errno; }
    size_t count = 0;
    ptrdiff_t result = 0;
    while (count < capacity) {
        ssize_t part = read(descriptor, bytes + count, capacity - count);
        if (part < 0 && errno == EINTR) { continue; }
        if (part < 0) { result = -errno; }
        if (part <= 0) { break; }
        count += (size_t)part;
    }
    close(descriptor);
    return result < 0 ? result : (ptrdiff_t)count;
}

void toolkit_tls_errno_text(int number, char *text, size_t capacity) {
    if (capacity == 0) { return; }
    text[0] = 0;
#ifdef __GLIBC__
    const char *found = strerror_r(number, text, capacity);
    if (found != text) {
        strncpy(text, found, capacity - 1);
        text[capacity - 1] = 0;
    }
#else
    strerror_r(number, text, capacity);
#endif
}

void toolkit_tls_cleanse(uint8_t *bytes, size_t count) { OPENSSL_cleanse(bytes, count); }

#endif
