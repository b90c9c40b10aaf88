/* html_private.h - the parts of reports/html.h: html.c the page and its index,
 * html_case.c what a row opens, html_trace.c a timeline.
 * Uses: base, trace, judge's results, jansson. */
#pragma once
#include <jansson.h>

#include "reports/html.h"

/* design: a page that a browser opens at once, whatever a client wrote. */
enum {
    FP_HTML_TEXT_BYTES = 600,    /* of a field */
    FP_HTML_OUTPUT_BYTES = 4096, /* the last of a client's output */
    FP_HTML_RUNGS = 60,
    FP_HTML_FACTS = 4000,                    /* of a trace */
    FP_HTML_FACT_BYTES = 240,                /* of a fact's text */
    FP_HTML_TRACES_BYTES = 24 * 1024 * 1024, /* of all traces */
};

/* Made at build time from reports/html/: ends with the place for the data. */
extern const unsigned char fp_html_page_head[], fp_html_page_tail[];
extern const size_t fp_html_page_head_n, fp_html_page_tail_n;

/* UTF-8, whatever s holds; cut to `most` bytes, and then ends with U+2026. */
json_t *fp_html_text(struct fp_str s, size_t most);
/* As <script type="application/json" id="…">. */
void fp_html_block(struct fp_buf *out, const char *id, json_t *j);

/* One client, version and configuration. */
struct fp_html_columns {
    const struct fp_case_result **items;
    size_t n;
};
size_t fp_html_column_of(const struct fp_html_columns *columns,
                         const struct fp_case_result *r);

/* The results [first, first + n) are those of one case and protocol. Adds
 * blocks "r7" and, for each timeline, "t7.0". *room: bytes for traces. */
struct fp_html_row {
    const struct fp_case_result *first;
    size_t n, number;
};
void fp_html_write_row(struct fp_buf *out, const struct fp_html_row *row,
                       const struct fp_html_columns *columns,
                       const struct fp_html_conf *conf, size_t *room);

/* The trace of r as an array of facts; NULL when there is none to be read. */
json_t *
fp_html_trace(const struct fp_case_result *r, const struct fp_html_conf *conf);
