/* scenario.h - cases from YAML.
 * Everything is checked before anything is run: unknown and duplicate keys
 * (with "did you mean"), kinds, units, impossible combinations; up to 20
 * problems a file, each with file:line:col.
 * The key tables (harness/model/tables.h) are the one source for the loader,
 * the JSON Schema and docs/cases.md.
 * Uses: base, model, libyaml, jansson (schema). */
#pragma once
#include "harness/model/case.h"
#include "harness/model/match.h"

enum { FP_DIAGS = 20, FP_CASE_FILE_BYTES = 256 * 1024 };

/* Places point into `files`: do not copy a struct fp_diags. */
struct fp_diags {
    struct fp_err items[FP_DIAGS];
    size_t n;     /* stored */
    size_t total; /* found: may be more than stored */
    char files[FP_DIAGS][256];
};

/* text: the whole file, borrowed during the call. file and name are copied.
 * Anchors, aliases, tags and several documents are refused.
 * FP_EPARSE with diags->n > 0; FP_ENOMEM. *out untouched on failure. */
FP_MUST_USE enum fp_status
fp_case_parse(struct fp_case **out, const char *file, const char *name,
              struct fp_str text, struct fp_diags *diags);
/* name: NULL = made from path (below the last folder called `cases`, else the
 * path itself, without .yaml). FP_ENOENT, FP_EIO, FP_ELIMIT are diags too. */
FP_MUST_USE enum fp_status
fp_case_load(struct fp_case **out, const char *path, const char *name,
             struct fp_diags *diags);

/* -- sets of cases ------------------------------------------------------ */

struct fp_case_set {
    struct fp_case **items; /* sorted by name */
    size_t n;
};

/* Every *.yaml below dir, recursively. with_self: cases/self too. Problems of
 * all files are gathered. */
FP_MUST_USE enum fp_status
fp_case_set_load(struct fp_case_set *set, const char *dir, bool with_self,
                 struct fp_diags *diags);
void fp_case_set_deinit(struct fp_case_set *set);

/* The closest of the n names to a misspelt one; NULL when none is close. */
const char *
fp_did_you_mean(struct fp_str word, const char *const *names, size_t n);

/* JSON Schema (2020-12) of a case, for editors. */
void fp_case_schema_write(struct fp_buf *out);
/* docs/cases.md, the reference of every key. */
void fp_case_reference_write(struct fp_buf *out);
/* `fallproof explain`: the path as drawn, faults, planned timeline, checks,
 * why, spec; for people. */
void fp_case_explain(struct fp_buf *out, const struct fp_case *c);
