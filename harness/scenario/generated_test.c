/* SPDX-License-Identifier: MIT
 * generated_test.c - what is generated from the key tables is up to date, and
 * the tables are fit to generate from. With FP_UPDATE=1 it writes the files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/model/tables.h"
#include "harness/scenario/scenario.h"

static void read_file(struct fp_buf *out, const char *path)
{
    FILE *f = fopen(path, "rb");
    size_t n = 0;
    if (f == NULL)
        return;
    do {
        char *to = fp_buf_room(out, 65536);
        assert_non_null(to);
        n = fread(to, 1, 65536, f);
        fp_buf_grow(out, n);
    } while (n > 0);
    assert_int_equal(fclose(f), 0);
}

static void write_file(const char *path, const struct fp_buf *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text->p, 1, text->n, f), text->n);
    assert_int_equal(fclose(f), 0);
}

static void is_up_to_date(const char *path, void (*generate)(struct fp_buf *))
{
    struct fp_buf want = {0}, got = {0};
    generate(&want);
    assert_false(want.failed);
    if (getenv("FP_UPDATE") != NULL)
        write_file(path, &want);
    read_file(&got, path);
    bool same = fp_str_eq(fp_buf_view(&want), fp_buf_view(&got));
    fp_buf_deinit(&want);
    fp_buf_deinit(&got);
    if (!same)
        fail_msg("%s is out of date: FP_UPDATE=1 ctest -R scenario.generated",
                 path);
}

static void schema_is_up_to_date(void **state)
{
    (void)state;
    is_up_to_date("reports/schema/case.schema.json", fp_case_schema_write);
}

static void reference_is_up_to_date(void **state)
{
    (void)state;
    is_up_to_date("docs/cases.md", fp_case_reference_write);
}

/* Every key is documented, its default is a value of its type (a case without
 * it loads, which case_parse_test shows), and no fault hides a modifier. */
static void table_is_sound(struct fp_key_table keys)
{
    assert_true(keys.n <= 64); /* bits of fp_map.given */
    for (size_t i = 0; i < keys.n; i++) {
        assert_non_null(keys.keys[i].doc);
        assert_true(strlen(keys.keys[i].doc) > 2);
        assert_false(keys.keys[i].required && keys.keys[i].fallback != NULL);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(keys.keys[i].key, keys.keys[j].key);
    }
}

static void tables_are_sound(void **state)
{
    (void)state;
    table_is_sound(fp_case_keys());
    table_is_sound(fp_server_keys());
    table_is_sound(fp_hop_keys());
    table_is_sound(fp_scope_keys());
    for (int k = 0; k < FP_CHECK_KIND_COUNT; k++)
        table_is_sound(fp_check_keys((enum fp_check_kind)k));
    for (int k = 0; k < FP_FAULT_KIND_COUNT; k++) {
        struct fp_key_table own = fp_fault_keys((enum fp_fault_kind)k);
        struct fp_key_table scope = fp_scope_keys();
        table_is_sound(own);
        for (size_t i = 0; i < own.n; i++)
            for (size_t j = 0; j < scope.n; j++)
                assert_string_not_equal(own.keys[i].key, scope.keys[j].key);
    }
}

/* All faults and checks with their defaults: each default is a value. */
static void defaults_load(void **state)
{
    (void)state;
    for (int k = 0; k < FP_FAULT_KIND_COUNT; k++) {
        struct fp_buf yaml = {0};
        struct fp_diags diags = {0};
        struct fp_case *c = NULL;
        fp_buf_printf(&yaml,
                      "title: a\nwhy: b\nexpect: [stays]\npath:\n- hop: e\n"
                      "  faults: [%s]\n",
                      fp_fault_key((enum fp_fault_kind)k));
        enum fp_status status =
            fp_case_parse(&c, "t", "n", fp_buf_view(&yaml), &diags);
        for (size_t i = 0; i < diags.n; i++)
            assert_true(strstr(diags.items[i].msg, "missing key") != NULL ||
                        strstr(diags.items[i].msg, "needs") != NULL);
        if (status == FP_OK)
            fp_case_free(c);
        fp_buf_deinit(&yaml);
    }
}

static void explains_in_a_hundred_columns(void **state)
{
    (void)state;
    struct fp_case_set set = {0};
    struct fp_diags diags = {0};
    assert_int_equal(fp_case_set_load(&set, "cases", true, &diags), FP_OK);
    for (size_t i = 0; i < set.n; i++) {
        struct fp_buf out = {0};
        fp_case_explain(&out, set.items[i]);
        struct fp_str rest = fp_buf_view(&out);
        while (rest.p != NULL) {
            struct fp_str line = fp_str_split(rest, '\n', &rest);
            size_t columns = 0;
            for (size_t k = 0; k < line.n; k++)
                columns += ((unsigned char)line.p[k] & 0xc0) != 0x80;
            assert_true(columns <= 100);
        }
        fp_buf_deinit(&out);
    }
    fp_case_set_deinit(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_is_up_to_date),
        cmocka_unit_test(reference_is_up_to_date),
        cmocka_unit_test(tables_are_sound),
        cmocka_unit_test(defaults_load),
        cmocka_unit_test(explains_in_a_hundred_columns),
    };
    return cmocka_run_group_tests_name("scenario generated", tests, NULL, NULL);
}
