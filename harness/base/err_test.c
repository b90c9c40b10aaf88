/* SPDX-License-Identifier: MIT
 * err_test.c - the first error wins, and reads as a compiler's would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/err.h"

static void first_error_wins(void **state)
{
    (void)state;
    struct fp_loc here = {"a.yaml", 3, 7}, there = {"b.yaml", 1, 1};
    struct fp_err err = {0};
    assert_int_equal(FP_EPARSE,
                     fp_fail_at(&err, FP_EPARSE, here, "bad %s", "key"));
    assert_int_equal(FP_ENOMEM, fp_fail(&err, FP_ENOMEM, "later"));
    assert_int_equal(FP_EINVAL, fp_fail_at(&err, FP_EINVAL, there, "later"));
    assert_int_equal(FP_EIO, fp_fail_sys(&err, ENOENT, "later"));
    assert_int_equal(FP_EPARSE, err.status);
    assert_string_equal("bad key", err.msg);
    assert_string_equal("a.yaml", err.loc.file);
    assert_int_equal(0, err.sys);
}

static void takes_no_err(void **state)
{
    (void)state;
    struct fp_loc here = {"a.yaml", 3, 7};
    assert_int_equal(FP_ELIMIT, fp_fail(NULL, FP_ELIMIT, "%d", 1));
    assert_int_equal(FP_EPARSE, fp_fail_at(NULL, FP_EPARSE, here, "x"));
    assert_int_equal(FP_EIO, fp_fail_sys(NULL, EPERM, "x"));
}

static void names_the_system_error(void **state)
{
    (void)state;
    struct fp_err err = {0};
    char want[128];
    (void)snprintf(want, sizeof want, "open x: %s", strerror(ENOENT));
    assert_int_equal(FP_EIO, fp_fail_sys(&err, ENOENT, "open %s", "x"));
    assert_int_equal(ENOENT, err.sys);
    assert_string_equal(want, err.msg);
}

static void cuts_long_text(void **state)
{
    (void)state;
    struct fp_err err = {0};
    char longer[400], small[8];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    (void)fp_fail_sys(&err, EIO, "%s", longer);
    assert_int_equal(sizeof err.msg - 1, strlen(err.msg));
    assert_string_equal("xxxxxxx", fp_err_text(&err, small, sizeof small));
}

static struct row {
    const char *name;
    struct fp_loc loc;
    const char *want;
} rows[] = {
    {"nowhere", {NULL, 0, 0}, "broken"},
    {"in a file", {"a.yaml", 0, 0}, "a.yaml: broken"},
    {"at a place", {"a.yaml", 14, 9}, "a.yaml:14:9: broken"},
};

static void writes_text(void **state)
{
    const struct row *row = *state;
    struct fp_err err = {0};
    char text[64];
    (void)fp_fail_at(&err, FP_EPARSE, row->loc, "broken");
    assert_string_equal(row->want, fp_err_text(&err, text, sizeof text));
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 4] = {
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(takes_no_err),
        cmocka_unit_test(names_the_system_error),
        cmocka_unit_test(cuts_long_text),
    };
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i + 4] = (struct CMUnitTest){rows[i].name, writes_text, NULL,
                                           NULL, &rows[i]};
    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
