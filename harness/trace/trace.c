/* SPDX-License-Identifier: MIT
 * trace.c - all facts of one run, in memory. */
#include "harness/trace/trace.h"

#include <string.h>

#include "harness/base/alloc.h"
#include "harness/base/clock.h"
#include "harness/trace/redact.h"
#include "harness/trace/trace_private.h"

enum {
    CHUNK_FACTS = 512,
    /* Over all of it, the few facts that end a run must still find room. */
    RESERVE_BYTES = 1024 * 1024,
};

struct chunk {
    struct fp_fact facts[CHUNK_FACTS];
};

/* What was kept of one connection's bytes. An entry without a key is free:
 * kept bytes of a connection are never forgotten. */
struct kept {
    uint64_t key; /* hop, side and conn, never 0 */
    size_t bytes;
    bool is_full;
    struct fp_redactor redactor[2]; /* by direction */
};

struct fp_trace {
    uint64_t epoch_ns;
    struct fp_arena arena;
    struct chunk **chunks; /* facts stay where they are */
    size_t n_chunks, cap_chunks;
    size_t count, told;
    fp_fact_fn *fn;
    void *user;
    bool is_telling;
    void (*before)(void *user);
    void *before_user;
    bool is_before;
    uint64_t lost; /* facts that found no room */
    bool lost_told;

    bool keep_nothing, no_bytes, bytes_full;
    size_t bytes_kept;
    struct kept *kept; /* open addressing, cap_kept a power of two */
    size_t n_kept, cap_kept;
    struct fp_buf scratch;
};

enum fp_status
fp_trace_new(struct fp_trace **out, uint64_t epoch_ns, struct fp_err *err)
{
    struct fp_trace *t = fp_calloc(1, sizeof *t);
    if (t == NULL)
        return fp_fail(err, FP_ENOMEM, "no memory for a trace");
    t->epoch_ns = epoch_ns;
    *out = t;
    return FP_OK;
}

void fp_trace_free(struct fp_trace *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->n_chunks; i++)
        fp_free(t->chunks[i]);
    fp_free(t->chunks);
    fp_free(t->kept);
    fp_buf_deinit(&t->scratch);
    fp_arena_deinit(&t->arena);
    fp_free(t);
}

struct fp_arena *fp_trace_arena(struct fp_trace *t) { return &t->arena; }

void fp_trace_listen(struct fp_trace *t, fp_fact_fn *fn, void *user)
{
    if (t == NULL)
        return;
    t->fn = fn;
    t->user = user;
    t->told = t->count;
}

void fp_trace_before(struct fp_trace *t, void (*fn)(void *user), void *user)
{
    if (t == NULL)
        return;
    t->before = fn;
    t->before_user = user;
}

void fp_trace_no_bytes(struct fp_trace *t)
{
    if (t != NULL)
        t->no_bytes = true;
}

void fp_trace_keep_nothing(struct fp_trace *t)
{
    if (t != NULL)
        t->keep_nothing = t->no_bytes = true;
}

uint64_t fp_trace_now_ns(const struct fp_trace *t)
{
    return t == NULL ? 0 : fp_clock_ns() - t->epoch_ns;
}

size_t fp_trace_count(const struct fp_trace *t)
{
    return t == NULL ? 0 : t->count;
}

const struct fp_fact *fp_trace_get(const struct fp_trace *t, size_t i)
{
    return &t->chunks[i / CHUNK_FACTS]->facts[i % CHUNK_FACTS];
}

static bool grow_pointers(struct fp_trace *t)
{
    size_t cap = t->cap_chunks == 0 ? 16 : 2 * t->cap_chunks;
    struct chunk **p = fp_realloc(t->chunks, cap * sizeof(struct chunk *));
    if (p == NULL)
        return false;
    t->chunks = p;
    t->cap_chunks = cap;
    return true;
}

/* Room for one fact at the end; NULL when there is no memory. */
static struct fp_fact *next_slot(struct fp_trace *t)
{
    if (t->count == t->n_chunks * CHUNK_FACTS) {
        if (t->n_chunks == t->cap_chunks && !grow_pointers(t))
            return NULL;
        struct chunk *c = fp_calloc(1, sizeof *c);
        if (c == NULL)
            return NULL;
        t->chunks[t->n_chunks++] = c;
    }
    return &t->chunks[t->count / CHUNK_FACTS]->facts[t->count % CHUNK_FACTS];
}

static bool copy_text(struct fp_trace *t, struct fp_str *s)
{
    if (s->p == NULL)
        return true;
    *s = fp_arena_str(&t->arena, *s);
    return s->p != NULL;
}

enum fp_status fp_trace_append(struct fp_trace *t, const struct fp_fact *f)
{
    struct fp_fact *slot = next_slot(t);
    if (slot == NULL)
        return FP_ENOMEM;
    struct fp_fact copy = *f;
    if (!copy_text(t, &copy.sid) || !copy_text(t, &copy.name) ||
        !copy_text(t, &copy.text))
        return FP_ENOMEM;
    fp_fact_normalise(&copy);
    *slot = copy;
    t->count++;
    return FP_OK;
}

/* What must be in a trace even when all room is used: how the run ended. */
static bool is_vital(enum fp_fact_kind k)
{
    return k == FP_FACT_END || k == FP_FACT_CLIENT_EXIT ||
           k == FP_FACT_SHUTDOWN || k == FP_FACT_KILLED ||
           k == FP_FACT_TRUNCATED || k == FP_FACT_DEADLINE ||
           k == FP_FACT_STALL;
}

static bool has_room(const struct fp_trace *t, const struct fp_fact *f)
{
    size_t limit = FP_TRACE_FACTS_BYTES;
    if (is_vital(f->kind))
        limit += RESERVE_BYTES;
    size_t used = t->count * sizeof *f + t->arena.bytes - t->bytes_kept;
    return used + f->text.n <= limit;
}

static void tell(struct fp_trace *t)
{
    if (t->fn == NULL || t->is_telling)
        return; /* the loop below, further up the stack, comes to it */
    t->is_telling = true;
    while (t->told < t->count)
        t->fn(t->user, fp_trace_get(t, t->told++));
    t->is_telling = false;
}

static bool store(struct fp_trace *t, const struct fp_fact *f)
{
    struct fp_fact now = *f;
    if (now.t_ns == 0)
        now.t_ns = fp_trace_now_ns(t);
    return has_room(t, f) && fp_trace_append(t, &now) == FP_OK;
}

static void tell_lost(struct fp_trace *t)
{
    if (t->lost == 0 || t->lost_told)
        return;
    t->lost_told = store(t, &(struct fp_fact){
                                .kind = FP_FACT_TRUNCATED,
                                .at = FP_AT_RUN,
                                .n = FP_TRACE_FACTS_BYTES,
                                .name = FP_STR("facts"),
                            });
}

static void pass_on(struct fp_trace *t, const struct fp_fact *f)
{
    struct fp_fact now = *f;
    if (now.t_ns == 0)
        now.t_ns = fp_trace_now_ns(t);
    if (t->fn != NULL)
        t->fn(t->user, &now);
}

static void call_before(struct fp_trace *t)
{
    if (t->before == NULL || t->is_before)
        return;
    t->is_before = true;
    t->before(t->before_user);
    t->is_before = false;
}

void fp_trace_add(struct fp_trace *t, const struct fp_fact *f)
{
    if (t == NULL)
        return;
    if (t->keep_nothing) {
        pass_on(t, f);
        return;
    }
    call_before(t);
    tell_lost(t);
    if (!store(t, f)) {
        t->lost++;
        tell_lost(t);
    }
    tell(t);
}

/* -- bytes ------------------------------------------------------------- */

static struct kept *find_kept(struct kept *table, size_t cap, uint64_t key)
{
    size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    while (table[i & (cap - 1)].key != 0 && table[i & (cap - 1)].key != key)
        i++;
    return &table[i & (cap - 1)];
}

static bool grow_kept(struct fp_trace *t)
{
    size_t cap = t->cap_kept == 0 ? 64 : 2 * t->cap_kept;
    struct kept *table = fp_calloc(cap, sizeof *table);
    if (table == NULL)
        return false;
    for (size_t i = 0; i < t->cap_kept; i++)
        if (t->kept[i].key != 0)
            *find_kept(table, cap, t->kept[i].key) = t->kept[i];
    fp_free(t->kept);
    t->kept = table;
    t->cap_kept = cap;
    return true;
}

static struct kept *kept_of(struct fp_trace *t, const struct fp_fact *f)
{
    uint64_t key = (uint64_t)f->hop << 34 | (uint64_t)f->side << 33 |
                   UINT64_C(1) << 32 | f->conn;
    if (t->n_kept * 2 >= t->cap_kept && !grow_kept(t))
        return NULL;
    struct kept *k = find_kept(t->kept, t->cap_kept, key);
    if (k->key == 0) {
        k->key = key;
        t->n_kept++;
    }
    return k;
}

static void truncated(struct fp_trace *t, const struct fp_fact *where,
                      int64_t limit, struct fp_str name)
{
    struct fp_fact f = *where;
    f.kind = FP_FACT_TRUNCATED;
    f.dir = FP_UP;
    f.n = limit;
    f.name = name;
    f.text = FP_STR_NONE;
    fp_trace_add(t, &f);
}

static size_t room_for_bytes(const struct fp_trace *t, const struct kept *k)
{
    size_t conn = FP_TRACE_CONN_BYTES - k->bytes;
    size_t all = FP_TRACE_CASE_BYTES - t->bytes_kept;
    return conn < all ? conn : all;
}

/* Store what fits; afterwards say which limit was met, if one was. */
static void keep(struct fp_trace *t, struct kept *k, struct fp_fact *f)
{
    size_t room = room_for_bytes(t, k);
    bool fits = f->text.n <= room;
    fp_buf_clear(&t->scratch);
    fp_redactor_feed(&k->redactor[f->dir], &t->scratch,
                     fp_str_upto(f->text, room));
    k->bytes += t->scratch.n;
    t->bytes_kept += t->scratch.n;
    k->is_full = !fits;
    t->bytes_full = !fits && t->bytes_kept == FP_TRACE_CASE_BYTES;
    f->text = fp_buf_view(&t->scratch);
    f->bytes = f->text.n;
    if (f->text.n > 0)
        fp_trace_add(t, f);
    if (t->bytes_full)
        truncated(t, &(struct fp_fact){.at = FP_AT_RUN}, FP_TRACE_CASE_BYTES,
                  FP_STR("case"));
    else if (!fits)
        truncated(t, f, FP_TRACE_CONN_BYTES, FP_STR("connection"));
}

void fp_trace_bytes(struct fp_trace *t, unsigned hop, enum fp_side side,
                    uint32_t conn, enum fp_dir dir, struct fp_str bytes)
{
    if (t == NULL || t->no_bytes || t->bytes_full || bytes.n == 0)
        return;
    struct fp_fact f = {
        .kind = FP_FACT_BYTES,
        .at = FP_AT_HOP,
        .hop = hop,
        .side = side,
        .conn = conn,
        .dir = dir,
        .text = bytes,
    };
    struct kept *k = kept_of(t, &f);
    if (k == NULL)
        t->lost++;
    else if (!k->is_full)
        keep(t, k, &f);
}
