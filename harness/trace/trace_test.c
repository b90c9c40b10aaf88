/* SPDX-License-Identifier: MIT
 * trace_test.c - storing, telling, limits, files. */
#include "harness/trace/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/base/alloc.h"
#include "harness/base/clock.h"

static struct fp_trace *new_trace(void)
{
    struct fp_trace *t = NULL;
    assert_int_equal(fp_trace_new(&t, fp_clock_ns(), NULL), FP_OK);
    return t;
}

static void strings_are_copied_and_stay(void **state)
{
    (void)state;
    struct fp_trace *t = new_trace();
    char text[] = "one";
    fp_trace_add(t, &(struct fp_fact){.t_ns = 9,
                                      .kind = FP_FACT_CLIENT_OUTPUT,
                                      .text = {text, 3}});
    const struct fp_fact *first = fp_trace_get(t, 0);
    text[0] = 'X';
    for (int i = 0; i < 5000; i++)
        fp_trace_add(t, &(struct fp_fact){.kind = FP_FACT_STALL, .n = i});
    assert_ptr_equal(first, fp_trace_get(t, 0));
    assert_memory_equal(first->text.p, "one", 3);
    assert_int_equal(first->t_ns, 9);
    assert_int_equal(fp_trace_count(t), 5001);
    assert_int_equal(fp_trace_get(t, 5000)->n, 4999);
    assert_true(fp_trace_get(t, 5000)->t_ns > 0);
    assert_true(fp_trace_get(t, 5000)->t_ns <= fp_trace_now_ns(t));
    fp_trace_free(t);
}

struct heard {
    struct fp_trace *t;
    int depth, deepest;
    char order[16];
    size_t n;
};

/* Each stall under 3 causes the next one. */
static void hear(void *user, const struct fp_fact *f)
{
    struct heard *h = user;
    if (++h->depth > h->deepest)
        h->deepest = h->depth;
    h->order[h->n++] = (char)('0' + f->n);
    if (f->n < 3)
        fp_trace_add(h->t,
                     &(struct fp_fact){.kind = FP_FACT_STALL, .n = f->n + 1});
    h->depth--;
}

static void facts_of_the_listener_are_queued(void **state)
{
    (void)state;
    struct heard h = {.t = new_trace()};
    fp_trace_add(h.t, &(struct fp_fact){.kind = FP_FACT_STALL, .n = 0});
    fp_trace_listen(h.t, hear, &h); /* what was before is not told */
    fp_trace_add(h.t, &(struct fp_fact){.kind = FP_FACT_STALL, .n = 1});
    fp_trace_add(h.t, &(struct fp_fact){.kind = FP_FACT_STALL, .n = 3});
    assert_string_equal(h.order, "1233");
    assert_int_equal(h.deepest, 1);
    fp_trace_free(h.t);
}

static void no_trace_is_fine(void **state)
{
    (void)state;
    fp_trace_add(NULL, &(struct fp_fact){.kind = FP_FACT_END});
    fp_trace_bytes(NULL, 0, FP_SIDE_CLIENT, 1, FP_UP, FP_STR("a"));
    fp_trace_listen(NULL, hear, NULL);
    fp_trace_no_bytes(NULL);
    fp_trace_free(NULL);
    assert_int_equal(fp_trace_count(NULL), 0);
    assert_int_equal(fp_trace_now_ns(NULL), 0);
}

static void bytes_of_a_connection_are_limited(void **state)
{
    (void)state;
    static char big[100 * 1024];
    struct fp_trace *t = new_trace();
    for (int i = 0; i < 5; i++)
        fp_trace_bytes(t, 1, FP_SIDE_SERVER, 7, FP_DOWN,
                       (struct fp_str){big, sizeof big});
    fp_trace_bytes(t, 1, FP_SIDE_CLIENT, 7, FP_DOWN, FP_STR("other side"));
    assert_int_equal(fp_trace_count(t), 5);
    size_t kept = 0;
    for (size_t i = 0; i < 3; i++)
        kept += fp_trace_get(t, i)->text.n;
    assert_int_equal(kept, FP_TRACE_CONN_BYTES);
    const struct fp_fact *cut = fp_trace_get(t, 3);
    assert_int_equal(cut->kind, FP_FACT_TRUNCATED);
    assert_int_equal(cut->conn, 7);
    assert_int_equal(cut->hop, 1);
    assert_int_equal(cut->side, FP_SIDE_SERVER);
    assert_int_equal(cut->n, FP_TRACE_CONN_BYTES);
    assert_memory_equal(cut->name.p, "connection", 10);
    assert_memory_equal(fp_trace_get(t, 4)->text.p, "other side", 10);
    fp_trace_free(t);
}

static void bytes_of_a_case_are_limited(void **state)
{
    (void)state;
    static char big[FP_TRACE_CONN_BYTES];
    struct fp_trace *t = new_trace();
    for (uint32_t conn = 1; conn <= 200; conn++)
        fp_trace_bytes(t, 0, FP_SIDE_CLIENT, conn, FP_UP,
                       (struct fp_str){big, sizeof big});
    size_t n = FP_TRACE_CASE_BYTES / FP_TRACE_CONN_BYTES;
    assert_int_equal(fp_trace_count(t), n + 1);
    assert_int_equal(fp_trace_get(t, n)->kind, FP_FACT_TRUNCATED);
    assert_memory_equal(fp_trace_get(t, n)->name.p, "case", 4);
    fp_trace_add(t, &(struct fp_fact){.kind = FP_FACT_END});
    assert_int_equal(fp_trace_count(t), n + 2);
    fp_trace_free(t);
}

static void facts_are_limited_but_for_the_end(void **state)
{
    (void)state;
    static char line[60000];
    struct fp_trace *t = new_trace();
    for (int i = 0; i < 2000; i++)
        fp_trace_add(t, &(struct fp_fact){.kind = FP_FACT_CLIENT_OUTPUT,
                                          .text = {line, sizeof line}});
    size_t n = fp_trace_count(t);
    assert_true(n < 2000);
    assert_int_equal(fp_trace_get(t, n - 1)->kind, FP_FACT_TRUNCATED);
    assert_memory_equal(fp_trace_get(t, n - 1)->name.p, "facts", 5);
    fp_trace_add(t, &(struct fp_fact){.kind = FP_FACT_END});
    assert_int_equal(fp_trace_get(t, n)->kind, FP_FACT_END);
    fp_trace_free(t);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct fp_trace *t = new_trace();
    fp_alloc_fail_after(1);
    fp_trace_add(t, &(struct fp_fact){.kind = FP_FACT_STALL});
    fp_alloc_fail_after(0);
    assert_int_equal(fp_trace_count(t), 1);
    assert_int_equal(fp_trace_get(t, 0)->kind, FP_FACT_TRUNCATED);
    fp_trace_free(t);
}

static void bytes_are_redacted_across_reads(void **state)
{
    (void)state;
    struct fp_trace *t = new_trace();
    fp_trace_bytes(t, 0, FP_SIDE_CLIENT, 1, FP_UP, FP_STR("Coo"));
    fp_trace_bytes(t, 0, FP_SIDE_CLIENT, 1, FP_DOWN, FP_STR("HTTP/1.1"));
    fp_trace_bytes(t, 0, FP_SIDE_CLIENT, 1, FP_UP, FP_STR("kie: secret\r\n"));
    assert_memory_equal(fp_trace_get(t, 2)->text.p, "kie: ******\r\n", 13);
    fp_trace_free(t);
}

static void bytes_can_be_left_out(void **state)
{
    (void)state;
    struct fp_trace *t = new_trace();
    fp_trace_no_bytes(t);
    fp_trace_bytes(t, 0, FP_SIDE_CLIENT, 1, FP_UP, FP_STR("a"));
    assert_int_equal(fp_trace_count(t), 0);
    fp_trace_free(t);
}

/* -- files --------------------------------------------------------------- */

static const char header_line[] =
    "{\"trace\":1,\"version\":\"0\",\"case\":\"a/b\",\"protocol\":\"plain\","
    "\"client\":\"c\",\"seed\":\"18446744073709551615\",\"time_scale\":2.5,"
    "\"started_unix_ms\":-4,\"case_text\":\"title: \\\"x\\\"\\n\"}\n";

static void make_path(char path[32])
{
    (void)snprintf(path, 32, "/tmp/fp-trace-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
}

static void write_text(const char *path, struct fp_str text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
}

static void read_text(const char *path, struct fp_buf *out)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fp_buf_grow(out, fread(fp_buf_room(out, 1 << 20), 1, 1 << 20, f));
    assert_int_equal(fclose(f), 0);
}

static void save(const char *path, const struct fp_trace_header *h,
                 const struct fp_trace *t)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fp_trace_write(f, h, t, NULL), FP_OK);
    assert_int_equal(fclose(f), 0);
}

/* A fact of every kind, every member used, odd bytes in every text. */
static void add_all_kinds(struct fp_trace *t)
{
    for (unsigned k = 0; k < FP_FACT_KIND_COUNT; k++)
        for (unsigned at = FP_AT_RUN; at <= FP_AT_SERVER; at++)
            fp_trace_add(t, &(struct fp_fact){
                                .t_ns = 1000 + k,
                                .kind = (enum fp_fact_kind)k,
                                .at = (enum fp_vantage)at,
                                .hop = 1,
                                .side = k % 2 ? FP_SIDE_CLIENT : FP_SIDE_SERVER,
                                .conn = k,
                                .req = at,
                                .dir = at == FP_AT_HOP ? FP_DOWN : FP_UP,
                                .transport = (enum fp_transport)(k % 3),
                                .cls = (enum fp_request_class)(k % 7),
                                .n = k % 5 == 0 ? FP_N_ABSENT : -(int64_t)k,
                                .bytes = k,
                                .sid = FP_STR("s\n"),
                                .name = k % 2 ? FP_STR("") : FP_STR_NONE,
                                .text = FP_STR("\xc3\xa9\0\xff\xfe"),
                            });
}

static void written_loaded_written_is_the_same(void **state)
{
    (void)state;
    char path[32];
    make_path(path);
    struct fp_trace *t = new_trace(), *again = NULL;
    struct fp_buf first = {0}, second = {0};
    const struct fp_trace_host hosts[] = {{FP_STR("a"), FP_STR("x: \"y\"\n")},
                                          {FP_STR("b"), FP_STR("")}};
    struct fp_trace_header back, h = {
                                     .version = FP_STR("0.1"),
                                     .case_name = FP_STR("a/b"),
                                     .case_text = FP_STR("title: x\n"),
                                     .hosts = hosts,
                                     .n_hosts = FP_COUNT(hosts),
                                     .host = FP_STR("fly"),
                                     .host_text = FP_STR("title: y\n"),
                                     .protocol = FP_ENGINE_IO_3,
                                     .client = FP_STR("node \xff"),
                                     .config = FP_STR("c"),
                                     .seed = UINT64_MAX,
                                     .time_scale = 0.1,
                                     .started_unix_ms = 1700000000123,
                                 };
    add_all_kinds(t);
    save(path, &h, t);
    read_text(path, &first);
    assert_int_equal(fp_trace_load(&again, &back, path, NULL), FP_OK);
    assert_int_equal(fp_trace_count(again), fp_trace_count(t));
    assert_int_equal(back.protocol, FP_ENGINE_IO_3);
    assert_true(back.client_version.p == NULL);
    assert_true(fp_str_eq(back.client, h.client));
    save(path, &back, again);
    read_text(path, &second);
    assert_string_equal(fp_buf_cstr(&first), fp_buf_cstr(&second));
    assert_int_equal(unlink(path), 0);
    fp_trace_free(t);
    fp_trace_free(again);
    fp_buf_deinit(&first);
    fp_buf_deinit(&second);
}

static struct row {
    const char *name, *lines, *want; /* lines after a good header */
} rows[] = {
    {"not JSON", "{\"t\":1,}\n",
     "2:8: not JSON: string or '}' expected near "
     "'}'"},
    {"not an object", "[]\n", "2:1: not an object"},
    {"empty line", "\n", "2:1: not JSON: '[' or '{' expected near end of file"},
    {"cut", "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\"}\n{\"t\":2",
     "3:1: the last line is cut off: the file is incomplete"},
    {"no t", "{\"kind\":\"stall\",\"at\":\"run\"}\n", "2:1: 't' is missing"},
    {"negative t", "{\"t\":-1,\"kind\":\"stall\",\"at\":\"run\"}\n",
     "2:2: 't' is out of range"},
    {"no kind", "{\"t\":1,\"at\":\"run\"}\n", "2:1: 'kind' is missing"},
    {"unknown kind", "{\"t\":1,\"kind\":\"stal\",\"at\":\"run\"}\n",
     "2:8: 'kind' is not known"},
    {"unknown vantage", "{\"t\":1,\"kind\":\"stall\",\"at\":\"moon\"}\n",
     "2:23: 'at' is not known"},
    {"unknown member",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"since\":1}\n",
     "2:34: 'since' is no member of such a line"},
    {"twice", "{\"t\":1,\"t\":1,\"kind\":\"stall\",\"at\":\"run\"}\n",
     "2:10: not JSON: duplicate object key near '\"t\"'"},
    {"text and text64",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"text\":\"\","
     "\"text64\":\"\"}\n",
     "2:44: 'text64' stands beside its plain form"},
    {"bad base64",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"name64\":\"a\"}\n",
     "2:34: 'name64' is not base64"},
    {"wrong type", "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"ms\":1.5}\n",
     "2:34: 'ms' is not an integer"},
    {"conn too large",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"conn\":4294967296}\n",
     "2:34: 'conn' is out of range"},
    {"no such direction",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"dir\":\"left\"}\n",
     "2:34: 'dir' is neither up nor down"},
    {"no such side",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"side\":\"left\"}\n",
     "2:34: 'side' is neither client nor server"},
    {"no such transport",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"transport\":\"sse\"}\n",
     "2:34: 'transport' is not known"},
    {"no such class",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"class\":\"x\"}\n",
     "2:34: 'class' is not known"},
    {"a word that is a number",
     "{\"t\":1,\"kind\":\"stall\",\"at\":\"run\",\"sid\":5}\n",
     "2:34: 'sid' is not a string"},
};

static void refused(const char *path, struct fp_str text, const char *want)
{
    struct fp_err err = {0};
    struct fp_trace *t = NULL;
    struct fp_trace_header h = {.seed = 77};
    char got[512];
    write_text(path, text);
    assert_int_equal(fp_trace_load(&t, &h, path, &err), FP_EPARSE);
    assert_null(t);
    assert_int_equal(h.seed, 77);
    (void)fp_err_text(&err, got, sizeof got);
    assert_memory_equal(got, path, strlen(path));
    assert_string_equal(got + strlen(path) + 1, want);
}

static void refuses(void **state)
{
    const struct row *row = *state;
    struct fp_buf text = {0};
    char path[32];
    make_path(path);
    fp_buf_z(&text, header_line);
    fp_buf_z(&text, row->lines);
    refused(path, fp_buf_view(&text), row->want);
    assert_int_equal(unlink(path), 0);
    fp_buf_deinit(&text);
}

static void bad_headers_are_refused(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", "1:1: an empty file"},
        {"{\"a\":1}\n", "1:1: 'trace' is missing: this is not a trace"},
        {"{\"trace\":2}\n", "1:2: 'trace' is of a version that is not known"},
        {"{\"trace\":1,\"protocol\":\"sse\"}\n",
         "1:12: 'protocol' is not known"},
        {"{\"trace\":1,\"protocol\":\"plain\",\"seed\":1}\n",
         "1:31: 'seed' is not a string"},
        {"{\"trace\":1,\"protocol\":\"plain\",\"seed\":\"x\"}\n",
         "1:31: 'seed' is not a number in a string"},
        {"{\"trace\":1,\"protocol\":\"plain\",\"seed\":\"1\","
         "\"time_scale\":0}\n",
         "1:42: 'time_scale' is not a number above 0"},
        {"{\"trace\":1,\"protocol\":\"plain\",\"seed\":\"1\","
         "\"time_scale\":1,\"x\":1}\n",
         "1:57: 'x' is no member of such a line"},
    };
    char path[32];
    make_path(path);
    for (size_t i = 0; i < FP_COUNT(pairs); i++)
        refused(path, fp_str_of(pairs[i][0]), pairs[i][1]);
    assert_int_equal(unlink(path), 0);
}

static void a_file_that_is_not_there(void **state)
{
    (void)state;
    struct fp_trace *t = NULL;
    struct fp_trace_header h;
    struct fp_err err = {0};
    assert_int_equal(fp_trace_load(&t, &h, "/nowhere/t.jsonl", &err),
                     FP_ENOENT);
    assert_string_equal(err.msg, "no file /nowhere/t.jsonl");
    assert_int_equal(fp_trace_load(&t, &h, "/tmp", NULL), FP_EINVAL);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    FILE *f = fopen("/dev/full", "wb");
    assert_non_null(f);
    struct fp_err err = {0};
    struct fp_trace_header h = {.time_scale = 1};
    assert_int_equal(fp_trace_write(f, &h, NULL, &err), FP_EIO);
    assert_string_equal(err.msg,
                        "cannot write the trace: No space left on device");
    (void)fclose(f);
}

static void remember(void *user, const struct fp_fact *f)
{
    struct fp_fact *last = user;
    *last = *f;
}

static void keeps_nothing_when_told_so(void **state)
{
    (void)state;
    struct fp_trace *t = NULL;
    struct fp_fact last = {0};
    assert_int_equal(FP_OK, fp_trace_new(&t, 0, NULL));
    fp_trace_listen(t, remember, &last);
    fp_trace_keep_nothing(t);
    fp_trace_add(t, &(struct fp_fact){
                        .kind = FP_FACT_PUBLISHED, .at = FP_AT_SERVER, .n = 7});
    fp_trace_bytes(t, 0, FP_SIDE_CLIENT, 1, FP_UP, FP_STR("GET"));
    assert_int_equal(FP_FACT_PUBLISHED, last.kind);
    assert_int_equal(7, last.n);
    assert_true(last.t_ns > 0);
    assert_int_equal(0, fp_trace_count(t));
    fp_trace_free(t);
}

int main(void)
{
    struct CMUnitTest tests[FP_COUNT(rows)];
    for (size_t i = 0; i < FP_COUNT(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].name, refuses, 0, 0, &rows[i]};
    const struct CMUnitTest others[] = {
        cmocka_unit_test(strings_are_copied_and_stay),
        cmocka_unit_test(facts_of_the_listener_are_queued),
        cmocka_unit_test(no_trace_is_fine),
        cmocka_unit_test(bytes_of_a_connection_are_limited),
        cmocka_unit_test(bytes_of_a_case_are_limited),
        cmocka_unit_test(facts_are_limited_but_for_the_end),
        cmocka_unit_test(no_memory_is_told),
        cmocka_unit_test(bytes_are_redacted_across_reads),
        cmocka_unit_test(bytes_can_be_left_out),
        cmocka_unit_test(keeps_nothing_when_told_so),
        cmocka_unit_test(written_loaded_written_is_the_same),
        cmocka_unit_test(bad_headers_are_refused),
        cmocka_unit_test(a_file_that_is_not_there),
        cmocka_unit_test(a_full_disk_is_told),
    };
    int bad = cmocka_run_group_tests_name("trace refuses", tests, NULL, NULL);
    return bad + cmocka_run_group_tests_name("trace", others, NULL, NULL);
}
