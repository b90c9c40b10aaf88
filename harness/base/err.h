/* err.h - what went wrong, where, in words a user can act on.
 * Uses: libc only. */
#pragma once
#include <stdarg.h>
#include <stddef.h>

#define FP_MUST_USE     __attribute__((warn_unused_result))
#define FP_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define FP_COUNT(a)     (sizeof(a) / sizeof((a)[0]))

enum fp_status {
    FP_OK = 0,
    FP_EPARSE,       /* text or bytes that break their grammar */
    FP_EINVAL,       /* well-formed, but means nothing here */
    FP_ENOENT,       /* a file, program, name or pattern that is not there */
    FP_EIO,          /* the operating system refused; err->sys has errno */
    FP_ENOMEM,       /* no memory left */
    FP_ELIMIT,       /* larger than a stated limit */
    FP_EUNSUPPORTED, /* cannot be done here */
};

/* I/O and incremental parsers answer with one of three (wrk's tri-state). */
enum fp_io { FP_IO_DONE, FP_IO_AGAIN, FP_IO_ERROR };

/* A place in a text file. line and col count from 1; 0 = not known.
 * file is borrowed from whoever loaded it and outlives the model. */
struct fp_loc {
    const char *file;
    unsigned line, col;
};

struct fp_err {
    enum fp_status status;
    int sys; /* errno, or 0 */
    struct fp_loc loc;
    char msg[256];
};

/* Set *err and return status, so that call sites read `return fp_fail(…)`.
 * The first error wins: an err that is already set is left alone.
 * err may be NULL. */
enum fp_status fp_fail(struct fp_err *err, enum fp_status status,
                       const char *fmt, ...) FP_PRINTF(3, 4);
enum fp_status
fp_fail_at(struct fp_err *err, enum fp_status status, struct fp_loc loc,
           const char *fmt, ...) FP_PRINTF(4, 5);
/* As fp_fail with FP_EIO, and ": strerror(sys)" at the end of the text. */
enum fp_status
fp_fail_sys(struct fp_err *err, int sys, const char *fmt, ...) FP_PRINTF(3, 4);

/* "file:line:col: msg" into out (cut to cap); returns out. */
char *fp_err_text(const struct fp_err *err, char *out, size_t cap);
