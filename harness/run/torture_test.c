/* SPDX-License-Identifier: MIT
 * torture_test.c - every allocation of the half without sockets fails once:
 * loading, codecs, observer, judge, reports. Each says FP_ENOMEM, or marks its
 * buffer failed; nothing crashes, and LeakSanitizer sees what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "fixtures/wire/eio.h"
#include "fixtures/wire/observer.h"
#include "fixtures/wire/sio.h"
#include "fixtures/wire/ws.h"
#include "harness/base/alloc.h"
#include "harness/run/run.h"
#include "harness/scenario/client_file.h"
#include "reports/baseline.h"
#include "reports/reports_testing.h"

typedef enum fp_status work_fn(const void *user);

/* A missing fact is not an error of the run (a trace says so by itself), so
 * what only adds facts may answer FP_OK. */
enum answer { MUST_FAIL, MAY_FAIL };

/* The nth allocation fails, for every n that there is; how many there were. */
static size_t torture(work_fn *work, const void *user, enum answer answer)
{
    for (size_t n = 1;; n++) {
        size_t before = fp_alloc_calls();
        fp_alloc_fail_after(n);
        enum fp_status status = work(user);
        bool fired = fp_alloc_calls() - before >= n;
        fp_alloc_fail_after(0);
        if (!fired) {
            assert_int_equal(FP_OK, status);
            return n - 1;
        }
        if (answer == MUST_FAIL && status != FP_ENOMEM)
            fail_msg("allocation %zu failed, and the answer was %d", n,
                     (int)status);
        if (status != FP_OK)
            assert_int_equal(FP_ENOMEM, status);
    }
}

static enum fp_status status_of(struct fp_buf *b)
{
    enum fp_status status = b->failed ? FP_ENOMEM : FP_OK;
    fp_buf_deinit(b);
    return status;
}

/* -- loading --------------------------------------------------------------- */

static enum fp_status load_case(const void *path)
{
    struct fp_diags diags = {0};
    struct fp_case *c = NULL;
    enum fp_status status = fp_case_load(&c, path, NULL, &diags);
    if (status != FP_OK)
        return status;
    struct fp_buf out = {0};
    fp_case_explain(&out, c);
    fp_case_free(c);
    return status_of(&out);
}

static enum fp_status load_folder(const void *path)
{
    struct fp_diags diags = {0};
    struct fp_case_set set = {0};
    enum fp_status status = fp_case_set_load(&set, path, true, &diags);
    fp_case_set_deinit(&set);
    return status;
}

static enum fp_status load_client(const void *path)
{
    struct fp_diags diags = {0};
    struct fp_client_file *f = NULL;
    enum fp_status status = fp_client_file_load(&f, path, &diags);
    fp_client_file_free(f);
    return status;
}

static void loading(void **state)
{
    (void)state;
    assert_true(torture(load_case, "cases/refused/403.yaml", MUST_FAIL) > 5);
    assert_true(torture(load_case, "cases/self/lies.yaml", MUST_FAIL) > 5);
    assert_true(torture(load_folder, "cases/heal", MUST_FAIL) > 20);
    assert_true(torture(load_client, "fixtures/clients/reference/client.yaml",
                        MUST_FAIL) > 2);
}

static enum fp_status write_docs(const void *unused)
{
    (void)unused;
    struct fp_buf reference = {0};
    fp_case_reference_write(&reference);
    return status_of(&reference);
}

static void generated_texts(void **state)
{
    (void)state;
    assert_true(torture(write_docs, NULL, MUST_FAIL) > 5);
}

/* -- codecs ---------------------------------------------------------------- */

static enum fp_status read_messages(const void *frames)
{
    const struct fp_buf *in = frames;
    struct fp_ws_reader reader;
    struct fp_ws_event event;
    fp_ws_reader_init(&reader, true, 1 << 20);
    unsigned messages = 0;
    for (size_t i = 0; i < in->n; i++) {
        fp_ws_reader_add(&reader, (struct fp_str){in->p + i, 1});
        while (fp_ws_reader_next(&reader, &event) == FP_IO_DONE)
            messages++;
    }
    fp_ws_reader_deinit(&reader);
    return messages == 2 ? FP_OK : FP_ENOMEM;
}

static enum fp_status read_payload(const void *unused)
{
    (void)unused;
    static const char sid[] =
        "{\"sid\":\"abc\",\"upgrades\":[\"websocket\"],\"pingInterval\":1,"
        "\"pingTimeout\":2,\"maxPayload\":3}";
    struct fp_arena arena = {0};
    struct fp_eio_packet p = {0};
    struct fp_eio_handshake h;
    struct fp_err err = {0};
    struct fp_str rest = FP_STR("4hello\x1e"
                                "bAAECAwQFBgc=\x1e"
                                "2probe");
    enum fp_io io = FP_IO_DONE;
    while (io == FP_IO_DONE)
        io = fp_eio_payload_next(&rest, 4, false, &arena, &p, &err);
    enum fp_status status = io == FP_IO_AGAIN ? FP_OK : err.status;
    if (status == FP_OK)
        status = fp_eio_handshake_parse(&h, fp_str_of(sid), &arena, &err);
    fp_arena_deinit(&arena);
    return status;
}

static enum fp_status write_packets(const void *unused)
{
    (void)unused;
    const struct fp_eio_packet packet = {
        .type = FP_EIO_MESSAGE, .binary = true, .data = FP_STR("\1\2\3")};
    const struct fp_sio_packet event = {.type = FP_SIO_EVENT,
                                        .nsp = FP_STR("/"),
                                        .id = 7,
                                        .data = FP_STR("[\"a\",1]")};
    struct fp_buf out = {0};
    for (int i = 0; i < 50; i++) {
        fp_eio_payload_add(&out, 4, &packet);
        fp_eio_payload_add(&out, 3, &packet);
        fp_eio_frame_add(&out, 3, &packet);
        fp_sio_write(&out, &event);
        fp_update_write(&out, 7, 8, 100);
        fp_ws_write(&out, 0x81, FP_STR("text"), NULL);
    }
    return status_of(&out);
}

static enum fp_status read_event(const void *unused)
{
    (void)unused;
    struct fp_err err = {0};
    struct fp_sio_packet p;
    uint64_t n = 0;
    if (fp_sio_parse(FP_STR("27[\"update\", {\"t_ms\":1,\"n\":5}]"), &p,
                     &err) != FP_OK)
        return err.status;
    /* Without memory it is no update: that is all its answer can say. */
    return fp_update_event_parse(p.data, &n) ? FP_OK : FP_ENOMEM;
}

static void codecs(void **state)
{
    (void)state;
    static const uint8_t mask[4] = {1, 2, 3, 4};
    struct fp_buf frames = {0};
    fp_ws_write(&frames, 0x01, FP_STR("frag"), mask);
    fp_ws_write(&frames, 0x80, FP_STR("ment"), mask);
    fp_ws_write(&frames, 0x82, FP_STR("\xff whole"), mask);
    assert_true(torture(read_messages, &frames, MUST_FAIL) > 0);
    fp_buf_deinit(&frames);
    assert_true(torture(read_payload, NULL, MUST_FAIL) > 0);
    assert_true(torture(write_packets, NULL, MUST_FAIL) > 2);
    (void)torture(read_event, NULL, MUST_FAIL);
}

/* -- a trace, from the wire to the verdict --------------------------------- */

static enum fp_status observe(const void *unused)
{
    (void)unused;
    struct fp_trace *trace = NULL;
    struct fp_observer *o = NULL;
    enum fp_status status = fp_trace_new(&trace, 1, NULL);
    if (status != FP_OK)
        return status;
    status = fp_observer_new(&o, trace, FP_ENGINE_IO_4, FP_STR_NONE, NULL);
    if (status == FP_OK) {
        struct fp_observed_conn *c = fp_observer_open(o, 1);
        fp_observer_bytes(
            c, FP_UP,
            FP_STR("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n"
                   "Host: h\r\n\r\n"));
        fp_observer_bytes(
            c, FP_DOWN,
            FP_STR("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                   "Content-Length: 75\r\n\r\n"
                   "0{\"sid\":\"abc\",\"upgrades\":[],\"pingInterval\":25000,"
                   "\"pingTimeout\":20000}\x1e"
                   "40"));
        fp_observer_bytes(
            c, FP_UP,
            FP_STR("POST /socket.io/?EIO=4&transport=polling&sid=abc "
                   "HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n40"));
        fp_observer_end(c, FP_UP, true);
        fp_observer_close(c);
    }
    fp_observer_free(o);
    fp_trace_free(trace);
    return status;
}

static void observing(void **state)
{
    (void)state;
    assert_true(torture(observe, NULL, MAY_FAIL) > 10);
}

static void add(struct fp_trace *t, uint64_t ms, struct fp_fact f)
{
    f.t_ns = ms * 1000000;
    fp_trace_add(t, &f);
}

/* An attempt on a connection of its own, refused. */
static void add_attempt(struct fp_trace *t, uint32_t conn)
{
    struct fp_fact f = {.kind = FP_FACT_CONN_OPEN,
                        .at = FP_AT_HOP,
                        .conn = conn,
                        .n = FP_N_ABSENT};
    uint64_t ms = conn * 1000;
    add(t, ms, f);
    f.kind = FP_FACT_REQUEST;
    f.req = 1;
    f.transport = FP_WEBSOCKET;
    f.cls = FP_REQ_ATTEMPT;
    f.name = FP_STR("GET");
    f.text = FP_STR("/socket.io/?EIO=4&transport=websocket");
    add(t, ms + 1, f);
    f.kind = FP_FACT_RESPONSE;
    f.dir = FP_DOWN;
    f.n = 403;
    add(t, ms + 2, f);
}

static void read_whole(const char *path, struct fp_buf *out)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *to = fp_buf_room(out, 1 << 16);
    assert_non_null(to);
    fp_buf_grow(out, fread(to, 1, 1 << 16, f));
    (void)fclose(f);
}

static char trace_path[] = "/tmp/fallproof-torture-XXXXXX";

/* end: the name of the run's last fact. */
static void write_trace(const char *case_path, const char *end)
{
    struct fp_trace *t = NULL;
    struct fp_buf text = {0};
    read_whole(case_path, &text);
    const struct fp_trace_header h = {.version = FP_STR("test"),
                                      .case_name = FP_STR("refused/403"),
                                      .case_text = fp_buf_view(&text),
                                      .client = FP_STR("c"),
                                      .client_version = FP_STR("1"),
                                      .config = FP_STR("d"),
                                      .time_scale = 1};
    assert_int_equal(FP_OK, fp_trace_new(&t, 1, NULL));
    add(t, 1, (struct fp_fact){.kind = FP_FACT_CLIENT_START, .at = FP_AT_RUN});
    for (uint32_t conn = 1; conn <= 5; conn++)
        add_attempt(t, conn);
    add(t, 30000,
        (struct fp_fact){.kind = FP_FACT_END,
                         .at = FP_AT_RUN,
                         .name = fp_str_of(end),
                         .text = FP_STR("what happened")});
    FILE *to = fopen(trace_path, "wb");
    assert_non_null(to);
    assert_int_equal(FP_OK, fp_trace_write(to, &h, t, NULL));
    assert_int_equal(0, fclose(to));
    fp_trace_free(t);
    fp_buf_deinit(&text);
}

static enum fp_status judge(const void *unused)
{
    (void)unused;
    struct fp_case_result r = {0};
    enum fp_status status = fp_run_judge_trace(trace_path, &r, NULL);
    /* The words of an error may be lost, never that there was one. */
    if (r.verdict == FP_ERROR && fp_str_eqz(r.error, "out of memory"))
        status = FP_ENOMEM;
    fp_case_result_deinit(&r);
    return status;
}

static void judging(void **state)
{
    (void)state;
    int fd = mkstemp(trace_path);
    assert_true(fd >= 0);
    close(fd);
    write_trace("cases/refused/403.yaml", "decided");
    assert_true(torture(judge, NULL, MUST_FAIL) > 30);
    write_trace("cases/refused/403.yaml", "wall");
    assert_true(torture(judge, NULL, MUST_FAIL) > 30);
    write_trace("cases/self/lies.yaml", "decided");
    assert_true(torture(judge, NULL, MUST_FAIL) > 30);
    assert_int_equal(0, unlink(trace_path));
}

/* -- reports --------------------------------------------------------------- */

enum { TEXT, JUNIT, TAP, JSON, FORMATS };

static enum fp_status report(const void *results)
{
    struct fp_results *all = (struct fp_results *)results;
    const struct fp_text_style style = {.verbose = true, .width = 80};
    struct fp_buf out[FORMATS] = {0};
    bool failed = false;
    for (size_t i = 0; i < all->n; i++) {
        fp_text_write_case(&out[TEXT], &all->items[i], &style);
        fp_result_write_json(&out[JSON], &all->items[i]);
    }
    fp_text_write_summary(&out[TEXT], all, &style);
    fp_junit_write(&out[JUNIT], all, true);
    fp_tap_write(&out[TAP], all, true);
    for (size_t i = 0; i < FORMATS; i++)
        failed |= status_of(&out[i]) != FP_OK;
    return failed ? FP_ENOMEM : FP_OK;
}

/* Whether two entries are about the same check is answered with yes or no: an
 * entry may stand twice. */
static enum fp_status write_baseline(const void *results)
{
    const struct fp_baseline none = {0};
    struct fp_buf out = {0};
    fp_baseline_write(&out, &none, results, true);
    return status_of(&out);
}

/* jansson 2.14 calls want of memory a syntax error when it reads, so that only
 * what it allocates to write is counted. */
static void *json_alloc(size_t n) { return fp_calloc(1, n); }

static enum fp_status parse_result(const void *line)
{
    const struct fp_loc loc = {"results.jsonl", 1, 1};
    struct fp_results all = {0};
    struct fp_case_result r = {0};
    enum fp_status status =
        fp_result_parse_json(&r, *(const struct fp_str *)line, loc, NULL);
    if (status == FP_OK)
        status = fp_results_add(&all, &r);
    fp_case_result_deinit(&r);
    fp_results_deinit(&all);
    return status;
}

static void reporting(void **state)
{
    (void)state;
    struct fp_results all = {0};
    fp_testing_results(&all);
    json_set_alloc_funcs(json_alloc, fp_free);
    assert_true(torture(report, &all, MUST_FAIL) > 20);
    json_set_alloc_funcs(malloc, free);
    assert_true(torture(write_baseline, &all, MAY_FAIL) > 5);
    for (size_t i = 0; i < all.n; i++) {
        struct fp_buf json = {0};
        fp_result_write_json(&json, &all.items[i]);
        struct fp_str line = fp_buf_view(&json);
        assert_true(torture(parse_result, &line, MUST_FAIL) > 0);
        fp_buf_deinit(&json);
    }
    fp_results_deinit(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading), cmocka_unit_test(generated_texts),
        cmocka_unit_test(codecs),  cmocka_unit_test(observing),
        cmocka_unit_test(judging), cmocka_unit_test(reporting),
    };
    return cmocka_run_group_tests_name("torture", tests, NULL, NULL);
}
