/* SPDX-License-Identifier: MIT
 * view.c - the state that all checks share: process, faults, stalls, time. */
#include "harness/judge/view.h"

#include "harness/base/alloc.h"

/* -- arithmetic --------------------------------------------------------- */

uint64_t fp_ns_add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? FP_NEVER : a + b;
}

uint64_t fp_ns_since(uint64_t from, uint64_t to)
{
    return to > from ? to - from : 0;
}

uint64_t fp_ns_min(uint64_t a, uint64_t b) { return a < b ? a : b; }
uint64_t fp_ns_max(uint64_t a, uint64_t b) { return a > b ? a : b; }

uint64_t fp_view_ns(const struct fp_view *v, uint64_t client_ms)
{
    double ns = (double)client_ms * FP_NS_PER_MS / v->scale;
    return ns >= 9e18 ? FP_NEVER : (uint64_t)ns;
}

uint64_t fp_view_ms(const struct fp_view *v, uint64_t ns)
{
    double ms = (double)ns / FP_NS_PER_MS * v->scale;
    return ms >= 9e18 ? FP_NEVER : (uint64_t)ms;
}

/* -- memory ------------------------------------------------------------- */

enum fp_status fp_view_init(struct fp_view *v, const struct fp_judge_conf *conf)
{
    *v = (struct fp_view){
        .c = conf->c,
        .protocol = conf->protocol,
        .scale = conf->time_scale > 0 ? conf->time_scale : 1,
        .polling_only = conf->polling_only,
        .first_request_ns = FP_NEVER,
        .exit_ns = FP_NEVER,
        .shutdown_ns = FP_NEVER,
        .killed_ns = FP_NEVER,
        .connected_ns = FP_NEVER,
        .last_websocket = FP_NO_INDEX,
        .last_probe = FP_NO_INDEX,
        .newest = FP_N_ABSENT,
        .last_delivered_ns = FP_NEVER,
        .lost_ns = FP_NEVER,
        .first_refused_ns = FP_NEVER,
        .last_ws_fault_ns = FP_NEVER,
        .restart_ns = FP_NEVER,
    };
    v->fallback = (struct fp_view_fallback){
        .base_ns = FP_NEVER,
        .last_failed_upgrade_ns = FP_NEVER,
        .start_ns = FP_NEVER,
        .complete_ns = FP_NEVER,
        .complete_session = FP_NO_INDEX,
        .exercised_ns = FP_NEVER,
        .holds_ns = FP_NEVER,
        .stable_ns = FP_NEVER,
        .websocket_ns = FP_NEVER,
    };
    return FP_OK;
}

void fp_view_deinit(struct fp_view *v)
{
    fp_free(v->requests);
    fp_free(v->sessions);
    fp_free(v->conns);
    fp_free(v->stalls);
    fp_free(v->updates);
    fp_lookup_deinit(&v->by_request);
    fp_lookup_deinit(&v->by_conn);
    fp_lookup_deinit(&v->by_sid);
    fp_arena_deinit(&v->arena);
}

bool fp_view_room(struct fp_view *v, void **items, size_t n, size_t *cap,
                  size_t size)
{
    if (n < *cap)
        return true;
    size_t more = *cap == 0 ? 16 : *cap * 2;
    void *p = more > SIZE_MAX / size ? NULL : fp_realloc(*items, more * size);
    if (p == NULL) {
        v->failed = true;
        return false;
    }
    *items = p;
    *cap = more;
    return true;
}

struct fp_str fp_view_keep(struct fp_view *v, struct fp_str s, size_t max)
{
    if (s.p == NULL)
        return s;
    struct fp_str copy = fp_arena_str(&v->arena, fp_str_upto(s, max));
    if (copy.p == NULL)
        v->failed = true;
    return copy;
}

/* -- questions ---------------------------------------------------------- */

bool fp_fact_is_wire(const struct fp_fact *f)
{
    return f->at == FP_AT_HOP && f->hop == 0 && f->side == FP_SIDE_CLIENT;
}

const struct fp_view_stall *
fp_view_stall_in(const struct fp_view *v, uint64_t from_ns, uint64_t to_ns)
{
    for (size_t i = 0; i < v->n_stalls; i++)
        if (v->stalls[i].from_ns <= to_ns && v->stalls[i].to_ns >= from_ns)
            return &v->stalls[i];
    return NULL;
}

uint64_t fp_view_patience_ns(const struct fp_view *v)
{
    if (v->first_request_ns == FP_NEVER)
        return fp_ns_add(v->start_ns, (uint64_t)FP_START_MS * FP_NS_PER_MS);
    return fp_ns_add(v->first_request_ns, fp_view_ns(v, v->c->patience_ms));
}

/* Delays that the case declares, which every answer has to bear. */
static uint64_t declared_delay_ms(const struct fp_case *c)
{
    uint64_t ms = 0;
    for (size_t i = 0; i < c->n_path; i++)
        for (size_t k = 0; k < c->path[i].n_faults; k++)
            if (c->path[i].faults[k].kind == FP_FAULT_DELAY)
                ms = fp_ns_add(ms, c->path[i].faults[k].after_ms);
    return ms;
}

uint64_t fp_view_path_ns(const struct fp_view *v)
{
    uint64_t declared = fp_view_ns(v, declared_delay_ms(v->c));
    uint64_t path = fp_ns_min(fp_ns_add(v->path_delay_ns, declared),
                              fp_view_ns(v, FP_PATH_DELAY_MS));
    /* Real scheduling delays of up to 25 ms are multiplied by the scale. */
    return path + (v->scale > 1 ? 25 * (uint64_t)FP_NS_PER_MS : 0);
}

/* -- the fold ----------------------------------------------------------- */

void fp_view_note_stall(struct fp_view *v, const struct fp_fact *f)
{
    if (f->n <= 0 || f->n > INT32_MAX)
        return;
    uint64_t real_ns = (uint64_t)f->n * FP_NS_PER_MS;
    uint64_t ms = fp_view_ms(v, real_ns);
    if (ms <= FP_STALL_MS || !fp_view_room(v, (void **)&v->stalls, v->n_stalls,
                                           &v->cap_stalls, sizeof *v->stalls))
        return;
    v->stalls[v->n_stalls++] = (struct fp_view_stall){
        .from_ns = fp_ns_since(real_ns, f->t_ns),
        .to_ns = f->t_ns,
        .ms = ms,
        .is_client = fp_str_eqz(f->name, "client"),
    };
}

static void fold_says(struct fp_view *v, const struct fp_fact *f)
{
    v->says_anything = true;
    if (fp_str_eqz(f->name, "unsupported") && !v->says_unsupported) {
        v->says_unsupported = true;
        v->unsupported = fp_view_keep(v, f->text, 200);
    }
    if (fp_str_eqz(f->name, "error") || fp_str_eqz(f->name, "disconnect") ||
        fp_str_eqz(f->name, "unsupported"))
        v->says_trouble = true;
}

static void fold_exit(struct fp_view *v, const struct fp_fact *f)
{
    if (v->exit_ns != FP_NEVER)
        return;
    v->exit_ns = f->t_ns;
    v->exit_code = f->n == FP_N_ABSENT ? 0 : f->n;
    v->exit_asked = fp_str_eqz(f->name, "asked") || v->shutdown_ns != FP_NEVER;
    v->over = true;
}

static void fold_run(struct fp_view *v, const struct fp_fact *f, size_t index)
{
    if (f->kind == FP_FACT_CLIENT_START) {
        v->start_ns = f->t_ns;
    } else if (f->kind == FP_FACT_CLIENT_EXIT) {
        fold_exit(v, f);
    } else if (f->kind == FP_FACT_CLIENT_SAYS) {
        fold_says(v, f);
    } else if (f->kind == FP_FACT_PLUGIN_INVALID &&
               v->plugin_invalid.p == NULL) {
        v->plugin_invalid = fp_view_keep(v, f->text, 200);
        v->plugin_invalid_index = index;
    } else if (f->kind == FP_FACT_SHUTDOWN && v->shutdown_ns == FP_NEVER) {
        v->shutdown_ns = f->t_ns;
        v->over = true;
    } else if (f->kind == FP_FACT_KILLED && v->killed_ns == FP_NEVER) {
        v->killed_ns = f->t_ns;
    } else if (f->kind == FP_FACT_END) {
        v->ended = true;
        v->end_name = fp_view_keep(v, f->name, 32);
        v->end_text = fp_view_keep(v, f->text, 400);
    }
}

bool fp_fault_hinders_websocket(enum fp_fault_kind k)
{
    static const enum fp_fault_kind harmless[] = {
        FP_FAULT_INTERIM,      FP_FAULT_DRIBBLE,         FP_FAULT_RENAME_CASE,
        FP_FAULT_COALESCE_101, FP_FAULT_DELAY,           FP_FAULT_BUFFER,
        FP_FAULT_SLICE,        FP_FAULT_BLOCK_POLLING,   FP_FAULT_THROTTLE,
        FP_FAULT_CACHE,        FP_FAULT_SLOW_CLOSE,      FP_FAULT_REPEAT_FRAMES,
        FP_FAULT_REFRAGMENT,   FP_FAULT_CLOSE_DELIMITED,
    };
    for (size_t i = 0; i < FP_COUNT(harmless); i++)
        if (k == harmless[i])
            return false;
    return true;
}

static bool hinders(struct fp_str key)
{
    for (size_t i = 0; i < FP_FAULT_KIND_COUNT; i++)
        if (fp_str_eqz(key, fp_fault_key((enum fp_fault_kind)i)))
            return fp_fault_hinders_websocket((enum fp_fault_kind)i);
    return true;
}

/* Faults that let every byte of an open session through, if late. */
static bool spares_sessions(struct fp_str key)
{
    static const enum fp_fault_kind harmless[] = {
        FP_FAULT_REFUSE,          FP_FAULT_INTERIM,       FP_FAULT_DRIBBLE,
        FP_FAULT_STRIP,           FP_FAULT_SET_HEADER,    FP_FAULT_RENAME_CASE,
        FP_FAULT_HTTP10,          FP_FAULT_REWRITE_PATH,  FP_FAULT_COALESCE_101,
        FP_FAULT_DELAY,           FP_FAULT_BUFFER,        FP_FAULT_SLICE,
        FP_FAULT_BAD_ACCEPT,      FP_FAULT_ADD_HEADER,    FP_FAULT_THROTTLE,
        FP_FAULT_SLOW_CLOSE,      FP_FAULT_REPEAT_FRAMES, FP_FAULT_REFRAGMENT,
        FP_FAULT_CLOSE_DELIMITED,
    };
    for (size_t i = 0; i < FP_COUNT(harmless); i++)
        if (fp_str_eqz(key, fp_fault_key(harmless[i])))
            return true;
    return false;
}

/* What the case says about a fault of this name at this hop. */
static enum fp_transport
declared_transport(const struct fp_view *v, const struct fp_fact *f)
{
    if (f->hop >= v->c->n_path)
        return FP_TRANSPORT_NONE;
    const struct fp_hop *hop = &v->c->path[f->hop];
    for (size_t i = 0; i < hop->n_faults; i++) {
        const struct fp_fault *fault = &hop->faults[i];
        if (!fp_str_eqz(f->name, fp_fault_key(fault->kind)))
            continue;
        if (fault->kind == FP_FAULT_BLOCK_POLLING)
            return FP_POLLING;
        if (fault->scope.last_attempt != 0)
            return FP_WEBSOCKET;
        return fault->scope.transport;
    }
    return FP_TRANSPORT_NONE;
}

/* The transport that a fault acted on, as far as its connection shows. */
static enum fp_transport
fault_transport(const struct fp_view *v, const struct fp_fact *f)
{
    const struct fp_view_conn *conn =
        f->hop == 0 ? fp_view_conn_of(v, f->conn) : NULL;
    if (f->transport != FP_TRANSPORT_NONE)
        return f->transport;
    if (conn == NULL || conn->requests == 0)
        return declared_transport(v, f);
    return conn->upgrade == FP_NO_INDEX ? FP_POLLING : FP_WEBSOCKET;
}

static void fold_fault(struct fp_view *v, const struct fp_fact *f, size_t index)
{
    enum fp_transport on = fault_transport(v, f);
    if (fp_str_eqz(f->name, fp_fault_key(FP_FAULT_TCP_REFUSE))) {
        v->bare_connects++;
        v->first_refused_ns = fp_ns_min(v->first_refused_ns, f->t_ns);
    }
    if (on != FP_POLLING && hinders(f->name)) {
        v->last_ws_fault_ns = f->t_ns;
        v->last_ws_fault = index;
    }
    if (spares_sessions(f->name))
        return;
    for (size_t i = 0; i < v->n_sessions; i++) {
        struct fp_view_session *s = &v->sessions[i];
        bool fits = on == FP_TRANSPORT_NONE || s->transport == on;
        if (on == FP_WEBSOCKET && f->hop == 0 && f->conn != 0)
            fits = s->ws_conn == f->conn;
        if (fits && s->end_ns == FP_NEVER && s->eaten_ns == FP_NEVER)
            s->eaten_ns = f->t_ns;
    }
}

static void fold_restart(struct fp_view *v, uint64_t t_ns)
{
    v->restart_ns = t_ns;
    v->lost_ns = t_ns;
    v->losses++;
}

void fp_view_fold(struct fp_view *v, const struct fp_fact *f, size_t index)
{
    v->now_ns = fp_ns_max(v->now_ns, f->t_ns);
    if (f->at == FP_AT_RUN)
        fold_run(v, f, index);
    else if (f->kind == FP_FACT_FAULT)
        fold_fault(v, f, index);
    else if (f->kind == FP_FACT_SERVER_LIFECYCLE &&
             fp_str_eqz(f->name, "restart"))
        fold_restart(v, f->t_ns);
    if (fp_fact_is_wire(f))
        fp_view_fold_request(v, f, index);
    fp_view_fold_session(v, f, index);
    fp_view_fold_update(v, f, index);
}
