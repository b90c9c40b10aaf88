/* check.h - one check, judged fact by fact.
 * Each file in checks/ exports one fp_check_ops. A check has one or more parts,
 * each a result of its own. A part that can fail at any moment until the end
 * says `enough` when it has watched for as long as it must; its pass is given
 * by finish(). A decided part never changes, but for a missed bound, which a
 * stall that is told a moment later makes inconclusive.
 * Uses: base, trace, model, judge/view. */
#pragma once
#include "harness/judge/view.h"

enum { FP_PARTS = 3, FP_PART_FACTS = 8, FP_SPAN_CHARS = 32 };

/* A stall is told when it is over and was sampled, so a missed bound waits this
 * long, in real time, for the one that may excuse it (harness/run/stall.h
 * samples every 100 ms). */
enum { FP_STALL_TOLD_MS = 300 };

struct fp_part {
    const char *suffix; /* NULL: the check's key alone names it */
    enum fp_level level;
    enum fp_verdict verdict;
    bool decided;
    bool enough; /* the run need not go on for its sake */
    bool silent; /* leave it out of the results */
    uint64_t at_ns;
    bool missed; /* a bound that began at missed_from_ns: fp_part_miss */
    uint64_t missed_from_ns;
    struct fp_str expected, actual, why;
    size_t facts[FP_PART_FACTS];
    size_t n_facts;
};

struct fp_check_run {
    const struct fp_check_ops *ops;
    const struct fp_check *conf;
    const struct fp_view *view;
    struct fp_arena *arena; /* for texts and state */
    bool *failed;           /* set when out of memory */
    struct fp_part parts[FP_PARTS];
    size_t n_parts;
    void *state;
    const struct fp_check_run *falls_back; /* in the same case; or NULL */
    bool deadlines_off;
};

struct fp_check_ops {
    enum fp_check_kind kind;
    size_t state_bytes;
    /* Only the end decides it; it never keeps a run going. */
    bool is_invariant;
    /* Also sees what comes after the client was asked to end. */
    bool watches_end;
    void (*init)(struct fp_check_run *run);
    /* After the view has taken f in. NULL: not interested. */
    void (*on_fact)(struct fp_check_run *run, const struct fp_fact *f,
                    size_t index);
    /* FP_NEVER when time alone changes nothing. NULL: never. */
    uint64_t (*next_deadline)(const struct fp_check_run *run);
    /* That moment passed. Must decide something or move next_deadline on. */
    void (*on_deadline)(struct fp_check_run *run, uint64_t t_ns);
    /* It still waits for a connection or a fallback, so a client that failed
     * at that blocks it. NULL: it waits for nothing. */
    bool (*is_waiting)(const struct fp_check_run *run);
    /* The end: decide every part that is not decided. */
    void (*finish)(struct fp_check_run *run);
};

extern const struct fp_check_ops fp_check_connects, fp_check_falls_back,
    fp_check_fresh, fp_check_delivers, fp_check_settles, fp_check_returns,
    fp_check_recovers, fp_check_heartbeat, fp_check_polls_politely,
    fp_check_backs_off, fp_check_stops, fp_check_stays, fp_check_one_session,
    fp_check_closes_cleanly, fp_check_witnesses, fp_check_valid;

/* -- for the checks ------------------------------------------------------ */

/* suffix is static or NULL. */
struct fp_part *fp_check_part(struct fp_check_run *run, const char *suffix,
                              enum fp_level level);
/* Text that lives as long as the judge. */
struct fp_str
fp_check_text(struct fp_check_run *run, const char *fmt, ...) FP_PRINTF(2, 3);
/* false when it was decided before. */
bool fp_part_decide(struct fp_part *part, enum fp_verdict verdict,
                    uint64_t at_ns);
/* A bound was missed at t: fail, or inconclusive where this machine stood
 * still between from and t. */
void fp_part_miss(struct fp_check_run *run, struct fp_part *part,
                  uint64_t from_ns, uint64_t t_ns);
/* A stall was told: does it excuse a miss? */
void fp_part_excuse(struct fp_check_run *run, struct fp_part *part,
                    uint64_t now_ns);
/* Until when fp_part_excuse may still change a decided part; 0: final. */
uint64_t fp_part_open_until(const struct fp_part *part);
void fp_part_not_exercised(struct fp_check_run *run, struct fp_part *part,
                           uint64_t at_ns, const char *why);
void fp_part_evidence(struct fp_part *part, size_t index);

/* "250 ms", "7.3 s" in the client's time. */
const char *fp_check_span(const struct fp_check_run *run, uint64_t ns,
                          char out[FP_SPAN_CHARS]);
const char *fp_check_span_ms(uint64_t ms, char out[FP_SPAN_CHARS]);
