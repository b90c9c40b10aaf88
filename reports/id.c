/* SPDX-License-Identifier: MIT
 * id.c - the names by which results are known everywhere. */
#include "reports/id.h"

void fp_result_id(struct fp_buf *out, const struct fp_case_result *r)
{
    fp_buf_printf(out, "%.*s@%s", FP_STR_ARG(r->case_name),
                  fp_protocol_name(r->protocol));
    if (r->copy > 0)
        fp_buf_printf(out, "#%u", r->copy);
}

void fp_result_client(struct fp_buf *out, const struct fp_case_result *r)
{
    const struct fp_str parts[] = {r->client, r->client_version, r->config};
    const char *space = "";
    for (size_t i = 0; i < FP_COUNT(parts); i++) {
        if (parts[i].n == 0)
            continue;
        fp_buf_z(out, space);
        fp_buf_str(out, parts[i]);
        space = " ";
    }
}
