// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#define _GNU_SOURCE // accept4

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "toolkit_shims.h"

int toolkit_socket_listen(int descriptor, const uint8_t *address, size_t length, int backlog) {
    struct sockaddr_storage storage = {0};
    if (length > sizeof storage) { return -EINVAL; }
    memcpy(&storage, address, length);
    int on = 1;
    if (storage.ss_family != AF_UNIX && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) {
        return -errno;
    }
    if (bind(descriptor, (const struct sockaddr *)&storage, (socklen_t)length) < 0) { return -errno; }
    return listen(descriptor, backlog) < 0 ? -errno : 0;
}

int toolkit_socket_local_address(int descriptor, uint8_t *out) {
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) < 0) { return -errno; }
    memcpy(out, &storage, length);
    return (int)length;
}

/// Linux hands network errors that the new connection met already to whoever accepts it: they end that connection alone.
static int is_of_one_connection(int code) {
    switch (code) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM: // refused by a firewall rule
    case ENETDOWN:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETUNREACH:
        return 1;
    default:
        return 0;
    }
}

int toolkit_socket_accept(int descriptor) {
    for (;;) {
#ifdef SOCK_CLOEXEC
        int accepted = accept4(descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
        int accepted = accept(descriptor, NULL, NULL);
#endif
        if (accepted >= 0) { return accepted; }
        if (!is_of_one_connection(errno)) { return -errno; }
    }
}

int toolkit_is_exhaustion(int code) {
    return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

const int toolkit_no_descriptors = EMFILE;

int64_t toolkit_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) { return -1; }
    return limit.rlim_cur > INT64_MAX ? -1 : (int64_t)limit.rlim_cur;
}

int toolkit_spare_open(void) {
    int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int toolkit_file_identity(const char *path, uint64_t out[2]) {
    struct stat status;
    if (lstat(path, &status) < 0) { return -errno; }
    out[0] = (uint64_t)status.st_dev;
    out[1] = (uint64_t)status.st_ino;
    return 0;
}

void toolkit_unlink(const char *path) { unlink(path); }
