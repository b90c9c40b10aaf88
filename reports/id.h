/* id.h - the names by which results are known everywhere.
 * Uses: judge's results. */
#pragma once
#include "harness/judge/result.h"

/* "refused/403@engine.io-4", with "#2" for the second copy. */
void fp_result_id(struct fp_buf *out, const struct fp_case_result *r);
/* "socket.io-client-4 4.8.1 websocket-first"; "" when nothing is known. */
void fp_result_client(struct fp_buf *out, const struct fp_case_result *r);
