/* strays.h - processes that lost their parent and became ours.
 * A worker is a child subreaper; when it dies, its descendants are handed to
 * the next one above: the runner. Source: prctl(2), proc(5). Uses: base. */
#pragma once
#include <stddef.h>
#include <sys/types.h>

struct fp_pids {
    pid_t *pid;
    size_t n, cap;
};

void fp_pids_deinit(struct fp_pids *p);
/* Adds the children of this process. */
void fp_pids_add_children(struct fp_pids *p);
/* What cannot be added for want of memory is left out. */
void fp_pids_add(struct fp_pids *p, pid_t pid);

/* SIGKILL to every child that is not in keep, to its descendants, and to those
 * that become ours by that, until there are none or timeout_ms are over. Only
 * those are reaped. Returns how many would not die. */
size_t fp_strays_kill(const struct fp_pids *keep, unsigned timeout_ms);
