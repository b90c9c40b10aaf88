/* SPDX-License-Identifier: MIT
 * check.c - what every check needs: parts, texts, misses. */
#include "harness/judge/check.h"

#include <stdio.h>

struct fp_part *
fp_check_part(struct fp_check_run *run, const char *suffix, enum fp_level level)
{
    struct fp_part *part = &run->parts[run->n_parts++];
    *part = (struct fp_part){.suffix = suffix, .level = level};
    return part;
}

struct fp_str fp_check_text(struct fp_check_run *run, const char *fmt, ...)
{
    struct fp_buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    fp_buf_vprintf(&text, fmt, ap);
    va_end(ap);
    struct fp_str kept = FP_STR_NONE;
    if (!text.failed)
        kept = fp_arena_str(run->arena, fp_buf_view(&text));
    if (kept.p == NULL)
        *run->failed = true;
    fp_buf_deinit(&text);
    return kept;
}

bool fp_part_decide(struct fp_part *part, enum fp_verdict verdict,
                    uint64_t at_ns)
{
    if (part->decided)
        return false;
    part->decided = true;
    part->verdict = verdict;
    part->at_ns = at_ns;
    return true;
}

void fp_part_miss(struct fp_check_run *run, struct fp_part *part,
                  uint64_t from_ns, uint64_t t_ns)
{
    if (!fp_part_decide(part, FP_FAIL, t_ns))
        return;
    part->missed = true;
    part->missed_from_ns = from_ns;
    fp_part_excuse(run, part, t_ns);
}

uint64_t fp_part_open_until(const struct fp_part *part)
{
    if (!part->missed || part->verdict != FP_FAIL)
        return 0;
    return fp_ns_add(part->at_ns, (uint64_t)FP_STALL_TOLD_MS * FP_NS_PER_MS);
}

void fp_part_excuse(struct fp_check_run *run, struct fp_part *part,
                    uint64_t now_ns)
{
    char at[FP_SPAN_CHARS];
    if (now_ns > fp_part_open_until(part))
        return;
    const struct fp_view_stall *stall =
        fp_view_stall_in(run->view, part->missed_from_ns, part->at_ns);
    if (stall == NULL)
        return;
    part->verdict = FP_INCONCLUSIVE;
    part->why = fp_check_text(
        run,
        "%s stood still for %llu ms up to %s: the client may not be to blame",
        stall->is_client ? "the client, waiting for a CPU," : "the harness",
        (unsigned long long)stall->ms, fp_check_span(run, stall->to_ns, at));
}

void fp_part_not_exercised(struct fp_check_run *run, struct fp_part *part,
                           uint64_t at_ns, const char *why)
{
    if (fp_part_decide(part, FP_NOT_EXERCISED, at_ns))
        part->why = fp_check_text(run, "%s", why);
}

void fp_part_evidence(struct fp_part *part, size_t index)
{
    if (part->n_facts < FP_PART_FACTS)
        part->facts[part->n_facts++] = index;
}

const char *fp_check_span_ms(uint64_t ms, char out[FP_SPAN_CHARS])
{
    if (ms < 1000)
        (void)snprintf(out, FP_SPAN_CHARS, "%u ms", (unsigned)ms);
    else
        (void)snprintf(out, FP_SPAN_CHARS, "%.1f s", (double)ms / 1000);
    return out;
}

const char *fp_check_span(const struct fp_check_run *run, uint64_t ns,
                          char out[FP_SPAN_CHARS])
{
    return fp_check_span_ms(fp_view_ms(run->view, ns), out);
}
