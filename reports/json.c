/* SPDX-License-Identifier: MIT
 * json.c - a jansson value as text. */
#include "reports/json.h"

static int append(const char *p, size_t n, void *out)
{
    fp_buf_add(out, p, n);
    return 0;
}

void fp_json_write(struct fp_buf *out, const json_t *j)
{
    if (j == NULL || json_dump_callback(j, append, out,
                                        JSON_COMPACT | JSON_PRESERVE_ORDER |
                                            JSON_ENSURE_ASCII) != 0)
        out->failed = true;
}
