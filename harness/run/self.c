/* SPDX-License-Identifier: MIT
 * self.c - cases about the harness itself. */
#include "harness/run/self.h"

static bool expects_anything(const struct fp_self *self)
{
    return self->verdict.p != NULL || self->error.p != NULL;
}

/* "falls-back" is each of its parts; "falls-back.budget" only that. */
static bool is_of(struct fp_str name, struct fp_str check)
{
    struct fp_str rest = fp_str_from(name, check.n);
    return fp_str_starts(name, check) && (rest.n == 0 || rest.p[0] == '.');
}

static bool
has_verdict(const struct fp_case_result *r, const struct fp_self *self)
{
    if (self->verdict.p == NULL)
        return true;
    if (self->check.p == NULL)
        return fp_str_eqz(self->verdict, fp_verdict_name(r->verdict));
    for (size_t i = 0; i < r->n_checks; i++)
        if (is_of(r->checks[i].name, self->check) &&
            fp_str_eqz(self->verdict, fp_verdict_name(r->checks[i].verdict)))
            return true;
    return false;
}

static bool contains(struct fp_str text, struct fp_str part)
{
    return text.n >= part.n && fp_str_find(text, part) + part.n <= text.n;
}

/* What makes a case an error may be one of its checks too. */
static bool
has_error(const struct fp_case_result *r, const struct fp_self *self)
{
    if (self->error.p == NULL || contains(r->error, self->error))
        return true;
    for (size_t i = 0; i < r->n_checks; i++)
        if (r->checks[i].verdict == FP_ERROR &&
            (contains(r->checks[i].why, self->error) ||
             contains(r->checks[i].actual, self->error)))
            return true;
    return false;
}

/* What it waits for could not be judged on this machine. */
static bool
is_undecided(const struct fp_case_result *r, const struct fp_self *self)
{
    bool undecided = r->verdict == FP_INCONCLUSIVE;
    for (size_t i = 0; self->check.p != NULL && i < r->n_checks; i++)
        undecided = undecided || (is_of(r->checks[i].name, self->check) &&
                                  r->checks[i].verdict == FP_INCONCLUSIVE);
    return undecided;
}

static void describe_expected(struct fp_buf *out, const struct fp_self *self)
{
    fp_buf_printf(out, "%.*s", FP_STR_ARG(self->verdict));
    if (self->check.p != NULL)
        fp_buf_printf(out, " of %.*s", FP_STR_ARG(self->check));
    if (self->error.p != NULL)
        fp_buf_printf(out, "%san error with '%.*s'", out->n > 0 ? ", " : "",
                      FP_STR_ARG(self->error));
}

static void describe_actual(struct fp_buf *out, const struct fp_case_result *r)
{
    fp_buf_z(out, fp_verdict_name(r->verdict));
    if (r->error.n > 0)
        fp_buf_printf(out, " (%.*s)", FP_STR_ARG(r->error));
    for (size_t i = 0; i < r->n_checks; i++)
        if (r->checks[i].verdict != FP_PASS)
            fp_buf_printf(out, ", %s of %.*s",
                          fp_verdict_name(r->checks[i].verdict),
                          FP_STR_ARG(r->checks[i].name));
}

static struct fp_str keep(struct fp_case_result *r, struct fp_buf *text)
{
    struct fp_str kept = FP_STR_NONE;
    if (!text->failed)
        kept = fp_arena_str(&r->arena, fp_buf_view(text));
    fp_buf_deinit(text);
    return kept;
}

enum fp_status fp_self_apply(struct fp_case_result *r, const struct fp_case *c,
                             struct fp_err *err)
{
    const struct fp_self *self = &c->self;
    if (!expects_anything(self))
        return FP_OK;
    bool holds = has_verdict(r, self) && has_error(r, self);
    if (!holds && is_undecided(r, self)) {
        r->verdict = FP_INCONCLUSIVE;
        return FP_OK;
    }
    struct fp_check_result *check = fp_arena_alloc(&r->arena, sizeof *check);
    if (check == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    struct fp_buf expected = {0}, actual = {0};
    describe_expected(&expected, self);
    describe_actual(&actual, r);
    *check = (struct fp_check_result){
        .kind = FP_CHECK_VALID,
        .name = FP_STR("self"),
        .level = FP_MUST,
        .verdict = holds ? FP_PASS : FP_FAIL,
        .loc = {c->file.p, 1, 1},
        .expected = keep(r, &expected),
        .actual = keep(r, &actual),
    };
    if (check->expected.p == NULL || check->actual.p == NULL)
        return fp_fail(err, FP_ENOMEM, "out of memory");
    r->checks = check;
    r->n_checks = 1;
    r->verdict = check->verdict;
    r->error = FP_STR_NONE;
    return FP_OK;
}
