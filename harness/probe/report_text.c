/* SPDX-License-Identifier: MIT
 * report_text.c - one line a step, then the cause and what to do. */
#include <stdio.h>

#include "harness/probe/report.h"

enum { INDENT = 4, WIDTH = 80 };

static void wrap(const char *text)
{
    struct fp_str rest = fp_str_of(text);
    size_t column = 0;
    while (rest.p != NULL) {
        struct fp_str word = fp_str_split(rest, ' ', &rest);
        if (column == 0 || column + 1 + word.n > WIDTH) {
            (void)printf("%s%*s", column > 0 ? "\n" : "", INDENT, "");
            column = INDENT;
        } else {
            (void)putchar(' ');
            column++;
        }
        (void)printf("%.*s", FP_STR_ARG(word));
        column += word.n;
    }
    (void)putchar('\n');
}

void fp_probe_text_begin(const struct fp_probe *p)
{
    (void)printf("%s%s, %s, at most %d requests, one at a time\n",
                 p->target.origin, p->target.path,
                 fp_protocol_name(p->settings.protocol), FP_PROBE_REQUESTS);
    (void)fflush(stdout);
}

void fp_probe_text_step(const struct fp_step *step)
{
    static const char *const marks[] = {
        [FP_STEP_OK] = "ok", [FP_STEP_BAD] = "BAD", [FP_STEP_NOTE] = "-"};
    (void)printf("  %-4s%-20s %s\n", marks[step->verdict], step->name,
                 step->evidence);
    (void)fflush(stdout);
}

static const char *works(bool yes) { return yes ? "works" : "does not work"; }

void fp_probe_text_end(const struct fp_probe *p, const struct fp_diagnosis *d)
{
    if (d->connected)
        (void)printf("\nWebSocket %s, polling %s (%u requests).\n",
                     works(d->websocket), works(d->polling), p->seen.requests);
    for (size_t i = 0; i < d->n; i++) {
        (void)printf("\n%s: %s\n", fp_cause_name(d->causes[i]),
                     fp_cause_says(d->causes[i]));
        if (d->causes[i] == FP_CAUSE_APP_DOWN && p->seen.down != NULL)
            wrap(p->seen.down);
        wrap(fp_cause_fix(d->causes[i]));
    }
}
