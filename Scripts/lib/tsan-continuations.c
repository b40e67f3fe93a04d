// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Linked into thread-sanitizer builds on Linux, as tsan-mutex.c is: continuations.
//
// A resumption happens before what the task does next. The runtime says __tsan_release at every resumption, and __tsan_acquire
// only where a task was woken: not if it was resumed before it came to wait, or at that very moment. So what the task goes on
// with is replaced by a function that acquires first.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>

void __tsan_acquire(void *address);

#define SWIFT_ASYNC_CALL __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context)) struct context *context

// How every asynchronous function's context begins.
struct context { struct context *parent; SWIFT_ASYNC_CALL void (*resume)(CONTEXT); };
typedef SWIFT_ASYNC_CALL void (*resume_function)(CONTEXT);
typedef SWIFT_ASYNC_CALL void (*await_function)(struct context *);
__attribute__((swiftcall)) void *swift_task_getCurrent(void);

// What those who wait go on with, by their contexts. Never locked for longer than it takes to look.
enum { SLOTS = 1 << 14 };
static struct { struct context *context; resume_function resume; } waiting[SLOTS];
static atomic_flag is_locked = ATOMIC_FLAG_INIT;

static unsigned first_slot(struct context *context) { return (unsigned)(((uintptr_t)context >> 4) * 2654435761u) % SLOTS; }
static void lock(void) { while (atomic_flag_test_and_set(&is_locked)) {} }
static void unlock(void) { atomic_flag_clear(&is_locked); }

static SWIFT_ASYNC_CALL void acquire_and_resume(CONTEXT) {
    resume_function resume = 0;
    lock();
    for (unsigned slot = first_slot(context); resume == 0; slot = (slot + 1) % SLOTS) {
        if (waiting[slot].context != context) continue;
        resume = waiting[slot].resume;
        waiting[slot].context = 0;
    }
    unlock();
    __tsan_acquire(swift_task_getCurrent());
    return resume(context);
}

SWIFT_ASYNC_CALL void swift_continuation_await(struct context *context) {
    await_function await = (await_function)dlsym(RTLD_NEXT, "swift_continuation_await");
    lock();
    unsigned slot = first_slot(context), tried = 0;
    while (waiting[slot].context != 0 && ++tried < SLOTS) slot = (slot + 1) % SLOTS;
    if (waiting[slot].context == 0) {
        waiting[slot].context = context;
        waiting[slot].resume = context->resume;
        context->resume = acquire_and_resume;
    }
    unlock();
    return await(context);
}
