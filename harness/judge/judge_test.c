/* SPDX-License-Identifier: MIT
 * judge_test.c - the judge as its callers see it: when it is decided, what it
 * asks to be told, what it hands out, likely causes, and what it does when
 * memory runs out. */
#include "harness/judge/cause.h"
#include "harness/judge/play.h"

#define REFUSED_3                                                              \
    "start 0\nrefused 100 1\nrefused 1100 2\nrefused 3100 3\n"                 \
    "poll 3200 9 P\nflow 3500 30000 500 tr=polling sid=P c=9 r=2\n"

static uint64_t ns(uint64_t ms) { return ms * FP_NS_PER_MS; }

static struct fp_judge *judge_of(const struct fp_case *c)
{
    struct fp_judge_conf conf = {.c = c, .time_scale = 1};
    struct fp_judge *j = NULL;
    assert_int_equal(FP_OK, fp_judge_new(&j, &conf, NULL));
    return j;
}

static void feed_until(struct fp_judge *j, const char *facts, uint64_t t_ns)
{
    note_parse(&noted, facts, false);
    for (size_t i = 0; i < noted.n && noted.facts[i].t_ns <= t_ns; i++)
        fp_judge_feed(j, &noted.facts[i], i);
}

static void forget(struct fp_judge *j)
{
    fp_judge_free(j);
    fp_arena_deinit(&noted.arena);
    noted.arena = (struct fp_arena){0};
}

static void result_of(const struct row *row, struct fp_case_result *r)
{
    struct fp_case c = row_case(row);
    struct fp_judge_conf conf = {.c = &c, .time_scale = row->scale};
    note_parse(&noted, row->facts, false);
    play_judge(&conf, &noted, true, r);
    fp_arena_deinit(&noted.arena);
    noted.arena = (struct fp_arena){0};
}

static const struct fp_check_result *
check_of(const struct fp_case_result *r, const char *name)
{
    for (size_t i = 0; i < r->n_checks; i++)
        if (fp_str_eqz(r->checks[i].name, name))
            return &r->checks[i];
    fail_msg("no result %s", name);
    return NULL;
}

/* -- when it is decided --------------------------------------------------- */

static void decided_when_all_that_can_be_is(void **state)
{
    (void)state;
    const struct row row = {.expect = {FALLS_BACK, FRESH}};
    struct fp_case c = row_case(&row);
    struct fp_judge *j = judge_of(&c);
    feed_until(j, REFUSED_3, ns(3502));
    assert_false(fp_judge_is_decided(j));
    /* fresh began at 3502, and watches for a window, 10 % and a period. */
    assert_int_equal(fp_judge_next_deadline(j), ns(3502 + 3800));
    feed_until(j, REFUSED_3, ns(7300));
    assert_false(fp_judge_is_decided(j));
    struct fp_fact f = {
        .t_ns = ns(7302), .kind = FP_FACT_DEADLINE, .at = FP_AT_RUN};
    fp_judge_feed(j, &f, 999);
    assert_true(fp_judge_is_decided(j));
    forget(j);
}

static void waits_for_patience_at_most(void **state)
{
    (void)state;
    const struct row row = {.expect = {FALLS_BACK, FRESH, SETTLES}};
    struct fp_case c = row_case(&row);
    struct fp_judge *j = judge_of(&c);
    feed_until(j, "start 0\n", ns(1));
    assert_int_equal(fp_judge_next_deadline(j), ns(20000)); /* no request */
    feed_until(j, "start 0\nhung 100 20100 1\n", ns(200));
    assert_int_equal(fp_judge_next_deadline(j), ns(2100)); /* it hangs */
    struct fp_fact f = {
        .t_ns = ns(90100), .kind = FP_FACT_DEADLINE, .at = FP_AT_RUN};
    fp_judge_feed(j, &f, 2);
    assert_true(fp_judge_is_decided(j));
    assert_int_equal(fp_judge_next_deadline(j), FP_NEVER);
    forget(j);
}

static void watches_invariants_for_a_window(void **state)
{
    (void)state;
    const struct row row = {.expect = {DELIVERS}};
    struct fp_case c = row_case(&row);
    struct fp_judge *j = judge_of(&c);
    feed_until(j, "start 0\nws 100 1 W\n", ns(104));
    assert_false(fp_judge_is_decided(j));
    assert_int_equal(fp_judge_next_deadline(j), ns(104 + 3000));
    struct fp_fact f = {
        .t_ns = ns(3104), .kind = FP_FACT_DEADLINE, .at = FP_AT_RUN};
    fp_judge_feed(j, &f, 9);
    assert_true(fp_judge_is_decided(j));
    forget(j);
}

static void decided_by_exit_and_unsupported(void **state)
{
    (void)state;
    const struct row row = {.expect = {FALLS_BACK}};
    struct fp_case c = row_case(&row);
    struct fp_judge *j = judge_of(&c);
    feed_until(j, "start 0\n10 client-exit n=1 name=unasked\n", ns(10));
    assert_true(fp_judge_is_decided(j));
    assert_int_equal(fp_judge_next_deadline(j), FP_NEVER);
    forget(j);
    j = judge_of(&c);
    feed_until(j, "start 0\n10 client-says name=unsupported text=x\n", ns(10));
    assert_true(fp_judge_is_decided(j));
    forget(j);
}

static void nothing_is_awaited_after_the_end(void **state)
{
    (void)state;
    const struct row row = {.expect = {FRESH}};
    struct fp_case c = row_case(&row);
    struct fp_judge *j = judge_of(&c);
    /* The miss at 3800 could be excused until 4100. */
    feed_until(j,
               "start 0\nws 100 1 W\npub 500 500 500\n"
               "3900 end name=patience\n",
               ns(3900));
    assert_int_equal(fp_judge_next_deadline(j), FP_NEVER);
    assert_true(fp_judge_is_decided(j));
    forget(j);
}

/* -- what it hands out ---------------------------------------------------- */

static void every_case_has_the_invariants(void **state)
{
    (void)state;
    const struct row row = {.facts = "start 0\nws 100 1 W\n",
                            .expect = {DELIVERS}};
    struct fp_case_result r;
    result_of(&row, &r);
    static const char *const names[] = {"stays",          "one-session",
                                        "valid",          "polls-politely",
                                        "closes-cleanly", "witnesses"};
    for (size_t i = 0; i < FP_COUNT(names); i++) {
        const struct fp_check_result *c = check_of(&r, names[i]);
        assert_true(c->implied);
        assert_int_equal(c->level, i == 4 ? FP_MAY : FP_MUST);
        assert_string_equal(c->loc.file, "test.yaml");
        assert_int_equal(c->loc.line, 1);
    }
    assert_false(check_of(&r, "delivers.loss")->implied);
    assert_string_equal(r.title.p, "A test");
    assert_string_equal(r.case_name.p, "test");
    fp_case_result_deinit(&r);
}

static void a_listed_invariant_is_there_once(void **state)
{
    (void)state;
    const struct row row = {
        .facts = "start 0\nws 100 1 W\n",
        .expect = {{.kind = FP_CHECK_STAYS,
                    .level = FP_SHOULD,
                    .loc = {.file = "test.yaml", .line = 7, .col = 5}}}};
    struct fp_case_result r;
    result_of(&row, &r);
    size_t found = 0;
    for (size_t i = 0; i < r.n_checks; i++)
        found += r.checks[i].kind == FP_CHECK_STAYS;
    assert_int_equal(found, 1);
    assert_false(check_of(&r, "stays")->implied);
    assert_int_equal(check_of(&r, "stays")->level, FP_SHOULD);
    assert_int_equal(check_of(&r, "stays")->loc.line, 7);
    fp_case_result_deinit(&r);
}

static void what_a_protocol_cannot_is_told(void **state)
{
    (void)state;
    const struct row row = {.expect = {FALLS_BACK, FRESH}};
    struct fp_case c = row_case(&row);
    struct fp_cannot cannot = {.protocol = FP_ENGINE_IO_4,
                               .check = FP_CHECK_FRESH,
                               .reason = FP_STR("polls answered after 5 s")};
    c.cannot = &cannot;
    c.n_cannot = 1;
    struct fp_judge_conf conf = {.c = &c, .time_scale = 1};
    struct fp_case_result r;
    char line[200];
    note_parse(&noted, "start 0\nrefused 100 1\npoll 200 9 P\n", false);
    play_judge(&conf, &noted, true, &r);
    play_line(&r, "fresh", line, sizeof line);
    assert_string_equal(line, "n/a: polls answered after 5 s");
    fp_case_result_deinit(&r);
    fp_arena_deinit(&noted.arena);
    noted.arena = (struct fp_arena){0};
}

static void evidence_is_what_was_fed(void **state)
{
    (void)state;
    const struct row row = {
        .facts = "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\n"
                 "refused 400 4\n400 end name=decided\n",
        .expect = {FALLS_BACK}};
    struct fp_case_result r;
    note_parse(&noted, row.facts, false);
    struct fp_case c = row_case(&row);
    struct fp_judge_conf conf = {.c = &c, .time_scale = 1};
    play_judge(&conf, &noted, false, &r);
    const struct fp_check_result *a = check_of(&r, "falls-back.attempts");
    assert_int_equal(a->verdict, FP_FAIL);
    assert_int_equal(a->at_ns, ns(400));
    assert_int_equal(a->n_facts, 4);
    for (size_t i = 0; i < a->n_facts; i++)
        assert_int_equal(noted.facts[a->facts[i]].kind, FP_FACT_REQUEST);
    assert_string_equal(a->expected.p, "at most 3 attempts, then polling");
    assert_int_equal(r.verdict, FP_FAIL);
    fp_case_result_deinit(&r);
    fp_arena_deinit(&noted.arena);
    noted.arena = (struct fp_arena){0};
}

static struct clock_row {
    const char *fact;
    double scale;
    enum fp_verdict verdict;
} clocks[] = {
    {"5 clock n=10012\n", 10, FP_PASS},
    {"5 clock n=9200\n", 10, FP_PASS},
    {"5 clock n=1000\n", 10, FP_INCONCLUSIVE},
    {"5 clock n=8900\n", 10, FP_INCONCLUSIVE},
    {"5 clock n=0\n", 10, FP_INCONCLUSIVE},
    {"5 clock n=0\n", 1, FP_PASS},
};

static void a_clock_of_another_speed_proves_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < FP_COUNT(clocks); i++) {
        char facts[200];
        (void)snprintf(facts, sizeof facts,
                       "start 0\n%srefused 10 1\npoll 20 9 P\n"
                       "flow 50 1000 50 tr=polling sid=P c=9 r=2\n",
                       clocks[i].fact);
        const struct row row = {
            .facts = facts, .expect = {FALLS_BACK}, .scale = clocks[i].scale};
        struct fp_case_result r;
        result_of(&row, &r);
        const struct fp_check_result *a = check_of(&r, "falls-back.attempts");
        assert_int_equal(a->verdict, clocks[i].verdict);
        assert_int_equal(r.verdict == FP_PASS, clocks[i].verdict == FP_PASS);
        fp_case_result_deinit(&r);
    }
}

static struct {
    const char *facts, *error;
} broken[] = {
    {"start 0\n50 client-exit n=127 name=unasked\n",
     "the client ended (code 127) before it ever connected; run its command by "
     "hand and look at its output"},
    {"start 0\n60 end name=wall\n",
     "the run did not end at its wall limit; look at the trace, or give it "
     "more time with --timeout"},
    {"start 0\n60 end name=harness text=no port\n",
     "the harness failed: no port"},
    {"start 0\n60 end name=interrupted\n", "interrupted"},
    {"start 0\nrefused 10 1\n50 client-exit n=1 name=unasked\n", ""},
};

static void what_broke_the_run_is_told_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < FP_COUNT(broken); i++) {
        const struct row row = {.facts = broken[i].facts,
                                .expect = {FALLS_BACK}};
        struct fp_case_result r;
        char text[300];
        result_of(&row, &r);
        (void)snprintf(text, sizeof text, "%.*s", FP_STR_ARG(r.error));
        assert_string_equal(text, broken[i].error);
        assert_int_equal(r.verdict == FP_ERROR, r.error.n > 0);
        fp_case_result_deinit(&r);
    }
}

/* -- the ladder ----------------------------------------------------------- */

static void ladder_line(const struct fp_rung *rung, char *out, size_t cap)
{
    (void)snprintf(out, cap, "#%u %s %.*s -> %.*s (%u ms)", rung->number,
                   fp_request_class_name(rung->cls), FP_STR_ARG(rung->target),
                   FP_STR_ARG(rung->outcome),
                   (unsigned)(rung->took_ns / FP_NS_PER_MS));
}

static void the_ladder_tells_each_attempt(void **state)
{
    (void)state;
    static const char *const want[] = {
        "#1 attempt GET /s/?transport=websocket -> 400 "
        "{\"code\":3,\"message\":\"Bad request\"} (2 ms)",
        "#2 attempt GET /s/?transport=websocket -> no answer, the client "
        "closed (500 ms)",
        "#3 attempt GET /s/?transport=websocket -> 101, no protocol answer, "
        "the client closed (400 ms)",
        "#4 attempt GET /s/?transport=websocket -> 101, session open, ended "
        "after 599 ms (600 ms)",
        "#0 handshake GET /s/?transport=polling -> 200 (1 ms)",
        "#1 upgrade-probe GET /s/?transport=websocket -> no answer (2300 ms)",
        "#0 poll GET poll ×3 -> 200, updates 1..3 (2002 ms)",
        "#5 attempt GET /s/?transport=websocket -> 101, session open (2 ms)",
        "#0 poll GET /updates?since=… -> 200 (2 ms)",
    };
    const struct row row = {
        .facts = "start 0\nrefused 100 1\nhung 1000 1500 2\n"
                 "silent 2000 2400 3\nws 3000 4 W\ncut 3600 4 W\n"
                 "poll 4000 9 P\nprobe 4100 10 P\npub 100 300 100\n"
                 "get 4200 11 0 1 1\nget 5200 11 1 2 2\nget 6200 11 2 3 3\n"
                 "ws 6300 12 X\nget 6350 11 3 0 0\n6400 end name=decided\n",
        .expect = {FALLS_BACK}};
    struct fp_case_result r;
    result_of(&row, &r);
    assert_int_equal(r.n_ladder, FP_COUNT(want));
    for (size_t i = 0; i < FP_COUNT(want); i++) {
        char line[300];
        ladder_line(&r.ladder[i], line, sizeof line);
        assert_string_equal(line, want[i]);
    }
    fp_case_result_deinit(&r);
}

static void a_storm_fits_the_ladder(void **state)
{
    (void)state;
    char facts[20000] = "start 0\n";
    for (unsigned i = 1; i < 450; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "refused %u %u\n", i * 10, i);
        strncat(facts, line, sizeof facts - strlen(facts) - 1);
    }
    const struct row row = {.facts = facts, .expect = {FALLS_BACK}};
    struct fp_case_result r;
    result_of(&row, &r);
    assert_int_equal(r.n_ladder, 200);
    assert_string_equal(r.ladder[199].target.p, "250 more requests");
    fp_case_result_deinit(&r);
}

/* -- likely causes -------------------------------------------------------- */

static struct cause_row {
    const char *name, *facts, *check, *want; /* how the cause begins */
    struct fp_check expect[4];
} causes[] = {
    {"never polls",
     "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\nrefused 400 4\n",
     "falls-back.attempts",
     "The client sent upgrade requests and never a polling request: "
     "engine.io-client tries the next transport only with `tryAllTransports:",
     {FALLS_BACK}},
    {"default time-outs",
     "start 0\nhung 100 20100 1\nhung 21000 41000 2\nhung 42000 62000 3\n",
     "falls-back.budget",
     "The attempts hang until the client's time-out",
     {FALLS_BACK}},
    {"one attempt too many",
     "start 0\nrefused 100 1\nrefused 200 2\nrefused 300 3\nrefused 400 4\n"
     "poll 500 9 P\nflow 600 9000 500 tr=polling sid=P c=9 r=2\n",
     "falls-back.attempts",
     "`reconnectionAttempts: N` counts reconnections",
     {FALLS_BACK}},
    {"flapping",
     "start 0\nws 100 1 A\ncut 1100 1 A\nws 2100 2 B\ncut 3100 2 B\n"
     "ws 4100 3 C\ncut 5100 3 C\nws 6100 4 D\ncut 7100 4 D\n",
     "falls-back.attempts",
     "The sockets open and die within seconds",
     {FALLS_BACK}},
    {"silent 101",
     "start 0\nsilent 100 5000 1\n",
     "falls-back.attempts",
     "A 101 was followed by nothing",
     {FALLS_BACK}},
    {"polling alone, and it is refused",
     "start 0\n100 request c=1 r=1 cls=handshake tr=polling\n"
     "101 response c=1 r=1 cls=handshake tr=polling n=400\n"
     "102 response-end c=1 r=1 cls=handshake tr=polling n=400 name=complete "
     "text={\"code\":0,\"message\":\"Transport unknown\"}\n",
     "connects",
     "Only polling was tried, and it is refused",
     {CONNECTS(FP_TRANSPORT_NONE, 5000)}},
    {"headers stripped",
     "start 0\nrefused 100 1\n",
     "connects",
     "The server answered as to a plain GET: a proxy removed the Upgrade",
     {CONNECTS(FP_WEBSOCKET, 5000)}},
    {"no sticky sessions",
     "start 0\n100 request c=1 r=1 cls=handshake name=GET\n"
     "101 response c=1 r=1 n=400\n101 response-end c=1 r=1 n=400 name=complete "
     "text={\"code\":1,\"message\":\"Session ID unknown\"}\n",
     "connects",
     "Requests of one session reached different replicas",
     {CONNECTS(FP_WEBSOCKET, 5000)}},
    {"wrong path",
     "start 0\n100 request c=1 r=1 cls=attempt name=GET tr=ws\n"
     "101 response c=1 r=1 n=404\n101 response-end c=1 r=1 n=404 "
     "name=complete\n",
     "connects",
     "The upgrade was answered 404 or redirected",
     {CONNECTS(FP_WEBSOCKET, 5000)}},
    {"mute socket",
     "start 0\nws 100 1 W\npub 500 9000 500\n",
     "fresh",
     "The WebSocket is open, and nothing comes",
     {FRESH}},
    {"raised",
     "start 0\nrefused 100 1\n300 client-exit n=1 name=unasked\n",
     "stays",
     "connect() failed, raised, and the program ended with it",
     {FALLS_BACK}},
};

static void explains(void **state)
{
    const struct cause_row *row = *state;
    struct row judged = {.facts = row->facts};
    memcpy(judged.expect, row->expect, sizeof judged.expect);
    struct fp_case_result r;
    result_of(&judged, &r);
    const struct fp_check_result *c = check_of(&r, row->check);
    assert_int_equal(c->verdict, FP_FAIL);
    assert_non_null(c->cause.p);
    char head[300];
    (void)snprintf(head, sizeof head, "%.*s",
                   (int)fp_ns_min(strlen(row->want), c->cause.n), c->cause.p);
    assert_string_equal(head, row->want);
    fp_case_result_deinit(&r);
}

static void a_pass_has_no_cause(void **state)
{
    (void)state;
    const struct row row = {.facts = REFUSED_3, .expect = {FALLS_BACK}};
    struct fp_case_result r;
    result_of(&row, &r);
    for (size_t i = 0; i < r.n_checks; i++)
        assert_null(r.checks[i].cause.p);
    fp_case_result_deinit(&r);
}

/* -- no memory ------------------------------------------------------------ */

static enum fp_status judge_all(const struct fp_case *c)
{
    struct fp_judge_conf conf = {.c = c, .time_scale = 1};
    struct fp_judge *j = NULL;
    struct fp_case_result r = {0};
    struct fp_err err = {0};
    enum fp_status status = fp_judge_new(&j, &conf, &err);
    if (status != FP_OK)
        return status;
    for (size_t i = 0; i < noted.n; i++)
        fp_judge_feed(j, &noted.facts[i], i);
    status = fp_judge_finish(j, &r, &err);
    fp_case_result_deinit(&r);
    fp_judge_free(j);
    return status;
}

static void every_failed_allocation_is_told(void **state)
{
    (void)state;
    const struct row row = {.expect = {FALLS_BACK, FRESH, SETTLES, DELIVERS}};
    struct fp_case c = row_case(&row);
    note_parse(&noted,
               REFUSED_3 "31000 stall n=900 name=loop\n"
                         "32000 end name=decided\n",
               false);
    size_t before = fp_alloc_calls();
    assert_int_equal(FP_OK, judge_all(&c));
    size_t calls = fp_alloc_calls() - before;
    assert_true(calls > 20);
    for (size_t i = 1; i <= calls; i++) {
        fp_alloc_fail_after(i);
        assert_int_equal(FP_ENOMEM, judge_all(&c));
    }
    fp_alloc_fail_after(0);
    fp_arena_deinit(&noted.arena);
    noted.arena = (struct fp_arena){0};
}

/* -- hostile sizes -------------------------------------------------------- */

static void a_flood_of_connections_is_borne(void **state)
{
    (void)state;
    enum { CONNS = 50000 };
    const struct row row = {.expect = {FALLS_BACK, FRESH}};
    struct fp_case c = row_case(&row);
    struct fp_judge *j = judge_of(&c);
    struct fp_case_result r = {0};
    for (uint32_t i = 1; i <= CONNS; i++) {
        struct fp_fact f = {.t_ns = i * 1000,
                            .kind = FP_FACT_REQUEST,
                            .at = FP_AT_HOP,
                            .cls = FP_REQ_OTHER,
                            .conn = i,
                            .n = INT64_MAX,
                            .req = 1};
        fp_judge_feed(j, &f, i);
        f.kind = FP_FACT_CONN_CLOSE;
        fp_judge_feed(j, &f, i);
    }
    assert_int_equal(FP_OK, fp_judge_finish(j, &r, NULL));
    assert_int_equal(r.n_ladder, 200);
    fp_case_result_deinit(&r);
    fp_judge_free(j);
}

int main(void)
{
    static struct CMUnitTest tests[32] = {
        cmocka_unit_test(decided_when_all_that_can_be_is),
        cmocka_unit_test(waits_for_patience_at_most),
        cmocka_unit_test(watches_invariants_for_a_window),
        cmocka_unit_test(decided_by_exit_and_unsupported),
        cmocka_unit_test(nothing_is_awaited_after_the_end),
        cmocka_unit_test(every_case_has_the_invariants),
        cmocka_unit_test(a_listed_invariant_is_there_once),
        cmocka_unit_test(what_a_protocol_cannot_is_told),
        cmocka_unit_test(evidence_is_what_was_fed),
        cmocka_unit_test(a_clock_of_another_speed_proves_nothing),
        cmocka_unit_test(what_broke_the_run_is_told_once),
        cmocka_unit_test(the_ladder_tells_each_attempt),
        cmocka_unit_test(a_storm_fits_the_ladder),
        cmocka_unit_test(a_pass_has_no_cause),
        cmocka_unit_test(every_failed_allocation_is_told),
        cmocka_unit_test(a_flood_of_connections_is_borne),
    };
    size_t n = 15;
    for (size_t i = 0; i < FP_COUNT(causes); i++)
        tests[n++] = (struct CMUnitTest){causes[i].name, explains, NULL, NULL,
                                         &causes[i]};
    return _cmocka_run_group_tests("judge", tests, n, NULL, NULL);
}
