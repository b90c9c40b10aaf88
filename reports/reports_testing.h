/* reports_testing.h - results with hostile text in every field, for tests. */
#pragma once
#include "reports/report.h"

/* What a client or a network may put into a field. */
#define FP_HOSTILE                                                             \
    FP_STR("<b>&\"'\\ #]]> \x1b[31mred \xc2\x9b"                               \
           "2J \xff\xfe\n\r\x01 "                                              \
           "\xe2\x82\xac \xef\xbf\xbf")

/* Owned by the caller: fp_results_deinit. Three runs: a pass, a failure with a
 * ladder and hostile text, and a case that broke. */
static inline void fp_testing_results(struct fp_results *all)
{
    static struct fp_check_result pass[] = {
        {.kind = FP_CHECK_FRESH, .name = {"fresh", 5}, .verdict = FP_PASS},
    };
    static struct fp_check_result mixed[6];
    static struct fp_rung ladder[2];
    mixed[0] = (struct fp_check_result){
        .kind = FP_CHECK_FALLS_BACK,
        .name = FP_STR("falls-back.attempts"),
        .verdict = FP_FAIL,
        .loc = {"cases/refused/403.yaml", 14, 5},
        .expected = FP_STR("at most 3 attempts, then polling"),
        .actual = FP_HOSTILE,
        .cause = FP_STR("tryAllTransports is off"),
        .facts = {3, 17},
        .n_facts = 2};
    mixed[1] = (struct fp_check_result){.kind = FP_CHECK_FALLS_BACK,
                                        .name = FP_STR("falls-back.budget"),
                                        .level = FP_SHOULD,
                                        .verdict = FP_FAIL};
    mixed[2] = (struct fp_check_result){.kind = FP_CHECK_SETTLES,
                                        .name = FP_STR("settles"),
                                        .verdict = FP_NOT_EXERCISED,
                                        .why = FP_STR("blocked by falls-back")};
    mixed[3] = (struct fp_check_result){.kind = FP_CHECK_CLOSES_CLEANLY,
                                        .name = FP_STR("closes-cleanly"),
                                        .level = FP_MAY,
                                        .implied = true,
                                        .verdict = FP_FAIL};
    mixed[4] = (struct fp_check_result){.kind = FP_CHECK_FRESH,
                                        .name = FP_STR("fresh"),
                                        .verdict = FP_INCONCLUSIVE,
                                        .loc = {FP_HOSTILE.p, 3, 1},
                                        .why = FP_STR("a stall of 240 ms")};
    mixed[5] = (struct fp_check_result){.kind = FP_CHECK_STAYS,
                                        .name = FP_STR("stays"),
                                        .implied = true,
                                        .verdict = FP_PASS};
    ladder[0] = (struct fp_rung){.cls = FP_REQ_ATTEMPT,
                                 .number = 1,
                                 .t_ns = 12000000,
                                 .took_ns = 3000000,
                                 .target = FP_STR("/socket.io/?EIO=4"),
                                 .outcome = FP_STR("403 Forbidden")};
    ladder[1] = (struct fp_rung){.cls = FP_REQ_POLL,
                                 .t_ns = 15000000,
                                 .target = FP_HOSTILE,
                                 .outcome = FP_HOSTILE};
    struct fp_case_result r[3] = {
        {.case_name = FP_STR("clean/websocket"),
         .title = FP_STR("WebSocket works"),
         .verdict = FP_PASS,
         .client = FP_STR("reference"),
         .config = FP_STR("websocket-first"),
         .time_scale = 1,
         .seed = UINT64_MAX,
         .duration_ms = 4100,
         .checks = pass,
         .n_checks = 1},
        {.case_name = FP_STR("refused/403"),
         .title = FP_HOSTILE,
         .file = FP_STR("cases/refused/403.yaml"),
         .protocol = FP_PLAIN,
         .verdict = FP_FAIL,
         .client = FP_STR("other"),
         .copy = 2,
         .rerun = true,
         .time_scale = 10,
         .duration_ms = 9876,
         .checks = mixed,
         .n_checks = 6,
         .ladder = ladder,
         .n_ladder = 2,
         .output = FP_HOSTILE,
         .trace = FP_STR("out/traces/x.jsonl"),
         .command = FP_STR("fallproof run 'refused/403@plain'")},
        {.case_name = FP_STR("silent/hang"),
         .verdict = FP_ERROR,
         .client = FP_STR("reference"),
         .config = FP_STR("websocket-first"),
         .time_scale = 1,
         .error = FP_STR("no such program: nodd"),
         .trace = FP_HOSTILE,
         .command = FP_HOSTILE},
    };
    for (size_t i = 0; i < FP_COUNT(r); i++)
        if (fp_results_add(all, &r[i]) != FP_OK)
            return;
}
