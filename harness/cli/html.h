/* html.h - --html and --html-traces, which `run` and `report` share.
 * Uses: base, reports. */
#pragma once
#include "harness/cli/cli.h"
#include "reports/report.h"

/* False, after a message, when --html-traces is none of its words. */
bool fp_html_check(const struct fp_args *a);
/* paths: of the results.jsonl that all (sorted) is from; their traces stand
 * beside them. Prints what is wrong and returns an exit code. */
int fp_html_render(struct fp_buf *out, const struct fp_results *all,
                   const struct fp_args *a, const char *const *paths,
                   size_t n_paths);
