// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// The system calls of Transport, one function each, so that flags, structures and constants that
// differ between systems stay in C. A function that returns an int gives -errno when the call failed
// and never touches errno otherwise. EINTR is retried except where a function says so.
//
// Don't define _GNU_SOURCE here: it makes Clang's modules of the C library disagree with each other.

#ifndef TOOLKIT_SHIMS_H
#define TOOLKIT_SHIMS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Errors

/// Writes the system's text for an errno value into `out`, always terminated.
void toolkit_error_text(int code, char *out, size_t capacity);

// MARK: Addresses

/// Bytes that the longest socket address takes.
enum { TOOLKIT_ADDRESS_MAX = 128 };

/// Looks a host up, for stream sockets. Blocks unless `numeric_only` is set.
///
/// Fills at most `slots` slots of TOOLKIT_ADDRESS_MAX bytes each, and their lengths. Returns how many,
/// or -1 with the resolver's own code (EAI_…) in `resolver_code`.
int toolkit_resolve(
    const char *host, uint16_t port, int numeric_only, uint8_t *out, size_t *lengths, size_t slots, int *resolver_code);
/// The resolver's code for a name without addresses.
extern const int toolkit_resolve_no_name;
/// 1 if a code of `toolkit_resolve` speaks of the moment, not of the name.
int toolkit_resolve_is_temporary(int resolver_code);
/// The system's text for a code of `toolkit_resolve`. Static storage.
const char *toolkit_resolve_error_text(int resolver_code);
/// Makes the address of a Unix socket; returns its length or -ENAMETOOLONG.
int toolkit_unix_address(const char *path, size_t path_length, uint8_t *out);
/// Bytes that the path of a Unix socket may have at most.
size_t toolkit_unix_path_limit(void);
/// 4, 6, or 0 for an address of another family.
int toolkit_address_family(const uint8_t *address, size_t length);
/// Changes the port of an IPv4 or IPv6 address.
void toolkit_address_set_port(uint8_t *address, size_t length, uint16_t port);
/// Writes host and port (or the path) as people write them. Returns 1 for IPv4 and IPv6, else 0.
int toolkit_address_text(
    const uint8_t *address, size_t length, char *host, size_t capacity, uint16_t *port);

// MARK: Sockets

enum toolkit_option {
    TOOLKIT_NO_DELAY,
    TOOLKIT_KEEP_ALIVE,
    /// Seconds of silence before the first probe.
    TOOLKIT_KEEP_ALIVE_IDLE,
    /// Seconds between probes.
    TOOLKIT_KEEP_ALIVE_INTERVAL,
    /// Probes that may stay unanswered.
    TOOLKIT_KEEP_ALIVE_COUNT,
    /// Milliseconds that sent data may stay unacknowledged.
    TOOLKIT_USER_TIMEOUT,
};

/// Opens a non-blocking, close-on-exec stream socket of the address's family that raises no SIGPIPE.
int toolkit_socket_open(const uint8_t *address, size_t length);
/// Makes a descriptor of any origin non-blocking and, where that is a property of the socket, free of SIGPIPE.
int toolkit_socket_adopt(int descriptor);
/// 0 when connected at once, -EINPROGRESS when the result comes later.
int toolkit_socket_connect(int descriptor, const uint8_t *address, size_t length);
/// Takes the pending error of a socket: 0 if none, an errno value, or -errno if asking failed.
int toolkit_socket_error(int descriptor);
/// Sets an option; 0, or -errno. -ENOPROTOOPT where the system has no such option.
int toolkit_socket_set(int descriptor, enum toolkit_option option, int value);
/// Ends the sending direction, or both if `both` is set.
int toolkit_socket_shutdown(int descriptor, int both);
/// Prepares a connected socket for the calls below: those that must not wait say so themselves, so that the others
/// can. Waiting is bounded: about a millisecond, on Linux rounded up to the system's tick.
int toolkit_socket_prepare(int descriptor);
/// Bytes received, 0 at the end of the stream, or -errno. Never waits.
ptrdiff_t toolkit_receive(int descriptor, void *bytes, size_t capacity);
/// The same, but waits for a moment if nothing is there; `toolkit_would_block` when nothing came.
ptrdiff_t toolkit_receive_waiting(int descriptor, void *bytes, size_t capacity);
/// Bytes taken, or -errno. Never waits, never raises SIGPIPE.
ptrdiff_t toolkit_send(int descriptor, const void *bytes, size_t count);
/// Breaks a TCP connection so that the peer meets a reset; what was not sent yet is dropped.
void toolkit_socket_reset(int descriptor);
/// One piece of memory, laid out like an iovec.
struct toolkit_segment {
    const void *bytes;
    size_t count;
};
/// The same for some pieces in a row: bytes taken of all of them together.
ptrdiff_t toolkit_send_segments(int descriptor, const struct toolkit_segment *segments, size_t count);
/// Closes a descriptor; never retried.
void toolkit_close(int descriptor);

// MARK: Listening sockets

/// Binds a fresh socket and listens. TCP ports that only old connections still hold are taken over.
int toolkit_socket_listen(int descriptor, const uint8_t *address, size_t length, int backlog);
/// Writes the address that a socket is bound to into TOOLKIT_ADDRESS_MAX bytes; its length, or -errno.
int toolkit_socket_local_address(int descriptor, uint8_t *out);
/// Takes the next connection, never waiting: a close-on-exec descriptor, or -errno. Connections that broke in the
/// queue are passed over.
int toolkit_socket_accept(int descriptor);
/// 1 if an errno says that the process or the system has no room for one more descriptor.
int toolkit_is_exhaustion(int code);
/// How many descriptors this process may have open; -1 if there is no limit.
int64_t toolkit_descriptor_limit(void);
/// EMFILE.
extern const int toolkit_no_descriptors;
/// Opens a descriptor of no use but to be closed, or -errno.
int toolkit_spare_open(void);
/// What the file system knows a path's file by, as two numbers; 0, or -errno.
int toolkit_file_identity(const char *path, uint64_t out[2]);
/// Removes a path.
void toolkit_unlink(const char *path);

extern const int toolkit_would_block;
extern const int toolkit_in_progress;
extern const int toolkit_connection_reset;
extern const int toolkit_connection_refused;
extern const int toolkit_broken_pipe;
/// 1 if an errno says that there is no way to the address from here, 0 if it tells more.
int toolkit_is_unreachable(int code);
/// 1 if an errno says that the system or the kind of socket lacks an option.
int toolkit_is_missing_option(int code);

// MARK: Event queues

enum { TOOLKIT_READABLE = 1, TOOLKIT_WRITABLE = 2, TOOLKIT_KEEP_ARMED = 4 };

/// One report of an event queue.
struct toolkit_event {
    uint64_t token;
    uint32_t readiness;
};

enum toolkit_epoll_operation { TOOLKIT_EPOLL_ADD, TOOLKIT_EPOLL_MODIFY, TOOLKIT_EPOLL_REMOVE };

/// Opens an epoll instance; -ENOSYS where the system has none.
int toolkit_epoll_open(void);
/// Adds, modifies or removes; watching is one-shot unless TOOLKIT_KEEP_ARMED is among the bits.
int toolkit_epoll_control(
    int queue, enum toolkit_epoll_operation operation, int descriptor, uint32_t readiness, uint64_t token);
/// Waits without bound for at least one event, or looks without waiting unless `waits` is set; 0 after a signal.
int toolkit_epoll_wait(int queue, struct toolkit_event *events, int capacity, int waits);
/// Opens an eventfd; -ENOSYS where the system has none.
int toolkit_eventfd_open(void);
/// Adds one to an eventfd.
void toolkit_eventfd_signal(int descriptor);
/// Sets an eventfd back to zero.
void toolkit_eventfd_drain(int descriptor);

/// What poll(2) takes, under a name of our own.
struct toolkit_poll_entry {
    int descriptor;
    short wanted;
    short found;
};

enum { TOOLKIT_POLL_IN = 0x1, TOOLKIT_POLL_OUT = 0x4 };

/// Waits without bound, or looks without waiting unless `waits` is set; 0 after a signal.
int toolkit_poll(struct toolkit_poll_entry *entries, size_t count, int waits);
/// Opens a non-blocking pipe.
int toolkit_pipe_open(int descriptors[2]);
/// Writes one byte into a pipe; a full pipe is as good.
void toolkit_pipe_signal(int descriptor);
/// Reads a pipe until it is empty.
void toolkit_pipe_drain(int descriptor);

// MARK: Threads

/// Starts a detached thread that takes no signals. Returns 0 or -errno.
int toolkit_thread_start(const char *name, void (*body)(void *), void *context);
/// The number that the calling thread has set for itself; 0 at first.
uint64_t toolkit_thread_mark(void);
void toolkit_thread_set_mark(uint64_t mark);

#ifdef __cplusplus
}
#endif

#endif
