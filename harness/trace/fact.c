/* SPDX-License-Identifier: MIT
 * fact.c - the names of facts, and their JSON form. */
#include "harness/trace/fact.h"

#include <inttypes.h>

#include "harness/trace/json_text.h"

static const struct kind_row {
    const char *name, *n, *doc;
} kinds[FP_FACT_KIND_COUNT] = {
#define FP_X(id, json, n, doc) {json, n, doc},
    FP_FACT_KINDS(FP_X)
#undef FP_X
};

const char *fp_fact_kind_name(enum fp_fact_kind k) { return kinds[k].name; }

const char *fp_fact_kind_n(enum fp_fact_kind k) { return kinds[k].n; }

const char *fp_fact_kind_doc(enum fp_fact_kind k) { return kinds[k].doc; }

bool fp_fact_kind_parse(struct fp_str name, enum fp_fact_kind *out)
{
    for (unsigned k = 0; k < FP_FACT_KIND_COUNT; k++)
        if (fp_str_eqz(name, kinds[k].name)) {
            *out = (enum fp_fact_kind)k;
            return true;
        }
    return false;
}

const char *fp_request_class_name(enum fp_request_class c)
{
    static const char *const names[] = {
        [FP_REQ_OTHER] = "other",
        [FP_REQ_ATTEMPT] = "attempt",
        [FP_REQ_UPGRADE_PROBE] = "upgrade-probe",
        [FP_REQ_HANDSHAKE] = "handshake",
        [FP_REQ_POLL] = "poll",
        [FP_REQ_POST] = "post",
        [FP_REQ_PREFLIGHT] = "preflight",
    };
    return names[c];
}

bool fp_request_class_parse(struct fp_str name, enum fp_request_class *out)
{
    for (int c = FP_REQ_OTHER; c <= FP_REQ_PREFLIGHT; c++)
        if (fp_str_eqz(name, fp_request_class_name((enum fp_request_class)c))) {
            *out = (enum fp_request_class)c;
            return true;
        }
    return false;
}

const char *fp_vantage_name(enum fp_vantage v)
{
    static const char *const names[] = {
        [FP_AT_RUN] = "run", [FP_AT_HOP] = "hop", [FP_AT_SERVER] = "server"};
    return names[v];
}

bool fp_vantage_parse(struct fp_str name, enum fp_vantage *out)
{
    for (int v = FP_AT_RUN; v <= FP_AT_SERVER; v++)
        if (fp_str_eqz(name, fp_vantage_name((enum fp_vantage)v))) {
            *out = (enum fp_vantage)v;
            return true;
        }
    return false;
}

const char *fp_side_name(enum fp_side s)
{
    return s == FP_SIDE_CLIENT ? "client" : "server";
}

static bool has_direction(enum fp_fact_kind k)
{
    return k == FP_FACT_CONN_CLOSE || k == FP_FACT_BYTES ||
           k == FP_FACT_WS_FRAME || k == FP_FACT_PACKET ||
           k == FP_FACT_SESSION_END;
}

static bool n_is_bytes(enum fp_fact_kind k)
{
    return fp_str_eqz(FP_STR("bytes"), kinds[k].n);
}

void fp_fact_normalise(struct fp_fact *f)
{
    if (f->at != FP_AT_HOP) {
        f->hop = 0;
        f->side = FP_SIDE_CLIENT;
    }
    if (kinds[f->kind].n[0] == '\0')
        f->n = 0;
    if (n_is_bytes(f->kind))
        f->bytes = 0;
}

static void member_number(struct fp_buf *out, const char *name, uint64_t n)
{
    if (n != 0)
        fp_buf_printf(out, ",\"%s\":%" PRIu64, name, n);
}

static void member_word(struct fp_buf *out, const char *name, const char *word)
{
    fp_buf_printf(out, ",\"%s\":\"%s\"", name, word);
}

/* Where it was seen: the members before the kind's own. */
static void write_place(struct fp_buf *out, const struct fp_fact *f)
{
    member_word(out, "at", fp_vantage_name(f->at));
    if (f->at == FP_AT_HOP) {
        fp_buf_printf(out, ",\"hop\":%u", f->hop);
        member_word(out, "side", fp_side_name(f->side));
    }
    member_number(out, "conn", f->conn);
    member_number(out, "req", f->req);
    if (f->dir == FP_DOWN || has_direction(f->kind))
        member_word(out, "dir", fp_dir_name(f->dir));
}

void fp_fact_write(struct fp_buf *out, const struct fp_fact *f)
{
    const struct kind_row *kind = &kinds[f->kind];
    fp_buf_printf(out, "{\"t\":%" PRIu64 ",\"kind\":\"%s\"", f->t_ns,
                  kind->name);
    write_place(out, f);
    if (f->transport != FP_TRANSPORT_NONE)
        member_word(out, "transport", fp_transport_name(f->transport));
    if (f->cls != FP_REQ_OTHER || f->kind == FP_FACT_REQUEST)
        member_word(out, "class", fp_request_class_name(f->cls));
    if (kind->n[0] != '\0' && f->n != FP_N_ABSENT)
        fp_buf_printf(out, ",\"%s\":%" PRId64, kind->n, f->n);
    if (!n_is_bytes(f->kind))
        member_number(out, "bytes", f->bytes);
    fp_json_member_text(out, "sid", f->sid);
    fp_json_member_text(out, "name", f->name);
    fp_json_member_text(out, "text", f->text);
    fp_buf_char(out, '}');
}
