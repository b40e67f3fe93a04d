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
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

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
