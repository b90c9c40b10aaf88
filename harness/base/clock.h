/* clock.h - the one place that reads a clock. Uses: libc only. */
#pragma once
#include <stdint.h>

enum { FP_NS_PER_MS = 1000000 };

uint64_t fp_clock_ns(void);     /* monotonic, since some fixed moment */
int64_t fp_clock_unix_ms(void); /* wall clock, for report headers only */
