/* SPDX-License-Identifier: MIT
 * err.c - what went wrong, where, in words a user can act on. */
#include "harness/base/err.h"

#include <stdio.h>
#include <string.h>

static enum fp_status
set(struct fp_err *err, enum fp_status status, const char *fmt, va_list ap)
{
    if (err == NULL || err->status != FP_OK)
        return status;
    err->status = status;
    (void)vsnprintf(err->msg, sizeof err->msg, fmt, ap);
    return status;
}

enum fp_status
fp_fail(struct fp_err *err, enum fp_status status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set(err, status, fmt, ap);
    va_end(ap);
    return status;
}

enum fp_status fp_fail_at(struct fp_err *err, enum fp_status status,
                          struct fp_loc loc, const char *fmt, ...)
{
    if (err != NULL && err->status == FP_OK)
        err->loc = loc;
    va_list ap;
    va_start(ap, fmt);
    set(err, status, fmt, ap);
    va_end(ap);
    return status;
}

enum fp_status fp_fail_sys(struct fp_err *err, int sys, const char *fmt, ...)
{
    if (err == NULL || err->status != FP_OK)
        return FP_EIO;
    va_list ap;
    va_start(ap, fmt);
    set(err, FP_EIO, fmt, ap);
    va_end(ap);
    err->sys = sys;
    size_t n = strlen(err->msg);
    (void)snprintf(err->msg + n, sizeof err->msg - n, ": %s", strerror(sys));
    return FP_EIO;
}

char *fp_err_text(const struct fp_err *err, char *out, size_t cap)
{
    const struct fp_loc *at = &err->loc;
    if (at->file == NULL)
        (void)snprintf(out, cap, "%s", err->msg);
    else if (at->line == 0)
        (void)snprintf(out, cap, "%s: %s", at->file, err->msg);
    else
        (void)snprintf(out, cap, "%s:%u:%u: %s", at->file, at->line, at->col,
                       err->msg);
    return out;
}
