/* SPDX-License-Identifier: MIT
 * steps_upgrade.c - the upgrade request, the same without Upgrade, and, where
 * it fails, with one thing changed at a time. */
#include <string.h>

#include "fixtures/wire/ws.h"
#include "harness/probe/fingerprint.h"
#include "harness/probe/steps.h"

struct ask {
    unsigned vary;
    const char *path;
    const char *flaw; /* out: of a 101 */
};

static void ask(struct fp_probe *p, struct ask *q, struct fp_exchange *x,
                struct fp_answer *a)
{
    char key[FP_WS_KEY_BYTES];
    struct fp_request r = {0};
    fp_ws_key(key);
    fp_request_upgrade(&r, p, q->vary, q->path, key);
    fp_exchange_run(x, p, fp_buf_view(&r.sent), fp_buf_view(&r.shown));
    fp_request_deinit(&r);
    fp_answer_take(a, x);
    fp_fingerprint(&p->seen, x);
    q->flaw =
        a->status == 101
            ? fp_ws_response_flaw(&x->head, fp_str_of(key),
                                  (q->vary & FP_VARY_NO_EXTENSIONS) == 0, false)
            : NULL;
}

static void vary(struct fp_probe *p, const char *name, struct ask q)
{
    if (p->seen.n_variants == FP_PROBE_VARIANTS)
        return;
    struct fp_exchange x = {0};
    struct fp_variant *v = &p->seen.variants[p->seen.n_variants++];
    v->name = name;
    ask(p, &q, &x, &v->answer);
    fp_exchange_deinit(&x);
    fp_probe_say_answer(p, v->answer.status == 101, name, &v->answer);
}

/* The names are those that diagnose.c looks for. */
static void vary_all(struct fp_probe *p)
{
    static const struct {
        const char *name;
        unsigned bits;
    } rows[] = {
        {"no extensions", FP_VARY_NO_EXTENSIONS},
        {"keep-alive, Upgrade", FP_VARY_KEEP_ALIVE},
        {"lower-case names", FP_VARY_LOWER_CASE},
        {"no Origin", FP_VARY_NO_ORIGIN},
        {"other slash", FP_VARY_SLASH},
    };
    static const char *const usual[] = {"/socket.io/", "/ws", "/engine.io/",
                                        "/updates"};
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        vary(p, rows[i].name, (struct ask){.vary = rows[i].bits});
    for (size_t i = 0; p->settings.usual_paths && i < FP_COUNT(usual); i++)
        if (strcmp(usual[i], p->target.path) != 0)
            vary(p, usual[i], (struct ask){.path = usual[i]});
}

/* Was it this request, or this moment? */
static void ask_again(struct fp_probe *p)
{
    struct fp_exchange x = {0};
    struct ask q = {0};
    ask(p, &q, &x, &p->seen.again);
    fp_exchange_deinit(&x);
    fp_probe_say_answer(p, p->seen.again.status == 101, "upgrade, again",
                        &p->seen.again);
}

static void ask_bare(struct fp_probe *p)
{
    struct fp_exchange x = {0};
    struct ask q = {.vary = FP_VARY_BARE};
    ask(p, &q, &x, &p->seen.bare);
    fp_exchange_deinit(&x);
    struct fp_buf text = {0};
    fp_answer_write(&text, &p->seen.bare);
    fp_probe_say(p, FP_STEP_NOTE, "without Upgrade", "%s", fp_buf_cstr(&text));
    fp_buf_deinit(&text);
}

static void say_upgrade(struct fp_probe *p)
{
    const struct fp_observed *seen = &p->seen;
    if (seen->upgrade_flaw != NULL)
        fp_probe_say(p, FP_STEP_BAD, "upgrade",
                     "101, but wrong: %s (RFC 6455 section 4.1)",
                     seen->upgrade_flaw);
    else if (seen->upgrade.status == 101)
        fp_probe_say(p, FP_STEP_OK, "upgrade",
                     "101, Sec-WebSocket-Accept is right (%u ms)",
                     seen->upgrade.ms);
    else
        fp_probe_say_answer(p, false, "upgrade", &seen->upgrade);
}

void fp_probe_upgrade(struct fp_probe *p)
{
    struct fp_exchange x = {0};
    struct ask q = {0};
    ask(p, &q, &x, &p->seen.upgrade);
    p->seen.upgrade_flaw = q.flaw;
    say_upgrade(p);
    bool right = p->seen.upgrade.status == 101 && q.flaw == NULL;
    if (right)
        fp_probe_frames(p, &x);
    fp_exchange_deinit(&x);
    if (p->seen.upgrade.status == 101)
        return;
    ask_bare(p);
    vary_all(p);
    ask_again(p);
}
