/* SPDX-License-Identifier: MIT
 * case_file_test.c - files that are no cases, and folders of cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/scenario/scenario.h"

static const char good[] = "title: a\nwhy: b\nexpect: [fresh]\n";
static char dir[64];

static const char *at(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(at(name), "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int make_dir(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/fp-scenario-XXXXXX");
    if (mkdtemp(dir) == NULL)
        return -1;
    static const char *const folders[] = {
        "cases", "cases/a", "cases/self", "loose", "loose/x", "empty", "bad"};
    for (size_t i = 0; i < FP_COUNT(folders); i++)
        if (mkdir(at(folders[i]), 0700) != 0)
            return -1;
    write_file("cases/b.yaml", good);
    write_file("cases/a/2.yaml", good);
    write_file("cases/a/1.yaml", good);
    write_file("cases/a/.hidden.yaml", "]");
    write_file("cases/a/README.md", "]");
    write_file("cases/self/s.yaml", good);
    write_file("loose/x/y.yaml", good);
    write_file("bad/1.yaml", "title: a\n");
    write_file("bad/2.yaml", "titel: a\n");
    if (mkfifo(at("fifo.yaml"), 0600) != 0)
        return -1;
    /* A sparse file of 1 GB takes no room. */
    write_file("huge.yaml", "a");
    return truncate(at("huge.yaml"), 1 << 30);
}

static int remove_dir(void **state)
{
    (void)state;
    static const char *const names[] = {"cases/b.yaml",
                                        "cases/a/2.yaml",
                                        "cases/a/1.yaml",
                                        "cases/a/.hidden.yaml",
                                        "cases/a/README.md",
                                        "cases/self/s.yaml",
                                        "loose/x/y.yaml",
                                        "bad/1.yaml",
                                        "bad/2.yaml",
                                        "fifo.yaml",
                                        "huge.yaml",
                                        "cases/a",
                                        "cases/self",
                                        "cases",
                                        "loose/x",
                                        "loose",
                                        "empty",
                                        "bad",
                                        ""};
    for (size_t i = 0; i < FP_COUNT(names); i++)
        if (remove(at(names[i])) != 0)
            return -1;
    return 0;
}

static void
refuses_file(const char *name, enum fp_status status, const char *msg)
{
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    uint64_t began = fp_clock_ns();
    assert_int_equal(fp_case_load(&c, at(name), NULL, &diags), status);
    assert_null(c);
    assert_int_equal(diags.n, 1);
    assert_int_equal(diags.items[0].status, status);
    assert_string_equal(diags.items[0].msg, msg);
    assert_string_equal(diags.items[0].loc.file, at(name));
    assert_true(fp_clock_ns() - began < UINT64_C(1000) * FP_NS_PER_MS);
}

static void refuses_files(void **state)
{
    (void)state;
    refuses_file("none.yaml", FP_ENOENT, "no such file");
    refuses_file("cases/b.yaml/x", FP_ENOENT, "no such file");
    refuses_file("cases", FP_EINVAL, "a folder, not a case");
    refuses_file("fifo.yaml", FP_EINVAL, "not an ordinary file");
    refuses_file("huge.yaml", FP_ELIMIT,
                 "1073741824 bytes: a case has at most 262144");
}

static void refuses_devices(void **state)
{
    (void)state;
    static const char *const devices[] = {"/dev/zero", "/dev/null"};
    for (size_t i = 0; i < FP_COUNT(devices); i++) {
        struct fp_diags diags = {0};
        struct fp_case *c = NULL;
        assert_int_equal(fp_case_load(&c, devices[i], NULL, &diags), FP_EINVAL);
        assert_string_equal(diags.items[0].msg, "not an ordinary file");
    }
}

static void loads_as(const char *name, const char *as, const char *want)
{
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    assert_int_equal(fp_case_load(&c, at(name), as, &diags), FP_OK);
    assert_true(fp_str_eqz(c->name, want));
    assert_true(fp_str_eqz(c->file, at(name)));
    fp_case_free(c);
}

static void names_come_from_paths(void **state)
{
    (void)state;
    loads_as("cases/a/1.yaml", NULL, "a/1");
    loads_as("cases/b.yaml", NULL, "b");
    loads_as("cases/b.yaml", "mine", "mine");
    char want[128];
    (void)snprintf(want, sizeof want, "%s/loose/x/y", dir + 1);
    loads_as("loose/x/y.yaml", NULL, want);
}

static void sets_are_sorted(void **state)
{
    (void)state;
    static const char *const want[] = {"a/1", "a/2", "b", "self/s"};
    for (int with_self = 0; with_self < 2; with_self++) {
        struct fp_diags diags = {0};
        struct fp_case_set set = {0};
        assert_int_equal(
            fp_case_set_load(&set, at("cases/"), with_self == 1, &diags),
            FP_OK);
        assert_int_equal(set.n, with_self ? 4 : 3);
        for (size_t i = 0; i < set.n; i++)
            assert_true(fp_str_eqz(set.items[i]->name, want[i]));
        fp_case_set_deinit(&set);
    }
}

static void set_names(const char *folder, const char *want)
{
    struct fp_diags diags = {0};
    struct fp_case_set set = {0};
    assert_int_equal(fp_case_set_load(&set, at(folder), true, &diags), FP_OK);
    assert_true(fp_str_eqz(set.items[0]->name, want));
    fp_case_set_deinit(&set);
}

static void set_names_are_stable(void **state)
{
    (void)state;
    set_names("cases/a", "a/1"); /* the same from wherever it is asked for */
    set_names("loose", "x/y");
    set_names("loose/", "x/y");
}

static void sets_gather_problems(void **state)
{
    (void)state;
    struct fp_diags diags = {0};
    struct fp_case_set set = {0};
    assert_int_equal(fp_case_set_load(&set, at("bad"), true, &diags),
                     FP_EPARSE);
    assert_null(set.items);
    assert_int_equal(diags.total, 2 + 4);
    for (size_t i = 0; i < diags.n; i++)
        assert_non_null(strstr(diags.items[i].loc.file, "/bad/"));
    diags = (struct fp_diags){0};
    assert_int_equal(fp_case_set_load(&set, at("empty"), true, &diags),
                     FP_ENOENT);
    assert_string_equal(diags.items[0].msg,
                        "no cases (*.yaml) below this folder");
    diags = (struct fp_diags){0};
    assert_int_equal(fp_case_set_load(&set, at("none"), true, &diags),
                     FP_ENOENT);
    assert_string_equal(diags.items[0].msg, "no such folder");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_files),
        cmocka_unit_test(refuses_devices),
        cmocka_unit_test(names_come_from_paths),
        cmocka_unit_test(sets_are_sorted),
        cmocka_unit_test(set_names_are_stable),
        cmocka_unit_test(sets_gather_problems),
    };
    return cmocka_run_group_tests_name("scenario files", tests, make_dir,
                                       remove_dir);
}
