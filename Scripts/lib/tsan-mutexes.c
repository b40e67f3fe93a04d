// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Linked into thread-sanitizer builds on Linux. Of the contended paths of Swift's Mutex, whose library has no instrumentation,
// the sanitizer sees neither lock nor unlock, and reports races between threads that hold the same mutex one after the other.
// These functions stand in for them, call them, and tell the sanitizer.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
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
