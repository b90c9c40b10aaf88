/* SPDX-License-Identifier: MIT
 * alloc_test.c - the heap's door fails when a test asks it to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "harness/base/alloc.h"

/* Runs first: the environment is read once, at the first call. */
static void obeys_the_environment(void **state)
{
    (void)state;
    assert_int_equal(0, setenv("FP_FAIL_ALLOC", "2", 1));
    void *first = fp_calloc(1, 8);
    assert_non_null(first);
    assert_null(fp_calloc(1, 8));
    void *third = fp_calloc(1, 8);
    assert_non_null(third);
    fp_free(first);
    fp_free(third);
}

static void fails_the_nth_call_once(void **state)
{
    (void)state;
    fp_alloc_fail_after(2);
    char *p = fp_calloc(2, 4);
    assert_non_null(p);
    assert_memory_equal("\0\0\0\0\0\0\0\0", p, 8);
    p[0] = 'x';
    assert_null(fp_realloc(p, 100));
    assert_int_equal('x', p[0]); /* the old block is as it was */
    char *more = fp_realloc(p, 100);
    assert_non_null(more);
    assert_int_equal('x', more[0]);
    fp_free(more);
}

static void counts_calls(void **state)
{
    (void)state;
    fp_alloc_fail_after(0);
    size_t before = fp_alloc_calls();
    void *p = fp_calloc(1, 1);
    p = fp_realloc(p, 2);
    fp_free(p);
    fp_free(NULL);
    assert_int_equal(2, fp_alloc_calls() - before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(obeys_the_environment),
        cmocka_unit_test(fails_the_nth_call_once),
        cmocka_unit_test(counts_calls),
    };
    return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
