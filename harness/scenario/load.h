/* load.h - what the parts of the loader share while one file is read.
 * Every part reports problems through fp_load_problem and goes on, so that a
 * user sees up to FP_DIAGS of them at once. Uses: base, scenario.h. */
#pragma once
#include "harness/scenario/scenario.h"

struct fp_host_source;

struct fp_load {
    const char *file;        /* in keep; for the model's places */
    struct fp_arena *keep;   /* the case's */
    struct fp_arena scratch; /* the YAML tree; freed when the file is read */
    struct fp_diags *diags;
    const struct fp_host_source *hosts; /* NULL: a path can name none */
    bool no_memory;                     /* checked once, at the end */
    size_t list_max; /* entries of a list; 0 = as many as a case needs */
};

/* Memory of the model or of the tree; NULL sets no_memory. */
void *fp_load_keep(struct fp_load *l, size_t n);
void *fp_load_scratch(struct fp_load *l, size_t n);

/* One more problem, always false, so that call sites can return it. */
bool fp_load_problem(struct fp_load *l, struct fp_loc loc, const char *fmt, ...)
    FP_PRINTF(3, 4);
/* The same for a set of files: file may be NULL. */
void fp_diags_add(struct fp_diags *diags, const struct fp_err *err);

/* The user's text as it is shown in a message: cut to about 40 bytes, control
 * characters written as \xNN, since messages reach a terminal. */
enum { FP_SHOWN_BYTES = 96 };
const char *fp_shown(char out[FP_SHOWN_BYTES], struct fp_str s);
#define FP_SHOWN(s) fp_shown((char[FP_SHOWN_BYTES]){0}, (s))

/* " (did you mean 'x'?)" or " (known: a, b, c)". */
enum { FP_HINT_BYTES = 200 };
const char *fp_hint(char out[FP_HINT_BYTES], struct fp_str word,
                    const char *const *names, size_t n);
#define FP_HINT(word, names, n)                                                \
    fp_hint((char[FP_HINT_BYTES]){0}, (word), (names), (n))
/* The words of "a b c" into names (at most cap); how many. Each is a
 * NUL-terminated copy in scratch. */
size_t fp_load_words(struct fp_load *l, const char *words, const char **names,
                     size_t cap);
/* A whole file into buf: an ordinary one, of at most FP_CASE_FILE_BYTES.
 * FP_ENOENT, FP_EIO, FP_EINVAL (a folder, a device), FP_ELIMIT, FP_ENOMEM. */
FP_MUST_USE enum fp_status
fp_load_read(const char *path, struct fp_buf *buf, struct fp_err *err);
