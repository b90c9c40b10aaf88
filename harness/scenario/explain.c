/* SPDX-License-Identifier: MIT
 * explain.c - a case for people: `fallproof explain`. */
#include <stdio.h>
#include <string.h>

#include "harness/scenario/checks.h"
#include "harness/scenario/explain.h"
#include "harness/scenario/words.h"

enum { WIDTH = 96, LABEL = 12, LINE_BYTES = 512 };

/* "why         text, wrapped below itself". */
void fp_explain_paragraph(struct fp_buf *out, const char *label,
                          struct fp_str text)
{
    if (text.p == NULL)
        return;
    fp_buf_printf(out, "%-*s", LABEL, label);
    fp_words_wrap(out, text, (struct fp_wrap){LABEL, WIDTH, LABEL});
}

static void list(struct fp_buf *out, const char *label,
                 const struct fp_str *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fp_explain_paragraph(out, i == 0 ? label : "", items[i]);
}

/* -- the path as drawn -------------------------------------------------- */

static void draw_hop(struct fp_buf *out, const struct fp_hop *hop)
{
    fp_buf_z(out, " → [");
    fp_buf_str(out, hop->name);
    for (size_t i = 0; i < hop->n_faults; i++)
        fp_buf_printf(out, "%s%s", i == 0 ? ": " : ", ",
                      fp_fault_key(hop->faults[i].kind));
    fp_buf_char(out, ']');
}

void fp_explain_path(struct fp_buf *out, const struct fp_hop *hops, size_t n)
{
    struct fp_buf line = {0};
    fp_buf_z(&line, "client");
    for (size_t i = 0; i < n; i++)
        draw_hop(&line, &hops[i]);
    fp_buf_z(&line, " → server");
    fp_explain_paragraph(out, "path", fp_buf_view(&line));
    fp_buf_part_deinit(&line, out);
}

/* -- keys and values ---------------------------------------------------- */

/* "status 403, body "…"": what is not a default. */
static void said_values(struct fp_buf *out, struct fp_key_table keys,
                        const void *base, bool *any)
{
    for (size_t i = 0; i < keys.n; i++) {
        if (!fp_words_is_said(out, &keys.keys[i], base))
            continue;
        fp_buf_printf(out, "%s%s ", *any ? ", " : "", keys.keys[i].key);
        fp_words_value(out, &keys.keys[i], base);
        *any = true;
    }
}

static void
attempts_in_words(struct fp_buf *out, const struct fp_fault_scope *s)
{
    if (s->first_attempt > 0 && s->first_attempt == s->last_attempt)
        fp_buf_printf(out, "; upgrade request %u only", s->first_attempt);
    else if (s->first_attempt > 0)
        fp_buf_printf(out, "; upgrade requests %u to %u", s->first_attempt,
                      s->last_attempt);
}

/* Which requests a fault acts on. */
static void whom_in_words(struct fp_buf *out, const struct fp_fault_scope *s)
{
    attempts_in_words(out, s);
    if (s->transport != FP_TRANSPORT_NONE)
        fp_buf_printf(out, "; %s only", fp_transport_name(s->transport));
    if (s->path_glob.p != NULL)
        fp_buf_printf(out, "; path %.*s", FP_STR_ARG(s->path_glob));
    if (s->header.name.p != NULL)
        fp_buf_printf(out, "; where %.*s is %.*s", FP_STR_ARG(s->header.name),
                      FP_STR_ARG(s->header.value));
}

static void
how_often_in_words(struct fp_buf *out, const struct fp_fault_scope *s)
{
    if (s->every > 0)
        fp_buf_printf(out, "; one in %u", s->every);
    if (s->nth > 0)
        fp_buf_printf(out, "; number %u only", s->nth);
    if (s->probability < 1)
        fp_buf_printf(out, "; with probability %g (from the seed)",
                      s->probability);
    if (!s->down || !s->up)
        fp_buf_printf(out, "; bytes %s only", s->up ? "up" : "down");
}

static void
fault(struct fp_buf *out, const struct fp_hop *hop, const struct fp_fault *f)
{
    struct fp_buf line = {0};
    bool any = false;
    fp_buf_printf(&line, "%.*s: %s: %s", FP_STR_ARG(hop->name),
                  fp_fault_key(f->kind), fp_fault_doc(f->kind));
    fp_buf_z(&line, " (");
    said_values(&line, fp_fault_keys(f->kind), f, &any);
    if (any)
        fp_buf_char(&line, ')');
    else
        line.n -= 2;
    whom_in_words(&line, &f->scope);
    how_often_in_words(&line, &f->scope);
    fp_explain_paragraph(out, "", fp_buf_view(&line));
    fp_buf_part_deinit(&line, out);
}

void fp_explain_faults(struct fp_buf *out, const struct fp_hop *hops, size_t n)
{
    size_t total = 0;
    for (size_t h = 0; h < n; h++)
        total += hops[h].n_faults;
    fp_buf_printf(out, "\n%s\n", total == 0 ? "No faults." : "Faults");
    for (size_t h = 0; h < n; h++)
        for (size_t i = 0; i < hops[h].n_faults; i++)
            fault(out, &hops[h], &hops[h].faults[i]);
}

/* -- the planned timeline ----------------------------------------------- */

struct moment {
    uint64_t at_ms;
    char text[LINE_BYTES / 2];
};

enum { MAX_MOMENTS = 64 };

struct timeline {
    struct moment items[MAX_MOMENTS];
    size_t n;
    bool failed; /* no memory for a text */
};

static void
plan(struct timeline *t, uint64_t at_ms, const char *fmt, ...) FP_PRINTF(3, 4);

/* Kept in order; what comes at the same time stays as it was added. */
static void plan(struct timeline *t, uint64_t at_ms, const char *fmt, ...)
{
    if (t->n == MAX_MOMENTS)
        return;
    size_t i = t->n++;
    for (; i > 0 && t->items[i - 1].at_ms > at_ms; i--)
        t->items[i] = t->items[i - 1];
    struct moment *m = &t->items[i];
    m->at_ms = at_ms;
    va_list ap;
    va_start(ap, fmt);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 errs */
    (void)vsnprintf(m->text, sizeof m->text, fmt, ap);
    va_end(ap);
}

static void plan_faults(struct timeline *t, const struct fp_hop *hop)
{
    for (size_t i = 0; i < hop->n_faults; i++) {
        const struct fp_fault *f = &hop->faults[i];
        plan(t, f->scope.from_ms, "%.*s: %s is armed", FP_STR_ARG(hop->name),
             fp_fault_key(f->kind));
        if (f->scope.until_ms > 0)
            plan(t, f->scope.until_ms, "%.*s: %s ends", FP_STR_ARG(hop->name),
                 fp_fault_key(f->kind));
    }
}

static void plan_server(struct timeline *t, const struct fp_server_conf *s)
{
    struct fp_buf every = {0};
    fp_words_duration(&every, s->publish_every_ms);
    plan(t, s->publish_from_ms, "server: an update every %s",
         fp_buf_cstr(&every));
    t->failed = t->failed || every.failed;
    fp_buf_deinit(&every);
    if (s->publish_limit > 0)
        plan(t,
             s->publish_from_ms +
                 s->publish_every_ms * (uint64_t)(s->publish_limit - 1),
             "server: the last update (%u)", s->publish_limit);
    if (s->restart_at_ms > 0) {
        plan(t, s->restart_at_ms, "server: restarts, and loses its sessions");
        plan(t, s->restart_at_ms + s->restart_for_ms,
             "server: accepts connections again");
    }
}

static void plan_checks(struct timeline *t, const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_expect; i++) {
        const struct fp_check *k = &c->expect[i];
        if (k->kind == FP_CHECK_CONNECTS)
            plan(t, k->within_ms, "at the latest: connected");
        if (k->kind != FP_CHECK_FALLS_BACK)
            continue;
        plan(t, k->budget_ms,
             "after the first attempt, at the latest: an update by polling");
        plan(t, c->patience_ms, "the fallback is no longer waited for");
    }
}

/* What is watched for a while, from a moment that the client decides. */
static void watched(struct fp_buf *out, const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_expect; i++) {
        const struct fp_check *k = &c->expect[i];
        uint64_t span = k->for_ms > 0 ? k->for_ms : k->within_ms;
        if (span == 0 || k->kind == FP_CHECK_CONNECTS)
            continue;
        struct fp_buf line = {0};
        fp_buf_printf(&line, "%s ", k->for_ms > 0 ? "watched for" : "within");
        fp_words_duration(&line, span);
        fp_buf_printf(&line, ": %s", fp_check_key(k->kind));
        fp_explain_paragraph(out, "then", fp_buf_view(&line));
        fp_buf_part_deinit(&line, out);
    }
}

static void timeline(struct fp_buf *out, const struct fp_case *c)
{
    struct timeline t = {.n = 0};
    for (size_t h = 0; h < c->n_path; h++)
        plan_faults(&t, &c->path[h]);
    plan_server(&t, &c->server);
    plan(&t, 0, "the client is started");
    plan_checks(&t, c);
    fp_buf_z(out, "\nTimeline\n");
    for (size_t i = 0; i < t.n; i++) {
        struct fp_buf at = {0};
        fp_words_duration(&at, t.items[i].at_ms);
        fp_explain_paragraph(out,
                             t.items[i].at_ms == 0 ? "0s" : fp_buf_cstr(&at),
                             fp_str_of(t.items[i].text));
        fp_buf_part_deinit(&at, out);
    }
    out->failed = out->failed || t.failed;
    watched(out, c);
}

/* -- checks ------------------------------------------------------------- */

static void check(struct fp_buf *out, const struct fp_check *k)
{
    struct fp_buf line = {0};
    fp_buf_printf(&line, "%s %s: %s", fp_level_name(k->level),
                  fp_check_key(k->kind), fp_check_doc(k->kind));
    struct fp_key_table keys = fp_check_keys(k->kind);
    bool any = false;
    for (size_t i = 0; i < keys.n; i++) {
        const struct fp_key *key = &keys.keys[i];
        bool is_level = strcmp(key->key, "level") == 0;
        bool unset = key->fallback == NULL && !fp_words_is_said(out, key, k);
        if (is_level || unset)
            continue;
        fp_buf_printf(&line, "%s%s ", any ? ", " : " (", key->key);
        fp_words_value(&line, key, k);
        any = true;
    }
    if (any)
        fp_buf_char(&line, ')');
    fp_explain_paragraph(out, k->implied ? "(always)" : "", fp_buf_view(&line));
    fp_buf_part_deinit(&line, out);
}

static void checks(struct fp_buf *out, const struct fp_case *c)
{
    fp_buf_z(out, "\nWhat is judged\n");
    for (size_t i = 0; i < c->n_expect; i++)
        check(out, &c->expect[i]);
    for (size_t i = 0; i < c->n_cannot; i++) {
        const struct fp_cannot *x = &c->cannot[i];
        struct fp_buf line = {0};
        fp_buf_printf(&line, "%s cannot satisfy %s: %.*s",
                      fp_protocol_name(x->protocol), fp_check_key(x->check),
                      FP_STR_ARG(x->reason));
        fp_explain_paragraph(out, "", fp_buf_view(&line));
        fp_buf_part_deinit(&line, out);
    }
}

/* -- the whole ---------------------------------------------------------- */

static void protocols(struct fp_buf *out, const struct fp_case *c)
{
    struct fp_buf line = {0};
    for (int p = 0; p < FP_PROTOCOLS; p++) {
        if (!(c->protocols & 1U << p))
            continue;
        fp_buf_printf(&line, "%s%s", line.n > 0 ? ", " : "",
                      fp_protocol_name((enum fp_protocol)p));
    }
    fp_explain_paragraph(out, "protocols", fp_buf_view(&line));
    fp_buf_part_deinit(&line, out);
}

static void server(struct fp_buf *out, const struct fp_case *c)
{
    struct fp_buf line = {0};
    bool any = false;
    said_values(&line, fp_server_keys(), &c->server, &any);
    if (any)
        fp_explain_paragraph(out, "server", fp_buf_view(&line));
    fp_buf_part_deinit(&line, out);
}

static void client(struct fp_buf *out, const struct fp_case *c)
{
    struct fp_buf line = {0};
    fp_buf_printf(&line, "told: at most %u attempts, window ", c->attempts);
    fp_words_duration(&line, c->window_ms);
    fp_buf_z(&line, ", budget ");
    fp_words_duration(&line, c->budget_ms);
    if (c->transports[0] != FP_TRANSPORT_NONE)
        fp_buf_printf(&line, ", transports %s",
                      fp_transport_name(c->transports[0]));
    if (c->transports[1] != FP_TRANSPORT_NONE)
        fp_buf_printf(&line, " then %s", fp_transport_name(c->transports[1]));
    fp_explain_paragraph(out, "client", fp_buf_view(&line));
    fp_buf_part_deinit(&line, out);
}

static void self(struct fp_buf *out, const struct fp_case *c)
{
    struct fp_buf line = {0};
    if (c->self.verdict.p == NULL)
        return;
    fp_explain_paragraph(out, "runs", c->self.command);
    fp_buf_printf(&line, "the harness must say '%.*s'",
                  FP_STR_ARG(c->self.verdict));
    if (c->self.check.p != NULL)
        fp_buf_printf(&line, " of %.*s", FP_STR_ARG(c->self.check));
    if (c->self.error.p != NULL)
        fp_buf_printf(&line, ", and name '%.*s'", FP_STR_ARG(c->self.error));
    fp_explain_paragraph(out, "self", fp_buf_view(&line));
    fp_buf_part_deinit(&line, out);
}

void fp_case_explain(struct fp_buf *out, const struct fp_case *c)
{
    fp_words_wrap(out, c->name, (struct fp_wrap){0, WIDTH, 0});
    fp_words_wrap(out, c->title, (struct fp_wrap){0, WIDTH, 0});
    fp_buf_char(out, '\n');
    fp_explain_paragraph(out, "why", c->why);
    fp_explain_path(out, c->path, c->n_path);
    protocols(out, c);
    server(out, c);
    client(out, c);
    self(out, c);
    list(out, "tags", c->tags, c->n_tags);
    fp_explain_faults(out, c->path, c->n_path);
    timeline(out, c);
    checks(out, c);
    fp_buf_char(out, '\n');
    list(out, "spec", c->spec, c->n_spec);
    list(out, "seen", c->seen, c->n_seen);
    fp_explain_paragraph(out, "file", c->file);
}
