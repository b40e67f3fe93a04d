// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.
//
// The yardstick: a plain C program on libhiredis that does what `valkey-load` does, one command or one pipeline at a
// time. Prints the client's CPU time (user and system, all threads) per operation.
//
//     hiredis-loop PORT get|pipeline DEPTH COUNT

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

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

static void run(redisContext *context, int depth, long count) {
    for (long done = 0; done < count; done += depth) {
        if (depth == 1) {
            take(context, redisCommand(context, "GET %s", "key:000001"));
            continue;
        }
        for (int i = 0; i < depth; i++) redisAppendCommand(context, "GET %s", "key:000001");
        for (int i = 0; i < depth; i++) {
            void *reply = NULL;
            redisGetReply(context, &reply);
            take(context, reply);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: hiredis-loop PORT get|pipeline DEPTH COUNT\n");
        return 2;
    }
    int depth = strcmp(argv[2], "pipeline") == 0 ? atoi(argv[3]) : 1;
    long count = atol(argv[4]);
    redisContext *context = redisConnect("127.0.0.1", atoi(argv[1]));
    if (context == NULL || context->err || depth < 1) return 1;
    take(context, redisCommand(context, "SET %s %s", "key:000001", "0123456789abcdef"));
    run(context, depth, count / 10 + depth);
    struct rusage before, after;
    double start = seconds(), used = cpu(&before);
    run(context, depth, count);
    used = cpu(&after) - used;
    double elapsed = seconds() - start;
    printf("{\"operations\":%ld,\"operations_per_second\":%.0f,\"client_cpu_us_per_operation\":%.3f,"
           "\"context_switches_per_operation\":%.3f}\n",
           count, count / elapsed, used * 1e6 / count,
           (double)(after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw) / count);
    return 0;
}
