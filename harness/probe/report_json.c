/* SPDX-License-Identifier: MIT
 * report_json.c - a probe as one JSON object. */
#include <jansson.h>
#include <string.h>

#include "harness/probe/report.h"

static json_t *steps(const struct fp_observed *seen)
{
    static const char *const verdicts[] = {
        [FP_STEP_OK] = "ok", [FP_STEP_BAD] = "bad", [FP_STEP_NOTE] = "note"};
    json_t *list = json_array();
    for (size_t i = 0; i < seen->n_steps; i++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "step", seen->steps[i].name,
                            "verdict", verdicts[seen->steps[i].verdict],
                            "evidence", seen->steps[i].evidence));
    return list;
}

static json_t *hops(const struct fp_observed *seen)
{
    json_t *list = json_array();
    for (size_t i = 0; i < seen->n_hops; i++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s}", "hop", seen->hops[i].name, "evidence",
                            seen->hops[i].evidence));
    return list;
}

static json_t *causes(const struct fp_diagnosis *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->n; i++)
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s}", "cause", fp_cause_name(d->causes[i]),
                      "says", fp_cause_says(d->causes[i]), "fix",
                      fp_cause_fix(d->causes[i])));
    return list;
}

enum fp_status
fp_probe_json_write(struct fp_buf *out, const struct fp_probe *p,
                    const struct fp_diagnosis *d, struct fp_err *err)
{
    json_t *o = json_pack(
        "{s:i, s:s, s:s, s:s, s:b, s:b, s:b, s:i, s:o, s:o, s:o}", "probe", 1,
        "url", p->target.origin, "path", p->target.path, "protocol",
        fp_protocol_name(p->settings.protocol), "connected", d->connected,
        "websocket", d->websocket, "polling", d->polling, "requests",
        (int)p->seen.requests, "causes", causes(d), "hops", hops(&p->seen),
        "steps", steps(&p->seen));
    size_t n = o != NULL ? json_dumpb(o, NULL, 0, JSON_COMPACT) : 0;
    char *room = n > 0 ? fp_buf_room(out, n) : NULL;
    if (room != NULL) {
        (void)json_dumpb(o, room, n, JSON_COMPACT);
        fp_buf_grow(out, n);
        fp_buf_char(out, '\n');
    }
    json_decref(o);
    if (room == NULL || out->failed)
        return fp_fail(err, FP_ENOMEM, "no memory for the report");
    return FP_OK;
}
