/* SPDX-License-Identifier: MIT
 * junit.c - JUnit XML: a suite for each client, version and configuration, a
 * test case for each check, so that a CI's history follows single checks.
 * Shape: the Jenkins xunit schema (name, classname, time; failure, error,
 * skipped). */
#include "harness/base/utf8.h"
#include "reports/baseline.h"
#include "reports/id.h"
#include "reports/report.h"

/* XML 1.0 cannot hold most control characters, nor U+FFFE and U+FFFF. */
static bool is_xml(struct fp_str s, size_t i, size_t n)
{
    unsigned char c = (unsigned char)s.p[i];
    if (n == 1)
        return c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n';
    return !(n == 3 && c == 0xef && (unsigned char)s.p[i + 1] == 0xbf &&
             (unsigned char)s.p[i + 2] >= 0xbe);
}

static const char *entity(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\n':
        return "&#10;"; /* a bare newline in an attribute reads as a space */
    }
    return NULL;
}

static void escape(struct fp_buf *out, struct fp_str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = fp_utf8_length(s, i);
        const char *as = entity(s.p[i]);
        if (n == 0 || !is_xml(s, i, n))
            fp_buf_z(out, "\xef\xbf\xbd");
        else if (as != NULL)
            fp_buf_z(out, as);
        else
            fp_buf_add(out, s.p + i, n);
        i += n == 0 ? 1 : n;
    }
}

static void attribute(struct fp_buf *out, const char *name, struct fp_str value)
{
    fp_buf_printf(out, " %s=\"", name);
    escape(out, value);
    fp_buf_char(out, '"');
}

enum junit { JUNIT_OK, JUNIT_FAILURE, JUNIT_ERROR, JUNIT_SKIPPED };

static enum junit kind_of(const struct fp_check_result *c, bool strict)
{
    if (c->listing.is == FP_KNOWN)
        return JUNIT_SKIPPED;
    if (c->listing.is >= FP_LISTED_PASSES)
        return JUNIT_FAILURE;
    switch (c->verdict) {
    case FP_PASS:
        return JUNIT_OK;
    case FP_FAIL:
        if (c->level == FP_MUST || (c->level == FP_SHOULD && strict))
            return JUNIT_FAILURE;
        return JUNIT_OK;
    case FP_ERROR:
    case FP_INCONCLUSIVE:
        return JUNIT_ERROR;
    case FP_UNSUPPORTED:
    case FP_NOT_EXERCISED:
    case FP_NOT_APPLICABLE:
        break;
    }
    return JUNIT_SKIPPED;
}

static void line(struct fp_buf *out, const char *label, struct fp_str text)
{
    if (text.n == 0)
        return;
    fp_buf_z(out, label);
    escape(out, text);
    fp_buf_char(out, '\n');
}

static void write_place(struct fp_buf *out, const struct fp_loc *loc)
{
    if (loc->file == NULL)
        return;
    fp_buf_z(out, "at: ");
    escape(out, fp_str_of(loc->file));
    fp_buf_printf(out, ":%u:%u\n", loc->line, loc->col);
}

static void
write_failure(struct fp_buf *out, const char *element,
              const struct fp_case_result *r, const struct fp_check_result *c)
{
    struct fp_buf listed = {0};
    fp_listing_say(&listed, c);
    fp_buf_printf(out, "      <%s", element);
    attribute(out, "type", fp_str_of(fp_verdict_name(c->verdict)));
    attribute(out, "message",
              c->listing.is == FP_LISTED_PASSES ? fp_buf_view(&listed)
              : c->actual.n > 0                 ? c->actual
                                                : c->why);
    fp_buf_char(out, '>');
    line(out, "listed: ", fp_buf_view(&listed));
    fp_buf_part_deinit(&listed, out);
    line(out, "expected: ", c->expected);
    line(out, "actual: ", c->actual);
    line(out, "because: ", c->why);
    line(out, "likely: ", c->cause);
    write_place(out, &c->loc);
    line(out, "trace: ", r->trace);
    line(out, "again: ", r->command);
    fp_buf_printf(out, "</%s>\n", element);
}

static void write_skipped(struct fp_buf *out, const struct fp_check_result *c)
{
    struct fp_buf known = {0};
    if (c->listing.is == FP_KNOWN) {
        fp_buf_z(&known, "known failure: ");
        fp_listing_say(&known, c);
    }
    fp_buf_z(out, ">\n      <skipped");
    attribute(out, "message", known.n > 0 ? fp_buf_view(&known) : c->why);
    fp_buf_z(out, "/>\n");
    fp_buf_part_deinit(&known, out);
}

/* time: the case's, on its first check, so that a suite's sum is right. */
static void write_check(struct fp_buf *out, const struct fp_case_result *r,
                        size_t i, bool strict)
{
    const struct fp_check_result *c = &r->checks[i];
    struct fp_buf id = {0};
    fp_result_id(&id, r);
    fp_buf_z(out, "    <testcase");
    attribute(out, "classname", fp_buf_view(&id));
    attribute(out, "name", c->name);
    fp_buf_printf(out, " time=\"%.3f\"",
                  i == 0 ? (double)r->duration_ms / 1000 : 0.0);
    fp_buf_part_deinit(&id, out);
    switch (kind_of(c, strict)) {
    case JUNIT_OK:
        fp_buf_z(out, "/>\n");
        return;
    case JUNIT_SKIPPED:
        write_skipped(out, c);
        break;
    case JUNIT_FAILURE:
        fp_buf_z(out, ">\n");
        write_failure(out, "failure", r, c);
        break;
    case JUNIT_ERROR:
        fp_buf_z(out, ">\n");
        write_failure(out, "error", r, c);
        break;
    }
    fp_buf_z(out, "    </testcase>\n");
}

/* A case that broke before it could be judged is one test case, an error. */
static void write_broken(struct fp_buf *out, const struct fp_case_result *r)
{
    struct fp_buf id = {0};
    fp_result_id(&id, r);
    fp_buf_z(out, "    <testcase");
    attribute(out, "classname", fp_buf_view(&id));
    fp_buf_printf(out, " name=\"case\" time=\"%.3f\">\n",
                  (double)r->duration_ms / 1000);
    fp_buf_part_deinit(&id, out);
    fp_buf_z(out, "      <error type=\"error\"");
    attribute(out, "message", r->error);
    fp_buf_z(out, ">");
    line(out, "output: ", r->output);
    line(out, "again: ", r->command);
    fp_buf_z(out, "</error>\n    </testcase>\n");
}

static bool is_broken(const struct fp_case_result *r)
{
    return r->error.n > 0 || r->n_checks == 0;
}

static void count(const struct fp_case_result *r, bool strict, size_t n[4])
{
    if (is_broken(r))
        n[JUNIT_ERROR]++;
    for (size_t i = 0; i < r->n_checks; i++)
        n[kind_of(&r->checks[i], strict)]++;
}

static bool
same_suite(const struct fp_case_result *a, const struct fp_case_result *b)
{
    return fp_str_eq(a->client, b->client) &&
           fp_str_eq(a->client_version, b->client_version) &&
           fp_str_eq(a->config, b->config);
}

static bool is_first_of_suite(const struct fp_results *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (same_suite(&all->items[k], &all->items[i]))
            return false;
    return true;
}

static void write_counts(struct fp_buf *out, const size_t n[4], uint64_t ms)
{
    fp_buf_printf(
        out,
        " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\""
        " skipped=\"%zu\" time=\"%.3f\"",
        n[JUNIT_OK] + n[JUNIT_FAILURE] + n[JUNIT_ERROR] + n[JUNIT_SKIPPED],
        n[JUNIT_FAILURE], n[JUNIT_ERROR], n[JUNIT_SKIPPED], (double)ms / 1000);
}

static void write_suite(struct fp_buf *out, const struct fp_results *all,
                        const struct fp_case_result *first, bool strict)
{
    size_t n[4] = {0};
    uint64_t ms = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (!same_suite(first, &all->items[i]))
            continue;
        count(&all->items[i], strict, n);
        ms += all->items[i].duration_ms;
    }
    struct fp_buf client = {0};
    fp_result_client(&client, first);
    fp_buf_z(out, "  <testsuite");
    attribute(out, "name", fp_buf_view(&client));
    write_counts(out, n, ms);
    fp_buf_z(out, ">\n");
    fp_buf_part_deinit(&client, out);
    for (size_t i = 0; i < all->n; i++) {
        const struct fp_case_result *r = &all->items[i];
        if (!same_suite(first, r))
            continue;
        if (is_broken(r))
            write_broken(out, r);
        for (size_t k = 0; k < r->n_checks; k++)
            write_check(out, r, k, strict);
    }
    fp_buf_z(out, "  </testsuite>\n");
}

void fp_junit_write(struct fp_buf *out, const struct fp_results *all,
                    bool strict)
{
    size_t n[4] = {0};
    uint64_t ms = 0;
    for (size_t i = 0; i < all->n; i++) {
        count(&all->items[i], strict, n);
        ms += all->items[i].duration_ms;
    }
    fp_buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites name=\"fallproof\"");
    write_counts(out, n, ms);
    fp_buf_z(out, ">\n");
    for (size_t i = 0; i < all->n; i++)
        if (is_first_of_suite(all, i))
            write_suite(out, all, &all->items[i], strict);
    fp_buf_z(out, "</testsuites>\n");
}
