/* SPDX-License-Identifier: MIT
 * html.c - the page and its index: columns, rows, a number for each cell. */
#include "reports/html.h"

#include <string.h>

#include "harness/base/alloc.h"
#include "harness/base/utf8.h"
#include "reports/html_private.h"
#include "reports/json.h"

/* A cell is one number: its verdict, the levels at which a check failed, and
 * these. reports/html/matrix.js reads it. */
enum {
    CELL_VERDICT_BITS = 3,
    CELL_KNOWN = 1 << 6,   /* it failed, and only as is known */
    CELL_DIFFERS = 1 << 7, /* its runs gave different verdicts */
    CELL_ABSENT = -1,
};

json_t *fp_html_text(struct fp_str s, size_t most)
{
    struct fp_buf clean = {0};
    size_t n = s.n < most ? s.n : most;
    while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    fp_utf8_scrub(&clean, fp_str_upto(s, n));
    if (n < s.n)
        fp_buf_z(&clean, "\xe2\x80\xa6");
    json_t *j = json_stringn(clean.p == NULL ? "" : clean.p, clean.n);
    fp_buf_deinit(&clean);
    return j;
}

/* In JSON, `<` stands in strings alone: written as an escape, no text can end
 * the script element or begin a comment (HTML, section 13.2.5.4). fp_json_write
 * gives ASCII, so that no line separator is left either. */
void fp_html_block(struct fp_buf *out, const char *id, json_t *j)
{
    struct fp_buf text = {0};
    fp_json_write(&text, j);
    fp_buf_printf(out, "<script type=\"application/json\" id=\"%s\">", id);
    struct fp_str rest = fp_buf_view(&text);
    while (rest.n > 0) {
        size_t n = fp_str_find(rest, FP_STR("<"));
        fp_buf_str(out, fp_str_upto(rest, n));
        if (n < rest.n)
            fp_buf_z(out, "\\u003c");
        rest = fp_str_from(rest, n < rest.n ? n + 1 : n);
    }
    fp_buf_z(out, "</script>\n");
    out->failed |= text.failed;
    fp_buf_deinit(&text);
    json_decref(j);
}

bool fp_html_traces_parse(struct fp_str name, enum fp_html_traces *out)
{
    static const char *const names[] = {
        [FP_HTML_TRACES_PROBLEMS] = "problems",
        [FP_HTML_TRACES_ALL] = "all",
        [FP_HTML_TRACES_NONE] = "none",
    };
    for (size_t i = 0; i < FP_COUNT(names); i++) {
        if (fp_str_eqz(name, names[i])) {
            *out = (enum fp_html_traces)i;
            return true;
        }
    }
    return false;
}

/* -- columns ------------------------------------------------------------- */

static int order_of(struct fp_str a, struct fp_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (order != 0)
        return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

static int
column_order(const struct fp_case_result *a, const struct fp_case_result *b)
{
    int order = order_of(a->client, b->client);
    if (order == 0)
        order = order_of(a->client_version, b->client_version);
    return order != 0 ? order : order_of(a->config, b->config);
}

size_t fp_html_column_of(const struct fp_html_columns *columns,
                         const struct fp_case_result *r)
{
    size_t low = 0, high = columns->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (column_order(columns->items[middle], r) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
find_columns(struct fp_html_columns *out, const struct fp_results *all)
{
    const size_t size = sizeof(const struct fp_case_result *);
    out->items = fp_calloc(all->n + 1, size);
    if (out->items == NULL)
        return false;
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        size_t at = fp_html_column_of(out, r);
        if (at < out->n && column_order(out->items[at], r) == 0)
            continue;
        memmove(&out->items[at + 1], &out->items[at], (out->n - at) * size);
        out->items[at] = r;
        out->n++;
    }
    return true;
}

static json_t *columns_json(const struct fp_html_columns *columns)
{
    json_t *list = json_array();
    for (size_t i = 0; i < columns->n; i++) {
        const struct fp_case_result *r = columns->items[i];
        json_t *j = json_object();
        json_object_set_new(j, "client",
                            fp_html_text(r->client, FP_HTML_TEXT_BYTES));
        json_object_set_new(
            j, "version", fp_html_text(r->client_version, FP_HTML_TEXT_BYTES));
        json_object_set_new(j, "config",
                            fp_html_text(r->config, FP_HTML_TEXT_BYTES));
        json_array_append_new(list, j);
    }
    return list;
}

/* -- rows ---------------------------------------------------------------- */

static struct fp_html_row
row_at(const struct fp_results *all, size_t first, size_t number)
{
    const struct fp_case_result *r = &all->items[first];
    size_t n = 1;
    while (first + n < all->n && r[n].protocol == r->protocol &&
           fp_str_eq(r[n].case_name, r->case_name))
        n++;
    return (struct fp_html_row){.first = r, .n = n, .number = number};
}

static int cell_of(const struct fp_case_result *r, bool strict)
{
    int cell = (int)r->verdict;
    for (size_t i = 0; i < r->n_checks; i++)
        if (r->checks[i].verdict == FP_FAIL)
            cell |= 1 << (CELL_VERDICT_BITS + (int)r->checks[i].level);
    if (fp_result_is_known(r, strict))
        cell |= CELL_KNOWN;
    return cell;
}

/* Of several runs the worst is shown. */
static int merged(int a, int b)
{
    static const int badness[FP_VERDICTS] = {
        [FP_ERROR] = 6, [FP_FAIL] = 5,        [FP_INCONCLUSIVE] = 4,
        [FP_PASS] = 3,  [FP_UNSUPPORTED] = 2, [FP_NOT_EXERCISED] = 1,
    };
    const int mask = (1 << CELL_VERDICT_BITS) - 1;
    if (a == CELL_ABSENT)
        return b;
    int worst = badness[a & mask] >= badness[b & mask] ? a : b;
    int other = worst == a ? b : a;
    if ((worst & CELL_KNOWN) && (other & mask) == FP_FAIL &&
        !(other & CELL_KNOWN))
        worst &= ~CELL_KNOWN; /* one of them nobody expected */
    worst |= other & (7 << CELL_VERDICT_BITS);
    bool differs = (a & mask) != (b & mask) || ((a | b) & CELL_DIFFERS) != 0;
    return differs ? worst | CELL_DIFFERS : worst;
}

static json_t *cells_json(const struct fp_html_row *row,
                          const struct fp_html_columns *columns, bool strict)
{
    json_t *cells = json_array();
    size_t i = 0;
    for (size_t c = 0; c < columns->n; c++) {
        int cell = CELL_ABSENT;
        while (i < row->n && fp_html_column_of(columns, &row->first[i]) == c)
            cell = merged(cell, cell_of(&row->first[i++], strict));
        json_array_append_new(cells, json_integer(cell));
    }
    return cells;
}

static json_t *rows_json(const struct fp_results *all,
                         const struct fp_html_columns *columns, bool strict)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < all->n;) {
        struct fp_html_row row = row_at(all, i, 0);
        json_t *j = json_object();
        json_object_set_new(
            j, "case", fp_html_text(row.first->case_name, FP_HTML_TEXT_BYTES));
        json_object_set_new(j, "protocol",
                            json_string(fp_protocol_name(row.first->protocol)));
        json_object_set_new(j, "title",
                            fp_html_text(row.first->title, FP_HTML_TEXT_BYTES));
        json_object_set_new(j, "cells", cells_json(&row, columns, strict));
        json_array_append_new(rows, j);
        i += row.n;
    }
    return rows;
}

static json_t *index_json(const struct fp_results *all,
                          const struct fp_html_columns *columns, bool strict)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < all->n; i++) {
        int64_t t = all->items[i].started_unix_ms;
        first = t < first ? t : first;
        last = t > last ? t : last;
    }
    json_t *j = json_object();
    json_object_set_new(j, "version", json_string(FP_VERSION));
    json_object_set_new(j, "first_ms", json_integer(all->n == 0 ? 0 : first));
    json_object_set_new(j, "last_ms", json_integer(all->n == 0 ? 0 : last));
    json_object_set_new(j, "columns", columns_json(columns));
    json_object_set_new(j, "rows", rows_json(all, columns, strict));
    return j;
}

void fp_html_write(struct fp_buf *out, const struct fp_results *all,
                   const struct fp_html_conf *conf)
{
    struct fp_html_columns columns = {0};
    if (!find_columns(&columns, all)) {
        out->failed = true;
        return;
    }
    fp_buf_add(out, fp_html_page_head, fp_html_page_head_n);
    fp_html_block(out, "index", index_json(all, &columns, conf->strict));
    size_t room = FP_HTML_TRACES_BYTES;
    for (size_t i = 0, number = 0; i < all->n; number++) {
        struct fp_html_row row = row_at(all, i, number);
        fp_html_write_row(out, &row, &columns, conf, &room);
        i += row.n;
    }
    fp_buf_add(out, fp_html_page_tail, fp_html_page_tail_n);
    fp_free(columns.items);
}
