/* SPDX-License-Identifier: MIT
 * html_trace.c - a trace as the timeline of the HTML report reads it. */
#include <string.h>

#include "harness/trace/trace.h"
#include "reports/html_private.h"

static struct fp_str file_name(struct fp_str path)
{
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/')
        from--;
    return fp_str_from(path, from);
}

/* Beside the results first: a folder may have been moved since it was written.
 * Then where the run put it. */
static bool load(struct fp_trace **out, const struct fp_case_result *r,
                 const struct fp_html_conf *conf)
{
    struct fp_buf path = {0};
    struct fp_trace_header header;
    bool found = false;
    for (size_t i = 0; i <= conf->n_dirs && !found; i++) {
        fp_buf_clear(&path);
        if (i < conf->n_dirs)
            fp_buf_printf(&path, "%s/traces/%.*s", conf->dirs[i],
                          FP_STR_ARG(file_name(r->trace)));
        else
            fp_buf_str(&path, r->trace);
        found =
            fp_trace_load(out, &header, fp_buf_cstr(&path), NULL) == FP_OK &&
            fp_str_eq(header.case_name, r->case_name) &&
            header.started_unix_ms == r->started_unix_ms;
        if (!found) {
            fp_trace_free(*out);
            *out = NULL;
        }
    }
    fp_buf_deinit(&path);
    return found;
}

static void put(json_t *to, const char *key, struct fp_str s)
{
    if (s.n > 0)
        json_object_set_new(to, key, fp_html_text(s, FP_HTML_FACT_BYTES));
}

static void put_word(json_t *to, const char *key, const char *word)
{
    if (word[0] != '\0')
        json_object_set_new(to, key, json_string(word));
}

static void put_number(json_t *to, const char *key, int64_t n)
{
    if (n != 0)
        json_object_set_new(to, key, json_integer(n));
}

static json_t *fact_json(const struct fp_fact *f)
{
    json_t *j = json_object();
    json_object_set_new(j, "t", json_integer((json_int_t)(f->t_ns / 1000)));
    json_object_set_new(j, "k", json_string(fp_fact_kind_name(f->kind)));
    if (f->at == FP_AT_HOP) {
        json_object_set_new(j, "hop", json_integer(f->hop));
        put_number(j, "up", f->side == FP_SIDE_SERVER);
    }
    put_number(j, "c", f->conn);
    put_number(j, "r", f->req);
    put_number(j, "down", f->dir == FP_DOWN);
    put_word(j, "tr", fp_transport_name(f->transport));
    if (f->cls != FP_REQ_OTHER)
        put_word(j, "cls", fp_request_class_name(f->cls));
    if (fp_fact_kind_n(f->kind)[0] != '\0' && f->n != FP_N_ABSENT)
        json_object_set_new(j, "n", json_integer(f->n));
    put_number(j, "b", (int64_t)f->bytes);
    put(j, "sid", f->sid);
    put(j, "name", f->name);
    put(j, "x", f->text);
    return j;
}

/* Raw bytes elsewhere than at the client's own sockets say the same again. */
static bool is_drawn(const struct fp_fact *f)
{
    return f->kind != FP_FACT_BYTES ||
           (f->hop == 0 && f->side == FP_SIDE_CLIENT);
}

json_t *
fp_html_trace(const struct fp_case_result *r, const struct fp_html_conf *conf)
{
    struct fp_trace *trace = NULL;
    if (!load(&trace, r, conf))
        return NULL;
    json_t *facts = json_array();
    size_t left_out = 0;
    for (size_t i = 0; i < fp_trace_count(trace); i++) {
        const struct fp_fact *f = fp_trace_get(trace, i);
        if (!is_drawn(f))
            continue;
        bool fits = json_array_size(facts) < FP_HTML_FACTS;
        left_out += !fits;
        if (!fits && f->kind != FP_FACT_END)
            continue;
        json_t *j = fact_json(f);
        json_object_set_new(j, "i", json_integer((json_int_t)i));
        json_array_append_new(facts, j);
    }
    fp_trace_free(trace);
    return json_pack("{s:o,s:I}", "facts", facts, "left_out",
                     (json_int_t)left_out);
}
