/* SPDX-License-Identifier: MIT
 * stall_test.c - a loop that stands still is told; so is a client that waits
 * for a CPU, as far as /proc says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/base/clock.h"
#include "harness/run/stall.h"

struct run {
    struct fp_loop *loop;
    struct fp_trace *trace;
    struct fp_timer *timer;
    struct fp_stall_watch *watch;
    unsigned ticks;
};

static void begin(struct run *r, void (*on_timer)(void *))
{
    assert_int_equal(fp_loop_new(&r->loop, NULL), FP_OK);
    assert_int_equal(fp_trace_new(&r->trace, fp_clock_ns(), NULL), FP_OK);
    r->timer = fp_timer_new(r->loop, on_timer, r);
    r->watch = fp_stall_watch_open(r->loop, r->trace, 1);
    assert_non_null(r->watch);
}

static void finish(struct run *r)
{
    fp_timer_close(r->timer);
    fp_stall_watch_close(r->watch);
    assert_int_equal(fp_loop_free(r->loop, NULL), FP_OK);
    fp_trace_free(r->trace);
}

static void spin(uint64_t ms)
{
    uint64_t until = fp_clock_ns() + ms * FP_NS_PER_MS;
    while (fp_clock_ns() < until)
        ;
}

static void stall_then_stop(void *user)
{
    struct run *r = user;
    if (r->ticks++ == 0)
        spin(250);
    else
        fp_loop_stop(r->loop);
}

static const struct fp_fact *
find_stall(const struct run *r, const char *name, int64_t at_least)
{
    for (size_t i = 0; i < fp_trace_count(r->trace); i++) {
        const struct fp_fact *f = fp_trace_get(r->trace, i);
        if (f->kind == FP_FACT_STALL && fp_str_eqz(f->name, name) &&
            f->n >= at_least)
            return f;
    }
    return NULL;
}

static void tells_that_the_loop_stood_still(void **state)
{
    (void)state;
    struct run r = {0};
    begin(&r, stall_then_stop);
    fp_timer_repeat(r.timer, 50, 60);
    fp_loop_run(r.loop);
    const struct fp_fact *f = find_stall(&r, "loop", 200);
    assert_non_null(f);
    assert_int_equal(f->at, FP_AT_RUN);
    finish(&r);
}

static void stall_then_add(void *user)
{
    struct run *r = user;
    struct fp_fact f = {.kind = FP_FACT_SHUTDOWN, .at = FP_AT_RUN};
    spin(250);
    fp_trace_add(r->trace, &f);
    fp_loop_stop(r->loop);
}

static void a_stall_stands_before_what_came_after_it(void **state)
{
    (void)state;
    struct run r = {0};
    begin(&r, stall_then_add);
    fp_timer_start(r.timer, 1);
    fp_loop_run(r.loop);
    assert_int_equal(fp_trace_count(r.trace), 2);
    assert_int_equal(fp_trace_get(r.trace, 0)->kind, FP_FACT_STALL);
    assert_int_equal(fp_trace_get(r.trace, 1)->kind, FP_FACT_SHUTDOWN);
    finish(&r);
}

/* Our own process is as good a client as any: it is there and has children
 * files, so sampling runs whole; it must not invent waits of an idle one. */
static void samples_a_client(void **state)
{
    (void)state;
    struct run r = {0};
    begin(&r, stall_then_stop);
    r.ticks = 1;
    fp_stall_watch_client(r.watch, getpid());
    fp_timer_start(r.timer, 1300);
    fp_loop_run(r.loop);
    assert_null(find_stall(&r, "client", 1200));
    finish(&r);
}

static void a_client_that_is_gone_is_no_stall(void **state)
{
    (void)state;
    struct run r = {0};
    begin(&r, stall_then_stop);
    r.ticks = 1;
    fp_stall_watch_client(r.watch, INT32_MAX);
    fp_timer_start(r.timer, 250);
    fp_loop_run(r.loop);
    assert_null(find_stall(&r, "client", 0));
    finish(&r);
}

static struct row {
    const char *name, *text;
    bool good;
    uint64_t waited;
} rows[] = {
    {"a thread's", "1234 5678 9\n", true, 5678},
    {"of a kernel without it", "0 0 0\n", true, 0},
    {"empty", "", false, 0},
    {"one number", "12\n", false, 0},
    {"no numbers", "a b c\n", false, 0},
    {"large", "1 18446744073709551615 1\n", true, UINT64_MAX},
    {"too large", "1 18446744073709551616 1\n", false, 0},
};

static void parses_schedstat(void **state)
{
    const struct row *row = *state;
    struct fp_schedstat stat = {.waited_ns = 1};
    assert_int_equal(fp_schedstat_parse(fp_str_of(row->text), &stat),
                     row->good);
    assert_true(stat.waited_ns == (row->good ? row->waited : 1));
}

static void tells_starved_from_busy(void **state)
{
    (void)state;
    enum { MS = FP_NS_PER_MS };
    const struct {
        struct fp_schedstat span;
        bool starved;
    } spans[] = {
        {{0, (uint64_t)101 * MS}, true},
        {{0, (uint64_t)100 * MS}, false},
        {{(uint64_t)30 * MS, (uint64_t)120 * MS}, true},
        {{(uint64_t)60 * MS, (uint64_t)140 * MS}, false}, /* computes */
        {{(uint64_t)200 * MS, (uint64_t)190 * MS}, false},
    };
    const struct fp_schedstat short_wait = {0, (uint64_t)60 * MS};
    assert_false(fp_schedstat_is_starved(&short_wait, fp_stall_over_ns(1)));
    assert_true(fp_schedstat_is_starved(&short_wait, fp_stall_over_ns(2)));
    assert_int_equal(fp_stall_over_ns(10), (uint64_t)FP_STALL_LEAST_MS * MS);
    for (size_t i = 0; i < FP_COUNT(spans); i++)
        assert_int_equal(
            spans[i].starved,
            fp_schedstat_is_starved(&spans[i].span, fp_stall_over_ns(1)));
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 5];
    size_t n = 0;
    for (; n < FP_COUNT(rows); n++)
        tests[n] = (struct CMUnitTest){rows[n].name, parses_schedstat, NULL,
                                       NULL, &rows[n]};
    tests[n++] =
        (struct CMUnitTest){"tells that the loop stood still",
                            tells_that_the_loop_stood_still, NULL, NULL, NULL};
    tests[n++] = (struct CMUnitTest){"a stall stands before what came after it",
                                     a_stall_stands_before_what_came_after_it,
                                     NULL, NULL, NULL};
    tests[n++] = (struct CMUnitTest){"samples a client", samples_a_client, NULL,
                                     NULL, NULL};
    tests[n++] = (struct CMUnitTest){"a client that is gone is no stall",
                                     a_client_that_is_gone_is_no_stall, NULL,
                                     NULL, NULL};
    tests[n++] = (struct CMUnitTest){"tells starved from busy",
                                     tells_starved_from_busy, NULL, NULL, NULL};
    return cmocka_run_group_tests_name("stall", tests, NULL, NULL);
}
