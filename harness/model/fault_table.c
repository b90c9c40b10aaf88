/* SPDX-License-Identifier: MIT
 * fault_table.c - the keys of every fault, and those that all faults share. */
#include "harness/model/tables.h"

#define AT(member) offsetof(struct fp_fault, member)
#define KEY(k, t, m, def, text)                                                \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .fallback = (def),           \
        .doc = (text)                                                          \
    }
#define NEED(k, t, m, text)                                                    \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .required = true,            \
        .doc = (text)                                                          \
    }
#define HOW(words, def, text)                                                  \
    {                                                                          \
        .key = "how", .type = FP_V_ENDING, .offset = AT(how),                  \
        .fallback = (def), .choices = (words), .doc = (text)                   \
    }
#define WORDS(k, m, words, def, text)                                          \
    {                                                                          \
        .key = (k), .type = FP_V_TEXT, .offset = AT(m), .fallback = (def),     \
        .choices = (words), .doc = (text)                                      \
    }
#define EDITS(k, m, n_m, what, text)                                           \
    {                                                                          \
        .key = (k), .type = FP_V_HEADER_EDITS, .offset = AT(m),                \
        .offset_n = AT(n_m), .choices = (what), .doc = (text)                  \
    }
#define ABOVE(least, k, t, m, def, text)                                       \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .fallback = (def),           \
        .min = (least), .doc = (text)                                          \
    }
#define NEED_ABOVE(least, k, t, m, text)                                       \
    {                                                                          \
        .key = (k), .type = (t), .offset = AT(m), .required = true,            \
        .min = (least), .doc = (text)                                          \
    }
#define STATUS_ANSWER                                                          \
    KEY("reason", FP_V_LINE, reason, NULL,                                     \
        "reason phrase; the registered one unless said"),                      \
        KEY("body", FP_V_TEXT, body, NULL, "the answer's content"),            \
        KEY("content-type", FP_V_LINE, content_type, "text/html",              \
            "its media type"),                                                 \
        EDITS("headers", response, n_response, "values",                       \
              "headers added to the answer")
#define ENDING_DETAILS                                                         \
    KEY("status", FP_V_STATUS, status, "504", "with `how: status`"),           \
        KEY("code", FP_V_CLOSE_CODE, code, "1001",                             \
            "with `how: close`; 0 = a Close frame without a code")

static const struct fp_key refuse[] = {
    NEED("status", FP_V_STATUS, status, "of the answer"),
    KEY("location", FP_V_LINE, location, NULL, "Location, for 3xx"),
    STATUS_ANSWER,
};
static const struct fp_key close_keys[] = {
    HOW("fin rst", "fin", "how the connection ends, without a byte"),
    KEY("after", FP_V_DURATION, after_ms, "0ms", "after the request head"),
};
static const struct fp_key interim[] = {
    KEY("status", FP_V_STATUS, status, "103", "100..199 but not 101"),
    KEY("count", FP_V_COUNT, count, "1", "how many"),
};
static const struct fp_key dribble[] = {
    ABOVE(1, "bytes", FP_V_BYTES, bytes, "1", "per write"),
    ABOVE(1, "pause", FP_V_DURATION, after_ms, "20ms", "between writes"),
};
static const struct fp_key strip[] = {
    EDITS("request", request, n_request, "names",
          "names removed from requests"),
    EDITS("response", response, n_response, "names",
          "names removed from responses"),
};
static const struct fp_key set_headers[] = {
    EDITS("request", request, n_request, "values", "name: value in requests"),
    EDITS("response", response, n_response, "values",
          "name: value in responses"),
};
static const struct fp_key rename_case[] = {
    WORDS("to", text, "lower upper title", "lower",
          "lower: HAProxy, HTTP/2 edges; title: Go's canonical form"),
};
static const struct fp_key rewrite_path[] = {
    WORDS("slash", text, "remove add", NULL,
          "the slash at the end of the path"),
    KEY("prefix", FP_V_LINE, body, NULL, "put in front of the path"),
    KEY("drop-query", FP_V_LINE, location, NULL, "a query parameter to lose"),
};
static const struct fp_key bad_accept[] = {
    WORDS("accept", text, "wrong missing", "wrong",
          "what Sec-WebSocket-Accept is"),
};
static const struct fp_key idle_timeout[] = {
    NEED_ABOVE(10, "after", FP_V_DURATION, after_ms,
               "without a byte in the scope's direction (both: in either)"),
    HOW("fin rst silence close status", "fin",
        "how it ends; status only before an answer has begun"),
    ENDING_DETAILS,
};
static const struct fp_key request_timeout[] = {
    NEED_ABOVE(10, "after", FP_V_DURATION, after_ms, "since the request head"),
    HOW("fin rst silence status", "status", "how it ends"),
    KEY("status", FP_V_STATUS, status, "504", "with `how: status`"),
    STATUS_ANSWER,
};
static const struct fp_key lifetime[] = {
    NEED_ABOVE(10, "after", FP_V_DURATION, after_ms,
               "since the TCP connection (WebSocket: since its 101)"),
    HOW("fin rst silence close", "fin", "how it ends"),
    KEY("code", FP_V_CLOSE_CODE, code, "1001", "with `how: close`"),
};
static const struct fp_key silent_101[] = {
    HOW("silence fin rst close", "silence", "what follows the 101"),
    KEY("after", FP_V_DURATION, after_ms, "0ms", "then, after this long"),
    KEY("code", FP_V_CLOSE_CODE, code, "1001", "with `how: close`"),
};
static const struct fp_key cut[] = {
    KEY("after", FP_V_DURATION, after_ms, NULL, "since the 101"),
    KEY("frames", FP_V_COUNT, frames, NULL,
        "after this many frames in the scope's direction"),
    ABOVE(1, "bytes", FP_V_BYTES, bytes, NULL,
          "after this many bytes in the scope's direction"),
    HOW("fin rst close silence", "fin", "how it ends"),
    KEY("code", FP_V_CLOSE_CODE, code, "1001",
        "with `how: close`; 0 = a Close frame without a code"),
    KEY("reason", FP_V_LINE, reason, NULL, "the Close frame's reason"),
};
static const struct fp_key mute[] = {
    KEY("after", FP_V_DURATION, after_ms, "0ms", "since the 101 (or request)"),
};
static const struct fp_key delay[] = {
    NEED("by", FP_V_DURATION, after_ms,
         "each answer, or each read of a "
         "WebSocket, is held this long"),
};
static const struct fp_key buffer[] = {
    ABOVE(1, "bytes", FP_V_BYTES, bytes, NULL,
          "WebSocket: hold until this many bytes; polling: the whole answer"),
    KEY("for", FP_V_DURATION, after_ms, NULL, "let go after this long"),
};
static const struct fp_key block_polling[] = {
    KEY("status", FP_V_STATUS, status, "403", "of the answer"),
    HOW("status fin rst silence", "status", "how it is blocked"),
    STATUS_ANSWER,
};
static const struct fp_key slice[] = {
    ABOVE(1, "bytes", FP_V_BYTES, bytes, "1", "per segment"),
};
#define BYTES_OF_ITS_OWN                                                       \
    KEY("text", FP_V_TEXT, text, NULL, "the bytes written to the client"),     \
        KEY("hex", FP_V_LINE, hex, NULL,                                       \
            "or the same in hexadecimal, blanks allowed: \"c1 01 ff\"")
static const struct fp_key inject[] = {
    BYTES_OF_ITS_OWN,
    KEY("after", FP_V_DURATION, after_ms, "0ms", "since the 101"),
    KEY("frames", FP_V_COUNT, frames, NULL, "after this many frames down"),
};
static const struct fp_key raw_answer[] = {
    BYTES_OF_ITS_OWN,
    HOW("fin silence", "fin", "what follows them"),
};
static const struct fp_key cut_answer[] = {
    KEY("bytes", FP_V_BYTES, bytes, "0", "of the answer, head included, pass"),
    HOW("fin rst silence", "fin", "how it ends"),
};
static const struct fp_key throttle[] = {
    NEED_ABOVE(1, "rate", FP_V_BYTES, bytes, "bytes a second"),
};
static const struct fp_key cache[] = {
    KEY("for", FP_V_DURATION, after_ms, "120s", "how long an answer is kept"),
};
static const struct fp_key half_close[] = {
    KEY("after", FP_V_DURATION, after_ms, "0ms", "since the 101"),
};
static const struct fp_key slow_close[] = {
    NEED("by", FP_V_DURATION, after_ms, "how long each FIN is held"),
};
#define WHICH_FRAMES                                                           \
    WORDS("what", text, "data control ping pong close", "data",                \
          "which frames"),                                                     \
        KEY("frames", FP_V_COUNT, frames, NULL,                                \
            "let so many of them by first, in each direction"),                \
        KEY("count", FP_V_COUNT, count, NULL,                                  \
            "then only so many; all unless said")
static const struct fp_key which_frames[] = {
    WHICH_FRAMES,
};
static const struct fp_key frame_bits[] = {
    WORDS("set", body, "rsv1 rsv2 rsv3 mask", "rsv1",
          "which bit; mask: frames of the server are masked, those of the "
          "client are not"),
    WHICH_FRAMES,
};
static const struct fp_key refragment[] = {
    ABOVE(1, "bytes", FP_V_BYTES, bytes, "1", "of payload in each fragment"),
    WORDS("between", text, "nothing ping", "nothing",
          "what stands between two fragments"),
};
static const struct fp_key frame_limit[] = {
    NEED_ABOVE(1, "bytes", FP_V_BYTES, bytes,
               "the largest payload that passes"),
    HOW("close fin rst silence", "close", "how it ends"),
    KEY("code", FP_V_CLOSE_CODE, code, "1009", "with `how: close`"),
    KEY("reason", FP_V_LINE, reason, NULL, "the Close frame's reason"),
};

static const struct fp_key scope[] = {
    {.key = "attempts",
     .type = FP_V_ATTEMPTS,
     .offset = AT(scope.first_attempt),
     .doc = "which upgrade requests, counted per hop from 1: 2 or 1..3"},
    KEY("transport", FP_V_TRANSPORT, scope.transport, NULL,
        "websocket | polling"),
    KEY("path", FP_V_LINE, scope.path_glob, NULL, "of the target; `*` matches"),
    KEY("header", FP_V_HEADER_MATCH, scope.header, NULL,
        "only requests with this header: {Origin: \"http://app*\"}"),
    KEY("every", FP_V_COUNT, scope.every, NULL, "each n-th that fits"),
    KEY("nth", FP_V_COUNT, scope.nth, NULL, "only the n-th that fits"),
    KEY("probability", FP_V_PROBABILITY, scope.probability, "1",
        "drawn from the seed"),
    KEY("from", FP_V_DURATION, scope.from_ms, "0ms", "since the path began"),
    KEY("until", FP_V_DURATION, scope.until_ms, NULL, "since the path began"),
    {.key = "direction",
     .type = FP_V_DIRECTION,
     .offset = AT(scope.up),
     .offset_n = AT(scope.down),
     .fallback = "both",
     .doc = "up | down | both"},
};

#define TABLE(a)                                                               \
    {                                                                          \
        (a), FP_COUNT(a)                                                       \
    }
static const struct fp_key_table tables[FP_FAULT_KIND_COUNT] = {
    [FP_FAULT_REFUSE] = TABLE(refuse),
    [FP_FAULT_CLOSE] = TABLE(close_keys),
    [FP_FAULT_INTERIM] = TABLE(interim),
    [FP_FAULT_DRIBBLE] = TABLE(dribble),
    [FP_FAULT_STRIP] = TABLE(strip),
    [FP_FAULT_SET_HEADER] = TABLE(set_headers),
    [FP_FAULT_RENAME_CASE] = TABLE(rename_case),
    [FP_FAULT_REWRITE_PATH] = TABLE(rewrite_path),
    [FP_FAULT_BAD_ACCEPT] = TABLE(bad_accept),
    [FP_FAULT_IDLE_TIMEOUT] = TABLE(idle_timeout),
    [FP_FAULT_FIRST_BYTE_TIMEOUT] = TABLE(request_timeout),
    [FP_FAULT_REQUEST_TIMEOUT] = TABLE(request_timeout),
    [FP_FAULT_LIFETIME] = TABLE(lifetime),
    [FP_FAULT_SILENT_101] = TABLE(silent_101),
    [FP_FAULT_CUT] = TABLE(cut),
    [FP_FAULT_MUTE] = TABLE(mute),
    [FP_FAULT_DELAY] = TABLE(delay),
    [FP_FAULT_BUFFER] = TABLE(buffer),
    [FP_FAULT_BLOCK_POLLING] = TABLE(block_polling),
    [FP_FAULT_SLICE] = TABLE(slice),
    [FP_FAULT_INJECT] = TABLE(inject),
    [FP_FAULT_ADD_HEADER] = TABLE(set_headers),
    [FP_FAULT_RAW_ANSWER] = TABLE(raw_answer),
    [FP_FAULT_CUT_ANSWER] = TABLE(cut_answer),
    [FP_FAULT_THROTTLE] = TABLE(throttle),
    [FP_FAULT_CACHE] = TABLE(cache),
    [FP_FAULT_HALF_CLOSE] = TABLE(half_close),
    [FP_FAULT_SLOW_CLOSE] = TABLE(slow_close),
    [FP_FAULT_DROP_FRAMES] = TABLE(which_frames),
    [FP_FAULT_REPEAT_FRAMES] = TABLE(which_frames),
    [FP_FAULT_FRAME_BITS] = TABLE(frame_bits),
    [FP_FAULT_REFRAGMENT] = TABLE(refragment),
    [FP_FAULT_FRAME_LIMIT] = TABLE(frame_limit),
    /* hang, http-1.0, lose-after-101, coalesce-101, close-delimited,
     * tcp.refuse: only scope */
};

struct fp_key_table fp_fault_keys(enum fp_fault_kind k) { return tables[k]; }

struct fp_key_table fp_scope_keys(void)
{
    return (struct fp_key_table)TABLE(scope);
}

static const struct {
    const char *key, *doc;
} faults[FP_FAULT_KIND_COUNT] = {
#define FP_X(id, key, doc) {key, doc},
    FP_FAULTS(FP_X)
#undef FP_X
};

const char *fp_fault_key(enum fp_fault_kind k) { return faults[k].key; }
const char *fp_fault_doc(enum fp_fault_kind k) { return faults[k].doc; }

const char *fp_ending_name(enum fp_ending e)
{
    static const char *const names[] = {"fin", "rst", "silence", "close",
                                        "status"};
    return names[e];
}
