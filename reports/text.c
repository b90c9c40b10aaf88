/* SPDX-License-Identifier: MIT
 * text.c - results for a terminal: a line a case, and for what failed the
 * ladder of attempts, expected, actual, where, why, how to run it alone. */
#include <stdio.h>
#include <string.h>

#include "harness/base/utf8.h"
#include "reports/baseline.h"
#include "reports/id.h"
#include "reports/report.h"

struct mark {
    const char *mark, *colour;
};
static const struct mark marks[FP_VERDICTS] = {
    [FP_PASS] = {"pass", "\033[32m"},
    [FP_FAIL] = {"FAIL", "\033[1;31m"},
    [FP_INCONCLUSIVE] = {"????", "\033[35m"},
    [FP_UNSUPPORTED] = {"skip", "\033[36m"},
    [FP_NOT_EXERCISED] = {"none", "\033[33m"},
    [FP_ERROR] = {"ERR!", "\033[1;31m"},
    [FP_NOT_APPLICABLE] = {"n/a", "\033[2m"},
};

/* Fails as is known; passes, though it is listed as a known failure. */
static const struct mark known = {"known", "\033[33m"};
static const struct mark gone = {"gone", "\033[1;33m"};

static void paint(struct fp_buf *out, const struct fp_text_style *style,
                  const char *colour, const char *text)
{
    if (style->colour)
        fp_buf_printf(out, "%s%s\033[0m", colour, text);
    else
        fp_buf_z(out, text);
}

/* What came from a client or a network must not reach the terminal raw: only
 * printable UTF-8 passes (C1 controls are not), other bytes become \\xNN; cut
 * to `most` bytes. */
static void safe(struct fp_buf *out, struct fp_str s, size_t most)
{
    for (size_t i = 0; i < s.n && i < most;) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = fp_utf8_length(s, i);
        bool c1 = c == 0xc2 && n == 2 && (unsigned char)s.p[i + 1] < 0xa0;
        if (n == 0 || c1 || c == 0x7f || (c < 0x20 && c != '\n'))
            fp_buf_printf(out, "\\x%02x", c);
        else if (c == '\n')
            fp_buf_z(out, "\\n");
        else
            fp_buf_add(out, s.p + i, n);
        i += n == 0 || c1 ? 1 : n;
    }
    if (s.n > most)
        fp_buf_z(out, "…");
}

static double client_ms(const struct fp_case_result *r, uint64_t ns)
{
    double scale = r->time_scale > 0 ? r->time_scale : 1;
    return (double)ns / 1e6 * scale;
}

static const char *rung_kind(enum fp_request_class cls)
{
    switch (cls) {
    case FP_REQ_ATTEMPT:
        return "attempt";
    case FP_REQ_UPGRADE_PROBE:
        return "probe";
    case FP_REQ_HANDSHAKE:
        return "open";
    case FP_REQ_POLL:
        return "poll";
    case FP_REQ_POST:
        return "post";
    case FP_REQ_PREFLIGHT:
        return "preflight";
    case FP_REQ_OTHER:
        break;
    }
    return "other";
}

/* Columns that s takes: one for each character. */
static size_t columns(struct fp_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

/* Where a rung does not fit on the terminal, its outcome has its own line. */
static void
write_rung(struct fp_buf *out, const struct fp_case_result *r,
           const struct fp_rung *rung, const struct fp_text_style *style)
{
    enum { INDENT = 30 };
    char number[16] = "";
    if (rung->number > 0)
        (void)snprintf(number, sizeof number, "#%u", rung->number);
    struct fp_buf request = {0}, outcome = {0};
    fp_buf_printf(&request, "      %8.3f s  %-9s %-3s ",
                  client_ms(r, rung->t_ns) / 1000, rung_kind(rung->cls),
                  number);
    safe(&request, rung->target, 60);
    safe(&outcome, rung->outcome, 120);
    double took_ms = client_ms(r, rung->took_ns);
    fp_buf_printf(&outcome, took_ms < 10 ? " (%.1f ms)" : " (%.0f ms)",
                  took_ms);
    fp_buf_str(out, fp_buf_view(&request));
    if (style->width > 0 &&
        columns(fp_buf_view(&request)) + 6 + columns(fp_buf_view(&outcome)) >
            style->width)
        fp_buf_printf(out, "\n%*s", INDENT, "");
    else
        fp_buf_z(out, "  ");
    fp_buf_printf(out, "-> %s\n", fp_buf_cstr(&outcome));
    fp_buf_part_deinit(&request, out);
    fp_buf_part_deinit(&outcome, out);
}

static void write_ladder(struct fp_buf *out, const struct fp_case_result *r,
                         const struct fp_text_style *style)
{
    enum { HEAD = 24, TAIL = 6 };
    if (r->n_ladder == 0)
        return;
    fp_buf_z(out, "    what the client did:\n");
    for (size_t i = 0; i < r->n_ladder; i++) {
        if (r->n_ladder > HEAD + TAIL && i == HEAD) {
            fp_buf_printf(out, "                  … %zu more …\n",
                          r->n_ladder - HEAD - TAIL);
            i = r->n_ladder - TAIL;
        }
        write_rung(out, r, &r->ladder[i], style);
    }
}

/* Words of s, broken at the style's width; later lines start at indent. */
static void write_wrapped(struct fp_buf *out, struct fp_str s, size_t indent,
                          const struct fp_text_style *style)
{
    enum { FILE_WIDTH = 100 };
    size_t width = style->width > 40 ? style->width : FILE_WIDTH;
    size_t column = indent;
    struct fp_buf clean = {0};
    safe(&clean, s, 1000);
    struct fp_str rest = fp_buf_view(&clean);
    while (rest.p != NULL) {
        struct fp_str word = fp_str_split(rest, ' ', &rest);
        size_t n = columns(word);
        if (column > indent && column + 1 + n > width) {
            fp_buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            fp_buf_char(out, ' ');
            column++;
        }
        fp_buf_str(out, word);
        column += n;
    }
    fp_buf_char(out, '\n');
    fp_buf_part_deinit(&clean, out);
}

static void write_line(struct fp_buf *out, const char *label, struct fp_str s,
                       const struct fp_text_style *style)
{
    enum { INDENT = 16 };
    if (s.n == 0)
        return;
    fp_buf_printf(out, "      %-10s", label);
    write_wrapped(out, s, INDENT, style);
}

/* In a run that broke, the case's own error says it for all its checks. */
static bool
is_telling(const struct fp_case_result *r, const struct fp_check_result *c,
           const struct fp_text_style *style)
{
    if (style->verbose || c->listing.is == FP_KNOWN ||
        c->listing.is >= FP_LISTED_PASSES)
        return true;
    if (c->verdict == FP_FAIL)
        return c->level != FP_MAY;
    if (c->verdict == FP_ERROR)
        return r->error.n == 0;
    return c->verdict == FP_INCONCLUSIVE ||
           (c->verdict == FP_NOT_EXERCISED && !c->implied && r->error.n == 0);
}

static struct mark mark_of(const struct fp_check_result *c)
{
    if (c->listing.is == FP_KNOWN)
        return known;
    if (c->listing.is == FP_LISTED_PASSES)
        return gone;
    if (c->verdict == FP_FAIL && c->level != FP_MUST)
        return (struct mark){"warn", "\033[33m"};
    return marks[c->verdict];
}

static void
write_check_head(struct fp_buf *out, const struct fp_check_result *c,
                 const struct fp_text_style *style)
{
    const struct mark mark = mark_of(c);
    fp_buf_z(out, "    ");
    paint(out, style, mark.colour, mark.mark);
    fp_buf_printf(out, " %.*s (%s)", FP_STR_ARG(c->name),
                  fp_level_name(c->level));
}

/* What could not be judged, or is known, is one line: it is not what to look
 * at. */
static void write_idle(struct fp_buf *out, const struct fp_check_result *c,
                       const struct fp_text_style *style)
{
    enum { INDENT = 9 };
    struct fp_buf listed = {0};
    if (c->listing.is == FP_KNOWN)
        fp_listing_say(&listed, c);
    write_check_head(out, c, style);
    fp_buf_z(out, ": ");
    write_wrapped(out, listed.n > 0 ? fp_buf_view(&listed) : c->why, INDENT,
                  style);
    fp_buf_part_deinit(&listed, out);
}

static void write_listed(struct fp_buf *out, const struct fp_check_result *c,
                         const struct fp_text_style *style)
{
    struct fp_buf text = {0};
    fp_listing_say(&text, c);
    write_line(out, "listed", fp_buf_view(&text), style);
    fp_buf_part_deinit(&text, out);
}

static void write_place(struct fp_buf *out, const struct fp_loc *loc)
{
    fp_buf_z(out, "  ");
    safe(out, fp_str_of(loc->file), SIZE_MAX);
    fp_buf_printf(out, ":%u:%u", loc->line, loc->col);
}

static void write_check(struct fp_buf *out, const struct fp_check_result *c,
                        struct fp_str told, const struct fp_text_style *style)
{
    if (c->verdict == FP_NOT_EXERCISED || c->verdict == FP_NOT_APPLICABLE ||
        (c->listing.is == FP_KNOWN && !style->verbose)) {
        write_idle(out, c, style);
        return;
    }
    write_check_head(out, c, style);
    if (c->loc.file != NULL && c->loc.line > 0)
        write_place(out, &c->loc);
    fp_buf_char(out, '\n');
    write_listed(out, c, style);
    write_line(out, "expected", c->expected, style);
    write_line(out, "actual", c->actual, style);
    write_line(out, "because", c->why, style);
    if (!fp_str_eq(c->cause, told))
        write_line(out, "likely", c->cause, style);
}

static void write_checks(struct fp_buf *out, const struct fp_case_result *r,
                         const struct fp_text_style *style)
{
    struct fp_str told = FP_STR_NONE; /* a cause is told once */
    const bool is_known = fp_result_is_known(r, style->strict);
    for (size_t i = 0; i < r->n_checks; i++) {
        const struct fp_check_result *c = &r->checks[i];
        bool blocked = is_known && c->verdict == FP_NOT_EXERCISED;
        if (!is_telling(r, c, style) || (blocked && !style->verbose))
            continue;
        write_check(out, c, told, style);
        if (c->cause.n > 0)
            told = c->cause;
    }
}

static void write_output(struct fp_buf *out, struct fp_str output)
{
    enum { LINES = 8 };
    if (output.p == NULL || output.n == 0)
        return;
    size_t from = output.n, lines = 0;
    while (from > 0 && lines < LINES)
        lines += output.p[--from] == '\n' && from + 1 < output.n;
    if (from > 0)
        from++;
    fp_buf_z(out, "    the client's last output:\n");
    struct fp_str rest = fp_str_from(output, from);
    while (rest.n > 0) {
        struct fp_str line = fp_str_split(rest, '\n', &rest);
        fp_buf_z(out, "      | ");
        safe(out, line, 200);
        fp_buf_char(out, '\n');
    }
}

static size_t
count_checks(const struct fp_case_result *r, enum fp_verdict v, bool musts)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_checks; i++)
        n += r->checks[i].verdict == v &&
             (v != FP_FAIL || musts == (r->checks[i].level == FP_MUST));
    return n;
}

static bool is_warning(const struct fp_check_result *c)
{
    return c->verdict == FP_FAIL && c->level == FP_SHOULD &&
           c->listing.is != FP_KNOWN;
}

static void write_counts(struct fp_buf *out, const struct fp_case_result *r)
{
    size_t applicable = r->n_checks - count_checks(r, FP_NOT_APPLICABLE, true);
    size_t warned = 0;
    for (size_t i = 0; i < r->n_checks; i++)
        warned += is_warning(&r->checks[i]);
    fp_buf_printf(out, "%zu/%zu", count_checks(r, FP_PASS, true), applicable);
    if (warned > 0)
        fp_buf_printf(out, ", %zu warning%s", warned, warned == 1 ? "" : "s");
    if (r->rerun)
        fp_buf_z(out, ", run again alone");
}

/* Whole, whatever the width: it is to be copied. */
static void write_word(struct fp_buf *out, const char *label, struct fp_str s)
{
    if (s.n == 0)
        return;
    fp_buf_printf(out, "    %s: ", label);
    safe(out, s, SIZE_MAX);
    fp_buf_char(out, '\n');
}

static void write_details(struct fp_buf *out, const struct fp_case_result *r,
                          const struct fp_text_style *style)
{
    if (r->title.n > 0) {
        fp_buf_z(out, "    ");
        safe(out, r->title, 200);
        fp_buf_char(out, '\n');
    }
    write_line(out, "error", r->error, style);
    write_checks(out, r, style);
    if (fp_result_is_known(r, style->strict) && !style->verbose)
        return;
    write_ladder(out, r, style);
    write_output(out, r->output);
    write_word(out, "trace", r->trace);
    write_word(out, "again", r->command);
}

static bool
needs_details(const struct fp_case_result *r, const struct fp_text_style *style)
{
    if (style->verbose || r->verdict != FP_PASS)
        return r->verdict != FP_UNSUPPORTED && r->verdict != FP_NOT_APPLICABLE;
    for (size_t i = 0; i < r->n_checks; i++)
        if (is_telling(r, &r->checks[i], style))
            return true;
    return false;
}

static struct mark mark_of_case(const struct fp_case_result *r, bool strict)
{
    if (fp_result_is_known(r, strict))
        return known;
    bool surprising =
        r->verdict == FP_PASS && fp_result_is_unexpected(r, false);
    return surprising ? gone : marks[r->verdict];
}

void fp_text_write_case(struct fp_buf *out, const struct fp_case_result *r,
                        const struct fp_text_style *style)
{
    enum { ID_COLUMNS = 46 };
    struct fp_buf id = {0};
    fp_result_id(&id, r);
    const struct mark mark = mark_of_case(r, style->strict);
    const int pad = strlen(mark.mark) > 4 ? 1 : 5 - (int)strlen(mark.mark);
    paint(out, style, mark.colour, mark.mark);
    fp_buf_printf(out, "%*s%-*s %6.1f s  ", pad, "",
                  ID_COLUMNS + 5 - pad - (int)strlen(mark.mark),
                  fp_buf_cstr(&id), (double)r->duration_ms / 1000);
    fp_buf_part_deinit(&id, out);
    write_counts(out, r);
    if (r->verdict == FP_UNSUPPORTED && r->n_checks > 0) {
        fp_buf_z(out, "  ");
        safe(out, r->checks[0].why, 80);
    }
    fp_buf_char(out, '\n');
    if (needs_details(r, style)) {
        write_details(out, r, style);
        fp_buf_char(out, '\n');
    }
}

static void write_total(struct fp_buf *out, const struct fp_text_style *style,
                        struct mark mark, size_t n, const char *words)
{
    struct fp_buf text = {0};
    fp_buf_printf(&text, "%zu %s", n, words);
    paint(out, style, n > 0 ? mark.colour : "", fp_buf_cstr(&text));
    fp_buf_part_deinit(&text, out);
}

static void write_totals(struct fp_buf *out, const struct fp_results *all,
                         const struct fp_text_style *style)
{
    static const char *const words[FP_VERDICTS] = {
        [FP_PASS] = "passed",
        [FP_FAIL] = "failed",
        [FP_INCONCLUSIVE] = "inconclusive",
        [FP_UNSUPPORTED] = "unsupported",
        [FP_NOT_EXERCISED] = "not exercised",
        [FP_ERROR] = "error",
        [FP_NOT_APPLICABLE] = "not applicable",
    };
    size_t n[FP_VERDICTS] = {0}, expected = 0;
    for (size_t i = 0; i < all->n; i++) {
        bool is_known = fp_result_is_known(&all->items[i], style->strict);
        n[all->items[i].verdict] += !is_known;
        expected += is_known;
    }
    fp_buf_printf(out, "%zu case%s: ", all->n, all->n == 1 ? "" : "s");
    for (size_t v = 0; v < FP_VERDICTS; v++) {
        if (n[v] == 0 && v > FP_FAIL)
            continue;
        fp_buf_z(out, v > 0 ? ", " : "");
        write_total(out, style, marks[v], n[v],
                    v == FP_ERROR && n[v] != 1 ? "errors" : words[v]);
    }
    if (expected > 0) {
        fp_buf_z(out, ", ");
        write_total(out, style, known, expected, "known to fail");
    }
    fp_buf_char(out, '\n');
}

static void write_surprise(struct fp_buf *out, const struct fp_case_result *r,
                           const struct fp_check_result *c)
{
    struct fp_buf line = {0};
    fp_result_id(&line, r);
    fp_buf_printf(&line, ":%.*s ", FP_STR_ARG(c->name));
    fp_listing_say(&line, c);
    fp_buf_z(out, "  ");
    safe(out, fp_buf_view(&line), 1000);
    fp_buf_char(out, '\n');
    fp_buf_part_deinit(&line, out);
}

/* What the known failures said, and was not so. */
static void write_surprises(struct fp_buf *out, const struct fp_results *all)
{
    size_t n = 0, idle = 0;
    struct fp_buf lines = {0};
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        for (size_t k = 0; k < r->n_checks; k++) {
            enum fp_listed is = r->checks[k].listing.is;
            idle += is == FP_LISTED_IDLE;
            n += is >= FP_LISTED_PASSES;
            if (is >= FP_LISTED_PASSES)
                write_surprise(&lines, r, &r->checks[k]);
        }
    }
    if (idle > 0)
        fp_buf_printf(out, "%zu known failure%s could not be judged\n", idle,
                      idle == 1 ? "" : "s");
    if (n > 0)
        fp_buf_printf(out, "%zu check%s not as the known failures say:\n", n,
                      n == 1 ? " is" : "s are");
    fp_buf_str(out, fp_buf_view(&lines));
    fp_buf_part_deinit(&lines, out);
}

void fp_text_write_summary(struct fp_buf *out, const struct fp_results *all,
                           const struct fp_text_style *style)
{
    write_totals(out, all, style);
    size_t warnings = 0, idle = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        for (size_t k = 0; k < r->n_checks; k++) {
            const struct fp_check_result *c = &r->checks[k];
            warnings += is_warning(c);
            idle += c->verdict == FP_NOT_EXERCISED && !c->implied;
        }
    }
    if (warnings > 0)
        fp_buf_printf(out, "%zu warning%s (a failed should%s)\n", warnings,
                      warnings == 1 ? "" : "s",
                      style->strict ? "; --strict counts it" : "");
    if (idle > 0)
        fp_buf_printf(out,
                      "%zu check%s never had the chance to fail "
                      "(not exercised)\n",
                      idle, idle == 1 ? "" : "s");
    write_surprises(out, all);
}
