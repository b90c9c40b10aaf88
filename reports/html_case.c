/* SPDX-License-Identifier: MIT
 * html_case.c - what a row of the HTML report opens: each client's checks,
 * ladder, output and command. Texts and expectations that clients share stand
 * once in a row. */
#include <stdio.h>

#include "reports/html_private.h"
#include "reports/json.h"

static const char *const listed[] = {
    [FP_UNLISTED] = "",
    [FP_KNOWN] = "known",
    [FP_LISTED_IDLE] = "not judged",
    [FP_LISTED_PASSES] = "gone: it passed",
    [FP_LISTED_OTHERWISE] = "failed for another reason",
    [FP_LISTED_EXPIRED] = "expired",
};

/* A list that holds each value once. */
struct shared {
    json_t *values;
    json_t *numbers; /* a value as text, to its number */
};

static struct shared shared_new(void)
{
    return (struct shared){json_array(), json_object()};
}

/* The number of value, which it takes. */
static json_t *share(struct shared *s, json_t *value)
{
    struct fp_buf text = {0};
    json_t *whole = json_pack("[O]", value); /* a bare text is no document */
    fp_json_write(&text, whole);
    const char *key = fp_buf_cstr(&text);
    json_t *known = json_object_get(s->numbers, key);
    json_int_t at = known != NULL ? json_integer_value(known)
                                  : (json_int_t)json_array_size(s->values);
    if (known == NULL) {
        json_array_append(s->values, value);
        json_object_set_new(s->numbers, key, json_integer(at));
    }
    json_decref(whole);
    json_decref(value);
    fp_buf_deinit(&text);
    return json_integer(at);
}

static json_t *share_text(struct shared *texts, struct fp_str s)
{
    return s.n == 0 ? json_integer(-1)
                    : share(texts, fp_html_text(s, FP_HTML_TEXT_BYTES));
}

static void add_text(json_t *to, const char *key, struct fp_str s)
{
    if (s.n > 0)
        json_object_set_new(to, key, fp_html_text(s, FP_HTML_TEXT_BYTES));
}

static void add_place(json_t *to, const char *key, const struct fp_loc *loc)
{
    if (loc->file == NULL)
        return;
    struct fp_buf place = {0};
    fp_buf_printf(&place, "%s:%u:%u", loc->file, loc->line, loc->col);
    add_text(to, key, fp_buf_view(&place));
    fp_buf_deinit(&place);
}

/* What a check is, whoever is tested. */
static json_t *expectation_json(const struct fp_check_result *c)
{
    json_t *j = json_object();
    add_text(j, "name", c->name);
    json_object_set_new(j, "level", json_string(fp_level_name(c->level)));
    if (c->implied)
        json_object_set_new(j, "implied", json_true());
    add_text(j, "expected", c->expected);
    add_place(j, "at", &c->loc);
    return j;
}

static json_t *listing_json(const struct fp_listing *l)
{
    json_t *j = json_object();
    json_object_set_new(j, "is", json_string(listed[l->is]));
    add_text(j, "reason", l->reason);
    add_text(j, "why", l->why);
    add_text(j, "link", l->link);
    add_text(j, "until", l->until);
    add_place(j, "at", &l->loc);
    return j;
}

/* [expectation, verdict, actual, why, cause, facts, decided, listing] */
static json_t *check_json(const struct fp_check_result *c,
                          struct shared *expected, struct shared *texts)
{
    json_t *j = json_array();
    json_array_append_new(j, share(expected, expectation_json(c)));
    json_array_append_new(j, json_integer(c->verdict));
    json_array_append_new(j, share_text(texts, c->actual));
    if (c->verdict == FP_PASS && c->listing.is == FP_UNLISTED)
        return j;
    json_array_append_new(j, share_text(texts, c->why));
    json_array_append_new(j, share_text(texts, c->cause));
    json_t *facts = json_array();
    for (size_t i = 0; i < c->n_facts; i++)
        json_array_append_new(facts, json_integer((json_int_t)c->facts[i]));
    json_array_append_new(j, facts);
    json_array_append_new(j, json_integer((json_int_t)(c->at_ns / 1000)));
    if (c->listing.is != FP_UNLISTED)
        json_array_append_new(j, listing_json(&c->listing));
    return j;
}

/* [class, number, at, took, target, outcome], times in microseconds */
static json_t *rung_json(const struct fp_rung *r, struct shared *texts)
{
    json_t *j = json_array();
    json_array_append_new(j, json_string(fp_request_class_name(r->cls)));
    json_array_append_new(j, json_integer(r->number));
    json_array_append_new(j, json_integer((json_int_t)(r->t_ns / 1000)));
    json_array_append_new(j, json_integer((json_int_t)(r->took_ns / 1000)));
    json_array_append_new(j, share_text(texts, r->target));
    json_array_append_new(j, share_text(texts, r->outcome));
    return j;
}

static void add_lists(json_t *to, const struct fp_case_result *r,
                      struct shared *expected, struct shared *texts)
{
    json_t *checks = json_array(), *ladder = json_array();
    for (size_t i = 0; i < r->n_checks; i++)
        json_array_append_new(checks,
                              check_json(&r->checks[i], expected, texts));
    for (size_t i = 0; i < r->n_ladder && i < FP_HTML_RUNGS; i++)
        json_array_append_new(ladder, rung_json(&r->ladder[i], texts));
    json_object_set_new(to, "checks", checks);
    json_object_set_new(to, "ladder", ladder);
    if (r->n_ladder > FP_HTML_RUNGS)
        json_object_set_new(
            to, "more",
            json_integer((json_int_t)(r->n_ladder - FP_HTML_RUNGS)));
}

static struct fp_str last_of(struct fp_str s, size_t most)
{
    if (s.n <= most)
        return s;
    size_t from = s.n - most;
    while (from < s.n && ((unsigned char)s.p[from] & 0xc0) == 0x80)
        from++;
    return fp_str_from(s, from);
}

static json_t *run_json(const struct fp_case_result *r, struct shared *expected,
                        struct shared *texts)
{
    json_t *j = json_object();
    json_object_set_new(j, "verdict", json_integer(r->verdict));
    json_object_set_new(j, "ms", json_integer((json_int_t)r->duration_ms));
    if (r->time_scale != 1)
        json_object_set_new(j, "scale", json_real(r->time_scale));
    if (r->copy > 0)
        json_object_set_new(j, "copy", json_integer(r->copy));
    if (r->rerun)
        json_object_set_new(j, "rerun", json_true());
    add_text(j, "error", r->error);
    add_text(j, "command", r->command);
    if (r->verdict != FP_PASS && r->output.n > 0)
        json_object_set_new(
            j, "output",
            fp_html_text(last_of(r->output, FP_HTML_OUTPUT_BYTES),
                         FP_HTML_OUTPUT_BYTES));
    if (r->output.n > FP_HTML_OUTPUT_BYTES)
        json_object_set_new(j, "cut", json_true());
    add_lists(j, r, expected, texts);
    return j;
}

static bool
wants_trace(const struct fp_case_result *r, const struct fp_html_conf *conf)
{
    if (conf->traces == FP_HTML_TRACES_PROBLEMS)
        return r->verdict == FP_FAIL || r->verdict == FP_ERROR ||
               r->verdict == FP_INCONCLUSIVE;
    return conf->traces == FP_HTML_TRACES_ALL;
}

/* A word for the page: where its timeline is, or why it has none. */
static const char *
add_trace(struct fp_buf *blocks, const struct fp_case_result *r,
          const struct fp_html_conf *conf, const char *id, size_t *room)
{
    if (r->trace.n == 0 || !wants_trace(r, conf))
        return "none";
    json_t *facts = fp_html_trace(r, conf);
    if (facts == NULL)
        return "unreadable";
    struct fp_buf block = {0};
    fp_html_block(&block, id, facts);
    bool fits = block.n <= *room;
    if (fits) {
        fp_buf_str(blocks, fp_buf_view(&block));
        *room -= block.n;
    }
    fp_buf_deinit(&block);
    return fits ? "here" : "no-room";
}

static json_t *runs_json(struct fp_buf *blocks, const struct fp_html_row *row,
                         const struct fp_html_columns *columns,
                         const struct fp_html_conf *conf, size_t *room)
{
    struct shared expected = shared_new(), texts = shared_new();
    json_t *runs = json_array();
    for (size_t i = 0; i < row->n; i++) {
        const struct fp_case_result *r = &row->first[i];
        char id[48];
        (void)snprintf(id, sizeof id, "t%zu.%zu", row->number, i);
        json_t *run = run_json(r, &expected, &texts);
        size_t column = fp_html_column_of(columns, r);
        json_object_set_new(run, "column", json_integer((json_int_t)column));
        json_object_set_new(run, "trace",
                            json_string(add_trace(blocks, r, conf, id, room)));
        json_array_append_new(runs, run);
    }
    json_decref(expected.numbers);
    json_decref(texts.numbers);
    return json_pack("{s:o,s:o,s:o}", "expected", expected.values, "texts",
                     texts.values, "runs", runs);
}

void fp_html_write_row(struct fp_buf *out, const struct fp_html_row *row,
                       const struct fp_html_columns *columns,
                       const struct fp_html_conf *conf, size_t *room)
{
    const struct fp_case_result *r = row->first;
    struct fp_buf blocks = {0};
    json_t *j = runs_json(&blocks, row, columns, conf, room);
    add_text(j, "file", r->file);
    add_text(j, "why", r->why);
    add_text(j, "spec", r->spec);
    add_text(j, "seen", r->seen);
    char id[24];
    (void)snprintf(id, sizeof id, "r%zu", row->number);
    fp_html_block(out, id, j);
    fp_buf_str(out, fp_buf_view(&blocks));
    out->failed |= blocks.failed;
    fp_buf_deinit(&blocks);
}
