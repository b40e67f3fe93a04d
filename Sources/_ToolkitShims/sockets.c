// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#define _GNU_SOURCE // SOCK_NONBLOCK

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#ifndef __linux__
#include <poll.h>
#endif
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "toolkit_shims.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 // Darwin: SO_NOSIGPIPE on the socket does it
#endif

const int toolkit_would_block = EAGAIN;
const int toolkit_in_progress = EINPROGRESS;
const int toolkit_connection_reset = ECONNRESET;
const int toolkit_connection_refused = ECONNREFUSED;
const int toolkit_broken_pipe = EPIPE;

_Static_assert(EAGAIN == EWOULDBLOCK, "one code for both");

int toolkit_is_unreachable(int code) {
    return code == ENETUNREACH || code == EHOSTUNREACH || code == EADDRNOTAVAIL || code == EAFNOSUPPORT;
}

int toolkit_is_missing_option(int code) {
    return code == ENOPROTOOPT || code == EOPNOTSUPP || code == EINVAL;
}

static int set_flags(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) { return -errno; }
    if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0) { return -errno; }
    return 0;
}

int toolkit_socket_adopt(int descriptor) {
    int result = set_flags(descriptor);
#ifdef SO_NOSIGPIPE
    int on = 1;
    if (result == 0 && setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) < 0) { result = -errno; }
#endif
    return result;
}

int toolkit_socket_open(const uint8_t *address, size_t length) {
    struct sockaddr_storage storage = {0};
    if (length > sizeof storage) { return -EINVAL; }
    memcpy(&storage, address, length);
#ifdef SOCK_NONBLOCK
    int descriptor = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return descriptor < 0 ? -errno : descriptor;
#else
    int descriptor = socket(storage.ss_family, SOCK_STREAM, 0);
    if (descriptor < 0) { return -errno; }
    int result = toolkit_socket_adopt(descriptor);
    if (result < 0) {
        close(descriptor);
        return result;
    }
    return descriptor;
#endif
}

int toolkit_socket_connect(int descriptor, const uint8_t *address, size_t length) {
    struct sockaddr_storage storage = {0};
    if (length > sizeof storage) { return -EINVAL; }
    memcpy(&storage, address, length);
    if (connect(descriptor, (const struct sockaddr *)&storage, (socklen_t)length) == 0) { return 0; }
    // An interrupted connect goes on by itself, like one in progress.
    return errno == EINTR ? -EINPROGRESS : -errno;
}

int toolkit_socket_error(int descriptor) {
    int pending = 0;
    socklen_t length = sizeof pending;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &pending, &length) < 0) { return -errno; }
    return pending;
}

int toolkit_socket_set(int descriptor, enum toolkit_option option, int value) {
    int level = IPPROTO_TCP;
    int name = -1;
    switch (option) {
    case TOOLKIT_NO_DELAY:
        name = TCP_NODELAY;
        break;
    case TOOLKIT_KEEP_ALIVE:
        level = SOL_SOCKET;
        name = SO_KEEPALIVE;
        break;
    case TOOLKIT_KEEP_ALIVE_IDLE:
#if defined(TCP_KEEPIDLE)
        name = TCP_KEEPIDLE;
#elif defined(TCP_KEEPALIVE)
        name = TCP_KEEPALIVE;
#endif
        break;
    case TOOLKIT_KEEP_ALIVE_INTERVAL:
#ifdef TCP_KEEPINTVL
        name = TCP_KEEPINTVL;
#endif
        break;
    case TOOLKIT_KEEP_ALIVE_COUNT:
#ifdef TCP_KEEPCNT
        name = TCP_KEEPCNT;
#endif
        break;
    case TOOLKIT_USER_TIMEOUT:
#if defined(TCP_USER_TIMEOUT)
        name = TCP_USER_TIMEOUT;
#elif defined(TCP_RXT_CONNDROPTIME)
        name = TCP_RXT_CONNDROPTIME; // Darwin's counterpart, in seconds
        value = (value + 999) / 1000;
#endif
        break;
    }
    if (name < 0) { return -ENOPROTOOPT; }
    return setsockopt(descriptor, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

int toolkit_socket_shutdown(int descriptor, int both) {
    return shutdown(descriptor, both ? SHUT_RDWR : SHUT_WR) < 0 ? -errno : 0;
}

#ifdef __linux__

int toolkit_socket_prepare(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) < 0) { return -errno; }
    struct timeval bound = {.tv_sec = 0, .tv_usec = 1000};
    return setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound) < 0 ? -errno : 0;
}

ptrdiff_t toolkit_receive_waiting(int descriptor, void *bytes, size_t capacity) {
    // A receive timeout costs nothing beside a plain blocking recv; ppoll before recv more than doubled the CPU time
    // of a round trip where it was measured. An interrupted wait ends early, which is harmless.
    ssize_t count = recv(descriptor, bytes, capacity, 0);
    if (count >= 0) { return count; }
    return errno == EINTR ? -EAGAIN : -errno;
}

#else

// Elsewhere not every system lets a single send on a blocking socket ask not to wait: the socket stays non-blocking, and
// who wants to wait polls.

int toolkit_socket_prepare(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

ptrdiff_t toolkit_receive_waiting(int descriptor, void *bytes, size_t capacity) {
    struct pollfd entry = {.fd = descriptor, .events = POLLIN, .revents = 0};
    if (poll(&entry, 1, 1) <= 0) { return -EAGAIN; }
    return toolkit_receive(descriptor, bytes, capacity);
}

#endif

ptrdiff_t toolkit_receive(int descriptor, void *bytes, size_t capacity) {
    for (;;) {
        ssize_t count = recv(descriptor, bytes, capacity, MSG_DONTWAIT);
        if (count >= 0) { return count; }
        if (errno != EINTR) { return -errno; }
    }
}

ptrdiff_t toolkit_send(int descriptor, const void *bytes, size_t count) {
    for (;;) {
        ssize_t sent = send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) { return sent; }
        if (errno != EINTR) { return -errno; }
    }
}

void toolkit_socket_reset(int descriptor) {
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
#ifdef __linux__
    // Disconnecting sends the reset now, whoever else still holds the descriptor; elsewhere closing it does.
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    connect(descriptor, &nobody, sizeof nobody);
#endif
}

_Static_assert(
    sizeof(struct toolkit_segment) == sizeof(struct iovec)
        && offsetof(struct toolkit_segment, bytes) == offsetof(struct iovec, iov_base)
        && offsetof(struct toolkit_segment, count) == offsetof(struct iovec, iov_len),
    "a segment is an iovec");

ptrdiff_t toolkit_send_segments(int descriptor, const struct toolkit_segment *segments, size_t count) {
    // writev has no flags, so that it might raise SIGPIPE and wait.
    struct msghdr message = {0};
    message.msg_iov = (struct iovec *)(void *)(uintptr_t)segments;
    message.msg_iovlen = count;
    for (;;) {
        ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) { return sent; }
        if (errno != EINTR) { return -errno; }
    }
}

void toolkit_close(int descriptor) { close(descriptor); }
