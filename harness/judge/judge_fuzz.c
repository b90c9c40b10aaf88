/* SPDX-License-Identifier: MIT
 * judge_fuzz.c - the judge over facts made from bytes: it must not crash, hang,
 * or change what it has decided, and judging twice must give the same. */
#include <stdlib.h>

#include "harness/base/clock.h"
#include "harness/judge/judge_private.h"

enum { FACTS = 400, FACT_BYTES = 8, DEADLINES = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fp_check expect[] = {
    {.kind = FP_CHECK_CONNECTS, .within_ms = 5000},
    {.kind = FP_CHECK_FALLS_BACK, .attempts = 3, .budget_ms = 15000},
    {.kind = FP_CHECK_FRESH, .window_ms = 3000, .for_ms = 3000},
    {.kind = FP_CHECK_DELIVERS},
    {.kind = FP_CHECK_SETTLES, .for_ms = 6000},
    {.kind = FP_CHECK_RETURNS, .within_ms = 60000},
    {.kind = FP_CHECK_RECOVERS, .within_ms = 5000},
    {.kind = FP_CHECK_HEARTBEAT},
    {.kind = FP_CHECK_BACKS_OFF, .for_ms = 8000, .max_requests = 20},
    {.kind = FP_CHECK_STOPS,
     .within_ms = 15000,
     .for_ms = 5000,
     .max_requests = 2},
};

static const char *const words[] = {
    "valid", "complete",   "cut",  "update", "connect", "unsupported",
    "close", "ping",       "pong", "since",  "ack",     "auth-since",
    "asked", "unasked",    "loop", "client", "restart", "eio.two-gets",
    "error", "silent-101", "cut",  "refuse", "wall",    "ws-closed",
};
static const char *const sids[] = {NULL, "A", "B", "ws:1"};
static const int statuses[] = {101, 200, 400, 404, 503};

static struct fp_fact fact_of(const uint8_t *b, uint64_t *t_ns)
{
    struct fp_fact f = {.kind = (enum fp_fact_kind)(b[0] % FP_FACT_KIND_COUNT)};
    /* The end is rare, or no fact after the first would be seen. */
    if (f.kind == FP_FACT_END && b[7] != 0)
        f.kind = FP_FACT_REQUEST;
    *t_ns += (uint64_t)b[1] * b[1] * FP_NS_PER_MS / 8;
    f.t_ns = *t_ns;
    f.at = f.kind <= FP_FACT_END    ? FP_AT_RUN
           : f.kind <= FP_FACT_SAID ? FP_AT_SERVER
                                    : FP_AT_HOP;
    f.hop = b[2] >> 7;
    f.conn = b[2] % 8;
    f.req = b[3] % 4;
    f.dir = b[3] & 0x80 ? FP_DOWN : FP_UP;
    f.transport = (enum fp_transport)(b[3] / 4 % 3);
    f.cls = (enum fp_request_class)(b[4] % (FP_REQ_PREFLIGHT + 1));
    f.n = f.kind == FP_FACT_RESPONSE || f.kind == FP_FACT_RESPONSE_END
              ? statuses[b[5] % FP_COUNT(statuses)]
          : b[5] == 255 ? FP_N_ABSENT
          : b[5] == 254 ? INT64_MAX
                        : b[5] % 32;
    f.name = fp_str_of(words[b[6] % FP_COUNT(words)]);
    f.sid = fp_str_of(sids[b[7] % FP_COUNT(sids)]);
    f.text = f.name;
    return f;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void tell_deadlines(struct fp_judge *j, uint64_t limit)
{
    for (unsigned i = 0;; i++) {
        check(i < DEADLINES);
        uint64_t next = fp_judge_next_deadline(j);
        if (next >= limit)
            return;
        struct fp_fact f = {
            .t_ns = next, .kind = FP_FACT_DEADLINE, .at = FP_AT_RUN};
        fp_judge_feed(j, &f, 0);
    }
}

struct past {
    bool decided[20][FP_PARTS];
    enum fp_verdict verdict[20][FP_PARTS];
};

static void watch(const struct fp_judge *j, struct past *past)
{
    uint64_t now = j->view.now_ns;
    for (size_t i = 0; i < j->n_runs; i++) {
        for (size_t k = 0; k < j->runs[i].n_parts; k++) {
            const struct fp_part *p = &j->runs[i].parts[k];
            check(!past->decided[i][k] ||
                  (p->decided && p->verdict == past->verdict[i][k]));
            past->decided[i][k] = p->decided && now > fp_part_open_until(p);
            past->verdict[i][k] = p->verdict;
        }
    }
}

static struct fp_judge *judge_of(const struct fp_case *c, uint8_t flags)
{
    struct fp_judge *j = NULL;
    struct fp_judge_conf conf = {.c = c,
                                 .protocol = (enum fp_protocol)(flags % 3),
                                 .time_scale = flags & 4 ? 10 : 1,
                                 .polling_only = flags & 8};
    check(fp_judge_new(&j, &conf, NULL) == FP_OK);
    return j;
}

static void judge(const struct fp_case *c, const uint8_t *data, size_t size,
                  bool live, struct fp_case_result *r)
{
    struct fp_judge *j = judge_of(c, data[0]);
    struct past past = {0};
    uint64_t t_ns = 0;
    for (size_t i = 1, n = 0; i + FACT_BYTES <= size && n < FACTS;
         i += FACT_BYTES, n++) {
        struct fp_fact f = fact_of(data + i, &t_ns);
        if (live)
            tell_deadlines(j, f.t_ns);
        fp_judge_feed(j, &f, n);
        check(fp_judge_next_deadline(j) >= t_ns);
        watch(j, &past);
    }
    (void)fp_judge_is_decided(j);
    check(fp_judge_finish(j, r, NULL) == FP_OK);
    watch(j, &past);
    for (size_t i = 0; i < j->n_runs; i++)
        for (size_t k = 0; k < j->runs[i].n_parts; k++)
            check(j->runs[i].parts[k].decided);
    fp_judge_free(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct fp_hop hop = {0};
    static const struct fp_case c = {
        .name = {"fuzz", 4},
        .file = {"fuzz.yaml", 9},
        .server = {.publish_every_ms = 500,
                   .ping_interval_ms = 25000,
                   .ping_timeout_ms = 20000},
        .path = &hop,
        .n_path = 1,
        .expect = expect,
        .n_expect = FP_COUNT(expect),
        .attempts = 3,
        .window_ms = 3000,
        .budget_ms = 15000,
        .patience_ms = 90000,
    };
    if (size == 0)
        return 0;
    struct fp_case_result live = {0}, stored = {0};
    judge(&c, data, size, true, &live);
    judge(&c, data, size, false, &stored);
    check(live.n_checks == stored.n_checks && live.verdict == stored.verdict);
    for (size_t i = 0; i < live.n_checks; i++)
        check(live.checks[i].verdict == stored.checks[i].verdict &&
              live.checks[i].at_ns == stored.checks[i].at_ns &&
              fp_str_eq(live.checks[i].actual, stored.checks[i].actual));
    fp_case_result_deinit(&live);
    fp_case_result_deinit(&stored);
    return 0;
}
