/* SPDX-License-Identifier: MIT
 * str_test.c - slices and the growing buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "harness/base/alloc.h"
#include "harness/base/str.h"

/* -- slices -----------------------------------------------------------------
 */

static void tells_absent_from_empty(void **state)
{
    (void)state;
    assert_null(fp_str_of(NULL).p);
    assert_non_null(fp_str_of("").p);
    assert_int_equal(3, fp_str_of("abc").n);
    assert_null(fp_str_from(FP_STR_NONE, 1).p);
    assert_true(fp_str_eq(FP_STR_NONE, FP_STR("")));
}

static struct equal_row {
    const char *name, *a, *b;
    bool eq, ieq;
} equals[] = {
    {"same", "abc", "abc", true, true},
    {"another case", "aBc", "AbC", false, true},
    {"a prefix", "abc", "abcd", false, false},
    {"only letters have cases", "[", "{", false, false},
    {"@ is no letter", "@", "`", false, false},
    {"no Unicode cases", "\xc3\xa4", "\xc3\x84", false, false},
    {"empty strings", "", "", true, true},
};

static void compares(void **state)
{
    const struct equal_row *row = *state;
    struct fp_str a = fp_str_of(row->a);
    assert_int_equal(row->eq, fp_str_eq(a, fp_str_of(row->b)));
    assert_int_equal(row->eq, fp_str_eqz(a, row->b));
    assert_int_equal(row->ieq, fp_str_ieq(a, fp_str_of(row->b)));
    assert_int_equal(row->ieq, fp_str_ieqz(a, row->b));
}

static void starts(void **state)
{
    (void)state;
    assert_true(fp_str_starts(FP_STR("abc"), FP_STR("ab")));
    assert_true(fp_str_starts(FP_STR("abc"), FP_STR("")));
    assert_true(fp_str_starts(FP_STR("abc"), FP_STR("abc")));
    assert_false(fp_str_starts(FP_STR("abc"), FP_STR("abcd")));
    assert_false(fp_str_starts(FP_STR("abc"), FP_STR("b")));
}

static void finds(void **state)
{
    (void)state;
    static const struct {
        const char *s, *needle;
        size_t at;
    } rows[] = {
        {"abcabd", "abd", 3}, {"aaab", "aab", 1}, {"abc", "c", 2},
        {"abc", "x", 3},      {"abc", "abcd", 3}, {"abc", "", 0},
        {"", "a", 0},         {"abab", "ba", 1},
    };
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        assert_int_equal(rows[i].at, fp_str_find(fp_str_of(rows[i].s),
                                                 fp_str_of(rows[i].needle)));
}

static void slices(void **state)
{
    (void)state;
    struct fp_str s = FP_STR("abcdef");
    assert_true(fp_str_eqz(fp_str_from(s, 2), "cdef"));
    assert_true(fp_str_eqz(fp_str_from(s, 9), ""));
    assert_true(fp_str_eqz(fp_str_upto(s, 2), "ab"));
    assert_true(fp_str_eqz(fp_str_upto(s, 9), "abcdef"));
    assert_true(fp_str_eqz(fp_str_trim(FP_STR(" \t a b\t ")), "a b"));
    assert_true(fp_str_eqz(fp_str_trim(FP_STR(" \t ")), ""));
    assert_true(fp_str_eqz(fp_str_trim(FP_STR("a\r")), "a\r"));
}

static void splits(void **state)
{
    (void)state;
    struct fp_str rest = FP_STR("a,,b");
    assert_true(fp_str_eqz(fp_str_split(rest, ',', &rest), "a"));
    assert_true(fp_str_eqz(fp_str_split(rest, ',', &rest), ""));
    assert_non_null(rest.p);
    assert_true(fp_str_eqz(fp_str_split(rest, ',', &rest), "b"));
    assert_null(rest.p);
    rest = FP_STR("a,");
    (void)fp_str_split(rest, ',', &rest);
    assert_non_null(rest.p); /* something empty follows */
    assert_int_equal(0, rest.n);
}

static struct number_row {
    const char *name, *s;
    bool good;
    uint64_t n;
} numbers[] = {
    {"zero", "0", true, 0},
    {"leading zeros", "007", true, 7},
    {"the largest", "18446744073709551615", true, UINT64_MAX},
    {"one more", "18446744073709551616", false, 0},
    {"ten times", "184467440737095516150", false, 0},
    {"no digits", "", false, 0},
    {"plus", "+1", false, 0},
    {"minus", "-1", false, 0},
    {"a blank", " 1", false, 0},
    {"junk after", "5s", false, 0},
    {"hex", "0x1", false, 0},
};

static void reads_number(void **state)
{
    const struct number_row *row = *state;
    uint64_t n = 99;
    assert_int_equal(row->good, fp_str_to_u64(fp_str_of(row->s), &n));
    assert_true(n == (row->good ? row->n : 99));
}

static struct glob_row {
    const char *name, *s, *pattern;
    bool match;
} globs[] = {
    {"itself", "abc", "abc", true},
    {"all", "abc", "*", true},
    {"all of nothing", "", "*", true},
    {"nothing", "", "", true},
    {"a suffix", "upgrade/strip", "*strip", true},
    {"a prefix glob", "upgrade/strip", "upgrade/*", true},
    {"the middle", "a-b-c", "a*c", true},
    {"backtracks", "aabaab", "*aab", true},
    {"two stars", "abcd", "a**d", true},
    {"needs more", "abc", "abc*d", false},
    {"too long", "abcd", "abc", false},
    {"no other wildcards", "abc", "a?c", false},
    {"an empty pattern", "a", "", false},
};

static void globs_match(void **state)
{
    const struct glob_row *row = *state;
    assert_int_equal(row->match,
                     fp_str_glob(fp_str_of(row->s), fp_str_of(row->pattern)));
}

/* -- the buffer -------------------------------------------------------------
 */

static void grows(void **state)
{
    (void)state;
    struct fp_buf b = {0};
    assert_string_equal("", fp_buf_cstr(&b));
    for (int i = 0; i < 1000; i++) {
        fp_buf_char(&b, 'a');
        fp_buf_str(&b, FP_STR("bc"));
        fp_buf_z(&b, "d");
        fp_buf_printf(&b, "%d", i % 10);
    }
    assert_int_equal(5000, b.n);
    assert_memory_equal("abcd9", b.p + 4995, 5);
    assert_int_equal(5000, strlen(fp_buf_cstr(&b)));
    assert_int_equal(5000, b.n); /* the NUL is not counted */
    assert_false(b.failed);
    fp_buf_deinit(&b);
    assert_null(b.p);
}

static void reads_hex(void **state)
{
    (void)state;
    static const struct {
        const char *hex, *bytes; /* NULL: refused */
    } rows[] = {
        {"", ""},        {"61", "a"},    {"6162 7Aÿ", NULL},
        {"61 62", "ab"}, {"4A4b", "JK"}, {"6", NULL},
        {"6 1", NULL},   {"0x61", NULL}, {" 61  62 ", "ab"},
    };
    for (size_t i = 0; i < FP_COUNT(rows); i++) {
        struct fp_buf b = {0};
        bool good = fp_buf_hex(&b, fp_str_of(rows[i].hex));
        assert_int_equal(good, rows[i].bytes != NULL);
        if (good)
            assert_true(fp_str_eqz(fp_buf_view(&b), rows[i].bytes) || b.n == 0);
        fp_buf_deinit(&b);
    }
}

static void drops(void **state)
{
    (void)state;
    struct fp_buf b = {0};
    fp_buf_z(&b, "abcdef");
    fp_buf_drop(&b, 2);
    assert_true(fp_str_eqz(fp_buf_view(&b), "cdef"));
    fp_buf_drop(&b, 9);
    assert_int_equal(0, b.n);
    fp_buf_drop(&b, 0);
    assert_non_null(fp_buf_view(&b).p);
    size_t cap = b.cap;
    fp_buf_clear(&b);
    assert_int_equal(cap, b.cap);
    fp_buf_deinit(&b);
}

static void gives_room(void **state)
{
    (void)state;
    struct fp_buf b = {0};
    char *p = fp_buf_room(&b, 300);
    assert_non_null(p);
    assert_int_equal(0, b.n);
    p[0] = 'x';
    fp_buf_grow(&b, 1);
    assert_true(fp_str_eqz(fp_buf_view(&b), "x"));
    fp_buf_deinit(&b);
}

static void remembers_a_failure(void **state)
{
    (void)state;
    struct fp_buf b = {0};
    fp_buf_z(&b, "kept");
    fp_alloc_fail_after(1);
    assert_null(fp_buf_room(&b, 1000));
    fp_alloc_fail_after(0);
    assert_true(b.failed);
    fp_buf_z(&b, " too");
    assert_true(b.failed);
    assert_true(fp_str_eqz(fp_buf_view(&b), "kept too"));
    fp_buf_clear(&b);
    assert_false(b.failed);
    assert_null(fp_buf_room(&b, SIZE_MAX - 100)); /* no endless doubling */
    assert_true(b.failed);
    fp_buf_clear(&b);
    fp_buf_z(&b, "12345678");
    assert_null(fp_buf_room(&b, SIZE_MAX - 4)); /* the sum wraps around */
    assert_true(b.failed);
    fp_buf_deinit(&b);
}

static void prints_without_memory(void **state)
{
    (void)state;
    struct fp_buf b = {0};
    fp_alloc_fail_after(1);
    fp_buf_printf(&b, "%d", 5);
    fp_alloc_fail_after(1);
    assert_string_equal("", fp_buf_cstr(&b));
    fp_alloc_fail_after(0);
    assert_true(b.failed);
    assert_int_equal(0, b.n);
    fp_buf_deinit(&b);
}

enum { PLAIN_TESTS = 10 };

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(equals) + FP_COUNT(numbers) +
                            FP_COUNT(globs) + PLAIN_TESTS] = {
        cmocka_unit_test(tells_absent_from_empty),
        cmocka_unit_test(starts),
        cmocka_unit_test(finds),
        cmocka_unit_test(slices),
        cmocka_unit_test(splits),
        cmocka_unit_test(grows),
        cmocka_unit_test(reads_hex),
        cmocka_unit_test(drops),
        cmocka_unit_test(gives_room),
        cmocka_unit_test(remembers_a_failure),
        cmocka_unit_test(prints_without_memory),
    };
    size_t n = PLAIN_TESTS;
    for (size_t i = 0; i < FP_COUNT(equals); i++)
        tests[n++] = (struct CMUnitTest){equals[i].name, compares, NULL, NULL,
                                         &equals[i]};
    for (size_t i = 0; i < FP_COUNT(numbers); i++)
        tests[n++] = (struct CMUnitTest){numbers[i].name, reads_number, NULL,
                                         NULL, &numbers[i]};
    for (size_t i = 0; i < FP_COUNT(globs); i++)
        tests[n++] = (struct CMUnitTest){globs[i].name, globs_match, NULL, NULL,
                                         &globs[i]};
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
