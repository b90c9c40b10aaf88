/* SPDX-License-Identifier: MIT
 * valid.c - valid: all that the client sends follows the protocol.
 * The rules are the observer's (docs/validity.md); this counts them. */
#include "harness/judge/check.h"

enum { ALL, DEAD_SID_CLOSE };

struct state {
    unsigned broken;
};

static void init(struct fp_check_run *run)
{
    struct fp_part *part = fp_check_part(run, NULL, run->conf->level);
    part->expected =
        fp_check_text(run, "every request, frame and packet is valid");
    /* socket.io-client always sends a closing POST `1` on a session, also on a
     * rejected one: worth telling, not worth failing. */
    part = fp_check_part(run, "dead-sid-close", FP_MAY);
    part->expected =
        fp_check_text(run, "a rejected session is not even closed");
    part->silent = true;
}

static bool belongs_elsewhere(struct fp_str rule)
{
    return fp_str_eqz(rule, "eio.two-gets") ||
           fp_str_eqz(rule, "eio.two-posts");
}

static void
on_fact(struct fp_check_run *run, const struct fp_fact *f, size_t index)
{
    struct state *s = run->state;
    if (f->kind != FP_FACT_INVALID || belongs_elsewhere(f->name))
        return;
    bool only_noted = fp_str_eqz(f->name, "eio.dead-sid-close");
    struct fp_part *part = &run->parts[only_noted ? DEAD_SID_CLOSE : ALL];
    fp_part_evidence(part, index);
    if (!only_noted)
        s->broken++;
    if (!fp_part_decide(part, FP_FAIL, f->t_ns))
        return;
    part->silent = false;
    part->actual = fp_check_text(run, "%.*s: %.*s", FP_STR_ARG(f->name),
                                 FP_STR_ARG(fp_str_upto(f->text, 200)));
}

static void finish(struct fp_check_run *run)
{
    const struct state *s = run->state;
    const struct fp_view *v = run->view;
    struct fp_part *part = &run->parts[ALL];
    (void)fp_part_decide(&run->parts[DEAD_SID_CLOSE], FP_PASS, v->now_ns);
    if (s->broken > 1)
        part->actual = fp_check_text(run, "%.*s (and %u more)",
                                     FP_STR_ARG(part->actual), s->broken - 1);
    if (!v->ever_connected)
        fp_part_not_exercised(run, part, v->now_ns,
                              "the client never connected");
    else if (fp_part_decide(part, FP_PASS, v->now_ns))
        part->actual =
            fp_check_text(run, "%zu requests, all valid", v->n_requests);
}

const struct fp_check_ops fp_check_valid = {
    .kind = FP_CHECK_VALID,
    .state_bytes = sizeof(struct state),
    .is_invariant = true,
    .watches_end = true,
    .init = init,
    .on_fact = on_fact,
    .finish = finish,
};
