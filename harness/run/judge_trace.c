/* SPDX-License-Identifier: MIT
 * judge_trace.c - judges a stored trace again. */
#include "harness/judge/judge.h"
#include "harness/run/ending.h"
#include "harness/run/run.h"
#include "harness/run/self.h"
#include "harness/scenario/host_path.h"

/* Where the case most likely is: a result's places point there. */
static void guess_file(struct fp_buf *out, struct fp_str name)
{
    bool is_path = name.n > 0 && (name.p[0] == '/' || name.p[0] == '.');
    fp_buf_printf(out, "%s%.*s.yaml", is_path ? "" : "cases/",
                  FP_STR_ARG(name));
}

static enum fp_status
put_host(struct fp_case *c, const struct fp_trace_header *header,
         struct fp_diags *diags)
{
    struct fp_buf file = {0};
    struct fp_host *h = NULL;
    fp_buf_printf(&file, "fixtures/hosts/%.*s.yaml", FP_STR_ARG(header->host));
    enum fp_status status =
        fp_host_parse(&h, fp_buf_cstr(&file), header->host_text, diags);
    if (status == FP_OK)
        status = fp_case_put_host(c, h, diags);
    fp_host_free(h);
    fp_buf_deinit(&file);
    return status;
}

static bool hosts_of(struct fp_host_source *out, struct fp_arena *a,
                     const struct fp_trace_header *header)
{
    struct fp_host_text *texts =
        fp_arena_alloc(a, (header->n_hosts + 1) * sizeof *texts);
    for (size_t i = 0; texts != NULL && i < header->n_hosts; i++) {
        struct fp_buf file = {0};
        fp_buf_printf(&file, "fixtures/hosts/%.*s.yaml",
                      FP_STR_ARG(header->hosts[i].name));
        texts[i] = (struct fp_host_text){header->hosts[i].name,
                                         fp_arena_str(a, fp_buf_view(&file)),
                                         header->hosts[i].text};
        fp_buf_deinit(&file);
    }
    *out = (struct fp_host_source){.texts = texts, .n = header->n_hosts};
    return texts != NULL;
}

/* The trace's own text is what was run; a file of that name may have changed.*/
static enum fp_status
parse_case(struct fp_case **out, const char *path,
           const struct fp_trace_header *header, struct fp_err *err)
{
    struct fp_diags diags = {0};
    struct fp_buf name = {0}, file = {0};
    fp_buf_str(&name, header->case_name);
    guess_file(&file, header->case_name);
    struct fp_arena scratch = {0};
    struct fp_host_source source = {0};
    enum fp_status status = FP_ENOMEM;
    if (!file.failed && !name.failed && hosts_of(&source, &scratch, header))
        status = fp_case_parse_from(out, fp_buf_cstr(&name), header->case_text,
                                    &source, fp_buf_cstr(&file), &diags);
    fp_arena_deinit(&scratch);
    fp_buf_deinit(&file);
    fp_buf_deinit(&name);
    if (status == FP_OK && header->host.p != NULL)
        status = put_host(*out, header, &diags);
    if (status == FP_ENOMEM)
        return fp_fail(err, status, "%s: out of memory", path);
    if (status != FP_OK)
        return fp_fail(err, status,
                       "%s: the case in this trace is not valid: %s", path,
                       diags.n > 0 ? diags.items[0].msg : "no reason");
    return FP_OK;
}

/* Cut between two lines, or left by a worker that was killed: what would have
 * followed may be what a check waited for. */
static enum fp_status
check_ended(const struct fp_trace *trace, const char *path, struct fp_err *err)
{
    for (size_t i = fp_trace_count(trace); i-- > 0;)
        if (fp_trace_get(trace, i)->kind == FP_FACT_END)
            return FP_OK;
    return fp_fail(err, FP_EPARSE,
                   "%s: no 'end' fact: the trace is incomplete, and would be "
                   "judged wrongly",
                   path);
}

static bool is_polling_only(const struct fp_trace *trace)
{
    for (size_t i = 0; i < fp_trace_count(trace); i++) {
        const struct fp_fact *f = fp_trace_get(trace, i);
        if (f->kind == FP_FACT_CLIENT_START)
            return f->transport == FP_POLLING;
    }
    return false;
}

/* What follows FP_FACT_END is the harness clearing up. */
static void feed_all(struct fp_judge *judge, const struct fp_trace *trace)
{
    for (size_t i = 0; i < fp_trace_count(trace); i++) {
        const struct fp_fact *f = fp_trace_get(trace, i);
        fp_judge_feed(judge, f, i);
        if (f->kind == FP_FACT_END)
            return;
    }
}

static bool
copy(struct fp_case_result *r, struct fp_str *to, struct fp_str from)
{
    if (to->p == NULL)
        *to = fp_arena_str(&r->arena, from);
    return to->p != NULL || from.p == NULL;
}

static uint64_t end_ms(const struct fp_trace *trace)
{
    size_t n = fp_trace_count(trace);
    return n == 0 ? 0 : fp_trace_get(trace, n - 1)->t_ns / 1000000;
}

static enum fp_status
complete(struct fp_case_result *r, const struct fp_trace *trace,
         const struct fp_trace_header *header, const char *path)
{
    if (!copy(r, &r->case_name, header->case_name) ||
        !copy(r, &r->host, header->host) ||
        !copy(r, &r->client, header->client) ||
        !copy(r, &r->client_version, header->client_version) ||
        !copy(r, &r->config, header->config) ||
        !copy(r, &r->trace, fp_str_of(path)))
        return FP_ENOMEM;
    r->protocol = header->protocol;
    r->seed = header->seed;
    r->time_scale = header->time_scale;
    r->started_unix_ms = header->started_unix_ms;
    r->duration_ms = end_ms(trace);
    fp_run_apply_end(r, trace);
    return FP_OK;
}

static enum fp_status
judge_loaded(const struct fp_trace *trace, const struct fp_trace_header *header,
             const struct fp_case *c, const char *path,
             struct fp_case_result *r, struct fp_err *err)
{
    struct fp_judge_conf conf = {.c = c,
                                 .protocol = header->protocol,
                                 .time_scale = header->time_scale,
                                 .polling_only = is_polling_only(trace)};
    struct fp_judge *judge = NULL;
    struct fp_case_result found = {0};
    enum fp_status status = fp_judge_new(&judge, &conf, err);
    if (status != FP_OK)
        return status;
    feed_all(judge, trace);
    status = fp_judge_finish(judge, &found, err);
    fp_judge_free(judge);
    if (status != FP_OK) {
        fp_case_result_deinit(&found);
        return status;
    }
    status = complete(&found, trace, header, path);
    if (status == FP_OK)
        status = fp_self_apply(&found, c, err);
    else
        (void)fp_fail(err, status, "%s: out of memory", path);
    if (status == FP_OK)
        *r = found;
    else
        fp_case_result_deinit(&found);
    return status;
}

enum fp_status fp_run_judge_trace(const char *path, struct fp_case_result *r,
                                  struct fp_err *err)
{
    struct fp_trace *trace = NULL;
    struct fp_trace_header header;
    struct fp_case *c = NULL;
    enum fp_status status = fp_trace_load(&trace, &header, path, err);
    if (status != FP_OK)
        return status;
    status = check_ended(trace, path, err);
    if (status == FP_OK)
        status = parse_case(&c, path, &header, err);
    if (status == FP_OK)
        status = judge_loaded(trace, &header, c, path, r, err);
    fp_case_free(c);
    fp_trace_free(trace);
    return status;
}
