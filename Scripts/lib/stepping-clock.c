// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Loaded before the C library, it steps the wall clock by an hour to and fro, each second, while FAULTS_STEPS_CLOCK is
// set: see scenario F37. The monotonic clocks are left alone.

#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long stepped(long seconds) {
    if (getenv("FAULTS_STEPS_CLOCK") == NULL) { return seconds; }
    return seconds + (seconds % 2 ? 3600 : -3600);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        time->tv_sec = stepped(time->tv_sec);
    }
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) { *out = now.tv_sec; }
    return now.tv_sec;
}
