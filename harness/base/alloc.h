/* alloc.h - the only door to the heap, so that tests can make it fail.
 * FP_FAIL_ALLOC=N in the environment makes the Nth call from the start of the
 * process fail (once); harness/run/torture_test.c counts it up.
 * Uses: libc only. */
#pragma once
#include <stddef.h>

/* NULL when out of memory. Memory is zeroed. Release with fp_free(). */
void *fp_calloc(size_t count, size_t size);
/* As realloc(); on NULL the old block is untouched. n must not be 0. */
void *fp_realloc(void *p, size_t n);
void fp_free(void *p);

/* Calls so far; used by the torture loop to know when it is done. */
size_t fp_alloc_calls(void);
/* Make the nth call from now fail once; 0 = never. */
void fp_alloc_fail_after(size_t nth);
