/* SPDX-License-Identifier: MIT
 * selftest_report.c - the kill table, and what is wrong, in words and JSON. */
#include <jansson.h>
#include <string.h>

#include "harness/cli/selftest.h"
#include "reports/json.h"

enum { LEGEND_COLUMNS = 3, LEGEND_WIDTH = 25, NAME_WIDTH = 18 };

static const char symbols[] = " .kK?!-"; /* by enum fp_kill */

static const char *name_of(const struct fp_mutant *m)
{
    return m == NULL ? "(reference)" : m->name;
}

static char letter(size_t c) { return (char)(c < 26 ? 'a' + c : 'A' + c - 26); }

/* -- the table ----------------------------------------------------------- */

static void
write_legend(struct fp_buf *out, const struct fp_selftest_verdict *v)
{
    size_t rows = (v->n_checks + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = r; c < v->n_checks; c += rows)
            fp_buf_printf(out, "%c %-*.*s", letter(c), LEGEND_WIDTH,
                          FP_STR_ARG(v->checks[c].name));
        while (out->n > 0 && out->p[out->n - 1] == ' ')
            out->n--;
        fp_buf_char(out, '\n');
    }
    fp_buf_printf(out, "\n%-*s ", NAME_WIDTH, "");
    for (size_t c = 0; c < v->n_checks; c++)
        fp_buf_char(out, letter(c));
    fp_buf_char(out, '\n');
}

/* The worst of all items of that mutant. */
static enum fp_kill
worst(const struct fp_selftest_plan *p, const struct fp_selftest_verdict *v,
      size_t first, size_t c)
{
    enum fp_kill kill = FP_KILL_ABSENT;
    for (size_t i = first; i < p->n; i++) {
        enum fp_kill here = v->cells[i * v->n_checks + c];
        if (p->roles[i].mutant == p->roles[first].mutant && here > kill)
            kill = here;
    }
    return kill;
}

static bool is_first(const struct fp_selftest_plan *p, size_t i)
{
    return i == 0 || p->roles[i - 1].mutant != p->roles[i].mutant;
}

static void write_table(struct fp_buf *out, const struct fp_selftest_plan *p,
                        const struct fp_selftest_verdict *v)
{
    write_legend(out, v);
    for (size_t i = 0; i < p->n; i++) {
        if (!is_first(p, i))
            continue;
        fp_buf_printf(out, "%-*s ", NAME_WIDTH, name_of(p->roles[i].mutant));
        for (size_t c = 0; c < v->n_checks; c++)
            fp_buf_char(out, symbols[worst(p, v, i, c)]);
        fp_buf_char(out, '\n');
    }
    fp_buf_z(out, "\nK killed as it must, k as it may, . not; ! killed, though "
                  "nobody said so,\n- not, though it must, ? undecided\n");
}

/* -- what is wrong ------------------------------------------------------- */

static const char *phrase(enum fp_kill kill, bool is_right)
{
    switch (kill) {
    case FP_KILL_ABSENT:
    case FP_KILL_PASSED:
        return "did not fail";
    case FP_KILL_MAY:
        return "failed, as it may";
    case FP_KILL_MUST:
        return "failed, as it must";
    case FP_KILL_UNDECIDED:
        return "is undecided: this machine stalled";
    case FP_KILL_UNEXPECTED:
        return is_right ? "failed" : "failed, which nobody expected";
    case FP_KILL_MISSED:
        return "must fail, and did not";
    }
    return "";
}

static void write_cell(struct fp_buf *out, const struct fp_case_result *r,
                       struct fp_str name, enum fp_kill kill, bool is_right)
{
    const struct fp_check_result *check = fp_selftest_result_of(r, name);
    fp_buf_printf(out, "  %.*s %s\n", FP_STR_ARG(name), phrase(kill, is_right));
    if (check == NULL) {
        fp_buf_z(out, "    it was not judged\n");
        return;
    }
    struct fp_str text = check->actual.n > 0 ? check->actual : check->why;
    fp_buf_printf(out, "    %s: %.*s\n", fp_verdict_name(check->verdict),
                  FP_STR_ARG(text));
}

static bool is_told(enum fp_kill kill, bool verbose)
{
    return kill >= FP_KILL_UNDECIDED || (verbose && kill >= FP_KILL_MAY);
}

static bool
has_news(const struct fp_selftest_verdict *v, size_t i, bool verbose)
{
    for (size_t c = 0; c < v->n_checks; c++)
        if (is_told(v->cells[i * v->n_checks + c], verbose))
            return true;
    return v->broken[i];
}

static void write_head(struct fp_buf *out, const struct fp_mutant *m,
                       const struct fp_case_result *r)
{
    fp_buf_printf(out, "\n%s in %.*s@%s, %.*s\n", name_of(m),
                  FP_STR_ARG(r->case_name), fp_protocol_name(r->protocol),
                  FP_STR_ARG(r->config));
    if (r->verdict == FP_ERROR)
        fp_buf_printf(out, "  error: %.*s\n", FP_STR_ARG(r->error));
}

static void write_item(struct fp_buf *out, const struct fp_selftest_plan *p,
                       const struct fp_selftest_verdict *v,
                       const struct fp_case_result *r, size_t i, bool verbose)
{
    const struct fp_mutant *m = p->roles[i].mutant;
    if (!has_news(v, i, verbose))
        return;
    write_head(out, m, r);
    for (size_t c = 0; c < v->n_checks; c++) {
        enum fp_kill kill = v->cells[i * v->n_checks + c];
        if (is_told(kill, verbose))
            write_cell(out, r, v->checks[c].name, kill, m == NULL);
    }
    if (r->trace.n > 0)
        fp_buf_printf(out, "  trace %.*s\n", FP_STR_ARG(r->trace));
}

static void
write_unkilled(struct fp_buf *out, const struct fp_selftest_verdict *v)
{
    for (size_t c = 0; c < v->n_checks; c++)
        if (!v->checks[c].killed)
            fp_buf_printf(out, "no mutant kills %.*s\n",
                          FP_STR_ARG(v->checks[c].name));
}

/* Of one case: what the reference client and the mutants leave untouched. */
static void write_case(struct fp_buf *out, const struct fp_selftest_plan *p,
                       const struct fp_selftest_verdict *v,
                       const struct fp_case_result *results, size_t i)
{
    struct fp_buf where = {0};
    fp_selected_name(&where, &p->selection.items[i]);
    for (size_t c = 0; c < v->n_checks; c++)
        if (fp_selftest_is_unexercised(p, results, i, v->checks[c].name))
            fp_buf_printf(
                out, "the reference client gives %s:%.*s no chance to fail\n",
                fp_buf_cstr(&where), FP_STR_ARG(v->checks[c].name));
    if (p->whole && p->full && !fp_selftest_is_failed(p, results, i))
        fp_buf_printf(out, "no mutant fails %s\n", fp_buf_cstr(&where));
    fp_buf_deinit(&where);
}

/* -- the whole ----------------------------------------------------------- */

static void write_totals(struct fp_buf *out, const struct fp_selftest_plan *p,
                         const struct fp_selftest_verdict *v)
{
    size_t mutants = 0, killed = 0;
    for (size_t i = 0; i < p->n; i++)
        mutants += p->roles[i].mutant != NULL && is_first(p, i);
    for (size_t c = 0; c < v->n_checks; c++)
        killed += v->checks[c].killed;
    fp_buf_printf(out, "\nmutants: %zu; runs: %zu; checks killed: %zu of %zu\n",
                  mutants, p->n, killed, v->n_checks);
    const struct {
        size_t n;
        const char *what;
    } wrong[] = {
        {v->unclean, "runs of the reference client that failed"},
        {v->survived, "runs in which a mutant was not caught"},
        {v->unexpected, "runs in which another check caught it"},
        {v->unkilled, "checks that no mutant kills"},
        {v->unexercised, "checks of cases that had no chance to fail"},
        {v->unfailed, "cases that no mutant fails"},
        {v->stalled, "undecided runs"},
        {v->errors, "broken runs"},
    };
    for (size_t i = 0; i < FP_COUNT(wrong); i++)
        if (wrong[i].n > 0)
            fp_buf_printf(out, "%s: %zu\n", wrong[i].what, wrong[i].n);
    const char *verdict[] = {"pass", "fail", "", "undecided"};
    fp_buf_printf(out, "selftest: %s\n", verdict[fp_selftest_exit_code(v)]);
}

void fp_selftest_write_text(struct fp_buf *out,
                            const struct fp_selftest_plan *p,
                            const struct fp_selftest_verdict *v,
                            const struct fp_case_result *results, bool verbose)
{
    write_table(out, p, v);
    for (size_t i = 0; i < p->n; i++)
        write_item(out, p, v, &results[i], i, verbose);
    if (v->unkilled + v->unexercised + v->unfailed > 0)
        fp_buf_char(out, '\n');
    if (p->whole)
        write_unkilled(out, v);
    for (size_t i = 0; i < p->selection.n; i++)
        write_case(out, p, v, results, i);
    write_totals(out, p, v);
}

/* -- JSON ---------------------------------------------------------------- */

static json_t *text(struct fp_str s)
{
    return s.p == NULL ? json_null() : json_stringn(s.p, s.n);
}

static json_t *
names(const struct fp_selftest_verdict *v, size_t item, enum fp_kill kill)
{
    json_t *list = json_array();
    for (size_t c = 0; c < v->n_checks; c++)
        if (v->cells[item * v->n_checks + c] == kill)
            json_array_append_new(list, text(v->checks[c].name));
    return list;
}

static void write_line(struct fp_buf *out, json_t *line)
{
    fp_json_write(out, line);
    fp_buf_char(out, '\n');
    json_decref(line);
}

static json_t *
item_json(const struct fp_selftest_plan *p, const struct fp_selftest_verdict *v,
          const struct fp_case_result *r, size_t i)
{
    const struct fp_mutant *m = p->roles[i].mutant;
    json_t *line = json_object();
    json_object_set_new(line, "mutant",
                        m == NULL ? json_null() : json_string(m->name));
    json_object_set_new(line, "case", text(r->case_name));
    json_object_set_new(line, "protocol",
                        json_string(fp_protocol_name(r->protocol)));
    json_object_set_new(line, "config", text(r->config));
    json_object_set_new(line, "must", names(v, i, FP_KILL_MUST));
    json_object_set_new(line, "may", names(v, i, FP_KILL_MAY));
    json_object_set_new(line, "unexpected", names(v, i, FP_KILL_UNEXPECTED));
    json_object_set_new(line, "missed", names(v, i, FP_KILL_MISSED));
    json_object_set_new(line, "undecided", names(v, i, FP_KILL_UNDECIDED));
    if (v->broken[i])
        json_object_set_new(line, "error", text(r->error));
    return line;
}

static json_t *whole_json(const struct fp_selftest_plan *p,
                          const struct fp_selftest_verdict *v)
{
    json_t *killed = json_array(), *not_killed = json_array();
    for (size_t c = 0; c < v->n_checks; c++)
        json_array_append_new(v->checks[c].killed ? killed : not_killed,
                              text(v->checks[c].name));
    json_t *line = json_object();
    json_object_set_new(line, "runs", json_integer((json_int_t)p->n));
    json_object_set_new(line, "killed", killed);
    json_object_set_new(line, "not-killed", not_killed);
    json_object_set_new(line, "exit", json_integer(fp_selftest_exit_code(v)));
    return line;
}

void fp_selftest_write_json(struct fp_buf *out,
                            const struct fp_selftest_plan *p,
                            const struct fp_selftest_verdict *v,
                            const struct fp_case_result *results)
{
    for (size_t i = 0; i < p->n; i++)
        write_line(out, item_json(p, v, &results[i], i));
    write_line(out, whole_json(p, v));
}
