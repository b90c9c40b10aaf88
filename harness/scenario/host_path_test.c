/* SPDX-License-Identifier: MIT
 * host_path_test.c - profiles in a case's path keep their own places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/scenario/host_path.h"

#define HEAD                                                                   \
    "title: t\nwhat: w\nas_of: 2026-11-24\n"                                   \
    "claims:\n- {claim: c, value: v, evidence: observed, "                     \
    "source: 'https://a.example/', as_of: 2026-11-24}\n"

static const struct fp_host_text texts[] = {
    {{"two", 3},
     {"hosts/two.yaml", 14},
     {HEAD "hops:\n- {hop: x, faults: [refuse: {status: 403}]}\n- {hop: y}\n",
      sizeof HEAD "hops:\n- {hop: x, faults: [refuse: {status: 403}]}\n"
                  "- {hop: y}\n" -
          1}},
    {{"bad", 3},
     {"hosts/bad.yaml", 14},
     {HEAD "hops:\n- {hop: x, faults: [refus]}\n",
      sizeof HEAD "hops:\n- {hop: x, faults: [refus]}\n" - 1}},
    {{"nested", 6},
     {"hosts/nested.yaml", 17},
     {HEAD "hops:\n- {host: two}\n", sizeof HEAD "hops:\n- {host: two}\n" - 1}},
};
static const struct fp_host_source source = {.texts = texts,
                                             .n = FP_COUNT(texts)};

static enum fp_status
parse(struct fp_case **out, const char *path, struct fp_diags *diags)
{
    struct fp_buf text = {0};
    fp_buf_printf(&text, "title: t\nwhy: w\npath:\n%sexpect: [delivers]\n",
                  path);
    enum fp_status status = fp_case_parse_from(out, "a", fp_buf_view(&text),
                                               &source, "cases/a.yaml", diags);
    fp_buf_deinit(&text);
    return status;
}

static void keeps_its_places(void **state)
{
    (void)state;
    struct fp_case *c = NULL;
    struct fp_diags diags = {0};
    assert_int_equal(FP_OK,
                     parse(&c, "- hop: a\n- host: two\n- hop: b\n", &diags));
    static const char *const names[] = {"a", "x", "y", "b"};
    assert_int_equal(FP_COUNT(names), c->n_path);
    for (size_t i = 0; i < FP_COUNT(names); i++)
        assert_string_equal(names[i], c->path[i].name.p);
    assert_string_equal("hosts/two.yaml", c->path[1].faults[0].loc.file);
    assert_int_equal(7, c->path[1].faults[0].loc.line);
    assert_string_equal("cases/a.yaml", c->path[3].loc.file);
    assert_int_equal(6, c->path[3].loc.line);
    assert_int_equal(1, c->n_hosts);
    assert_true(fp_str_eqz(c->hosts[0].name, "two"));
    assert_true(fp_str_eq(c->hosts[0].text, texts[0].text));
    fp_case_free(c);
}

static void finds_the_shipped_ones(void **state)
{
    (void)state;
    struct fp_case *c = NULL;
    struct fp_diags diags = {0};
    assert_int_equal(
        FP_OK, fp_case_load(&c, "cases/hosts/page-on-vercel-stripped.yaml",
                            NULL, &diags));
    assert_int_equal(2, c->n_path);
    assert_int_equal(2, c->n_hosts);
    assert_string_equal("forward-proxy", c->path[0].name.p);
    assert_string_equal("railway-edge", c->path[1].name.p);
    fp_case_free(c);
}

static void text_alone_can_name_none(void **state)
{
    (void)state;
    struct fp_case *c = NULL;
    struct fp_diags diags = {0};
    struct fp_str text = FP_STR("title: t\nwhy: w\npath: [{host: heroku}]\n"
                                "expect: [delivers]\n");
    assert_int_equal(FP_EPARSE,
                     fp_case_parse(&c, "cases/a.yaml", "a", text, &diags));
    assert_non_null(strstr(diags.items[0].msg, "no host 'heroku'"));
}

static struct row {
    const char *name, *path, *want;
} rows[] = {
    {"no such host", "- host: tow\n", "cases/a.yaml:4:9: no host 'tow'"},
    {"host and faults", "- {host: two, faults: []}\n",
     "cases/a.yaml:4:15: 'host' stands alone"},
    {"a host that is a list", "- host: [two]\n", "cases/a.yaml:4:9:"},
    {"twice, so names are not unique", "- host: two\n- host: two\n",
     "hosts/two.yaml:7:3: two hops named 'x'"},
    {"a mistake in the profile", "- host: bad\n",
     "hosts/bad.yaml:7:21: unknown fault 'refus' (did you mean 'refuse'?)"},
    {"a profile that names another", "- host: nested\n",
     "hosts/nested.yaml:7:4: unknown key 'host' in a hop"},
    {"too many hops",
     "- hop: a\n- hop: b\n- hop: c\n- hop: d\n- hop: e\n- hop: f\n- hop: g\n"
     "- host: two\n",
     "hosts/two.yaml:8:3: 'path' has more than 8 hops"},
    {"hops after too many",
     "- host: two\n- hop: b\n- hop: c\n- hop: d\n- hop: e\n- hop: f\n- hop: g\n"
     "- hop: h\n",
     "cases/a.yaml:11:3: 'path' has more than 8 hops"},
};

static void refuses(void **state)
{
    const struct row *row = *state;
    struct fp_case *c = NULL;
    struct fp_diags diags = {0};
    assert_int_equal(FP_EPARSE, parse(&c, row->path, &diags));
    assert_null(c);
    char said[512];
    struct fp_str all =
        fp_str_of(fp_err_text(&diags.items[0], said, sizeof said));
    if (fp_str_find(all, fp_str_of(row->want)) == all.n)
        fail_msg("'%s' is not in '%s'", row->want, said);
}

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(keeps_its_places),
        cmocka_unit_test(finds_the_shipped_ones),
        cmocka_unit_test(text_alone_can_name_none),
    };
    struct CMUnitTest tests[FP_COUNT(fixed) + FP_COUNT(rows)];
    memcpy(tests, fixed, sizeof fixed);
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[FP_COUNT(fixed) + i] =
            (struct CMUnitTest){rows[i].name, refuses, 0, 0, &rows[i]};
    return cmocka_run_group_tests_name("hosts in a path", tests, NULL, NULL);
}
