/* SPDX-License-Identifier: MIT
 * fact_test.c - names, the JSON form, and docs/trace.md. */
#include "harness/trace/fact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/trace/json_text.h"

/* FP_STR is a compound literal, which a static initialiser may not have. */
#define LIT(s)                                                                 \
    {                                                                          \
        (s), sizeof(s) - 1                                                     \
    }

static struct row {
    const char *name;
    struct fp_fact fact;
    const char *want;
} rows[] = {
    {"nothing but a kind",
     {.t_ns = 5, .kind = FP_FACT_DEADLINE},
     "{\"t\":5,\"kind\":\"deadline\",\"at\":\"run\"}"},
    {"a request",
     {.t_ns = 1,
      .kind = FP_FACT_REQUEST,
      .at = FP_AT_HOP,
      .conn = 3,
      .req = 1,
      .transport = FP_POLLING,
      .cls = FP_REQ_POLL,
      .n = 7,
      .name = LIT("GET"),
      .text = LIT("/updates?since=7")},
     "{\"t\":1,\"kind\":\"request\",\"at\":\"hop\",\"hop\":0,\"side\":"
     "\"client\",\"conn\":3,\"req\":1,\"transport\":\"polling\",\"class\":"
     "\"poll\",\"since\":7,\"name\":\"GET\",\"text\":\"/updates?since=7\"}"},
    {"an absent number is left out, class other is not",
     {.t_ns = 1,
      .kind = FP_FACT_REQUEST,
      .at = FP_AT_HOP,
      .conn = 3,
      .n = FP_N_ABSENT},
     "{\"t\":1,\"kind\":\"request\",\"at\":\"hop\",\"hop\":0,\"side\":"
     "\"client\",\"conn\":3,\"class\":\"other\"}"},
    {"up is written where a direction says something",
     {.t_ns = 1,
      .kind = FP_FACT_CONN_CLOSE,
      .at = FP_AT_HOP,
      .hop = 2,
      .side = FP_SIDE_SERVER,
      .conn = 3,
      .name = LIT("rst")},
     "{\"t\":1,\"kind\":\"conn-close\",\"at\":\"hop\",\"hop\":2,\"side\":"
     "\"server\",\"conn\":3,\"dir\":\"up\",\"name\":\"rst\"}"},
    {"a negative number",
     {.t_ns = 1, .kind = FP_FACT_CLIENT_EXIT, .n = -9},
     "{\"t\":1,\"kind\":\"client-exit\",\"at\":\"run\",\"code\":-9}"},
    {"bytes beside a kind whose n is bytes",
     {.t_ns = 1, .kind = FP_FACT_TRUNCATED, .n = 8, .bytes = 9},
     "{\"t\":1,\"kind\":\"truncated\",\"at\":\"run\",\"bytes\":8}"},
    {"escapes",
     {.t_ns = 1,
      .kind = FP_FACT_CLIENT_OUTPUT,
      .name = LIT(""),
      .text = LIT("\"\\\n\r\t\x01\0é\x7f</script>")},
     "{\"t\":1,\"kind\":\"client-output\",\"at\":\"run\",\"name\":\"\",\"text\""
     ":\"\\\"\\\\\\n\\r\\t\\u0001\\u0000é\x7f</script>\"}"},
    {"not UTF-8",
     {.t_ns = 1, .kind = FP_FACT_CLIENT_OUTPUT, .text = LIT("a\xff")},
     "{\"t\":1,\"kind\":\"client-output\",\"at\":\"run\",\"text64\":\"Yf8=\"}"},
};

static void writes(void **state)
{
    const struct row *row = *state;
    struct fp_buf b = {0};
    fp_fact_write(&b, &row->fact);
    assert_string_equal(fp_buf_cstr(&b), row->want);
    fp_buf_deinit(&b);
}

static void every_kind_is_found_by_its_name(void **state)
{
    (void)state;
    for (unsigned k = 0; k < FP_FACT_KIND_COUNT; k++) {
        enum fp_fact_kind kind = (enum fp_fact_kind)k, found;
        struct fp_str name = fp_str_of(fp_fact_kind_name(kind));
        assert_true(fp_fact_kind_parse(name, &found));
        assert_int_equal(found, kind);
        assert_true(strlen(fp_fact_kind_doc(kind)) > 0);
    }
    enum fp_fact_kind left_alone = FP_FACT_END;
    assert_false(fp_fact_kind_parse(FP_STR("none"), &left_alone));
    assert_int_equal(left_alone, FP_FACT_END);
}

static void other_names_are_found_too(void **state)
{
    (void)state;
    enum fp_request_class cls;
    enum fp_vantage at;
    assert_true(fp_request_class_parse(FP_STR("upgrade-probe"), &cls));
    assert_int_equal(cls, FP_REQ_UPGRADE_PROBE);
    assert_false(fp_request_class_parse(FP_STR("probe"), &cls));
    assert_true(fp_vantage_parse(FP_STR("server"), &at));
    assert_int_equal(at, FP_AT_SERVER);
    assert_false(fp_vantage_parse(FP_STR(""), &at));
    assert_string_equal(fp_side_name(FP_SIDE_SERVER), "server");
}

static void normalise_clears_what_json_cannot_say(void **state)
{
    (void)state;
    struct fp_fact f = {.kind = FP_FACT_SHUTDOWN,
                        .at = FP_AT_SERVER,
                        .hop = 3,
                        .side = FP_SIDE_SERVER,
                        .n = 4};
    fp_fact_normalise(&f);
    assert_int_equal(f.hop, 0);
    assert_int_equal(f.side, FP_SIDE_CLIENT);
    assert_int_equal(f.n, 0);
}

static void base64_comes_back(void **state)
{
    (void)state;
    const char bytes[] = "\xff\x00\x7f\x80z";
    for (size_t n = 0; n < sizeof bytes; n++) {
        struct fp_buf coded = {0}, plain = {0};
        fp_json_base64(&coded, (struct fp_str){bytes, n});
        assert_true(fp_json_unbase64(&plain, fp_buf_view(&coded)));
        assert_int_equal(plain.n, n);
        assert_memory_equal(fp_buf_view(&plain).p, bytes, n);
        fp_buf_deinit(&coded);
        fp_buf_deinit(&plain);
    }
}

static void what_is_not_base64_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"A",    "AAA",      "A===", "AA=A",
                                      "AA*A", "AA==AAAA", "===="};
    for (size_t i = 0; i < FP_COUNT(bad); i++) {
        struct fp_buf out = {0};
        assert_false(fp_json_unbase64(&out, fp_str_of(bad[i])));
        fp_buf_deinit(&out);
    }
}

/* -- docs/trace.md ------------------------------------------------------ */

static const char doc_path[] = "docs/trace.md";
static const char begin_mark[] = "<!-- kinds: begin -->\n";
static const char end_mark[] = "<!-- kinds: end -->\n";

static void cell(struct fp_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            fp_buf_char(out, '\\');
        fp_buf_char(out, *text);
    }
}

static void write_table(struct fp_buf *out)
{
    fp_buf_z(out, begin_mark);
    fp_buf_z(out, "| kind | its number | what happened |\n|---|---|---|\n");
    for (unsigned k = 0; k < FP_FACT_KIND_COUNT; k++) {
        enum fp_fact_kind kind = (enum fp_fact_kind)k;
        const char *n = fp_fact_kind_n(kind);
        fp_buf_printf(out, "| `%s` |", fp_fact_kind_name(kind));
        fp_buf_printf(out, n[0] == '\0' ? " |%s " : " `%s` | ", n);
        cell(out, fp_fact_kind_doc(kind));
        fp_buf_z(out, " |\n");
    }
    fp_buf_z(out, end_mark);
}

static void read_file(const char *path, struct fp_buf *out)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *to = fp_buf_room(out, 1 << 20);
    assert_non_null(to);
    fp_buf_grow(out, fread(to, 1, 1 << 20, f));
    assert_int_equal(fclose(f), 0);
}

/* FP_UPDATE_DOCS=1 writes the table instead of comparing it. */
static void docs_list_every_kind(void **state)
{
    (void)state;
    struct fp_buf table = {0}, doc = {0}, want = {0};
    write_table(&table);
    read_file(doc_path, &doc);
    struct fp_str all = fp_buf_view(&doc);
    size_t begin = fp_str_find(all, FP_STR(begin_mark));
    size_t end = fp_str_find(all, FP_STR(end_mark));
    assert_true(begin < end && end < all.n);
    fp_buf_str(&want, fp_str_upto(all, begin));
    fp_buf_str(&want, fp_buf_view(&table));
    fp_buf_str(&want, fp_str_from(all, end + sizeof end_mark - 1));
    if (getenv("FP_UPDATE_DOCS") != NULL) {
        FILE *f = fopen(doc_path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(want.p, 1, want.n, f), want.n);
        assert_int_equal(fclose(f), 0);
    } else {
        assert_string_equal(fp_buf_cstr(&doc), fp_buf_cstr(&want));
    }
    fp_buf_deinit(&table);
    fp_buf_deinit(&doc);
    fp_buf_deinit(&want);
}

static void the_schema_lists_every_kind(void **state)
{
    (void)state;
    struct fp_buf schema = {0}, quoted = {0};
    read_file("reports/schema/trace.schema.json", &schema);
    for (unsigned k = 0; k < FP_FACT_KIND_COUNT; k++) {
        const char *name = fp_fact_kind_name((enum fp_fact_kind)k);
        fp_buf_clear(&quoted);
        fp_buf_printf(&quoted, "            \"%s\"", name);
        assert_true(fp_str_find(fp_buf_view(&schema), fp_buf_view(&quoted)) <
                    schema.n);
    }
    fp_buf_deinit(&schema);
    fp_buf_deinit(&quoted);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows)];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, writes, 0, 0, &rows[i]};
    const struct CMUnitTest others[] = {
        cmocka_unit_test(every_kind_is_found_by_its_name),
        cmocka_unit_test(other_names_are_found_too),
        cmocka_unit_test(normalise_clears_what_json_cannot_say),
        cmocka_unit_test(base64_comes_back),
        cmocka_unit_test(what_is_not_base64_is_refused),
        cmocka_unit_test(docs_list_every_kind),
        cmocka_unit_test(the_schema_lists_every_kind),
    };
    int bad = cmocka_run_group_tests_name("fact writes", tests, NULL, NULL);
    return bad + cmocka_run_group_tests_name("fact", others, NULL, NULL);
}
