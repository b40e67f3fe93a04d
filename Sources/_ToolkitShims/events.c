// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#define _GNU_SOURCE // pthread_setname_np

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

#include "toolkit_shims.h"

// MARK: epoll

#ifdef __linux__

int toolkit_epoll_open(void) {
    int queue = epoll_create1(EPOLL_CLOEXEC);
    return queue < 0 ? -errno : queue;
}

int toolkit_epoll_control(
    int queue, enum toolkit_epoll_operation operation, int descriptor, uint32_t readiness, uint64_t token) {
    static const int operations[] = {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL};
    struct epoll_event event = {.events = readiness & TOOLKIT_KEEP_ARMED ? 0 : EPOLLONESHOT, .data = {.u64 = token}};
    if (readiness & TOOLKIT_READABLE) { event.events |= EPOLLIN; }
    if (readiness & TOOLKIT_WRITABLE) { event.events |= EPOLLOUT; }
    return epoll_ctl(queue, operations[operation], descriptor, &event) < 0 ? -errno : 0;
}

int toolkit_epoll_wait(int queue, struct toolkit_event *events, int capacity, int waits) {
    enum { MOST = 64 };
    struct epoll_event found[MOST];
    int count = epoll_wait(queue, found, capacity < MOST ? capacity : MOST, waits ? -1 : 0);
    if (count < 0) { return errno == EINTR ? 0 : -errno; }
    for (int index = 0; index < count; index++) {
        uint32_t bits = found[index].events;
        uint32_t readiness = 0;
        if (bits & EPOLLIN) { readiness |= TOOLKIT_READABLE; }
        if (bits & EPOLLOUT) { readiness |= TOOLKIT_WRITABLE; }
        // An error or a hang-up is for whoever waits, to be met by the next read or write.
        if (bits & (EPOLLERR | EPOLLHUP)) { readiness |= TOOLKIT_READABLE | TOOLKIT_WRITABLE; }
        events[index].token = found[index].data.u64;
        events[index].readiness = readiness;
    }
    return count;
}

int toolkit_eventfd_open(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

void toolkit_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {}
}

void toolkit_eventfd_drain(int descriptor) {
    uint64_t count;
    while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {}
}

#else

int toolkit_epoll_open(void) { return -ENOSYS; }
int toolkit_epoll_control(
    int queue, enum toolkit_epoll_operation operation, int descriptor, uint32_t readiness, uint64_t token) {
    (void)queue, (void)operation, (void)descriptor, (void)readiness, (void)token;
    return -ENOSYS;
}
int toolkit_epoll_wait(int queue, struct toolkit_event *events, int capacity, int waits) {
    (void)queue, (void)events, (void)capacity, (void)waits;
    return -ENOSYS;
}
int toolkit_eventfd_open(void) { return -ENOSYS; }
void toolkit_eventfd_signal(int descriptor) { (void)descriptor; }
void toolkit_eventfd_drain(int descriptor) { (void)descriptor; }

#endif

// MARK: poll

_Static_assert(sizeof(struct toolkit_poll_entry) == sizeof(struct pollfd), "same layout");
_Static_assert(offsetof(struct toolkit_poll_entry, descriptor) == offsetof(struct pollfd, fd), "same layout");
_Static_assert(offsetof(struct toolkit_poll_entry, wanted) == offsetof(struct pollfd, events), "same layout");
_Static_assert(offsetof(struct toolkit_poll_entry, found) == offsetof(struct pollfd, revents), "same layout");
_Static_assert(TOOLKIT_POLL_IN == POLLIN && TOOLKIT_POLL_OUT == POLLOUT, "same bits");

int toolkit_poll(struct toolkit_poll_entry *entries, size_t count, int waits) {
    int found = poll((struct pollfd *)(void *)entries, (nfds_t)count, waits ? -1 : 0);
    if (found < 0) { return errno == EINTR ? 0 : -errno; }
    return found;
}

int toolkit_pipe_open(int descriptors[2]) {
    if (pipe(descriptors) < 0) { return -errno; }
    for (int index = 0; index < 2; index++) {
        int flags = fcntl(descriptors[index], F_GETFL);
        if (flags < 0 || fcntl(descriptors[index], F_SETFL, flags | O_NONBLOCK) < 0
            || fcntl(descriptors[index], F_SETFD, FD_CLOEXEC) < 0) {
            int code = errno;
            close(descriptors[0]);
            close(descriptors[1]);
            return -code;
        }
    }
    return 0;
}

void toolkit_pipe_signal(int descriptor) {
    while (write(descriptor, "", 1) < 0 && errno == EINTR) {}
}

void toolkit_pipe_drain(int descriptor) {
    char bytes[64];
    for (;;) {
        ssize_t count = read(descriptor, bytes, sizeof bytes);
        if (count == 0 || (count < 0 && errno != EINTR)) { return; }
    }
}

// MARK: Threads

struct thread_start {
    void (*body)(void *);
    void *context;
    char name[16]; // Linux takes 15 characters
};

static void *run_thread(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
#ifdef __linux__
    pthread_setname_np(pthread_self(), start.name);
#elif defined(__APPLE__)
    pthread_setname_np(start.name);
#endif
    start.body(start.context);
    return NULL;
}

int toolkit_thread_start(const char *name, void (*body)(void *), void *context) {
    struct thread_start *start = malloc(sizeof *start);
    if (start == NULL) { return -ENOMEM; }
    start->body = body;
    start->context = context;
    strncpy(start->name, name, sizeof start->name - 1);
    start->name[sizeof start->name - 1] = 0;

    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0) {
        free(start);
        return -code;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    // The application's signals belong to the application's threads: the new thread inherits a full mask.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    code = pthread_create(&thread, &attributes, run_thread, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (code != 0) { free(start); }
    return -code;
}

static _Thread_local uint64_t thread_mark;

uint64_t toolkit_thread_mark(void) { return thread_mark; }
void toolkit_thread_set_mark(uint64_t mark) { thread_mark = mark; }
