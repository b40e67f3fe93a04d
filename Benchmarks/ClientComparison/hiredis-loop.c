// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.
//
// The yardstick: a plain C program on libhiredis that does what `valkey-load` does, one command or one pipeline at a
// time. Prints the client's CPU time (user and system, all threads) per operation.
//
//     hiredis-loop PORT get|set|pipeline|lrange DEPTH COUNT VALUE-SIZE [two-threads]
//
// DEPTH is the number of commands in a pipeline, or of elements in the list; otherwise 1. With `two-threads`, a second
// thread sleeps: glibc's allocator saves its locking in a process of one thread, which is half of what it costs.

#include <hiredis/hiredis.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const char *key = "hiredis:000001";
static const char *list = "hiredis:list";
static char *value;
static size_t value_size;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static double cpu(struct rusage *usage) {
    getrusage(RUSAGE_SELF, usage);
    return usage->ru_utime.tv_sec + usage->ru_stime.tv_sec + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1e-6;
}

static void take(redisContext *context, redisReply *reply) {
    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        fprintf(stderr, "hiredis-loop: %s\n", reply ? reply->str : context->errstr);
        exit(1);
    }
    freeReplyObject(reply);
}

static void run(redisContext *context, const char *mode, int depth, long count) {
    int pipelines = strcmp(mode, "pipeline") == 0, sets = strcmp(mode, "set") == 0, lists = strcmp(mode, "lrange") == 0;
    for (long done = 0; done < count; done += pipelines ? depth : 1) {
        if (pipelines) {
            for (int i = 0; i < depth; i++) redisAppendCommand(context, "GET %s", key);
            for (int i = 0; i < depth; i++) {
                void *reply = NULL;
                redisGetReply(context, &reply);
                take(context, reply);
            }
        } else if (sets) {
            take(context, redisCommand(context, "SET %s %b", key, value, value_size));
        } else if (lists) {
            take(context, redisCommand(context, "LRANGE %s 0 -1", list));
        } else {
            take(context, redisCommand(context, "GET %s", key));
        }
    }
}

static void *sleep_on(void *unused) {
    for (;;) pause();
    return unused;
}

int main(int argc, char **argv) {
    int has_two_threads = argc == 7 && strcmp(argv[6], "two-threads") == 0;
    if (argc != 6 && !has_two_threads) {
        fprintf(stderr, "usage: hiredis-loop PORT get|set|pipeline|lrange DEPTH COUNT VALUE-SIZE [two-threads]\n");
        return 2;
    }
    pthread_t sleeper;
    if (has_two_threads && pthread_create(&sleeper, NULL, sleep_on, NULL) != 0) return 1;
    const char *mode = argv[2];
    int depth = atoi(argv[3]);
    long count = atol(argv[4]);
    value_size = (size_t)atol(argv[5]);
    value = malloc(value_size + 1);
    redisContext *context = redisConnect("127.0.0.1", atoi(argv[1]));
    if (value == NULL || context == NULL || context->err || depth < 1) return 1;
    memset(value, 'x', value_size);
    take(context, redisCommand(context, "SET %s %b", key, value, value_size));
    if (strcmp(mode, "lrange") == 0) {
        take(context, redisCommand(context, "DEL %s", list));
        for (int i = 0; i < depth; i++) redisAppendCommand(context, "RPUSH %s %b", list, value, value_size);
        for (int i = 0; i < depth; i++) {
            void *reply = NULL;
            redisGetReply(context, &reply);
            take(context, reply);
        }
    }
    run(context, mode, depth, count / 10 + 1);
    struct rusage before, after;
    double start = seconds(), used = cpu(&before);
    run(context, mode, depth, count);
    used = cpu(&after) - used;
    double elapsed = seconds() - start;
    printf("{\"operations\":%ld,\"operations_per_second\":%.0f,\"client_cpu_us_per_operation\":%.3f,"
           "\"context_switches_per_operation\":%.3f}\n",
           count, count / elapsed, used * 1e6 / count,
           (double)(after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw) / count);
    take(context, redisCommand(context, "DEL %s %s", key, list));
    return 0;
}
