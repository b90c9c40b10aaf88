/* self.h - cases about the harness itself (cases/self): they pass when the
 * verdict, or the error, is the one that they name.
 * Uses: base, model, judge's results. */
#pragma once
#include "harness/judge/result.h"

/* Where c names what it expects of the harness, r's verdict and checks are
 * replaced by one check, "self", that says whether it came so. The trace, the
 * ladder and the output stay. What is inconclusive instead stays that, and is
 * run again. FP_ENOMEM: r is as it was. */
FP_MUST_USE enum fp_status
fp_self_apply(struct fp_case_result *r, const struct fp_case *c,
              struct fp_err *err);
