/* SPDX-License-Identifier: MIT
 * verdicts.c - the end of the fold: the last decisions, and the result. */
#include "harness/judge/judge.h"

#include <string.h>

#include "harness/judge/cause.h"
#include "harness/judge/judge_private.h"
#include "harness/judge/ladder.h"

static bool refuses_tcp(const struct fp_case *c)
{
    for (size_t i = 0; i < c->n_path; i++)
        for (size_t k = 0; k < c->path[i].n_faults; k++)
            if (c->path[i].faults[k].kind == FP_FAULT_TCP_REFUSE)
                return true;
    return false;
}

/* It never so much as opened a connection. */
static bool never_began(const struct fp_view *v)
{
    return v->exit_ns != FP_NEVER && !v->exit_asked && !v->ever_connected &&
           !v->says_unsupported && !refuses_tcp(v->c);
}

static struct fp_str early_end(struct fp_check_run *run, int64_t code)
{
    return fp_check_text(
        run,
        "the client ended (%s %lld) before it ever connected; run its "
        "command by hand and look at its output",
        code < 0 ? "signal" : "code", (long long)(code < 0 ? -code : code));
}

/* What broke the run as a whole; absent when nothing did. */
static struct fp_str error_of(struct fp_judge *j)
{
    const struct fp_view *v = &j->view;
    struct fp_check_run *run = &j->runs[0];
    if (fp_str_eqz(v->end_name, "wall"))
        return fp_check_text(
            run,
            "the run did not end at its wall limit%s%.*s; look at the "
            "trace, or give it more time with --timeout",
            v->end_text.n == 0 ? "" : ": ", FP_STR_ARG(v->end_text));
    if (fp_str_eqz(v->end_name, "harness"))
        return fp_check_text(run, "the harness failed: %.*s",
                             FP_STR_ARG(v->end_text));
    if (fp_str_eqz(v->end_name, "interrupted"))
        return FP_STR("interrupted");
    return never_began(v) ? early_end(run, v->exit_code) : FP_STR_NONE;
}

/* Those that block others first. */
static void finish_runs(struct fp_judge *j)
{
    static const enum fp_check_kind first[] = {FP_CHECK_FALLS_BACK,
                                               FP_CHECK_CONNECTS};
    for (size_t i = 0; i < FP_COUNT(first); i++) {
        struct fp_check_run *run = fp_judge_run_of(j, first[i]);
        if (run != NULL && !fp_judge_is_done(run))
            run->ops->finish(run);
    }
    fp_judge_block(j);
    for (size_t i = 0; i < j->n_runs; i++)
        if (!fp_judge_is_done(&j->runs[i]))
            j->runs[i].ops->finish(&j->runs[i]);
}

static struct fp_str
copy(struct fp_judge *j, struct fp_case_result *r, struct fp_str s)
{
    struct fp_str to = fp_arena_str(&r->arena, s);
    if (s.p != NULL && to.p == NULL)
        j->failed = true;
    return to;
}

static struct fp_str
name_of(struct fp_judge *j, struct fp_case_result *r, enum fp_check_kind kind,
        const struct fp_part *part)
{
    struct fp_str key = fp_str_of(fp_check_key(kind));
    if (part->suffix == NULL)
        return copy(j, r, key);
    struct fp_buf name = {0};
    fp_buf_printf(&name, "%s.%s", key.p, part->suffix);
    struct fp_str out = copy(j, r, fp_buf_view(&name));
    j->failed |= name.failed;
    fp_buf_deinit(&name);
    return out;
}

static void
write_check(struct fp_judge *j, struct fp_case_result *r,
            const struct fp_check_run *run, const struct fp_part *part)
{
    struct fp_check_result *c = &r->checks[r->n_checks++];
    const char *cause = NULL;
    if (part->verdict == FP_FAIL)
        cause = fp_cause_of(&j->view, run->ops->kind, part);
    *c = (struct fp_check_result){
        .kind = run->ops->kind,
        .name = name_of(j, r, run->ops->kind, part),
        .level = part->level,
        .verdict = part->verdict,
        .implied = run->conf->implied,
        .loc = run->conf->loc,
        .expected = copy(j, r, part->expected),
        .actual = copy(j, r, part->actual),
        .why = copy(j, r, part->why),
        .cause = copy(j, r, fp_str_of(cause)),
        .at_ns = part->at_ns,
        .n_facts = part->n_facts,
    };
    memcpy(c->facts, part->facts, sizeof part->facts);
    if (run->conf->loc.file == NULL)
        return;
    struct fp_str file = fp_str_of(run->conf->loc.file);
    c->loc.file = fp_arena_strdup(&r->arena, file);
    j->failed |= c->loc.file == NULL;
}

static void write_checks(struct fp_judge *j, struct fp_case_result *r)
{
    size_t most = j->n_runs * FP_PARTS;
    r->checks = fp_arena_alloc(&r->arena, most * sizeof *r->checks);
    if (r->checks == NULL) {
        j->failed = true;
        return;
    }
    for (size_t i = 0; i < j->n_runs; i++)
        for (size_t k = 0; k < j->runs[i].n_parts; k++)
            if (!j->runs[i].parts[k].silent)
                write_check(j, r, &j->runs[i], &j->runs[i].parts[k]);
}

/* Absent when there is none. */
static struct fp_str copy_lines(struct fp_judge *j, struct fp_case_result *r,
                                const struct fp_str *lines, size_t n)
{
    struct fp_buf all = {0};
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            fp_buf_char(&all, '\n');
        fp_buf_str(&all, lines[i]);
    }
    j->failed |= all.failed;
    struct fp_str kept = n == 0 ? FP_STR_NONE : copy(j, r, fp_buf_view(&all));
    fp_buf_deinit(&all);
    return kept;
}

enum fp_status fp_judge_finish(struct fp_judge *j, struct fp_case_result *r,
                               struct fp_err *err)
{
    const struct fp_case *c = j->conf.c;
    struct fp_str error = error_of(j);
    for (size_t i = 0; i < j->n_runs && error.p != NULL; i++)
        fp_judge_decide_all(&j->runs[i], FP_ERROR, j->view.now_ns,
                            FP_STR("the run itself broke"));
    finish_runs(j);
    r->case_name = copy(j, r, c->name);
    r->title = copy(j, r, c->title);
    r->file = copy(j, r, c->file);
    r->why = copy(j, r, c->why);
    r->spec = copy_lines(j, r, c->spec, c->n_spec);
    r->seen = copy_lines(j, r, c->seen, c->n_seen);
    r->error = copy(j, r, error);
    r->protocol = j->conf.protocol;
    r->time_scale = j->view.scale;
    write_checks(j, r);
    bool failed = fp_ladder_write(&j->view, r) != FP_OK;
    if (failed || j->failed || j->view.failed)
        return fp_fail(err, FP_ENOMEM, "out of memory while judging");
    r->verdict = fp_case_verdict(r->checks, r->n_checks, false);
    return FP_OK;
}
