// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.
//
// The yardstick: a plain C program on libhiredis that does what `valkey-load` does, one command or one pipeline at a
// time: the keys in turn, each reply compared with what was stored, a look at the clock per operation or pipeline.
// Prints the client's CPU time (user and system, all threads) per operation.
//
//     hiredis-loop PORT get|set|pipeline|lrange DEPTH COUNT VALUE-SIZE [two-threads|bare]
//
// DEPTH is the number of commands in a pipeline, or of elements in the list; otherwise 1. With `two-threads`, a second
// thread sleeps: glibc's allocator saves its locking in a process of one thread, which is half of what it costs. With
// `bare`, get and set of small values are a write of bytes made beforehand and a read, and nothing else: what no client
// that makes these two system calls can stay below.

#include <hiredis/hiredis.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// As valkey-load's: together at most 64 MiB, each value begins with its key's number.
enum { most_keys = 1024, most_bytes = 64 << 20 };
static char keys[most_keys][32];
static char *values[most_keys];
static int key_count;
static const char *list = "hiredis:list";
static size_t value_size;
static double longest;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static double cpu(struct rusage *usage) {
    getrusage(RUSAGE_SELF, usage);
    return usage->ru_utime.tv_sec + usage->ru_stime.tv_sec + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1e-6;
}

static redisReply *checked(redisContext *context, redisReply *reply) {
    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        fprintf(stderr, "hiredis-loop: %s\n", reply ? reply->str : context->errstr);
        exit(1);
    }
    return reply;
}

static void take(redisContext *context, redisReply *reply) { freeReplyObject(checked(context, reply)); }

static void compare(const redisReply *reply, int key) {
    size_t prefix = value_size < 8 ? value_size : 8;
    if (reply->type == REDIS_REPLY_STRING && reply->len == value_size && !memcmp(reply->str, values[key], prefix)) return;
    fprintf(stderr, "hiredis-loop: not what was stored\n");
    exit(1);
}

static void take_value(redisContext *context, redisReply *reply, int key) {
    compare(checked(context, reply), key);
    freeReplyObject(reply);
}

static void take_list(redisContext *context, redisReply *reply, int depth) {
    if (checked(context, reply)->type != REDIS_REPLY_ARRAY || reply->elements != (size_t)depth) exit(1);
    compare(reply->element[depth - 1], 0);
    freeReplyObject(reply);
}

static int after(int key) { return key + 1 < key_count ? key + 1 : 0; }

static void run(redisContext *context, const char *mode, int depth, long count) {
    int pipelines = strcmp(mode, "pipeline") == 0, sets = strcmp(mode, "set") == 0, lists = strcmp(mode, "lrange") == 0;
    int first = 0;
    double start = seconds();
    for (long done = 0; done < count; done += pipelines ? depth : 1) {
        if (pipelines) {
            int key = first;
            for (int i = 0; i < depth; i++, key = after(key)) redisAppendCommand(context, "GET %s", keys[key]);
            for (int i = 0; i < depth; i++, first = after(first)) {
                void *reply = NULL;
                redisGetReply(context, &reply);
                take_value(context, reply, first);
            }
        } else if (sets) {
            take(context, redisCommand(context, "SET %s %b", keys[first], values[first], value_size));
        } else if (lists) {
            take_list(context, redisCommand(context, "LRANGE %s 0 -1", list), depth);
        } else {
            take_value(context, redisCommand(context, "GET %s", keys[first]), first);
        }
        if (!pipelines) first = after(first);
        double now = seconds();
        if (now - start > longest) longest = now - start;
        start = now;
    }
}

static void run_bare(redisContext *context, const char *mode, long count) {
    char *request, reply[4096];
    int length = strcmp(mode, "set") == 0
                     ? redisFormatCommand(&request, "SET %s %b", keys[0], values[0], value_size)
                     : redisFormatCommand(&request, "GET %s", keys[0]);
    for (long done = 0; done < count; done++) {
        ssize_t found = -1;
        if (write(context->fd, request, (size_t)length) == length) found = read(context->fd, reply, sizeof reply);
        if (found < 3 || reply[0] == '-' || reply[found - 1] != '\n') exit(1);
    }
    redisFreeCommand(request);
}

static void store(redisContext *context, int depth, int is_list) {
    key_count = (int)(most_bytes / value_size);
    if (key_count > most_keys) key_count = most_keys;
    if (key_count < 1) key_count = 1;
    for (int key = 0; key < key_count; key++) {
        snprintf(keys[key], sizeof keys[key], "hiredis:%d", key);
        values[key] = malloc(value_size);
        if (values[key] == NULL) exit(1);
        memset(values[key], '.', value_size);
        memcpy(values[key], keys[key] + 8, strnlen(keys[key] + 8, value_size));
        take(context, redisCommand(context, "SET %s %b", keys[key], values[key], value_size));
    }
    if (!is_list) return;
    take(context, redisCommand(context, "DEL %s", list));
    for (int i = 0; i < depth; i++) redisAppendCommand(context, "RPUSH %s %b", list, values[0], value_size);
    for (int i = 0; i < depth; i++) {
        void *reply = NULL;
        redisGetReply(context, &reply);
        take(context, reply);
    }
}

static void *sleep_on(void *unused) {
    for (;;) pause();
    return unused;
}

int main(int argc, char **argv) {
    int has_two_threads = argc == 7 && strcmp(argv[6], "two-threads") == 0;
    int is_bare = argc == 7 && strcmp(argv[6], "bare") == 0 && (!strcmp(argv[2], "get") || !strcmp(argv[2], "set"));
    if (argc != 6 && !has_two_threads && !is_bare) {
        fprintf(stderr, "usage: hiredis-loop PORT get|set|pipeline|lrange DEPTH COUNT VALUE-SIZE [two-threads|bare]\n");
        return 2;
    }
    pthread_t sleeper;
    if (has_two_threads && pthread_create(&sleeper, NULL, sleep_on, NULL) != 0) return 1;
    const char *mode = argv[2];
    int depth = atoi(argv[3]);
    long count = atol(argv[4]);
    value_size = (size_t)atol(argv[5]);
    redisContext *context = redisConnect("127.0.0.1", atoi(argv[1]));
    if (context == NULL || context->err || depth < 1 || value_size < 1) return 1;
    store(context, depth, strcmp(mode, "lrange") == 0);
    run(context, mode, depth, count / 10 + 1);
    struct rusage before, after;
    double start = seconds(), used = cpu(&before);
    if (is_bare) run_bare(context, mode, count); else run(context, mode, depth, count);
    used = cpu(&after) - used;
    double elapsed = seconds() - start;
    printf("{\"operations\":%ld,\"operations_per_second\":%.0f,\"client_cpu_us_per_operation\":%.3f,"
           "\"context_switches_per_operation\":%.3f,\"longest_ms\":%.3f}\n",
           count, count / elapsed, used * 1e6 / count,
           (double)(after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw) / count, longest * 1e3);
    for (int key = 0; key < key_count; key++) take(context, redisCommand(context, "DEL %s", keys[key]));
    take(context, redisCommand(context, "DEL %s", list));
    return 0;
}
