/* redact.h - secrets never reach a trace.
 * In raw bytes: values of the header lines Authorization, Proxy-Authorization,
 * Cookie, Set-Cookie, and of query parameters and JSON members named like a
 * credential, become as many asterisks, so that offsets and lengths stay true.
 * (What a client masks in WebSocket frames is not looked into.)
 * Uses: base. */
#pragma once
#include "harness/base/str.h"

enum { FP_REDACT_NAME = 24 };

/* Follows one direction of one connection across any chunking. Start with
 * {0}. */
struct fp_redactor {
    int state, json; /* private */
    char name[FP_REDACT_NAME], key[FP_REDACT_NAME];
    size_t n, key_n;
};

/* Append bytes to out, redacted. */
void fp_redactor_feed(struct fp_redactor *r, struct fp_buf *out,
                      struct fp_str bytes);
/* The same for bytes that are whole. */
void fp_redact(struct fp_buf *out, struct fp_str bytes);
/* A request target whose values of the query parameters token, access_token,
 * auth, key and password are cut to three asterisks. */
void fp_redact_target(struct fp_buf *out, struct fp_str target);
