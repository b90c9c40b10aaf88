/* SPDX-License-Identifier: MIT
 * alloc.c - the only door to the heap, so that tests can make it fail. */
#include "harness/base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>

static size_t calls;
static size_t fail_at; /* 0 = never */
static bool env_read;

static bool should_fail(void)
{
    if (!env_read) {
        env_read = true;
        const char *nth = getenv("FP_FAIL_ALLOC");
        if (nth != NULL)
            fail_at = (size_t)strtoul(nth, NULL, 10);
    }
    return ++calls == fail_at;
}

void *fp_calloc(size_t count, size_t size)
{
    return should_fail() ? NULL : calloc(count, size);
}

void *fp_realloc(void *p, size_t n)
{
    return should_fail() ? NULL : realloc(p, n);
}

void fp_free(void *p) { free(p); }

size_t fp_alloc_calls(void) { return calls; }

void fp_alloc_fail_after(size_t nth)
{
    env_read = true;
    fail_at = nth == 0 ? 0 : calls + nth;
}
