/* SPDX-License-Identifier: MIT
 * trace_load.c - read a trace file back, with the place of what is wrong. */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "harness/base/input.h"
#include "harness/trace/json_text.h"
#include "harness/trace/trace_private.h"

enum {
    FILE_BYTES = 256 * 1024 * 1024,
    LINE_BYTES = 16 * 1024 * 1024, /* a case's text and a body fit easily */
    READ_BYTES = 64 * 1024,
};

/* One line as it is read. Members are taken one by one, so that what is left
 * over is known to be foreign. */
struct line {
    struct fp_str text;
    struct fp_loc loc;
    json_t *json;
    struct fp_buf scratch;
    struct fp_err *err;
    size_t taken; /* members that something asked for */
};

/* Point at the member called key. A quote inside a string is escaped, so that
 * "key": can only be a member. */
static enum fp_status wrong(struct line *l, const char *key, const char *what)
{
    struct fp_buf needle = {0};
    fp_buf_printf(&needle, "\"%s\":", key);
    size_t at = fp_str_find(l->text, fp_buf_view(&needle));
    fp_buf_deinit(&needle);
    struct fp_loc loc = l->loc;
    loc.col = at < l->text.n ? (unsigned)at + 1 : 1;
    return fp_fail_at(l->err, FP_EPARSE, loc, "'%s' %s", key, what);
}

static json_t *take(struct line *l, const char *key)
{
    json_t *v = json_object_get(l->json, key);
    if (v != NULL)
        l->taken++;
    return v;
}

static enum fp_status
check_leftover(struct line *l,
               bool (*is_known)(const char *key, const void *user),
               const void *user)
{
    const char *key;
    json_t *value;
    if (l->taken == json_object_size(l->json))
        return FP_OK;
    json_object_foreach(l->json, key, value)
    {
        if (!is_known(key, user))
            return wrong(l, key, "is no member of such a line");
    }
    return FP_OK;
}

/* A number from 0 (or from low) to high; *out is left alone when absent. */
static enum fp_status take_int(struct line *l, const char *key, int64_t low,
                               int64_t high, int64_t *out)
{
    json_t *v = take(l, key);
    if (v == NULL)
        return FP_OK;
    if (!json_is_integer(v))
        return wrong(l, key, "is not an integer");
    if (json_integer_value(v) < low || json_integer_value(v) > high)
        return wrong(l, key, "is out of range");
    *out = json_integer_value(v);
    return FP_OK;
}

static struct fp_str string_of(const json_t *v)
{
    return (struct fp_str){json_string_value(v), json_string_length(v)};
}

/* A word: borrowed from the JSON value; absent when the member is. */
static enum fp_status
take_word(struct line *l, const char *key, struct fp_str *out)
{
    json_t *v = take(l, key);
    if (v == NULL)
        return FP_OK;
    if (!json_is_string(v))
        return wrong(l, key, "is not a string");
    *out = string_of(v);
    return FP_OK;
}

/* key, or key64 in base64; the copy lives in the arena. */
static enum fp_status take_text(struct line *l, const char *key,
                                struct fp_arena *arena, struct fp_str *out)
{
    char key64[32];
    (void)snprintf(key64, sizeof key64, "%s64", key);
    struct fp_str plain = FP_STR_NONE, coded = FP_STR_NONE;
    if (take_word(l, key, &plain) != FP_OK ||
        take_word(l, key64, &coded) != FP_OK)
        return FP_EPARSE;
    if (plain.p != NULL && coded.p != NULL)
        return wrong(l, key64, "stands beside its plain form");
    if (coded.p != NULL) {
        fp_buf_clear(&l->scratch);
        if (!fp_json_unbase64(&l->scratch, coded))
            return wrong(l, key64, "is not base64");
        if (l->scratch.failed)
            return fp_fail_at(l->err, FP_ENOMEM, l->loc, "no memory left");
        plain = fp_buf_view(&l->scratch);
    }
    if (plain.p == NULL)
        return FP_OK;
    *out = fp_arena_str(arena, plain);
    if (out->p == NULL)
        return fp_fail_at(l->err, FP_ENOMEM, l->loc, "no memory left");
    return FP_OK;
}

/* -- a fact ------------------------------------------------------------- */

static bool is_fact_member(const char *key, const void *user)
{
    static const char *const known[] = {
        "t",     "kind", "at",    "hop",    "side",   "conn",
        "req",   "dir",  "class", "sid",    "sid64",  "transport",
        "bytes", "name", "text",  "name64", "text64",
    };
    for (size_t i = 0; i < FP_COUNT(known); i++)
        if (strcmp(key, known[i]) == 0)
            return true;
    return strcmp(key, (const char *)user) == 0;
}

static enum fp_status take_what(struct line *l, struct fp_fact *f)
{
    struct fp_str kind = FP_STR_NONE, at = FP_STR_NONE;
    int64_t t = -1;
    if (take_int(l, "t", 0, INT64_MAX, &t) != FP_OK ||
        take_word(l, "kind", &kind) != FP_OK ||
        take_word(l, "at", &at) != FP_OK)
        return FP_EPARSE;
    if (t < 0)
        return wrong(l, "t", "is missing");
    if (kind.p == NULL || !fp_fact_kind_parse(kind, &f->kind))
        return wrong(l, "kind", kind.p == NULL ? "is missing" : "is not known");
    if (at.p == NULL || !fp_vantage_parse(at, &f->at))
        return wrong(l, "at", at.p == NULL ? "is missing" : "is not known");
    f->t_ns = (uint64_t)t;
    return FP_OK;
}

static enum fp_status take_place(struct line *l, struct fp_fact *f)
{
    int64_t hop = 0, conn = 0, req = 0;
    struct fp_str side = FP_STR("client"), dir = FP_STR("up");
    if (take_int(l, "hop", 0, UINT16_MAX, &hop) != FP_OK ||
        take_int(l, "conn", 0, UINT32_MAX, &conn) != FP_OK ||
        take_int(l, "req", 0, UINT32_MAX, &req) != FP_OK ||
        take_word(l, "side", &side) != FP_OK ||
        take_word(l, "dir", &dir) != FP_OK)
        return FP_EPARSE;
    bool is_server = fp_str_eqz(side, fp_side_name(FP_SIDE_SERVER));
    if (!is_server && !fp_str_eqz(side, fp_side_name(FP_SIDE_CLIENT)))
        return wrong(l, "side", "is neither client nor server");
    bool is_down = fp_str_eqz(dir, fp_dir_name(FP_DOWN));
    if (!is_down && !fp_str_eqz(dir, fp_dir_name(FP_UP)))
        return wrong(l, "dir", "is neither up nor down");
    f->side = is_server ? FP_SIDE_SERVER : FP_SIDE_CLIENT;
    f->dir = is_down ? FP_DOWN : FP_UP;
    f->hop = (unsigned)hop;
    f->conn = (uint32_t)conn;
    f->req = (uint32_t)req;
    return FP_OK;
}

static enum fp_status take_numbers(struct line *l, struct fp_fact *f)
{
    const char *n = fp_fact_kind_n(f->kind);
    int64_t bytes = 0;
    f->n = n[0] == '\0' ? 0 : FP_N_ABSENT;
    if (n[0] != '\0' && take_int(l, n, -INT64_MAX, INT64_MAX, &f->n) != FP_OK)
        return FP_EPARSE;
    if (strcmp(n, "bytes") != 0 &&
        take_int(l, "bytes", 0, INT64_MAX, &bytes) != FP_OK)
        return FP_EPARSE;
    f->bytes = (uint64_t)bytes;
    return FP_OK;
}

static enum fp_status take_words(struct line *l, struct fp_fact *f)
{
    struct fp_str transport = FP_STR_NONE, cls = FP_STR_NONE;
    if (take_word(l, "transport", &transport) != FP_OK ||
        take_word(l, "class", &cls) != FP_OK)
        return FP_EPARSE;
    if (transport.p != NULL && !fp_transport_parse(transport, &f->transport))
        return wrong(l, "transport", "is not known");
    if (cls.p != NULL && !fp_request_class_parse(cls, &f->cls))
        return wrong(l, "class", "is not known");
    return FP_OK;
}

static enum fp_status take_fact(struct line *l, struct fp_trace *t)
{
    struct fp_fact f = {0};
    struct fp_arena texts = {0};
    enum fp_status s = take_what(l, &f);
    if (s == FP_OK)
        s = take_place(l, &f);
    if (s == FP_OK)
        s = take_numbers(l, &f);
    if (s == FP_OK)
        s = take_words(l, &f);
    if (s == FP_OK)
        s = take_text(l, "sid", &texts, &f.sid);
    if (s == FP_OK)
        s = take_text(l, "name", &texts, &f.name);
    if (s == FP_OK)
        s = take_text(l, "text", &texts, &f.text);
    if (s == FP_OK)
        s = check_leftover(l, is_fact_member, fp_fact_kind_n(f.kind));
    if (s == FP_OK && fp_trace_append(t, &f) != FP_OK)
        s = fp_fail_at(l->err, FP_ENOMEM, l->loc, "no memory left");
    fp_arena_deinit(&texts);
    return s;
}

/* -- the header --------------------------------------------------------- */

static bool is_header_member(const char *key, const void *user)
{
    static const char *const known[] = {
        "trace",          "version",    "version64",        "case",
        "case64",         "protocol",   "client",           "client64",
        "client_version", "config",     "client_version64", "config64",
        "seed",           "time_scale", "started_unix_ms",  "case_text",
        "case_text64",    "host",       "host64",           "host_text",
        "host_text64",    "hosts",
    };
    (void)user;
    for (size_t i = 0; i < FP_COUNT(known); i++)
        if (strcmp(key, known[i]) == 0)
            return true;
    return false;
}

static enum fp_status
take_header_values(struct line *l, struct fp_trace_header *h)
{
    struct fp_str protocol = FP_STR_NONE, seed = FP_STR_NONE;
    int64_t trace = 0;
    if (take_int(l, "trace", 0, INT64_MAX, &trace) != FP_OK ||
        take_word(l, "protocol", &protocol) != FP_OK ||
        take_word(l, "seed", &seed) != FP_OK ||
        take_int(l, "started_unix_ms", INT64_MIN, INT64_MAX,
                 &h->started_unix_ms) != FP_OK)
        return FP_EPARSE;
    if (trace != 1)
        return wrong(l, "trace",
                     trace == 0 ? "is missing: this is not a trace"
                                : "is of a version that is not known");
    if (!fp_protocol_parse(protocol, &h->protocol))
        return wrong(l, "protocol", "is not known");
    if (!fp_str_to_u64(seed, &h->seed))
        return wrong(l, "seed", "is not a number in a string");
    json_t *scale = take(l, "time_scale");
    if (!json_is_number(scale) || json_number_value(scale) <= 0)
        return wrong(l, "time_scale", "is not a number above 0");
    h->time_scale = json_number_value(scale);
    return FP_OK;
}

/* [[name, text], …] */
static enum fp_status
take_hosts(struct line *l, struct fp_arena *arena, struct fp_trace_header *h)
{
    const json_t *v = take(l, "hosts");
    if (v == NULL)
        return FP_OK;
    size_t n = json_array_size(v);
    struct fp_trace_host *hosts =
        fp_arena_alloc(arena, (n + 1) * sizeof *hosts);
    if (hosts == NULL)
        return fp_fail_at(l->err, FP_ENOMEM, l->loc, "no memory left");
    for (size_t i = 0; i < n; i++) {
        const json_t *pair = json_array_get(v, i);
        const json_t *name = json_array_get(pair, 0);
        const json_t *text = json_array_get(pair, 1);
        if (!json_is_string(name) || !json_is_string(text))
            return wrong(l, "hosts", "is not a list of names with texts");
        hosts[i] = (struct fp_trace_host){
            fp_arena_str(arena, string_of(name)),
            fp_arena_str(arena, string_of(text)),
        };
        if (hosts[i].name.p == NULL || hosts[i].text.p == NULL)
            return fp_fail_at(l->err, FP_ENOMEM, l->loc, "no memory left");
    }
    if (!json_is_array(v))
        return wrong(l, "hosts", "is not a list of names with texts");
    h->hosts = hosts;
    h->n_hosts = n;
    return FP_OK;
}

static enum fp_status
take_header(struct line *l, struct fp_arena *arena, struct fp_trace_header *h)
{
    const struct {
        const char *key;
        struct fp_str *to;
    } texts[] = {
        {"version", &h->version}, {"case", &h->case_name},
        {"client", &h->client},   {"client_version", &h->client_version},
        {"config", &h->config},   {"case_text", &h->case_text},
        {"host", &h->host},       {"host_text", &h->host_text},
    };
    *h = (struct fp_trace_header){0};
    enum fp_status s = take_header_values(l, h);
    for (size_t i = 0; i < FP_COUNT(texts) && s == FP_OK; i++)
        s = take_text(l, texts[i].key, arena, texts[i].to);
    if (s == FP_OK)
        s = take_hosts(l, arena, h);
    if (s == FP_OK)
        s = check_leftover(l, is_header_member, NULL);
    return s;
}

/* -- the file ----------------------------------------------------------- */

static enum fp_status parse_json(struct line *l)
{
    json_error_t e;
    l->json = json_loadb(l->text.p, l->text.n,
                         JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &e);
    struct fp_loc at = l->loc;
    at.col = e.column > 0 ? (unsigned)e.column : 1;
    if (l->json == NULL)
        return fp_fail_at(l->err, FP_EPARSE, at, "not JSON: %s", e.text);
    if (!json_is_object(l->json))
        return fp_fail_at(l->err, FP_EPARSE, l->loc, "not an object");
    return FP_OK;
}

static enum fp_status
take_line(struct line *l, struct fp_trace *t, struct fp_trace_header *h)
{
    l->taken = 0;
    l->loc.line++;
    l->loc.col = 1;
    enum fp_status s = parse_json(l);
    if (s == FP_OK && l->loc.line == 1)
        s = take_header(l, fp_trace_arena(t), h);
    else if (s == FP_OK)
        s = take_fact(l, t);
    json_decref(l->json);
    l->json = NULL;
    return s;
}

/* Every whole line of pending, which keeps what follows the last newline. */
static enum fp_status take_lines(struct line *l, struct fp_buf *pending,
                                 struct fp_trace *t, struct fp_trace_header *h)
{
    struct fp_str rest = fp_buf_view(pending);
    for (;;) {
        struct fp_str after, first = fp_str_split(rest, '\n', &after);
        if (after.p == NULL)
            break;
        l->text = first;
        enum fp_status s = take_line(l, t, h);
        if (s != FP_OK)
            return s;
        rest = after;
    }
    fp_buf_drop(pending, pending->n - rest.n);
    return FP_OK;
}

static enum fp_status
check_end(const struct line *l, const struct fp_buf *pending, FILE *from)
{
    struct fp_loc next = {l->loc.file, l->loc.line + 1, 1};
    if (ferror(from) != 0)
        return fp_fail_sys(l->err, errno, "cannot read %s", l->loc.file);
    if (pending->n > 0)
        return fp_fail_at(l->err, FP_EPARSE, next,
                          "the last line is cut off: the file is incomplete");
    if (l->loc.line == 0)
        return fp_fail_at(l->err, FP_EPARSE, next, "an empty file");
    return FP_OK;
}

static enum fp_status
check_size(const struct line *l, size_t total, const struct fp_buf *pending)
{
    if (total > FILE_BYTES)
        return fp_fail(l->err, FP_ELIMIT, "%s is larger than 256 MiB",
                       l->loc.file);
    struct fp_loc next = {l->loc.file, l->loc.line + 1, 1};
    if (pending->n > LINE_BYTES)
        return fp_fail_at(l->err, FP_ELIMIT, next, "a line over 16 MiB");
    return FP_OK;
}

static enum fp_status read_all(struct line *l, FILE *from, struct fp_trace *t,
                               struct fp_trace_header *h)
{
    struct fp_buf pending = {0};
    size_t total = 0, n = 1;
    enum fp_status s = FP_OK;
    while (s == FP_OK && n > 0) {
        char *to = fp_buf_room(&pending, READ_BYTES);
        if (to == NULL) {
            s = fp_fail(l->err, FP_ENOMEM, "no memory left");
            break;
        }
        n = fread(to, 1, READ_BYTES, from);
        fp_buf_grow(&pending, n);
        total += n;
        s = take_lines(l, &pending, t, h);
        if (s == FP_OK)
            s = check_size(l, total, &pending);
    }
    if (s == FP_OK)
        s = check_end(l, &pending, from);
    fp_buf_deinit(&pending);
    return s;
}

enum fp_status
fp_trace_read(struct fp_trace **out, struct fp_trace_header *header, FILE *from,
              const char *name, struct fp_err *err)
{
    struct fp_trace *t = NULL;
    struct fp_trace_header h = {0};
    struct line l = {.loc = {name, 0, 1}, .err = err};
    enum fp_status s = fp_trace_new(&t, 0, err);
    if (s == FP_OK)
        s = read_all(&l, from, t, &h);
    fp_buf_deinit(&l.scratch);
    if (s != FP_OK) {
        fp_trace_free(t);
        return s;
    }
    *out = t;
    *header = h;
    return FP_OK;
}

enum fp_status
fp_trace_load(struct fp_trace **out, struct fp_trace_header *header,
              const char *path, struct fp_err *err)
{
    FILE *from = NULL;
    enum fp_status s = fp_input_open(&from, path, err);
    if (s != FP_OK)
        return s;
    s = fp_trace_read(out, header, from, path, err);
    (void)fclose(from);
    return s;
}
