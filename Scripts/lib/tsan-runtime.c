// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Linked into thread-sanitizer builds on Linux, for two things that Swift's libraries, which have no instrumentation, leave
// the sanitizer to misunderstand. These functions stand in for theirs, call them, and tell the sanitizer.
//
// - The contended paths of Mutex: it sees neither lock nor unlock, and reports races between threads that hold the same
//   mutex one after the other.
// - A continuation that is resumed before its task has come to wait for it: the runtime tells that the resumption happens
//   before what the task does next only if the task had to be woken.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT_CALL __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT_CALL void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT_CALL bool try_lock_slow(SELF) __asm__(TRY_LOCK);
SWIFT_CALL void unlock_slow(SELF) __asm__(UNLOCK);

typedef SWIFT_CALL void (*lock_function)(uint32_t, SELF);
typedef SWIFT_CALL bool (*try_function)(SELF);
typedef SWIFT_CALL void (*unlock_function)(SELF);

SWIFT_CALL void lock_slow(uint32_t thread, SELF) {
    ((lock_function)dlsym(RTLD_NEXT, LOCK))(thread, self);
    __tsan_acquire(self);
}

SWIFT_CALL bool try_lock_slow(SELF) {
    bool locked = ((try_function)dlsym(RTLD_NEXT, TRY_LOCK))(self);
    if (locked) __tsan_acquire(self);
    return locked;
}

SWIFT_CALL void unlock_slow(SELF) {
    __tsan_release(self);
    ((unlock_function)dlsym(RTLD_NEXT, UNLOCK))(self);
}

// The runtime's resumption has called __tsan_release with the task, whether it woke it or not, be it before the task comes to wait
// or at the very moment. So what the task goes on with is replaced by a function that calls __tsan_acquire, and then goes on.

#define SWIFT_ASYNC_CALL __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context)) struct context *context

struct context;
typedef SWIFT_ASYNC_CALL void (*continuation_function)(CONTEXT);
// How every asynchronous function's context begins.
struct context {
    struct context *parent;
    continuation_function resume;
};

SWIFT_CALL void *swift_task_getCurrent(void);
typedef SWIFT_ASYNC_CALL void (*await_function)(struct context *);

// What those who wait go on with, by their contexts. Never locked for longer than it takes to look.
enum { SLOTS = 1 << 14 };
static struct { struct context *context; continuation_function resume; } waiting[SLOTS];
static atomic_flag is_locked = ATOMIC_FLAG_INIT;

static unsigned first_slot(struct context *context) { return (unsigned)(((uintptr_t)context >> 4) * 2654435761u) % SLOTS; }
static void lock(void) { while (atomic_flag_test_and_set(&is_locked)) {} }
static void unlock(void) { atomic_flag_clear(&is_locked); }

static SWIFT_ASYNC_CALL void acquire_and_resume(CONTEXT) {
    continuation_function resume = NULL;
    lock();
    for (unsigned slot = first_slot(context); resume == NULL; slot = (slot + 1) % SLOTS) {
        if (waiting[slot].context != context) continue;
        resume = waiting[slot].resume;
        waiting[slot].context = NULL;
    }
    unlock();
    __tsan_acquire(swift_task_getCurrent());
    return resume(context);
}

SWIFT_ASYNC_CALL void swift_continuation_await(struct context *context) {
    await_function await = (await_function)dlsym(RTLD_NEXT, "swift_continuation_await");
    lock();
    unsigned slot = first_slot(context), tried = 0;
    while (waiting[slot].context != NULL && ++tried < SLOTS) slot = (slot + 1) % SLOTS;
    if (waiting[slot].context == NULL) {
        waiting[slot].context = context;
        waiting[slot].resume = context->resume;
        context->resume = acquire_and_resume;
    }
    unlock();
    __tsan_acquire(swift_task_getCurrent());
    return await(context);
}
