/* store.h - where a run keeps what it found: DIR/results.jsonl and
 * DIR/traces/ID.jsonl. Uses: base, reports, run. */
#pragma once
#include "harness/run/run.h"

struct fp_store {
    struct fp_str dir; /* as given; absent: nothing is kept */
    char *absolute;    /* of dir: workers change their directory */
    int fd;            /* results.jsonl, for appending */
    struct fp_arena arena;
};

/* Makes DIR and DIR/traces, and an empty results.jsonl. dir NULL: a store that
 * keeps nothing. FP_EIO: err says what to do. */
FP_MUST_USE enum fp_status
fp_store_open(struct fp_store *out, const char *dir, struct fp_err *err);

/* One line, in one write, so that an interruption leaves whole lines. */
FP_MUST_USE enum fp_status
fp_store_append(struct fp_store *s, const struct fp_case_result *r,
                struct fp_err *err);
/* All of them again, in their order, in place of what was appended: a new file
 * is renamed over the old. */
FP_MUST_USE enum fp_status
fp_store_finish(struct fp_store *s, const struct fp_results *all,
                struct fp_err *err);
void fp_store_close(struct fp_store *s);

/* "DIR/traces/CASE@PROTOCOL.CLIENT.CONFIG.COPY.jsonl", what is no letter, digit
 * or one of -_@ as `.`; absolute or as given. false: nothing is kept. */
bool fp_store_trace_path(struct fp_buf *out, const struct fp_store *s,
                         const struct fp_run_item *item, bool absolute);
/* An item is run again: its first trace becomes ID.first.jsonl. */
void fp_store_set_aside(const struct fp_store *s,
                        const struct fp_run_item *item);
