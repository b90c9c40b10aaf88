/* SPDX-License-Identifier: MIT
 * trace_write.c - a trace as JSON Lines: a header, then a fact a line. */
#include <errno.h>
#include <inttypes.h>

#include "harness/trace/json_text.h"
#include "harness/trace/trace.h"

enum { FLUSH_BYTES = 64 * 1024 };

static void write_hosts(struct fp_buf *out, const struct fp_trace_header *h)
{
    for (size_t i = 0; i < h->n_hosts; i++) {
        fp_buf_z(out, i == 0 ? ",\"hosts\":[[" : ",[");
        fp_json_quote(out, h->hosts[i].name);
        fp_buf_char(out, ',');
        fp_json_quote(out, h->hosts[i].text);
        fp_buf_char(out, ']');
    }
    if (h->n_hosts > 0)
        fp_buf_char(out, ']');
}

static void write_header(struct fp_buf *out, const struct fp_trace_header *h)
{
    fp_buf_z(out, "{\"trace\":1");
    fp_json_member_text(out, "version", h->version);
    fp_json_member_text(out, "case", h->case_name);
    fp_json_member_text(out, "host", h->host);
    fp_json_member_text(out, "protocol",
                        fp_str_of(fp_protocol_name(h->protocol)));
    fp_json_member_text(out, "client", h->client);
    fp_json_member_text(out, "client_version", h->client_version);
    fp_json_member_text(out, "config", h->config);
    /* A string: JSON readers round integers above 2^53. */
    fp_buf_printf(out, ",\"seed\":\"%" PRIu64 "\"", h->seed);
    fp_buf_printf(out, ",\"time_scale\":%.17g", h->time_scale);
    fp_buf_printf(out, ",\"started_unix_ms\":%" PRId64, h->started_unix_ms);
    fp_json_member_text(out, "case_text", h->case_text);
    fp_json_member_text(out, "host_text", h->host_text);
    write_hosts(out, h);
    fp_buf_z(out, "}\n");
}

static enum fp_status flush(struct fp_buf *b, FILE *to, struct fp_err *err)
{
    if (b->failed)
        return fp_fail(err, FP_ENOMEM, "no memory to write the trace");
    errno = 0;
    if (fwrite(b->p, 1, b->n, to) != b->n)
        return fp_fail_sys(err, errno, "cannot write the trace");
    fp_buf_clear(b);
    return FP_OK;
}

enum fp_status fp_trace_write(FILE *to, const struct fp_trace_header *h,
                              const struct fp_trace *t, struct fp_err *err)
{
    struct fp_buf b = {0};
    enum fp_status status = FP_OK;
    write_header(&b, h);
    for (size_t i = 0; i < fp_trace_count(t) && status == FP_OK; i++) {
        fp_fact_write(&b, fp_trace_get(t, i));
        fp_buf_char(&b, '\n');
        if (b.n >= FLUSH_BYTES)
            status = flush(&b, to, err);
    }
    if (status == FP_OK)
        status = flush(&b, to, err);
    if (status == FP_OK && fflush(to) != 0)
        status = fp_fail_sys(err, errno, "cannot write the trace");
    fp_buf_deinit(&b);
    return status;
}
