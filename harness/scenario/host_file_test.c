/* SPDX-License-Identifier: MIT
 * host_file_test.c - the shipped host profiles keep their rules, mistakes are
 * named, and a case stands in front of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "harness/scenario/host_file.h"
#include "harness/scenario/path.h"
#include "harness/scenario/words.h"

static struct fp_host_set set;

static int load(void **state)
{
    (void)state;
    struct fp_diags diags = {0};
    char line[600];
    enum fp_status status = fp_host_set_load(&set, "fixtures/hosts", &diags);
    for (size_t i = 0; i < diags.n; i++)
        print_error("%s\n", fp_err_text(&diags.items[i], line, sizeof line));
    return status == FP_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    fp_host_set_deinit(&set);
    return 0;
}

static bool is_word_end(char c)
{
    return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
}

/* `word` in a claim's value, by itself: 5m is not in 15m, nor 60 in 600. */
static bool is_claimed(const struct fp_host *h, struct fp_str word)
{
    for (size_t i = 0; i < h->n_claims; i++) {
        struct fp_str rest = h->claims[i].value;
        char before = ' ';
        for (size_t at; (at = fp_str_find(rest, word)) < rest.n;) {
            before = at > 0 ? rest.p[at - 1] : before;
            rest = fp_str_from(rest, at + word.n);
            if (is_word_end(before) && (rest.n == 0 || is_word_end(rest.p[0])))
                return true;
            before = word.p[word.n - 1];
        }
    }
    return false;
}

/* As milliseconds are written by hand: 60s and 1m are the same. */
static bool is_time_claimed(const struct fp_host *h, uint64_t ms)
{
    struct fp_buf text = {0};
    fp_buf_printf(&text, "%llus", (unsigned long long)ms / 1000);
    bool yes = is_claimed(h, fp_buf_view(&text));
    fp_buf_clear(&text);
    fp_words_duration(&text, ms);
    yes = yes || is_claimed(h, fp_buf_view(&text));
    fp_buf_deinit(&text);
    return yes;
}

static bool answers(const struct fp_fault *f)
{
    return f->kind == FP_FAULT_REFUSE || f->how == FP_END_STATUS;
}

static void check_fault(const struct fp_host *h, const struct fp_fault *f)
{
    if (f->after_ms > 0 && !is_time_claimed(h, f->after_ms))
        fail_msg("%s: the time of '%s' on line %u is in no claim", h->name.p,
                 fp_fault_key(f->kind), f->loc.line);
    struct fp_buf status = {0};
    fp_buf_printf(&status, "%d", f->status);
    bool claimed = is_claimed(h, fp_buf_view(&status));
    fp_buf_deinit(&status);
    if (f->status > 0 && answers(f) && !claimed)
        fail_msg("%s: the status of '%s' on line %u is in no claim", h->name.p,
                 fp_fault_key(f->kind), f->loc.line);
}

static void no_number_without_a_claim(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.n; i++)
        for (size_t k = 0; k < set.items[i]->n_hops; k++)
            for (size_t f = 0; f < set.items[i]->hops[k].n_faults; f++)
                check_fault(set.items[i], &set.items[i]->hops[k].faults[f]);
}

static void a_claim_is_found_only_by_itself(void **state)
{
    (void)state;
    const struct fp_claim claim = {.value = FP_STR("15m, then 600 or 5040")};
    const struct fp_host h = {.claims = &claim, .n_claims = 1};
    assert_true(is_claimed(&h, FP_STR("15m")));
    assert_false(is_claimed(&h, FP_STR("5m")));
    assert_false(is_claimed(&h, FP_STR("60")));
    assert_false(is_claimed(&h, FP_STR("504")));
}

static void every_host_is_there(void **state)
{
    (void)state;
    static const char *const names[] = {"apache",
                                        "api-gateway",
                                        "aws-alb",
                                        "azure-app-service",
                                        "azure-front-door",
                                        "azure-lb",
                                        "caddy",
                                        "cloud-run",
                                        "cloudflare",
                                        "cloudfront",
                                        "corporate-proxy",
                                        "digitalocean",
                                        "envoy",
                                        "fly",
                                        "gcp-lb",
                                        "haproxy",
                                        "heroku",
                                        "ingress-nginx",
                                        "lighttpd",
                                        "netlify",
                                        "nginx-default",
                                        "nginx-right",
                                        "railway",
                                        "render-free",
                                        "render-paid",
                                        "squid",
                                        "traefik",
                                        "varnish",
                                        "vercel-hobby",
                                        "vercel-pro"};
    assert_int_equal(FP_COUNT(names), set.n);
    for (size_t i = 0; i < set.n; i++) {
        assert_string_equal(names[i], set.items[i]->name.p);
        assert_true(set.items[i]->title.n <= 80);
        assert_true(set.items[i]->n_claims > 0);
    }
}

/* -- mistakes ------------------------------------------------------------ */

#define TOP "title: t\nwhat: w\nas_of: 2026-11-24\n"
#define CLAIM                                                                  \
    "claims:\n- {claim: c, value: v, evidence: observed, "                     \
    "source: 'https://a.example/', as_of: 2026-11-24}\n"
#define HOPS "hops:\n- hop: h\n"

static struct row {
    const char *name, *text, *want;
} rows[] = {
    {"unknown key", TOP CLAIM HOPS "sorce: x\n",
     "hosts/f.yaml:8:1: unknown key 'sorce' in a host"},
    {"no claims", TOP HOPS, "missing key 'claims' in a host"},
    {"empty claims", TOP "claims: []\n" HOPS,
     "hosts/f.yaml:4:9: 'claims' is an empty list"},
    {"a claim that is a word", TOP "claims: [x]\n" HOPS,
     "hosts/f.yaml:4:10: a claim is a mapping"},
    {"a claim without a source",
     TOP "claims:\n- {claim: c, value: v, evidence: observed, "
         "as_of: 2026-11-24}\n" HOPS,
     "missing key 'source' in a claim"},
    {"a source that is no URL",
     TOP "claims:\n- {claim: c, value: v, evidence: observed, "
         "source: nginx.org, as_of: 2026-11-24}\n" HOPS,
     "hosts/f.yaml:5:52: 'source' is a public URL"},
    {"a day that is none",
     TOP "claims:\n- {claim: c, value: v, evidence: observed, "
         "source: 'https://a.example/', as_of: 2026-13-24}\n" HOPS,
     "'as_of' is a day, as 2026-11-24, not '2026-13-24'"},
    {"evidence of another kind",
     TOP "claims:\n- {claim: c, value: v, evidence: documentd, "
         "source: 'https://a.example/', as_of: 2026-11-24}\n" HOPS,
     "documented"},
    {"an unknown fault",
     TOP CLAIM "hops:\n- {hop: h, faults: [refus: {status: 403}]}\n",
     "unknown fault 'refus' (did you mean 'refuse'?)"},
    {"empty hops", TOP CLAIM "hops: []\n",
     "hosts/f.yaml:6:7: 'hops' is an empty list"},
    {"hops as a word", TOP CLAIM "hops: none\n",
     "hosts/f.yaml:6:7: 'hops' takes a list"},
    {"a list", "[a]\n", "hosts/f.yaml:1:1: a host is a mapping, not a list"},
};

static void refuses(void **state)
{
    const struct row *row = *state;
    struct fp_host *h = NULL;
    struct fp_diags diags = {0};
    assert_int_equal(FP_EPARSE, fp_host_parse(&h, "hosts/f.yaml",
                                              fp_str_of(row->text), &diags));
    assert_null(h);
    char said[512];
    struct fp_str all =
        fp_str_of(fp_err_text(&diags.items[0], said, sizeof said));
    if (fp_str_find(all, fp_str_of(row->want)) == all.n)
        fail_msg("'%s' is not in '%s'", row->want, said);
}

/* -- a case in front of one ---------------------------------------------- */

static struct fp_host *host_of(const char *text)
{
    struct fp_host *h = NULL;
    struct fp_diags diags = {0};
    assert_int_equal(
        FP_OK, fp_host_parse(&h, "x/hosts/mine.yaml", fp_str_of(text), &diags));
    return h;
}

static struct fp_case *case_of(const char *path)
{
    struct fp_case *c = NULL;
    struct fp_diags diags = {0};
    struct fp_buf text = {0};
    fp_buf_printf(&text, "title: t\nwhy: w\n%sexpect: [delivers]\n", path);
    assert_int_equal(FP_OK, fp_case_parse(&c, "cases/a.yaml", "a",
                                          fp_buf_view(&text), &diags));
    fp_buf_deinit(&text);
    return c;
}

static void stands_between_path_and_server(void **state)
{
    (void)state;
    struct fp_host *h = host_of(TOP CLAIM "hops:\n- {hop: x}\n- {hop: y}\n");
    struct fp_case *c =
        case_of("path: [{hop: edge, faults: [refuse: {status: 403}]}]\n");
    struct fp_diags diags = {0};
    assert_int_equal(FP_OK, fp_case_put_host(c, h, &diags));
    fp_host_free(h); /* the case has its own */
    assert_int_equal(3, c->n_path);
    assert_string_equal("edge", c->path[0].name.p);
    assert_string_equal("x", c->path[1].name.p);
    assert_string_equal("y", c->path[2].name.p);
    assert_string_equal("x/hosts/mine.yaml", c->path[2].loc.file);
    assert_int_equal(8, c->path[2].loc.line);
    assert_string_equal("mine", c->host.p);
    assert_int_equal(0, strncmp(c->host_text.p, "title: t\n", 9));
    fp_case_free(c);
}

static void a_direct_path_gives_way(void **state)
{
    (void)state;
    struct fp_host *h = host_of(TOP CLAIM HOPS);
    struct fp_case *c = case_of("");
    struct fp_diags diags = {0};
    assert_int_equal(FP_OK, fp_case_put_host(c, h, &diags));
    assert_int_equal(1, c->n_path);
    assert_string_equal("h", c->path[0].name.p);
    fp_case_free(c);
    fp_host_free(h);
}

static void a_path_has_a_most(void **state)
{
    (void)state;
    struct fp_host *h = host_of(TOP CLAIM HOPS);
    struct fp_case *c = case_of(
        "path: [{hop: a}, {hop: b}, {hop: c}, {hop: d}, {hop: e}, {hop: f}, "
        "{hop: g}, {hop: i}]\n");
    struct fp_diags diags = {0};
    assert_int_equal(FP_EPARSE, fp_case_put_host(c, h, &diags));
    assert_int_equal(FP_MAX_HOPS, c->n_path);
    assert_null(c->host.p);
    assert_non_null(strstr(diags.items[0].msg, "more than 8"));
    fp_case_free(c);
    fp_host_free(h);
}

static void a_folder_that_is_not_there(void **state)
{
    (void)state;
    struct fp_host_set none = {0};
    struct fp_diags diags = {0};
    assert_int_not_equal(FP_OK,
                         fp_host_set_load(&none, "no/such/folder", &diags));
    assert_int_equal(1, diags.n);
    assert_null(none.items);
}

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(every_host_is_there),
        cmocka_unit_test(no_number_without_a_claim),
        cmocka_unit_test(a_claim_is_found_only_by_itself),
        cmocka_unit_test(stands_between_path_and_server),
        cmocka_unit_test(a_direct_path_gives_way),
        cmocka_unit_test(a_path_has_a_most),
        cmocka_unit_test(a_folder_that_is_not_there),
    };
    struct CMUnitTest tests[FP_COUNT(fixed) + FP_COUNT(rows)];
    memcpy(tests, fixed, sizeof fixed);
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[FP_COUNT(fixed) + i] =
            (struct CMUnitTest){rows[i].name, refuses, 0, 0, &rows[i]};
    return cmocka_run_group_tests_name("hosts", tests, load, unload);
}
