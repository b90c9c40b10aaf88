/* SPDX-License-Identifier: MIT
 * tap.c - TAP version 14: a test point a case, its checks as a subtest.
 * Spec: testanything.org/tap-version-14-specification. */
#include "harness/base/utf8.h"
#include "reports/baseline.h"
#include "reports/id.h"
#include "reports/report.h"

/* Descriptions: `#` starts a directive and a backslash escapes; a line has no
 * control characters. */
static void describe(struct fp_buf *out, struct fp_str s)
{
    struct fp_buf clean = {0};
    fp_utf8_scrub(&clean, s);
    for (size_t i = 0; i < clean.n; i++) {
        unsigned char c = (unsigned char)clean.p[i];
        if (c == '#' || c == '\\')
            fp_buf_char(out, '\\');
        fp_buf_char(out, (char)(c < 0x20 || c == 0x7f ? ' ' : c));
    }
    fp_buf_part_deinit(&clean, out);
}

/* A YAML double-quoted scalar. */
static void quote(struct fp_buf *out, struct fp_str s)
{
    struct fp_buf clean = {0};
    fp_utf8_scrub(&clean, s);
    fp_buf_char(out, '"');
    for (size_t i = 0; i < clean.n; i++) {
        unsigned char c = (unsigned char)clean.p[i];
        if (c == '"' || c == '\\')
            fp_buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fp_buf_printf(out, "\\x%02X", c);
        else
            fp_buf_char(out, (char)c);
    }
    fp_buf_char(out, '"');
    fp_buf_part_deinit(&clean, out);
}

static void write_place(struct fp_buf *out, const struct fp_loc *loc)
{
    struct fp_buf place = {0};
    if (loc->file == NULL)
        return;
    fp_buf_printf(&place, "%s:%u:%u", loc->file, loc->line, loc->col);
    fp_buf_z(out, "      at: ");
    quote(out, fp_buf_view(&place));
    fp_buf_char(out, '\n');
    fp_buf_part_deinit(&place, out);
}

static bool check_ok(const struct fp_check_result *c, bool strict)
{
    if (c->listing.is >= FP_LISTED_PASSES || c->listing.is == FP_KNOWN)
        return false;
    if (c->verdict == FP_FAIL)
        return c->level == FP_MAY || (c->level == FP_SHOULD && !strict);
    return c->verdict != FP_ERROR && c->verdict != FP_INCONCLUSIVE;
}

static const char *directive(enum fp_verdict v)
{
    return v == FP_UNSUPPORTED || v == FP_NOT_EXERCISED ||
                   v == FP_NOT_APPLICABLE
               ? " # SKIP "
               : "";
}

/* "known failure: …" behind a directive, or as a line of the diagnosis. */
static void write_listing(struct fp_buf *out, const struct fp_check_result *c)
{
    struct fp_buf text = {0};
    fp_listing_say(&text, c);
    if (c->listing.is == FP_KNOWN) {
        fp_buf_z(out, " # TODO known failure: ");
        describe(out, fp_buf_view(&text));
    } else if (text.n > 0) {
        fp_buf_z(out, "      listed: ");
        quote(out, fp_buf_view(&text));
        fp_buf_char(out, '\n');
    }
    fp_buf_part_deinit(&text, out);
}

static void write_point(struct fp_buf *out, size_t number,
                        const struct fp_check_result *c, bool strict)
{
    bool ok = check_ok(c, strict);
    fp_buf_printf(out, "    %s %zu - ", ok ? "ok" : "not ok", number);
    describe(out, c->name);
    const char *skip = directive(c->verdict);
    fp_buf_z(out, skip);
    if (*skip != '\0') {
        fp_buf_printf(out, "%s: ", fp_verdict_name(c->verdict));
        describe(out, c->why);
    }
    if (c->listing.is == FP_KNOWN)
        write_listing(out, c);
    fp_buf_char(out, '\n');
    if (ok)
        return;
    fp_buf_printf(out, "      ---\n      verdict: %s\n      level: %s\n",
                  fp_verdict_name(c->verdict), fp_level_name(c->level));
    const struct {
        const char *key;
        struct fp_str text;
    } lines[] = {{"expected", c->expected},
                 {"actual", c->actual},
                 {"because", c->why},
                 {"likely", c->cause}};
    for (size_t i = 0; i < FP_COUNT(lines); i++) {
        if (lines[i].text.n == 0)
            continue;
        fp_buf_printf(out, "      %s: ", lines[i].key);
        quote(out, lines[i].text);
        fp_buf_char(out, '\n');
    }
    write_place(out, &c->loc);
    if (c->listing.is != FP_KNOWN)
        write_listing(out, c);
    fp_buf_z(out, "      ...\n");
}

static void write_case(struct fp_buf *out, size_t number,
                       const struct fp_case_result *r, bool strict)
{
    struct fp_buf id = {0};
    fp_result_id(&id, r);
    if (r->n_checks > 0) {
        fp_buf_z(out, "# Subtest: ");
        describe(out, fp_buf_view(&id));
        fp_buf_printf(out, "\n    1..%zu\n", r->n_checks);
    }
    for (size_t i = 0; i < r->n_checks; i++)
        write_point(out, i + 1, &r->checks[i], strict);
    bool ok = r->verdict != FP_FAIL && r->verdict != FP_ERROR &&
              r->verdict != FP_INCONCLUSIVE &&
              !fp_result_is_unexpected(r, strict);
    fp_buf_printf(out, "%s %zu - ", ok ? "ok" : "not ok", number);
    describe(out, fp_buf_view(&id));
    const char *skip = directive(r->verdict);
    fp_buf_z(out, skip);
    if (*skip != '\0')
        fp_buf_z(out, fp_verdict_name(r->verdict));
    if (fp_result_is_known(r, strict))
        fp_buf_z(out, " # TODO known failure");
    fp_buf_char(out, '\n');
    if (r->error.n > 0) {
        fp_buf_z(out, "  ---\n  error: ");
        quote(out, r->error);
        fp_buf_z(out, "\n  ...\n");
    }
    fp_buf_part_deinit(&id, out);
}

void fp_tap_write(struct fp_buf *out, const struct fp_results *all, bool strict)
{
    fp_buf_printf(out, "TAP version 14\n1..%zu\n", all->n);
    for (size_t i = 0; i < all->n; i++)
        write_case(out, i + 1, &all->items[i], strict);
}
