/* SPDX-License-Identifier: MIT
 * check_table.c - the keys of every check. */
#include "harness/model/tables.h"

#define AT(member) offsetof(struct fp_check, member)
#define KEY(k, t, m, def, text)                                                \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .fallback = (def),           \
        .doc = (text)                                                          \
    }
#define SPAN(k, m, def, text)                                                  \
    {                                                                          \
        .key = (k), .type = FP_V_DURATION, .min = 100, .offset = AT(m),        \
        .fallback = (def), .doc = (text)                                       \
    }
#define LEVEL(def) KEY("level", FP_V_LEVEL, level, def, "must | should | may")

static const struct fp_key connects[] = {
    KEY("transport", FP_V_TRANSPORT, transport, NULL,
        "which must be used; any unless said"),
    SPAN("within", within_ms, "5s", "of the client's first request"),
    LEVEL("must"),
};
static const struct fp_key falls_back[] = {
    KEY("attempts", FP_V_COUNT, attempts, "3", "at most"),
    SPAN("budget", budget_ms, "15s",
         "from the head of the first attempt to the first update by polling; "
         "the case's budget unless said"),
    KEY("budget-level", FP_V_LEVEL, budget_level, "must",
        "should, where the fault is silent"),
    LEVEL("must"),
};
static const struct fp_key fresh[] = {
    SPAN("window", window_ms, "3s",
         "the oldest that the newest update may be; the case's window unless "
         "said"),
    SPAN("for", for_ms, "3s",
         "how long to watch, from the connection or the fallback"),
    LEVEL("must"),
};
static const struct fp_key only_level[] = {LEVEL("must")};
static const struct fp_key only_may[] = {LEVEL("may")};
static const struct fp_key settles[] = {
    SPAN("for", for_ms, "6s",
         "no attempt for this long after the fallback; two of the case's "
         "windows unless said"),
    LEVEL("must"),
};
static const struct fp_key returns[] = {
    SPAN("within", within_ms, "60s",
         "of the moment WebSocket works again (the last fault's end)"),
    LEVEL("should"),
};
static const struct fp_key recovers[] = {
    SPAN("within", within_ms, "5s",
         "of the loss of the session, to the next update"),
    LEVEL("must"),
};
static const struct fp_key backs_off[] = {
    SPAN("for", for_ms, "8s", "how long to watch"),
    KEY("max-requests", FP_V_COUNT, max_requests, "20", "in that time"),
    LEVEL("must"),
};
static const struct fp_key stops[] = {
    SPAN("within", within_ms, "15s", "of the first refusal"),
    SPAN("for", for_ms, "5s", "how long to watch that it stays so"),
    KEY("max-requests", FP_V_COUNT, max_requests, "2", "allowed in that time"),
    LEVEL("must"),
};

#define TABLE(a)                                                               \
    {                                                                          \
        (a), FP_COUNT(a)                                                       \
    }
static const struct fp_key_table tables[FP_CHECK_KIND_COUNT] = {
    [FP_CHECK_CONNECTS] = TABLE(connects),
    [FP_CHECK_FALLS_BACK] = TABLE(falls_back),
    [FP_CHECK_FRESH] = TABLE(fresh),
    [FP_CHECK_DELIVERS] = TABLE(only_level),
    [FP_CHECK_SETTLES] = TABLE(settles),
    [FP_CHECK_RETURNS] = TABLE(returns),
    [FP_CHECK_RECOVERS] = TABLE(recovers),
    [FP_CHECK_HEARTBEAT] = TABLE(only_level),
    [FP_CHECK_POLLS_POLITELY] = TABLE(only_level),
    [FP_CHECK_BACKS_OFF] = TABLE(backs_off),
    [FP_CHECK_STOPS] = TABLE(stops),
    [FP_CHECK_STAYS] = TABLE(only_level),
    [FP_CHECK_ONE_SESSION] = TABLE(only_level),
    [FP_CHECK_CLOSES_CLEANLY] = TABLE(only_may),
    [FP_CHECK_WITNESSES] = TABLE(only_level),
    [FP_CHECK_VALID] = TABLE(only_level),
};

struct fp_key_table fp_check_keys(enum fp_check_kind k) { return tables[k]; }

static const struct {
    const char *key, *doc;
} checks[FP_CHECK_KIND_COUNT] = {
#define FP_X(id, key, doc) {key, doc},
    FP_CHECKS(FP_X)
#undef FP_X
};

const char *fp_check_key(enum fp_check_kind k) { return checks[k].key; }
const char *fp_check_doc(enum fp_check_kind k) { return checks[k].doc; }

const char *fp_level_name(enum fp_level l)
{
    static const char *const names[] = {"must", "should", "may"};
    return names[l];
}
