/* result.h - what the judge says, as data.
 * One fp_case_result per case run; results.jsonl has one line each
 * (reports/results_json.h). Uses: base, model, trace. */
#pragma once
#include "harness/model/case.h"
#include "harness/trace/fact.h"

enum fp_verdict {
    FP_PASS,
    FP_FAIL,
    FP_INCONCLUSIVE,   /* this machine stalled inside a span the check needed */
    FP_UNSUPPORTED,    /* the client cannot do this */
    FP_NOT_EXERCISED,  /* never had the chance to fail, or blocked: see why */
    FP_ERROR,          /* the harness or the plug-in broke */
    FP_NOT_APPLICABLE, /* the case says that the protocol cannot */
};
enum { FP_VERDICTS = 7 };

/* How a check stands to the known failures that a run was given: filled in by
 * reports/baseline.h; the judge leaves it alone. */
enum fp_listed {
    FP_UNLISTED,
    FP_KNOWN,            /* fails as listed: expected */
    FP_LISTED_IDLE,      /* listed, and neither passed nor failed */
    FP_LISTED_PASSES,    /* the rest are unexpected */
    FP_LISTED_OTHERWISE, /* fails, but not for the reason that is listed */
    FP_LISTED_EXPIRED,   /* fails as listed, but only to that day */
};
struct fp_listing {
    enum fp_listed is;
    struct fp_str reason, why, link, until; /* of the entry */
    struct fp_loc loc;                      /* of the entry */
};

/* name: the check's key, and where one check has several results a part:
 * "falls-back.attempts", "falls-back.budget", "delivers.loss",
 * "delivers.duplicates", "delivers.order", else just "fresh". */
struct fp_check_result {
    enum fp_check_kind kind;
    struct fp_str name;
    enum fp_level level;
    enum fp_verdict verdict;
    bool implied;           /* not listed in the case */
    struct fp_loc loc;      /* of the expectation */
    struct fp_str expected; /* one line each; absent when there is nothing */
    struct fp_str actual;
    struct fp_str why;   /* not-exercised, unsupported, n/a, inconclusive,
                            error: the reason; blocked: names the check */
    struct fp_str cause; /* a likely cause, and what to do */
    uint64_t at_ns;      /* when it was decided */
    size_t facts[8];     /* indices into the trace: the evidence */
    size_t n_facts;
    struct fp_listing listing;
};

/* One rung of the ladder of attempts that a failure prints:
 * "#1 WS   GET /socket.io/?EIO=4…  -> 400 {"code":3…} (12 ms)" */
struct fp_rung {
    enum fp_request_class cls;
    unsigned number;  /* attempts and upgrade probes count apart, from 1;
                         0 for the rest */
    uint64_t t_ns;    /* the request head left the client */
    uint64_t took_ns; /* to the outcome */
    struct fp_str target, outcome;
};

struct fp_case_result {
    struct fp_str case_name, title, file, why;
    struct fp_str host;       /* run --host; or absent */
    struct fp_str spec, seen; /* of the case, one entry a line */
    enum fp_protocol protocol;
    struct fp_str client, client_version, config; /* absent: none */
    unsigned copy; /* with --repeat: which, from 1; else 0 */
    uint64_t seed;
    double time_scale;
    int64_t started_unix_ms;
    uint64_t duration_ms;
    enum fp_verdict verdict; /* the worst of its checks: see fp_worst */
    struct fp_check_result *checks;
    size_t n_checks;
    struct fp_rung *ladder;
    size_t n_ladder;
    struct fp_str error;   /* FP_ERROR of the case as a whole: what, and what
                              to do about it */
    struct fp_str output;  /* the client's last lines of output */
    struct fp_str trace;   /* path of the trace file, when kept */
    struct fp_str command; /* shell words that run only this case again */
    bool rerun;            /* was inconclusive first, and run again alone */
    struct fp_arena arena; /* every string and array above lives here */
};

const char *fp_verdict_name(enum fp_verdict v); /* "not-exercised" */
bool fp_verdict_parse(struct fp_str name, enum fp_verdict *out);

/* The verdict of a case: error, then a failed must, then inconclusive, then
 * a pass where anything passed, then unsupported, not-exercised. A failed
 * should or may does not fail a case (with --strict, a should does). */
enum fp_verdict
fp_case_verdict(const struct fp_check_result *checks, size_t n, bool strict);
void fp_case_result_deinit(struct fp_case_result *r);
