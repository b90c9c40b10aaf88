/* SPDX-License-Identifier: MIT
 * serve_case_test.c - a case is served to a client started by hand, its facts
 * are told, and a signal ends it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/run/run.h"

static const char yaml[] = "title: T\nwhy: W\nprotocols: [plain]\n"
                           "expect:\n  - connects: {within: 1s}\n";

struct told {
    int fd; /* "URL PATH\n", then a line a fact */
};

static void on_url(void *user, const char *url, const char *path)
{
    const struct told *told = user;
    (void)dprintf(told->fd, "%s %s\n", url, path);
}

static void on_fact(void *user, const struct fp_fact *f)
{
    const struct told *told = user;
    (void)dprintf(told->fd, "%s\n", fp_fact_kind_name(f->kind));
}

static struct fp_case *a_case(void)
{
    struct fp_case *c = NULL;
    struct fp_diags diags = {0};
    assert_int_equal(fp_case_parse(&c, "t.yaml", "x/t", FP_STR(yaml), &diags),
                     FP_OK);
    return c;
}

static int serve(int fd)
{
    struct told told = {fd};
    struct fp_case *c = a_case();
    struct fp_serve_case conf = {.c = c,
                                 .protocol = FP_PLAIN,
                                 .on_url = on_url,
                                 .on_fact = on_fact,
                                 .user = &told};
    enum fp_status status = fp_run_serve_case(&conf, NULL);
    fp_case_free(c);
    return status == FP_OK ? 0 : 1;
}

static bool await_line(FILE *from, const char *want, char *line, int cap)
{
    while (fgets(line, cap, from) != NULL)
        if (strstr(line, want) != NULL)
            return true;
    return false;
}

static void poll_once(uint16_t port)
{
    static const char request[] =
        "GET /updates?since=0 HTTP/1.1\r\nHost: t\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char answer[16] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(write(fd, request, sizeof request - 1),
                     sizeof request - 1);
    assert_int_equal(recv(fd, answer, 15, MSG_WAITALL), 15);
    assert_string_equal(answer, "HTTP/1.1 200 OK");
    close(fd);
}

static void serves_until_a_signal(void **state)
{
    (void)state;
    int fd[2];
    char line[256];
    assert_int_equal(pipe(fd), 0);
    (void)fflush(NULL);
    pid_t server = fork();
    if (server == 0) {
        close(fd[0]);
        _exit(serve(fd[1]));
    }
    close(fd[1]);
    FILE *told = fdopen(fd[0], "r");
    assert_true(await_line(told, "http://127.0.0.1:", line, sizeof line));
    assert_non_null(strstr(line, " /updates\n"));
    poll_once((uint16_t)strtoul(line + strlen("http://127.0.0.1:"), NULL, 10));
    assert_true(await_line(told, "delivered", line, sizeof line));
    assert_int_equal(kill(server, SIGTERM), 0);
    int status;
    assert_int_equal(waitpid(server, &status, 0), server);
    assert_int_equal(status, 0);
    (void)fclose(told);
}

static void a_taken_port_is_an_error(void **state)
{
    (void)state;
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    struct fp_case *c = a_case();
    struct fp_serve_case conf = {.c = c,
                                 .protocol = FP_PLAIN,
                                 .port = ntohs(at.sin_port),
                                 .on_url = on_url};
    struct fp_err err = {0};
    assert_int_equal(fp_run_serve_case(&conf, &err), FP_EIO);
    assert_true(err.msg[0] != '\0');
    fp_case_free(c);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_until_a_signal),
        cmocka_unit_test(a_taken_port_is_an_error),
    };
    return cmocka_run_group_tests_name("serve a case", tests, NULL, NULL);
}
