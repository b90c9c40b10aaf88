/* SPDX-License-Identifier: MIT
 * redact_test.c - secrets never reach a trace. */
#include "harness/trace/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct row {
    const char *name, *in, *want;
} rows[] = {
    {"cookie", "GET / HTTP/1.1\r\nCookie: a=b; c\r\nHost: x\r\n\r\n",
     "GET / HTTP/1.1\r\nCookie: **** *\r\nHost: x\r\n\r\n"},
    {"any case, no blank, last line", "AUTHORIZATION:Bearer abc\r\n\r\n",
     "AUTHORIZATION:****** ***\r\n\r\n"},
    {"bare LF", "set-cookie: s=1\nX: set-cookie: s\n",
     "set-cookie: ***\nX: set-cookie: s\n"},
    {"proxy", "Proxy-Authorization: x\r\n", "Proxy-Authorization: *\r\n"},
    {"blank before the colon", "Cookie : x\r\n", "Cookie : *\r\n"},
    {"folded", "Cookie: a\r\n bc\r\nHost: x\r\n",
     "Cookie: *\r\n **\r\nHost: x\r\n"},
    {"longer names are others", "Cookies: a\r\nX-Authorization: b\r\n",
     "Cookies: a\r\nX-Authorization: b\r\n"},
    {"query", "GET /s?EIO=4&token=abc&sid=d HTTP/1.1\r\n",
     "GET /s?EIO=4&token=***&sid=d HTTP/1.1\r\n"},
    {"query, last", "GET /?a&key=ab HTTP/1.1\r\nHost: x\r\n",
     "GET /?a&key=** HTTP/1.1\r\nHost: x\r\n"},
    {"a name of any length",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: b\r\nCookie: c\r\n",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: b\r\nCookie: *\r\n"},
    {"JSON members", "40{\"token\":\"a\\\"b\",\"n\":\"token\",\"auth\" : \"\"}",
     "40{\"token\":\"****\",\"n\":\"token\",\"auth\" : \"\"}"},
    {"JSON, not a string", "{\"key\":5,\"key\":\"x\"}",
     "{\"key\":5,\"key\":\"*\"}"},
    {"JSON, cut by the line", "{\"key\":\"ab\ncd", "{\"key\":\"**\ncd"},
    {"nothing", "", ""},
};

static void redacts(void **state)
{
    const struct row *row = *state;
    struct fp_buf out = {0};
    fp_redact(&out, fp_str_of(row->in));
    assert_string_equal(fp_buf_cstr(&out), row->want);
    struct fp_redactor r = {0};
    fp_buf_clear(&out);
    for (const char *p = row->in; *p != '\0'; p++)
        fp_redactor_feed(&r, &out, (struct fp_str){p, 1});
    assert_string_equal(fp_buf_cstr(&out), row->want);
    fp_buf_deinit(&out);
}

static void targets(void **state)
{
    static const char *const pairs[][2] = {
        {"/socket.io/?EIO=4&sid=a", "/socket.io/?EIO=4&sid=a"},
        {"/?token=abc", "/?token=***"},
        {"/?a=1&PASSWORD=p&auth=&key", "/?a=1&PASSWORD=***&auth=***&key"},
        {"/x?", "/x?"},
        {"/x?access_token=a=b&&b", "/x?access_token=***&&b"},
        {"/token=a", "/token=a"},
    };
    (void)state;
    for (size_t i = 0; i < FP_COUNT(pairs); i++) {
        struct fp_buf out = {0};
        fp_redact_target(&out, fp_str_of(pairs[i][0]));
        assert_string_equal(fp_buf_cstr(&out), pairs[i][1]);
        fp_buf_deinit(&out);
    }
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows) + 1];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, redacts, 0, 0, &rows[i]};
    tests[FP_COUNT(rows)] = (struct CMUnitTest)cmocka_unit_test(targets);
    return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
