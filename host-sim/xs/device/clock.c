/*
 * `time`: the millisecond counter for scripts, timers and Wi-Fi.
 */
#include "clock.h"
#include "board.h"
#include "config.h"
#include "xsmc.h"

static uint32_t clockStart(void) {
  static uint32_t start;
  static bool known;
  if (!known) start = configNumber("time.start", 0);
  known = true;
  return start;
}

uint32_t clockMilliseconds(void) {
  return clockStart() + (uint32_t)(boardMicroseconds() / 1000);
}

uint64_t clockAfter(uint32_t count) {
  return (boardMicroseconds() / 1000 + count) * 1000;
}

void xs_time_ticks(xsMachine* the) {
  xsmcSetInteger(xsResult, (int32_t)clockMilliseconds());
}

/* A count of milliseconds as the device's C reads it: the number modulo 2^32. */
static uint32_t millisecondsOf(xsMachine* the, xsSlot* slot) {
  double value = xsmcToNumber(*slot);
  return value >= -2147483648.0 && value <= 4294967295.0 ? (uint32_t)(int64_t)value : 0;
}

void xs_time_delta(xsMachine* the) {
  uint32_t start = millisecondsOf(the, &xsArg(0));
  bool given = xsmcArgc > 1 && xsmcTypeOf(xsArg(1)) != xsUndefinedType;
  uint32_t end = given ? millisecondsOf(the, &xsArg(1)) : clockMilliseconds();
  xsmcSetInteger(xsResult, (int32_t)(end - start));
}
