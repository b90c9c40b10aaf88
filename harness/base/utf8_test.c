/* SPDX-License-Identifier: MIT
 * utf8_test.c - the edges of every range of RFC 3629. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/base/utf8.h"

static struct row {
    const char *name, *bytes;
    size_t length;
} rows[] = {
    {"ascii", "a", 1},
    {"two bytes, first", "\xc2\x80", 2},
    {"two bytes, last", "\xdf\xbf", 2},
    {"three bytes, first", "\xe0\xa0\x80", 3},
    {"before the surrogates", "\xed\x9f\xbf", 3},
    {"after the surrogates", "\xee\x80\x80", 3},
    {"four bytes, first", "\xf0\x90\x80\x80", 4},
    {"U+10FFFF", "\xf4\x8f\xbf\xbf", 4},
    {"overlong two", "\xc1\xbf", 0},
    {"overlong three", "\xe0\x9f\xbf", 0},
    {"overlong four", "\xf0\x8f\xbf\xbf", 0},
    {"surrogate", "\xed\xa0\x80", 0},
    {"beyond U+10FFFF", "\xf4\x90\x80\x80", 0},
    {"stray continuation", "\x80", 0},
    {"cut after one", "\xe2", 0},
    {"cut after two", "\xe2\x82", 0},
    {"continuation missing", "\xe2\x82z", 0},
    {"0xff", "\xff", 0},
};

static void measures(void **state)
{
    const struct row *row = *state;
    assert_int_equal(row->length, fp_utf8_length(fp_str_of(row->bytes), 0));
}

static void scrubs(void **state)
{
    (void)state;
    struct fp_buf out = {0};
    fp_utf8_scrub(&out, FP_STR("a\xff"
                               "\xe2\x82\xac\xe2\x82"));
    assert_string_equal("a\xef\xbf\xbd\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd",
                        fp_buf_cstr(&out));
    fp_buf_deinit(&out);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 1];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, measures, 0, 0, &rows[i]};
    tests[FP_COUNT(rows)] = (struct CMUnitTest)cmocka_unit_test(scrubs);
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
