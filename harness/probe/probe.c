/* SPDX-License-Identifier: MIT
 * probe.c - one probe: the steps in their order. */
#include "harness/probe/probe.h"

#include <stdio.h>
#include <string.h>

#include "harness/probe/steps.h"

/* A server may echo what it was sent: no value of the user's own headers, nor
 * their query, leaves this program. */
static void mask(char *text, const char *secret)
{
    size_t n = strlen(secret);
    char *at = text;
    while (n >= 4 && (at = strstr(at, secret)) != NULL)
        memset(at, '*', n);
}

static void mask_all(const struct fp_probe *p, char *text)
{
    for (size_t i = 0; i < p->settings.n_headers; i++) {
        const char *value = strchr(p->settings.headers[i], ':') + 1;
        mask(text, value + strspn(value, " "));
    }
    mask(text, p->target.query);
}

void fp_probe_say(struct fp_probe *p, enum fp_verdict verdict, const char *name,
                  const char *fmt, ...)
{
    if (p->seen.n_steps == FP_PROBE_STEPS)
        return;
    struct fp_step *step = &p->seen.steps[p->seen.n_steps++];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(step->evidence, sizeof step->evidence, fmt, ap);
    va_end(ap);
    step->verdict = verdict;
    step->name = name;
    mask_all(p, step->evidence);
    if (p->on_step != NULL)
        p->on_step(step);
}

static void say_hops(struct fp_probe *p)
{
    for (size_t i = 0; i < p->seen.n_hops; i++)
        fp_probe_say(p, FP_STEP_NOTE, "on the way", "%s (%s)",
                     p->seen.hops[i].name, p->seen.hops[i].evidence);
}

void fp_probe_run(struct fp_probe *p)
{
    p->seen = (struct fp_observed){.protocol = p->settings.protocol};
    fp_probe_polling(p);
    if (p->seen.reach.failed != FP_STAGE_OK)
        return;
    fp_probe_preflight(p);
    fp_probe_upgrade(p);
    say_hops(p);
}
