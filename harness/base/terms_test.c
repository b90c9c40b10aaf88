/* SPDX-License-Identifier: MIT
 * terms_test.c - the field's words, there and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/base/terms.h"

static void names_protocols(void **state)
{
    (void)state;
    static const char *const paths[] = {"/socket.io/", "/socket.io/",
                                        "/updates"};
    for (size_t i = 0; i < FP_PROTOCOLS; i++) {
        enum fp_protocol p = FP_ENGINE_IO_4;
        struct fp_str name = fp_str_of(fp_protocol_name((enum fp_protocol)i));
        assert_true(fp_protocol_parse(name, &p));
        assert_int_equal(i, p);
        assert_string_equal(paths[i], fp_protocol_path(p));
        assert_int_equal(p != FP_PLAIN, fp_protocol_is_engine_io(p));
    }
    enum fp_protocol kept = FP_PLAIN;
    assert_false(fp_protocol_parse(FP_STR("engine.io"), &kept));
    assert_false(fp_protocol_parse(FP_STR_NONE, &kept));
    assert_int_equal(FP_PLAIN, kept);
}

static void names_transports(void **state)
{
    (void)state;
    enum fp_transport t = FP_TRANSPORT_NONE;
    assert_true(fp_transport_parse(FP_STR("websocket"), &t));
    assert_int_equal(FP_WEBSOCKET, t);
    assert_true(fp_transport_parse(FP_STR("polling"), &t));
    assert_int_equal(FP_POLLING, t);
    assert_false(fp_transport_parse(FP_STR(""), &t));
    assert_false(fp_transport_parse(FP_STR_NONE, &t));
    assert_int_equal(FP_POLLING, t);
    assert_string_equal("", fp_transport_name(FP_TRANSPORT_NONE));
    assert_string_equal("up", fp_dir_name(FP_UP));
    assert_string_equal("down", fp_dir_name(FP_DOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_protocols),
        cmocka_unit_test(names_transports),
    };
    return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
