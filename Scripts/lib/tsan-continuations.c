// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Linked into thread-sanitizer builds on Linux. When a continuation is resumed before its task has come to wait for it, Swift's
// runtime doesn't tell the sanitizer that the resumption happens before what the task does next, and races are reported between
// them. Here every continuation ends in a function that tells it.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

void __tsan_acquire(void *address);

#define SWIFT_CALL __attribute__((swiftcall))
#define SWIFT_ASYNC_CALL __attribute__((swiftasynccall))

// What every asynchronous function's frame begins with, a continuation's as well
// (https://github.com/swiftlang/swift/blob/main/include/swift/ABI/Task.h).
struct context;
typedef SWIFT_ASYNC_CALL void (*resume_function)(__attribute__((swift_async_context)) struct context *);
struct context {
    void *parent;
    resume_function resume;
};

SWIFT_CALL void *swift_task_getCurrent(void);
typedef SWIFT_CALL void *(*init_function)(struct context *, size_t);

// The runtime's resumption has called __tsan_release with the task, whether it woke it or not.
static SWIFT_ASYNC_CALL void resumed(__attribute__((swift_async_context)) struct context *context) {
    struct context *original = context->parent;
    *context = *original;
    free(original);
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return context->resume(context);
}

// Whether its task sleeps or not, a continuation ends where its context says when it is made: here, in the function above.
SWIFT_CALL void *swift_continuation_init(struct context *context, size_t flags) {
    struct context *original = malloc(sizeof *original);
    *original = *context;
    *context = (struct context){original, resumed};
    return ((init_function)dlsym(RTLD_NEXT, "swift_continuation_init"))(context, flags);
}
