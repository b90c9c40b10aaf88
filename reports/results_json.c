/* SPDX-License-Identifier: MIT
 * results_json.c - results as JSON Lines, the form that loses nothing.
 * Schema: reports/schema/result.schema.json. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/alloc.h"
#include "harness/base/input.h"
#include "harness/base/utf8.h"
#include "reports/json.h"
#include "reports/report.h"

enum { LINE_BYTES_MAX = 64 * 1024 * 1024 };

/* String members of a result and of a check, so that writing and reading agree
 * by construction. */
struct member {
    const char *key;
    size_t offset;
};

#define R(m, k)                                                                \
    {                                                                          \
        k, offsetof(struct fp_case_result, m)                                  \
    }
static const struct member result_texts[] = {
    R(case_name, "case"),  R(title, "title"),
    R(file, "file"),       R(why, "why"),
    R(spec, "spec"),       R(seen, "seen"),
    R(client, "client"),   R(client_version, "client_version"),
    R(config, "config"),   R(error, "error"),
    R(output, "output"),   R(trace, "trace"),
    R(command, "command"), R(host, "host"),
};
#define C(m, k)                                                                \
    {                                                                          \
        k, offsetof(struct fp_check_result, m)                                 \
    }
static const struct member check_texts[] = {
    C(expected, "expected"),
    C(actual, "actual"),
    C(why, "why"),
    C(cause, "cause"),
};

#define L(m, k)                                                                \
    {                                                                          \
        k, offsetof(struct fp_listing, m)                                      \
    }
static const struct member listing_texts[] = {
    L(reason, "reason"),
    L(why, "why"),
    L(link, "link"),
    L(until, "until"),
};
static const char *const listed_names[] = {
    [FP_KNOWN] = "expected",         [FP_LISTED_IDLE] = "not-judged",
    [FP_LISTED_PASSES] = "passed",   [FP_LISTED_OTHERWISE] = "other-reason",
    [FP_LISTED_EXPIRED] = "expired",
};

/* -- writing --------------------------------------------------------------
 * Whatever finds no memory marks `out` as failed. */

static void set(struct fp_buf *out, json_t *to, const char *key, json_t *value)
{
    if (json_object_set_new(to, key, value) != 0)
        out->failed = true;
}

static void add(struct fp_buf *out, json_t *to, json_t *value)
{
    if (json_array_append_new(to, value) != 0)
        out->failed = true;
}

static json_t *text_json(struct fp_buf *out, struct fp_str s)
{
    struct fp_buf clean = {0};
    fp_utf8_scrub(&clean, s);
    json_t *j = json_stringn(clean.p == NULL ? "" : clean.p, clean.n);
    fp_buf_part_deinit(&clean, out);
    return j;
}

static void write_texts(struct fp_buf *out, json_t *to, const void *from,
                        const struct member *members, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fp_str s;
        memcpy(&s, (const char *)from + members[i].offset, sizeof s);
        if (s.p != NULL)
            set(out, to, members[i].key, text_json(out, s));
    }
}

static void write_loc(struct fp_buf *out, json_t *to, struct fp_loc loc)
{
    if (loc.file != NULL)
        set(out, to, "at",
            json_pack("[o,I,I]", text_json(out, fp_str_of(loc.file)),
                      (json_int_t)loc.line, (json_int_t)loc.col));
}

static json_t *listing_json(struct fp_buf *out, const struct fp_listing *l)
{
    json_t *j = json_object();
    set(out, j, "is", json_string(listed_names[l->is]));
    write_texts(out, j, l, listing_texts, FP_COUNT(listing_texts));
    write_loc(out, j, l->loc);
    return j;
}

static json_t *check_json(struct fp_buf *out, const struct fp_check_result *c)
{
    json_t *j = json_object();
    set(out, j, "check", text_json(out, c->name));
    set(out, j, "kind", json_string(fp_check_key(c->kind)));
    set(out, j, "level", json_string(fp_level_name(c->level)));
    set(out, j, "verdict", json_string(fp_verdict_name(c->verdict)));
    if (c->implied)
        set(out, j, "implied", json_true());
    write_loc(out, j, c->loc);
    write_texts(out, j, c, check_texts, FP_COUNT(check_texts));
    set(out, j, "decided_ns", json_integer((json_int_t)c->at_ns));
    json_t *facts = json_array();
    for (size_t i = 0; i < c->n_facts; i++)
        add(out, facts, json_integer((json_int_t)c->facts[i]));
    set(out, j, "facts", facts);
    if (c->listing.is != FP_UNLISTED)
        set(out, j, "known", listing_json(out, &c->listing));
    return j;
}

static json_t *rung_json(struct fp_buf *out, const struct fp_rung *r)
{
    json_t *j = json_object();
    set(out, j, "class", json_string(fp_request_class_name(r->cls)));
    if (r->number > 0)
        set(out, j, "number", json_integer(r->number));
    set(out, j, "t_ns", json_integer((json_int_t)r->t_ns));
    set(out, j, "took_ns", json_integer((json_int_t)r->took_ns));
    set(out, j, "target", text_json(out, r->target));
    set(out, j, "outcome", text_json(out, r->outcome));
    return j;
}

static json_t *result_json(struct fp_buf *out, const struct fp_case_result *r)
{
    json_t *j = json_object();
    set(out, j, "protocol", json_string(fp_protocol_name(r->protocol)));
    set(out, j, "verdict", json_string(fp_verdict_name(r->verdict)));
    write_texts(out, j, r, result_texts, FP_COUNT(result_texts));
    if (r->copy > 0)
        set(out, j, "copy", json_integer(r->copy));
    if (r->rerun)
        set(out, j, "rerun", json_true());
    /* as text: JSON numbers lose bits above 2^53 in most readers */
    char seed[24];
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)r->seed);
    set(out, j, "seed", json_string(seed));
    set(out, j, "time_scale", json_real(r->time_scale));
    set(out, j, "started_unix_ms", json_integer(r->started_unix_ms));
    set(out, j, "duration_ms", json_integer((json_int_t)r->duration_ms));
    json_t *checks = json_array();
    for (size_t i = 0; i < r->n_checks; i++)
        add(out, checks, check_json(out, &r->checks[i]));
    set(out, j, "checks", checks);
    json_t *ladder = json_array();
    for (size_t i = 0; i < r->n_ladder; i++)
        add(out, ladder, rung_json(out, &r->ladder[i]));
    set(out, j, "ladder", ladder);
    return j;
}

void fp_result_write_json(struct fp_buf *out, const struct fp_case_result *r)
{
    json_t *j = result_json(out, r);
    fp_json_write(out, j);
    json_decref(j);
}

/* -- reading ------------------------------------------------------------- */

struct reader {
    struct fp_arena *arena;
    struct fp_loc loc;
    struct fp_err *err;
    bool no_memory;
};

static enum fp_status no_memory(const struct reader *rd)
{
    return fp_fail_at(rd->err, FP_ENOMEM, rd->loc, "no memory for a result");
}

static enum fp_status bad(struct reader *rd, const char *what)
{
    if (rd->no_memory)
        return no_memory(rd);
    return fp_fail_at(rd->err, FP_EPARSE, rd->loc, "not a result: %s", what);
}

static struct fp_str copy_text(struct reader *rd, const json_t *j)
{
    if (!json_is_string(j))
        return FP_STR_NONE;
    struct fp_str copy =
        fp_arena_str(rd->arena, (struct fp_str){json_string_value(j),
                                                json_string_length(j)});
    rd->no_memory = rd->no_memory || copy.p == NULL;
    return copy;
}

static void read_texts(struct reader *rd, void *to, const json_t *from,
                       const struct member *members, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fp_str s = copy_text(rd, json_object_get(from, members[i].key));
        memcpy((char *)to + members[i].offset, &s, sizeof s);
    }
}

static uint64_t number(const json_t *from, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(from, key));
    return n < 0 ? 0 : (uint64_t)n;
}

static struct fp_str view(const json_t *from, const char *key)
{
    return fp_str_of(json_string_value(json_object_get(from, key)));
}

static bool kind_parse(struct fp_str key, enum fp_check_kind *out)
{
    for (size_t i = 0; i < FP_CHECK_KIND_COUNT; i++) {
        if (fp_str_eqz(key, fp_check_key((enum fp_check_kind)i))) {
            *out = (enum fp_check_kind)i;
            return true;
        }
    }
    return false;
}

static bool level_parse(struct fp_str name, enum fp_level *out)
{
    for (int i = FP_MUST; i <= FP_MAY; i++) {
        if (fp_str_eqz(name, fp_level_name((enum fp_level)i))) {
            *out = (enum fp_level)i;
            return true;
        }
    }
    return false;
}

static void read_loc(struct reader *rd, struct fp_loc *loc, const json_t *at)
{
    if (json_array_size(at) != 3)
        return;
    struct fp_str file = copy_text(rd, json_array_get(at, 0));
    loc->file = file.p; /* arena strings end with NUL */
    loc->line = (unsigned)json_integer_value(json_array_get(at, 1));
    loc->col = (unsigned)json_integer_value(json_array_get(at, 2));
}

static enum fp_status
read_listing(struct reader *rd, struct fp_listing *l, const json_t *from)
{
    if (from == NULL)
        return FP_OK;
    struct fp_str is = view(from, "is");
    for (size_t i = FP_KNOWN; i < FP_COUNT(listed_names); i++)
        if (fp_str_eqz(is, listed_names[i]))
            l->is = (enum fp_listed)i;
    if (l->is == FP_UNLISTED)
        return bad(rd, "a known failure without 'is'");
    read_texts(rd, l, from, listing_texts, FP_COUNT(listing_texts));
    read_loc(rd, &l->loc, json_object_get(from, "at"));
    return FP_OK;
}

static enum fp_status
read_check(struct reader *rd, struct fp_check_result *c, const json_t *from)
{
    c->name = copy_text(rd, json_object_get(from, "check"));
    if (c->name.p == NULL || !kind_parse(view(from, "kind"), &c->kind))
        return bad(rd, "a check of no known kind");
    if (!level_parse(view(from, "level"), &c->level) ||
        !fp_verdict_parse(view(from, "verdict"), &c->verdict))
        return bad(rd, "a check without level or verdict");
    c->implied = json_is_true(json_object_get(from, "implied"));
    read_texts(rd, c, from, check_texts, FP_COUNT(check_texts));
    read_loc(rd, &c->loc, json_object_get(from, "at"));
    c->at_ns = number(from, "decided_ns");
    const json_t *facts = json_object_get(from, "facts");
    for (;
         c->n_facts < json_array_size(facts) && c->n_facts < FP_COUNT(c->facts);
         c->n_facts++) {
        json_int_t n = json_integer_value(json_array_get(facts, c->n_facts));
        c->facts[c->n_facts] = n < 0 ? 0 : (size_t)n;
    }
    return read_listing(rd, &c->listing, json_object_get(from, "known"));
}

static enum fp_status
read_checks(struct reader *rd, struct fp_case_result *r, const json_t *from)
{
    size_t n = json_array_size(from);
    r->checks = fp_arena_alloc(rd->arena, n * sizeof *r->checks);
    if (r->checks == NULL)
        return no_memory(rd);
    for (; r->n_checks < n; r->n_checks++) {
        enum fp_status status = read_check(rd, &r->checks[r->n_checks],
                                           json_array_get(from, r->n_checks));
        if (status != FP_OK)
            return status;
    }
    return FP_OK;
}

static enum fp_status
read_ladder(struct reader *rd, struct fp_case_result *r, const json_t *from)
{
    size_t n = json_array_size(from);
    r->ladder = fp_arena_alloc(rd->arena, n * sizeof *r->ladder);
    if (r->ladder == NULL)
        return no_memory(rd);
    for (; r->n_ladder < n; r->n_ladder++) {
        struct fp_rung *rung = &r->ladder[r->n_ladder];
        const json_t *j = json_array_get(from, r->n_ladder);
        if (!fp_request_class_parse(view(j, "class"), &rung->cls))
            return bad(rd, "a rung of no known class");
        rung->number = (unsigned)number(j, "number");
        rung->t_ns = number(j, "t_ns");
        rung->took_ns = number(j, "took_ns");
        rung->target = copy_text(rd, json_object_get(j, "target"));
        rung->outcome = copy_text(rd, json_object_get(j, "outcome"));
    }
    return FP_OK;
}

static enum fp_status
read_result(struct reader *rd, struct fp_case_result *r, const json_t *from)
{
    if (!json_is_object(from))
        return bad(rd, "not an object");
    read_texts(rd, r, from, result_texts, FP_COUNT(result_texts));
    if (r->case_name.p == NULL)
        return bad(rd, "no member 'case'");
    if (!fp_protocol_parse(view(from, "protocol"), &r->protocol))
        return bad(rd, "no known 'protocol'");
    if (!fp_verdict_parse(view(from, "verdict"), &r->verdict))
        return bad(rd, "no known 'verdict'");
    r->copy = (unsigned)number(from, "copy");
    r->rerun = json_is_true(json_object_get(from, "rerun"));
    if (!fp_str_to_u64(view(from, "seed"), &r->seed))
        return bad(rd, "no 'seed'");
    r->time_scale = json_number_value(json_object_get(from, "time_scale"));
    r->started_unix_ms =
        json_integer_value(json_object_get(from, "started_unix_ms"));
    r->duration_ms = number(from, "duration_ms");
    enum fp_status status = read_checks(rd, r, json_object_get(from, "checks"));
    if (status == FP_OK)
        status = read_ladder(rd, r, json_object_get(from, "ladder"));
    return status;
}

enum fp_status
fp_result_parse_json(struct fp_case_result *r, struct fp_str line,
                     struct fp_loc loc, struct fp_err *err)
{
    json_error_t why;
    json_t *j = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &why);
    if (j == NULL) {
        loc.col = why.column > 0 ? (unsigned)why.column : 1;
        return fp_fail_at(err, FP_EPARSE, loc, "not JSON: %s", why.text);
    }
    struct fp_case_result fresh = {0};
    struct reader rd = {.arena = &fresh.arena, .loc = loc, .err = err};
    enum fp_status status = read_result(&rd, &fresh, j);
    if (status == FP_OK && rd.no_memory)
        status = no_memory(&rd);
    json_decref(j);
    if (status == FP_OK)
        *r = fresh;
    else
        fp_case_result_deinit(&fresh);
    return status;
}

static enum fp_status load_line(struct fp_results *all, struct fp_str line,
                                struct fp_loc loc, struct fp_err *err)
{
    if (fp_str_trim(line).n == 0)
        return FP_OK;
    struct fp_case_result r = {0};
    enum fp_status status = fp_result_parse_json(&r, line, loc, err);
    if (status != FP_OK)
        return status;
    status = fp_results_add(all, &r);
    fp_case_result_deinit(&r);
    return status;
}

/* Reads one line into buf; false at the end of the file. */
static bool next_line(FILE *f, struct fp_buf *buf)
{
    fp_buf_clear(buf);
    int c;
    while ((c = getc_unlocked(f)) != EOF && c != '\n')
        if (buf->n <= LINE_BYTES_MAX) /* what is longer is refused below */
            fp_buf_char(buf, (char)c);
    return c != EOF || buf->n > 0;
}

enum fp_status
fp_results_load(struct fp_results *all, const char *path, struct fp_err *err)
{
    FILE *f = NULL;
    enum fp_status status = fp_input_open(&f, path, err);
    if (status != FP_OK)
        return status;
    struct fp_buf line = {0};
    struct fp_loc loc = {path, 0, 1};
    while (status == FP_OK && next_line(f, &line)) {
        loc.line++;
        if (line.failed)
            status = fp_fail_at(err, FP_ENOMEM, loc, "no memory for a line");
        else if (line.n > LINE_BYTES_MAX)
            status = fp_fail_at(err, FP_ELIMIT, loc, "line too long");
        else
            status = load_line(all, fp_buf_view(&line), loc, err);
    }
    if (ferror(f) != 0)
        status = fp_fail_sys(err, errno, "%s", path);
    fp_buf_deinit(&line);
    (void)fclose(f);
    return status;
}
