/* html.h - results as one HTML file that needs nothing else: no network, no
 * second file. A table of cases and clients; a cell opens what was found, with
 * a timeline where the trace is at hand. docs/reports.md describes it.
 * Uses: base, trace, model, judge's results. */
#pragma once
#include "reports/report.h"

enum fp_html_traces {
    FP_HTML_TRACES_PROBLEMS, /* of what did not pass */
    FP_HTML_TRACES_ALL,
    FP_HTML_TRACES_NONE,
};

struct fp_html_conf {
    enum fp_html_traces traces;
    bool strict;
    /* Where results.jsonl came from: traces/ stands there. Borrowed. */
    const char *const *dirs;
    size_t n_dirs;
};

/* all: sorted. The same results and traces give the same bytes. What came from
 * a client or a network is cut to size (docs/reports.md); a trace that cannot
 * be read is left out, and its case says so. */
void fp_html_write(struct fp_buf *out, const struct fp_results *all,
                   const struct fp_html_conf *conf);
/* "problems", "all", "none". */
bool fp_html_traces_parse(struct fp_str name, enum fp_html_traces *out);
