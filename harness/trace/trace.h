/* trace.h - all facts of one run of one case, in order.
 * In memory while the case runs, each fact handed to one listener as it comes
 * (the judge); written as JSON Lines afterwards; read back to be judged again.
 * Uses: base, jansson (reading). */
#pragma once
#include <stdio.h>

#include "harness/base/arena.h"
#include "harness/trace/fact.h"

/* design: 256 KiB of bytes a connection, 32 MiB a case, then `truncated`. */
enum {
    FP_TRACE_CONN_BYTES = 256 * 1024,
    FP_TRACE_CASE_BYTES = 32 * 1024 * 1024,
    /* All other facts and their texts: a client that floods is not kept. */
    FP_TRACE_FACTS_BYTES = 96 * 1024 * 1024,
};

struct fp_trace;

typedef void fp_fact_fn(void *user, const struct fp_fact *f);

/* t_ns of facts counts from epoch_ns (fp_clock_ns() when the run began).
 * FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_trace_new(struct fp_trace **out, uint64_t epoch_ns, struct fp_err *err);
void fp_trace_free(struct fp_trace *t); /* NULL is fine */

/* Called for each fact from now on, after it is stored, from within
 * fp_trace_add. One listener; fn may itself add facts (they are queued behind).
 */
void fp_trace_listen(struct fp_trace *t, fp_fact_fn *fn, void *user);

/* Called before a fact is stored, so that what has to stand in front of it (a
 * stall that it came after) can be added; not called for what fn adds. */
void fp_trace_before(struct fp_trace *t, void (*fn)(void *user), void *user);

/* Store a copy (strings too) and tell the listener. f->t_ns == 0 means now.
 * Every function here accepts t == NULL and does nothing: actors that run
 * untraced (serve, bench) need no second code path. Never fails: what finds no
 * room is counted, and one FP_FACT_TRUNCATED says so. */
void fp_trace_add(struct fp_trace *t, const struct fp_fact *f);

/* FP_FACT_BYTES for at most FP_TRACE_CONN_BYTES of each connection's side, both
 * directions together, redacted (harness/trace/redact.h). */
void fp_trace_bytes(struct fp_trace *t, unsigned hop, enum fp_side side,
                    uint32_t conn, enum fp_dir dir, struct fp_str bytes);
/* Keep no FP_FACT_BYTES at all (a run that will not be looked at). */
void fp_trace_no_bytes(struct fp_trace *t);
/* Keep nothing at all: each fact goes to the listener, who may look at it until
 * it returns. For `serve`, which may run for days. */
void fp_trace_keep_nothing(struct fp_trace *t);

uint64_t fp_trace_now_ns(const struct fp_trace *t); /* since the epoch */
size_t fp_trace_count(const struct fp_trace *t);
/* i < fp_trace_count(); valid until fp_trace_free. */
const struct fp_fact *fp_trace_get(const struct fp_trace *t, size_t i);

/* -- files ------------------------------------------------------------- */

struct fp_trace_host {
    struct fp_str name, text; /* as the case names it; its file, whole */
};

/* The first line of a trace file: what is needed to judge it alone. */
struct fp_trace_header {
    struct fp_str version;   /* of fallproof */
    struct fp_str case_name; /* path under cases/, without .yaml */
    struct fp_str case_text; /* the YAML file, whole */
    /* The profiles that the case's path names, UTF-8; may be NULL. */
    const struct fp_trace_host *hosts;
    size_t n_hosts;
    struct fp_str host;      /* run --host: the profile's name; or absent */
    struct fp_str host_text; /* its file, whole */
    enum fp_protocol protocol;
    struct fp_str client;         /* name, or the command line */
    struct fp_str client_version; /* absent when not known */
    struct fp_str config;         /* absent when it has none */
    uint64_t seed;
    double time_scale; /* 1 = real time */
    int64_t started_unix_ms;
};

/* {"trace":1,…} then a line per fact (docs/trace.md). FP_EIO, FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_trace_write(FILE *to, const struct fp_trace_header *h,
               const struct fp_trace *t, struct fp_err *err);

/* Read a file written by fp_trace_write. *header's strings live in the trace.
 * FP_ENOENT, FP_EINVAL (not a regular file), FP_EIO: the file. FP_EPARSE: a
 * line is not as above (loc names it); a cut last line is told as such.
 * FP_ELIMIT: over 256 MiB. *out and *header are untouched on failure. */
FP_MUST_USE enum fp_status
fp_trace_load(struct fp_trace **out, struct fp_trace_header *header,
              const char *path, struct fp_err *err);
/* The same from an open file; name is for messages. */
FP_MUST_USE enum fp_status
fp_trace_read(struct fp_trace **out, struct fp_trace_header *header, FILE *from,
              const char *name, struct fp_err *err);
