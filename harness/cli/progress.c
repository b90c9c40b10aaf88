/* SPDX-License-Identifier: MIT
 * progress.c - what `run` shows while it runs. */
#include "harness/cli/progress.h"

#include <stdio.h>

#include "harness/base/alloc.h"
#include "harness/base/clock.h"
#include "harness/cli/output.h"

void fp_progress_begin(struct fp_progress *p, const struct fp_run_item *items,
                       size_t n, bool quiet, bool verbose, bool strict)
{
    *p = (struct fp_progress){
        .items = items,
        .n = n,
        .texts = fp_calloc(n, sizeof *p->texts),
        .done = fp_calloc(n, sizeof *p->done),
        .quiet = quiet,
        .live = fp_output_width(stdout) > 0 && !quiet,
        .began_ns = fp_clock_ns(),
        .style = {.colour = fp_output_is_coloured(stdout),
                  .verbose = verbose,
                  .strict = strict,
                  .width = fp_output_width(stdout)},
    };
    if (p->texts == NULL || p->done == NULL)
        p->n = 0; /* no memory: nothing is shown, all is still run */
}

static void clear_line(const struct fp_progress *p)
{
    if (p->live)
        (void)fputs("\r\033[K", stdout);
}

static void draw_line(const struct fp_progress *p)
{
    if (!p->live || p->finished == p->n)
        return;
    (void)printf("  %zu of %zu done, %zu running, %zu not passed, %.0f s",
                 p->finished, p->n, p->started - p->finished, p->failed,
                 (double)(fp_clock_ns() - p->began_ns) / 1e9);
    (void)fflush(stdout);
}

void fp_progress_started(struct fp_progress *p)
{
    p->started++;
    clear_line(p);
    draw_line(p);
}

static bool
is_of(const struct fp_run_item *item, const struct fp_case_result *r)
{
    return item->copy == r->copy && item->protocol == r->protocol &&
           fp_str_eq(item->c->name, r->case_name) &&
           fp_str_eq(item->client->config, r->config);
}

static void print(const struct fp_progress *p, struct fp_buf *text)
{
    if (!p->quiet)
        (void)fp_output(stdout, text);
    fp_buf_deinit(text);
}

void fp_progress_result(struct fp_progress *p, const struct fp_case_result *r)
{
    size_t i = 0;
    while (i < p->n && !is_of(&p->items[i], r))
        i++;
    if (i == p->n)
        return;
    p->finished += !p->done[i];
    p->failed +=
        r->verdict == FP_ERROR || fp_result_is_unexpected(r, p->style.strict);
    p->done[i] = true;
    fp_text_write_case(&p->texts[i], r, &p->style);
    clear_line(p);
    while (p->printed < p->n && p->done[p->printed])
        print(p, &p->texts[p->printed++]);
    draw_line(p);
}

void fp_progress_end(struct fp_progress *p)
{
    clear_line(p);
    for (; p->printed < p->n; p->printed++)
        if (p->done[p->printed])
            print(p, &p->texts[p->printed]);
}

void fp_progress_deinit(struct fp_progress *p)
{
    for (size_t i = 0; p->texts != NULL && i < p->n; i++)
        fp_buf_deinit(&p->texts[i]);
    fp_free(p->texts);
    fp_free(p->done);
    *p = (struct fp_progress){0};
}
