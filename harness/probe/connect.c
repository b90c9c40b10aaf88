/* SPDX-License-Identifier: MIT
 * connect.c - libcurl opens, verifies and tunnels; nothing else. */
#include "harness/probe/connect.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/clock.h"

enum { READ_BYTES = 16 * 1024 };

enum fp_status fp_link_global_init(struct fp_err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fp_fail(err, FP_EIO, "libcurl does not start");
    return FP_OK;
}

/* -- opening ---------------------------------------------------------------*/

/* libcurl says what TLS agreed on only as text for people. The signature is
 * that of curl_debug_callback. */
/* NOLINTBEGIN(readability-non-const-parameter) */
static int
on_debug(CURL *curl, curl_infotype type, char *text, size_t n, void *user)
{
    (void)curl;
    static const char *const wanted[] = {"SSL connection using ", "ALPN: "};
    struct fp_reach *reach = user;
    struct fp_str line = {text, n};
    if (type != CURLINFO_TEXT)
        return 0;
    if (line.n > 0 && line.p[line.n - 1] == '\n')
        line.n--;
    size_t used = strlen(reach->tls);
    for (size_t i = 0; i < FP_COUNT(wanted); i++)
        if (fp_str_starts(line, fp_str_of(wanted[i])))
            (void)snprintf(reach->tls + used, sizeof reach->tls - used,
                           "%s%.*s", used > 0 ? "; " : "", FP_STR_ARG(line));
    return 0;
}
/* NOLINTEND(readability-non-const-parameter) */

static void
set_options(CURL *curl, const struct fp_probe *p, struct fp_reach *reach)
{
    const struct fp_probe_settings *s = &p->settings;
    (void)curl_easy_setopt(curl, CURLOPT_URL, p->target.base);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    /* ALPN offers http/1.1 alone: an Upgrade means nothing in HTTP/2. */
    (void)curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                           (long)CURL_HTTP_VERSION_1_1);
    /* A browser's ws:// goes through a proxy by CONNECT, so this does too. */
    (void)curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                           (long)s->timeout_ms);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reach->error);
    (void)curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug);
    (void)curl_easy_setopt(curl, CURLOPT_DEBUGDATA, reach);
    if (s->cacert != NULL)
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, s->cacert);
}

static unsigned micros(CURL *curl, CURLINFO info)
{
    curl_off_t us = 0;
    (void)curl_easy_getinfo(curl, info, &us);
    return us > 0 ? (unsigned)us : 0;
}

static void read_times(CURL *curl, struct fp_reach *reach)
{
    char *address = NULL;
    long port = 0;
    reach->dns_us = micros(curl, CURLINFO_NAMELOOKUP_TIME_T);
    reach->tcp_us = micros(curl, CURLINFO_CONNECT_TIME_T);
    reach->tls_us = micros(curl, CURLINFO_APPCONNECT_TIME_T);
    (void)curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &address);
    (void)curl_easy_getinfo(curl, CURLINFO_PRIMARY_PORT, &port);
    (void)snprintf(reach->address, sizeof reach->address, "%s port %ld",
                   address != NULL ? address : "", port);
}

static enum fp_stage failed_stage(CURLcode code, const struct fp_reach *reach)
{
    if (code == CURLE_COULDNT_RESOLVE_HOST ||
        code == CURLE_COULDNT_RESOLVE_PROXY)
        return FP_STAGE_DNS;
    if (code == CURLE_COULDNT_CONNECT)
        return FP_STAGE_TCP;
    if (code == CURLE_OPERATION_TIMEDOUT && reach->tcp_us == 0)
        return reach->dns_us == 0 ? FP_STAGE_DNS : FP_STAGE_TCP;
    return FP_STAGE_TLS;
}

bool fp_link_open(struct fp_link *l, const struct fp_probe *p,
                  struct fp_reach *reach)
{
    *reach = (struct fp_reach){0};
    CURL *curl = curl_easy_init();
    if (curl == NULL) {
        reach->failed = FP_STAGE_TCP;
        (void)snprintf(reach->error, sizeof reach->error, "no memory");
        return false;
    }
    set_options(curl, p, reach);
    CURLcode code = curl_easy_perform(curl);
    curl_socket_t fd = CURL_SOCKET_BAD;
    read_times(curl, reach);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd);
    /* reach is the caller's, and may move before the connection ends. */
    (void)curl_easy_setopt(curl, CURLOPT_VERBOSE, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    if (code == CURLE_OK) {
        *l = (struct fp_link){curl, fd};
        return true;
    }
    reach->failed = failed_stage(code, reach);
    if (reach->error[0] == '\0')
        (void)snprintf(reach->error, sizeof reach->error, "%s",
                       curl_easy_strerror(code));
    curl_easy_cleanup(curl);
    return false;
}

/* -- bytes -----------------------------------------------------------------*/

static bool wait_for(int fd, short events, uint64_t deadline_ns)
{
    for (;;) {
        uint64_t now = fp_clock_ns();
        if (now >= deadline_ns)
            return false;
        uint64_t left = (deadline_ns - now) / FP_NS_PER_MS + 1;
        struct pollfd pfd = {.fd = fd, .events = events};
        int n = poll(&pfd, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

bool fp_link_send(struct fp_link *l, struct fp_str bytes, uint64_t deadline_ns)
{
    while (bytes.n > 0) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(l->curl, bytes.p, bytes.n, &sent);
        if (code == CURLE_OK)
            bytes = fp_str_from(bytes, sent);
        else if (code != CURLE_AGAIN || !wait_for(l->fd, POLLOUT, deadline_ns))
            return false;
    }
    return true;
}

enum fp_received
fp_link_receive(struct fp_link *l, struct fp_buf *into, uint64_t deadline_ns)
{
    for (;;) {
        /* TLS may hold bytes that the socket no longer has: read first. */
        size_t n = 0;
        char *room = fp_buf_room(into, READ_BYTES);
        if (room == NULL)
            return FP_RECEIVED_NOTHING;
        CURLcode code = curl_easy_recv(l->curl, room, READ_BYTES, &n);
        if (code == CURLE_OK && n == 0)
            return FP_RECEIVED_END;
        if (code == CURLE_OK) {
            fp_buf_grow(into, n);
            return FP_RECEIVED;
        }
        if (code != CURLE_AGAIN)
            return FP_RECEIVED_RESET;
        if (!wait_for(l->fd, POLLIN, deadline_ns))
            return FP_RECEIVED_NOTHING;
    }
}

void fp_link_close(struct fp_link *l)
{
    if (l->curl != NULL)
        curl_easy_cleanup(l->curl);
    l->curl = NULL;
}
