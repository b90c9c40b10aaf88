/* SPDX-License-Identifier: MIT
 * clock.c - the one place that reads a clock. */
#include "harness/base/clock.h"

#include <time.h>

static int64_t read_ns(clockid_t id)
{
    struct timespec ts;
    if (clock_gettime(id, &ts) != 0)
        return 0;
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

uint64_t fp_clock_ns(void) { return (uint64_t)read_ns(CLOCK_MONOTONIC); }

int64_t fp_clock_unix_ms(void)
{
    return read_ns(CLOCK_REALTIME) / FP_NS_PER_MS;
}
