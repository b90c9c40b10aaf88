/* report.h - a probe for people, and for programs.
 * Schema of the JSON: reports/schema/probe.schema.json.
 * Uses: probe, diagnose, jansson. */
#pragma once
#include "harness/probe/diagnose.h"

void fp_probe_text_begin(const struct fp_probe *p);
void fp_probe_text_step(const struct fp_step *step); /* as it happens */
void fp_probe_text_end(const struct fp_probe *p, const struct fp_diagnosis *d);

FP_MUST_USE enum fp_status
fp_probe_json_write(struct fp_buf *out, const struct fp_probe *p,
                    const struct fp_diagnosis *d, struct fp_err *err);
