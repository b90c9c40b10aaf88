/* SPDX-License-Identifier: MIT
 * trace_load_fuzz.c - any bytes as a trace file; what loads is written, loaded
 * and written again, and must not change. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/trace/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct fp_trace *load(void *data, size_t size, struct fp_trace_header *h)
{
    struct fp_trace *t = NULL;
    FILE *f = fmemopen(data, size, "rb");
    if (f == NULL)
        return NULL;
    if (fp_trace_read(&t, h, f, "input", NULL) != FP_OK)
        t = NULL;
    (void)fclose(f);
    return t;
}

/* The trace as text, for free(); it is given up. */
static char *
write_out(struct fp_trace *t, const struct fp_trace_header *h, size_t *n)
{
    char *text = NULL;
    FILE *f = open_memstream(&text, n);
    if (f == NULL || fp_trace_write(f, h, t, NULL) != FP_OK)
        abort();
    (void)fclose(f);
    fp_trace_free(t);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fp_trace_header h;
    char *copy = fp_calloc(1, size + 1);
    if (copy == NULL || size == 0) {
        fp_free(copy);
        return 0;
    }
    memcpy(copy, data, size);
    struct fp_trace *t = load(copy, size, &h);
    if (t != NULL) {
        size_t n = 0, m = 0;
        char *first = write_out(t, &h, &n);
        struct fp_trace *again = load(first, n, &h);
        if (again == NULL)
            abort();
        char *second = write_out(again, &h, &m);
        if (n != m || memcmp(first, second, n) != 0)
            abort();
        fp_free(first);
        fp_free(second);
    }
    fp_free(copy);
    return 0;
}
