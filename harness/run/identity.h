/* identity.h - what a result says about which run it is of.
 * Uses: base, judge's results, run. */
#pragma once
#include "harness/run/run.h"

/* At which the client is run in this case: its own, or 1 where nothing is said
 * or the case has a pace that cannot be scaled. */
double fp_run_time_scale(const struct fp_run_item *item);
/* The k-th copy has a seed of its own, and --seed with that number repeats
 * it. */
uint64_t
fp_run_seed(const struct fp_run_conf *conf, const struct fp_run_item *item);
/* Shell words that run only this item again. */
void fp_run_command_write(struct fp_buf *out, const struct fp_run_conf *conf,
                          const struct fp_run_item *item);
/* `word` as the shell must read it: quoted where it has to be. */
void fp_run_quote(struct fp_buf *out, struct fp_str word);
/* Sets case_name … time_scale and command of r, as far as they are absent. */
void fp_run_identify(struct fp_case_result *r, const struct fp_run_conf *conf,
                     const struct fp_run_item *item);
/* Makes r an error of the case as a whole. The first error wins. */
void fp_run_set_error(struct fp_case_result *r, struct fp_str text);
/* Whether item is to be run again, stopped at, …: a must, or with strict a
 * should, failed, or it is an error. */
bool fp_run_is_bad(const struct fp_case_result *r, bool strict);
