/* SPDX-License-Identifier: MIT
 * input_test.c - a regular file is opened, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/base/input.h"

static void refused(const char *path, enum fp_status want, const char *text)
{
    FILE *f = NULL;
    struct fp_err err = {0};
    assert_int_equal(fp_input_open(&f, path, &err), want);
    assert_null(f);
    assert_non_null(strstr(err.msg, text));
    assert_non_null(strstr(err.msg, path));
}

static void a_regular_file_only(void **state)
{
    (void)state;
    char dir[] = "/tmp/fp-input-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    refused(dir, FP_EINVAL, "is a folder");
    refused("/dev/null", FP_EINVAL, "is not a regular file");
    (void)snprintf(path, sizeof path, "%s/x", dir);
    refused(path, FP_ENOENT, "no file");
    assert_int_equal(mkfifo(path, 0600), 0);
    refused(path, FP_EINVAL, "is not a regular file"); /* and does not wait */
    assert_int_equal(unlink(path), 0);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    char below[80];
    (void)snprintf(below, sizeof below, "%s/y", path);
    refused(below, FP_ENOENT, "no file");
    struct fp_err err = {0};
    assert_int_equal(fp_input_open(&f, path, &err), FP_OK);
    assert_int_equal(fgetc(f), EOF);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_regular_file_only),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
