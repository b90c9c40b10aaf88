/* SPDX-License-Identifier: MIT
 * settings.c - the words that `fallproof probe` hands over, and the URL. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "harness/probe/probe.h"

static enum fp_status
add_header(struct fp_probe_settings *s, const char *value, struct fp_err *err)
{
    struct fp_str rest = FP_STR_NONE;
    struct fp_str name = fp_str_split(fp_str_of(value), ':', &rest);
    if (rest.p == NULL || name.n == 0 || strpbrk(value, "\r\n") != NULL)
        return fp_fail(err, FP_EINVAL,
                       "--header takes \"Name: value\", on one line");
    if (s->n_headers == FP_PROBE_HEADERS)
        return fp_fail(err, FP_EINVAL, "more than %d headers",
                       FP_PROBE_HEADERS);
    s->headers[s->n_headers++] = value;
    return FP_OK;
}

static enum fp_status
read_word(struct fp_probe_settings *s, const char *word, struct fp_err *err)
{
    struct fp_str value = FP_STR_NONE;
    struct fp_str name = fp_str_split(fp_str_of(word), '=', &value);
    if (fp_str_eqz(name, "url"))
        s->url = value.p;
    else if (fp_str_eqz(name, "origin"))
        s->origin = value.p;
    else if (fp_str_eqz(name, "cacert"))
        s->cacert = value.p;
    else if (fp_str_eqz(name, "json"))
        s->json = true;
    else if (fp_str_eqz(name, "verbose"))
        s->verbose = true;
    else if (fp_str_eqz(name, "usual-paths"))
        s->usual_paths = true;
    else if (fp_str_eqz(name, "header"))
        return add_header(s, value.p, err);
    else if (!(fp_str_eqz(name, "protocol") &&
               fp_protocol_parse(value, &s->protocol)) &&
             !(fp_str_eqz(name, "timeout-ms") &&
               fp_str_to_u64(value, &s->timeout_ms)) &&
             !(fp_str_eqz(name, "idle-ms") &&
               fp_str_to_u64(value, &s->idle_ms)))
        return fp_fail(err, FP_EINVAL, "not understood: %s", word);
    return FP_OK;
}

enum fp_status
fp_probe_settings_read(struct fp_probe_settings *s, char *const *words,
                       size_t n, struct fp_err *err)
{
    *s = (struct fp_probe_settings){.protocol = FP_ENGINE_IO_4,
                                    .timeout_ms = 5000};
    enum fp_status st = FP_OK;
    for (size_t i = 0; i < n && st == FP_OK; i++)
        st = read_word(s, words[i], err);
    if (st == FP_OK && s->url == NULL)
        return fp_fail(err, FP_EINVAL, "no URL");
    if (st == FP_OK && s->origin != NULL && strpbrk(s->origin, "\r\n ") != NULL)
        return fp_fail(err, FP_EINVAL, "--origin is no origin");
    return st;
}

/* -- the URL ---------------------------------------------------------------*/

static bool part(char *out, size_t cap, CURLU *u, CURLUPart which)
{
    char *text = NULL;
    out[0] = '\0';
    if (curl_url_get(u, which, &text, 0) != CURLUE_OK)
        return true; /* not there */
    size_t n = strlen(text);
    bool fits = n < cap && strpbrk(text, " \r\n") == NULL;
    if (fits)
        memcpy(out, text, n + 1);
    curl_free(text);
    return fits;
}

static void fill(struct fp_probe_target *t, const char *host, const char *port)
{
    const char *scheme = t->tls ? "https" : "http";
    const char *colon = port[0] != '\0' ? ":" : "";
    (void)snprintf(t->authority, sizeof t->authority, "%s%s%s", host, colon,
                   port);
    (void)snprintf(t->base, sizeof t->base, "%s://%s/", scheme, t->authority);
    (void)snprintf(t->origin, sizeof t->origin, "%s://%s", scheme,
                   t->authority);
}

static enum fp_status
take_parts(struct fp_probe_target *t, CURLU *u,
           const struct fp_probe_settings *s, struct fp_err *err)
{
    char scheme[8], host[256], port[8], user[64];
    if (!part(scheme, sizeof scheme, u, CURLUPART_SCHEME) ||
        !part(host, sizeof host, u, CURLUPART_HOST) ||
        !part(port, sizeof port, u, CURLUPART_PORT) ||
        !part(t->path, sizeof t->path, u, CURLUPART_PATH) ||
        !part(t->query, sizeof t->query, u, CURLUPART_QUERY))
        return fp_fail(err, FP_EINVAL, "the URL is too long, or has blanks");
    if (!part(user, sizeof user, u, CURLUPART_USER) || user[0] != '\0')
        return fp_fail(err, FP_EINVAL,
                       "credentials go into --header, not into the URL");
    bool tls = strcmp(scheme, "https") == 0 || strcmp(scheme, "wss") == 0;
    if (!tls && strcmp(scheme, "http") != 0 && strcmp(scheme, "ws") != 0)
        return fp_fail(err, FP_EINVAL, "%s:// is not http, https, ws or wss",
                       scheme);
    t->tls = tls;
    if (strcmp(t->path, "/") == 0)
        (void)snprintf(t->path, sizeof t->path, "%s",
                       fp_protocol_path(s->protocol));
    fill(t, host, port);
    return FP_OK;
}

enum fp_status
fp_probe_target_parse(struct fp_probe_target *t,
                      const struct fp_probe_settings *s, struct fp_err *err)
{
    CURLU *u = curl_url();
    if (u == NULL)
        return fp_fail(err, FP_ENOMEM, "no memory");
    CURLUcode code =
        curl_url_set(u, CURLUPART_URL, s->url, CURLU_NON_SUPPORT_SCHEME);
    enum fp_status st = FP_OK;
    if (code != CURLUE_OK)
        st = fp_fail(err, FP_EINVAL, "'%s' is no URL: %s", s->url,
                     curl_url_strerror(code));
    else
        st = take_parts(t, u, s, err);
    curl_url_cleanup(u);
    return st;
}
