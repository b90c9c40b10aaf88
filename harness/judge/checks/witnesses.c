/* SPDX-License-Identifier: MIT
 * witnesses.c - witnesses: what the client says is what the wire shows. */
#include "harness/judge/check.h"

enum {
    SAY_MS = 1000,       /* an update is said this soon after its delivery */
    SAY_REAL_MS = 250,   /* but a pipe is given this much real time */
    JUST_LOST_MS = 1000, /* a session that ended so recently may be meant */
};

struct state {
    int64_t first_said; /* FP_N_ABSENT */
};

static void init(struct fp_check_run *run)
{
    struct state *s = run->state;
    s->first_said = FP_N_ABSENT;
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected =
        fp_check_text(run, "the client's lines agree with the wire");
}

static uint64_t say_ns(const struct fp_view *v)
{
    return fp_ns_max(fp_view_ns(v, SAY_MS),
                     (uint64_t)SAY_REAL_MS * FP_NS_PER_MS);
}

static bool has_session(const struct fp_view *v, uint64_t t_ns)
{
    if (v->polls_answered > 0)
        return true;
    for (size_t i = v->n_sessions; i-- > 0;)
        if (v->sessions[i].end_ns == FP_NEVER ||
            fp_ns_since(v->sessions[i].end_ns, t_ns) <=
                fp_view_ns(v, JUST_LOST_MS))
            return true;
    return false;
}

static void contradict(struct fp_check_run *run, const struct fp_fact *f,
                       size_t index, struct fp_str actual)
{
    struct fp_part *part = &run->parts[0];
    if (!fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    fp_part_evidence(part, index);
    part->actual = actual;
}

static void
on_says(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    const struct fp_view *v = run->view;
    if (fp_str_eqz(f->name, "connect") && !has_session(v, f->t_ns)) {
        contradict(run, f, index,
                   fp_check_text(run, "says connect; no session is open"));
    } else if (fp_str_eqz(f->name, "update")) {
        const struct fp_view_update *u = fp_view_update_of(v, f->n);
        if (u == NULL || u->delivered == 0)
            contradict(
                run, f, index,
                fp_check_text(run, "says update %lld, which was not delivered",
                              (long long)f->n));
        if (s->first_said == FP_N_ABSENT)
            s->first_said = f->n;
    }
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct fp_part *part = &run->parts[0];
    if (f->kind == FP_FACT_CLIENT_SAYS) {
        on_says(run, f, index);
    } else if (f->kind == FP_FACT_PLUGIN_INVALID &&
               fp_part_decide(part, FP_ERROR, f->t_ns)) {
        fp_part_evidence(part, index);
        part->why = fp_check_text(
            run, "a line breaks the plug-in contract (docs/plugin.md): %.*s",
            FP_STR_ARG(fp_str_upto(f->text, 200)));
    }
}

/* Delivered, and never or late said, by a client that says updates. What comes
 * on a session that the client itself has left is not for anyone: a library
 * rightly throws the answer of its last poll away. */
static bool is_silent_on(const struct fp_view *v,
                         const struct fp_view_update *u, uint64_t end_ns)
{
    uint64_t due = fp_ns_add(u->owed_ns, say_ns(v));
    return u->owed_ns != FP_NEVER && due < end_ns && u->said_ns > due &&
           !fp_view_died_at_once(v, u);
}

static void judge_silence(struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    uint64_t end = fp_ns_min(v->shutdown_ns, fp_ns_min(v->exit_ns, v->now_ns));
    if (s->first_said == FP_N_ABSENT)
        return;
    for (size_t n = 0; n < v->n_updates && !part->decided; n++) {
        const struct fp_view_update *u = &v->updates[n];
        if ((int64_t)n <= s->first_said || !is_silent_on(v, u, end))
            continue;
        part->actual = fp_check_text(
            run, "update %zu was delivered, and %s said within 1.0 s", n,
            u->said == 0 ? "not" : "only later, not");
        fp_part_miss(run, part, u->owed_ns, fp_ns_add(u->owed_ns, say_ns(v)));
    }
}

static void finish(struct fp_check_run *run)
{
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[0];
    if (part->decided)
        return;
    if (!v->says_anything) {
        fp_part_not_exercised(run, part, v->now_ns,
                              "the client prints no lines");
        return;
    }
    judge_silence(run);
    if (fp_part_decide(part, FP_PASS, v->now_ns))
        part->actual = fp_check_text(run, "%zu update lines, no contradiction",
                                     v->updates_said);
}

const struct fp_check_ops fp_check_witnesses = {
    .kind = FP_CHECK_WITNESSES,
    .state_bytes = sizeof(struct state),
    .is_invariant = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
