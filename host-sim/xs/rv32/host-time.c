/*
 * When a sound was, for people with stop-watches: the lab compares recordings of several processes. The chip has no
 * calendar; what this computer's processes share is its uptime, and /proc/uptime, read through semihosting, steps
 * every 10 ms: the timer is read at such a step. Option `uptimeOffset` says what to add for Node's monotonic clock, us.
 */
#include <semihost.h>
#include <stdlib.h>

#include "../board.h"
#include "chip.h"
#include "rv32.h"

enum { readsMax = 3000 };

static int64_t gOffset; /* microseconds of the host's clock at tick 0 */

/* Hundredths of a second; 0 when it cannot be read. */
static uint64_t uptime(int file) {
  char text[32] = {0};
  char* dot;
  uint64_t seconds;
  sys_semihost_seek(file, 0);
  sys_semihost_read(file, text, sizeof text - 1);
  seconds = strtoul(text, &dot, 10);
  return *dot == '.' ? seconds * 100 + strtoul(dot + 1, NULL, 10) : 0;
}

void hostTimeOpen(void) {
  int file = sys_semihost_open("/proc/uptime", SH_OPEN_R_B);
  const char* more = boardOption("uptimeOffset");
  uint64_t first, now;
  if (file < 0) return;
  first = now = uptime(file);
  for (int reads = 0; now == first && reads < readsMax; reads++) now = uptime(file);
  gOffset = (int64_t)(now * 10000) - (int64_t)(clockTicks() / timerTicksPerMicrosecond);
  if (more) gOffset += strtoll(more, NULL, 10);
  sys_semihost_close(file);
}

uint64_t hostTimeMicroseconds(uint64_t ticks) {
  return (uint64_t)((int64_t)(ticks / timerTicksPerMicrosecond) + gOffset);
}
