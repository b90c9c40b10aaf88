/* baseline.h - results held against the checks that are known to fail.
 * Uses: base, model, judge's results, report. */
#pragma once
#include "harness/model/baseline.h"
#include "reports/report.h"

/* Fills in `listing` of each check that an entry is about. An entry's day is
 * compared with that of the result, so that stored results stay what they are.
 * Where several entries are about a failed check, it is enough that one fits.*/
void fp_baseline_apply(const struct fp_baseline *b, struct fp_case_result *r);

/* Why a known failure is known ("WHY (LINK)"), or what is unexpected about it
 * and where the entry is; nothing for a check that is not listed. */
void fp_listing_say(struct fp_buf *out, const struct fp_check_result *c);

/* One line for each entry that is about no check of these results; how many.
 * whole: the results are of all cases there are. Else nothing is known of an
 * entry, unless it names a case by CASE@PROTOCOL that was run. */
size_t
fp_baseline_write_unmatched(struct fp_buf *out, const struct fp_baseline *b,
                            const struct fp_results *all, bool whole);

/* A baseline file that expects these results: an entry for each check that
 * failed (a must; strict: a should too). Entries of `old` are kept where they
 * fit and nothing that they are about passed, or where nothing in the results
 * is about them; where only the reason has changed, why, link and until are
 * kept. */
void fp_baseline_write(struct fp_buf *out, const struct fp_baseline *old,
                       const struct fp_results *all, bool strict);
/* Shared by the two halves: whether k is about this check; whether its reason
 * is found in what the check tells. */
bool fp_known_is_about(const struct fp_known_failure *k,
                       const struct fp_case_result *r,
                       const struct fp_check_result *c);
bool fp_known_fits(const struct fp_known_failure *k,
                   const struct fp_check_result *c);
