/* scaled_clock.h - a client whose clock runs faster: libfaketime, our preload
 * on top of it (fixtures/client/clock), and what its clock then really did.
 * Source: libfaketime's README (FAKETIME="+0 x10"; what it leaves in /dev/shm).
 * Uses: base, run. */
#pragma once
#include "harness/base/err.h"
#include "harness/run/client_env.h"

#define FP_CLOCK_LIBRARY "fallproof-clock.so"

enum { FP_SCALE_MAX = 20 }; /* beyond, this machine's own delays are too long */

/* libfaketime as Debian installs it, appended to out; false: not there. */
bool fp_scaled_clock_find_faketime(struct fp_buf *out);

/* How fast the clocks of the client's processes ran, in thousandths: the one
 * that is furthest from scale. 0: none told, or some process below this one
 * does not have the preload (a static program, a cleared environment). */
uint64_t fp_scaled_clock_speed(const char *temp, double scale);

/* Removes what libfaketime leaves for processes that are gone; path is where
 * the system keeps shared memory. */
#define FP_SHARED_MEMORY "/dev/shm"
void fp_scaled_clock_sweep(const char *path);
