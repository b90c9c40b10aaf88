/* SPDX-License-Identifier: MIT
 * temp_test.c - temporary folders go, whatever a client did in them. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/run/temp.h"

static void touch(const char *dir, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0400);
    assert_true(fd >= 0);
    close(fd);
}

static void removes_a_tree(void **state)
{
    (void)state;
    char dir[FP_TEMP_BYTES], below[FP_TEMP_BYTES], path[512];
    assert_int_equal(fp_temp_new(dir, NULL, NULL), FP_OK);
    assert_int_equal(fp_temp_new(below, dir, NULL), FP_OK);
    touch(dir, "a");
    touch(below, "b");
    (void)snprintf(path, sizeof path, "%s/closed", below);
    assert_int_equal(mkdir(path, 0700), 0);
    touch(path, "c");
    assert_int_equal(chmod(path, 0), 0);
    fp_temp_free(dir);
    assert_int_equal(access(dir, F_OK), -1);
}

static void follows_no_link(void **state)
{
    (void)state;
    char dir[FP_TEMP_BYTES], other[FP_TEMP_BYTES], path[512];
    assert_int_equal(fp_temp_new(dir, NULL, NULL), FP_OK);
    assert_int_equal(fp_temp_new(other, NULL, NULL), FP_OK);
    touch(other, "precious");
    (void)snprintf(path, sizeof path, "%s/link", dir);
    assert_int_equal(symlink(other, path), 0);
    fp_temp_free(dir);
    assert_int_equal(access(dir, F_OK), -1);
    (void)snprintf(path, sizeof path, "%s/precious", other);
    assert_int_equal(access(path, F_OK), 0);
    fp_temp_free(other);
}

static void says_where_it_cannot(void **state)
{
    (void)state;
    char dir[FP_TEMP_BYTES] = "untouched";
    struct fp_err err = {0};
    assert_int_equal(fp_temp_new(dir, "/no/such/folder", &err), FP_EIO);
    assert_string_equal(err.msg, "cannot make a temporary folder in "
                                 "/no/such/folder: No such file or directory");
    assert_string_equal(dir, "untouched");
    fp_temp_free(""); /* nothing was made: nothing goes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removes_a_tree),
        cmocka_unit_test(follows_no_link),
        cmocka_unit_test(says_where_it_cannot),
    };
    return cmocka_run_group_tests_name("temp", tests, NULL, NULL);
}
