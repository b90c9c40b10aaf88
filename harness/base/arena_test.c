/* SPDX-License-Identifier: MIT
 * arena_test.c - memory given back all at once. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "harness/base/alloc.h"
#include "harness/base/arena.h"

static void is_zeroed_and_aligned(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 3, 16, 17, 4096, 16384, 16385, 100000};
    static const char zeros[100000];
    struct fp_arena a = {0};
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < FP_COUNT(sizes); i++) {
            char *p = fp_arena_alloc(&a, sizes[i]);
            assert_non_null(p);
            assert_int_equal(0, (uintptr_t)p % alignof(max_align_t));
            assert_memory_equal(zeros, p, sizes[i]);
            memset(p, 0xee, sizes[i]); /* must not show in a later one */
        }
    }
    assert_true(a.bytes >=
                3 * (size_t)(1 + 3 + 16 + 17 + 4096 + 16384 + 16385));
    fp_arena_deinit(&a);
    assert_null(a.head);
    assert_int_equal(0, a.bytes);
}

static void copies(void **state)
{
    (void)state;
    struct fp_arena a = {0};
    char text[] = "abc";
    char *z = fp_arena_strdup(&a, fp_str_of(text));
    struct fp_str s = fp_arena_str(&a, (struct fp_str){text, 2});
    text[0] = 'x';
    assert_string_equal("abc", z);
    assert_true(fp_str_eqz(s, "ab"));
    assert_int_equal('\0', s.p[2]);
    assert_null(fp_arena_strdup(&a, FP_STR_NONE));
    assert_null(fp_arena_str(&a, FP_STR_NONE).p);
    assert_non_null(fp_arena_str(&a, FP_STR("")).p);
    fp_arena_deinit(&a);
}

static void survives_lack_of_memory(void **state)
{
    (void)state;
    struct fp_arena a = {0};
    fp_alloc_fail_after(1);
    assert_null(fp_arena_alloc(&a, 8));
    fp_alloc_fail_after(1);
    assert_null(fp_arena_str(&a, FP_STR("x")).p);
    fp_alloc_fail_after(0);
    assert_null(fp_arena_alloc(&a, SIZE_MAX));
    assert_int_equal(0, a.bytes);
    assert_non_null(fp_arena_alloc(&a, 8));
    fp_arena_deinit(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_zeroed_and_aligned),
        cmocka_unit_test(copies),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
