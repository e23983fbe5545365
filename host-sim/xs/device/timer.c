/*
 * `timer`, with the device's rules: timers fire in the order they were made, not of their times; a repeating one does
 * not drift, it catches up; a one-shot is gone after its callback, even when that scheduled it again; an id is a host
 * object that keeps itself alive until then.
 */
#include <stdlib.h>
#include "board.h"
#include "clock.h"
#include "source.h"
#include "xsmc.h"

typedef struct sxTimer {
  struct sxTimer* next;
  xsSlot* callback;
  xsSlot id;
  uint32_t due; /* ms, wraps */
  uint32_t interval; /* ms; 0: one-shot */
  bool fires; /* was due when the round began */
  bool idle; /* unscheduled */
} Timer;

static Timer* timers;

static void timerDelete(void* data) {
  Timer** at = &timers;
  if (!data) return;
  while (*at && *at != data) at = &(*at)->next;
  if (*at) *at = (*at)->next;
  free(data);
}

static void timerMark(xsMachine* the, void* data, xsMarkRoot mark) {
  Timer* timer = data;
  if (timer && timer->callback) mark(the, timer->callback);
}

static const xsHostHooks timerHooks = {timerDelete, timerMark, NULL};

/* Ends a timer: its id becomes an empty host object, of no use to schedule. */
static void timerEnd(xsMachine* the, Timer* timer) {
  xsSlot id = timer->id;
  xsForget(timer->id);
  xsmcSetHostData(id, NULL);
  xsmcSetHostDestructor(id, NULL);
  timerDelete(timer);
}

static void timerAdd(xsMachine* the, uint32_t delay, uint32_t interval) {
  xsSlot* callback = fxToReference(the, &xsArg(0));
  if (!callback) xsUnknownError("not a function");
  xsResult = xsNewHostObject(NULL);
  Timer* timer = calloc(1, sizeof *timer);
  if (!timer) xsUnknownError("add failed");
  timer->callback = callback;
  timer->due = clockMilliseconds() + delay;
  timer->interval = interval;
  Timer** at = &timers;
  while (*at) at = &(*at)->next;
  *at = timer;
  timer->id = xsResult;
  xsRemember(timer->id);
  xsmcSetHostData(xsResult, timer);
  xsSetHostHooks(xsResult, &timerHooks);
}

static uint32_t argument(xsMachine* the, int index) {
  return xsmcArgc > index ? (uint32_t)xsmcToInteger(xsArg(index)) : 0;
}

void xs_timer_set(xsMachine* the) {
  timerAdd(the, argument(the, 1), argument(the, 2));
}

void xs_timer_repeat(xsMachine* the) {
  uint32_t interval = (uint32_t)xsmcToInteger(xsArg(1));
  timerAdd(the, interval, interval);
}

void xs_timer_schedule(xsMachine* the) {
  Timer* timer = xsmcGetHostDataValidate(xsArg(0), (void*)&timerHooks);
  if (xsmcArgc == 1) {
    timer->idle = true;
    timer->fires = false;
    timer->interval = UINT32_MAX; /* so that it outlives its callback */
    return;
  }
  timer->due = clockMilliseconds() + argument(the, 1);
  timer->interval = argument(the, 2);
  timer->idle = false;
}

/* The timer of an id; NULL for one that has ended, and for whatever else a script may hand in. */
static Timer* timerOf(xsSlot* id, xsMachine* the) {
  xsSlot slot;
  for (Timer* timer = timers; timer; timer = timer->next) {
    slot = timer->id;
    if (xsmcTypeOf(*id) == xsReferenceType && fxToReference(the, id) == fxToReference(the, &slot)) return timer;
  }
  return NULL;
}

void xs_timer_clear(xsMachine* the) {
  Timer* timer = xsmcArgc ? timerOf(&xsArg(0), the) : NULL;
  if (timer) timerEnd(the, timer);
}

void xs_timer_delay(xsMachine* the) {
  int32_t delay = xsmcToInteger(xsArg(0));
  uint64_t until = boardMicroseconds() + (delay > 0 ? (uint64_t)delay * 1000 : 0);
  while (boardMicroseconds() < until) {
    boardWait(until);
    boardPoll(); /* the network goes on */
  }
}

/* The next timer of this round; a new round begins when none is left. */
static Timer* timerNext(void) {
  uint32_t now = clockMilliseconds();
  Timer* first = NULL;
  for (Timer* timer = timers; timer; timer = timer->next)
    if (timer->fires) return timer;
  for (Timer* timer = timers; timer; timer = timer->next) {
    if (timer->idle || (int32_t)(timer->due - now) > 0) continue;
    timer->fires = true;
    if (!first) first = timer;
  }
  return first;
}

static void timerFire(xsMachine* machine, Timer* timer) {
  xsSlot* callback = timer->callback;
  xsBeginHost(machine);
  xsResult = xsAccess(timer->id);
  xsCallFunction1(xsReference(callback), xsGlobal, xsResult);
  Timer* after = timerOf(&xsResult, the);
  if (after && after->interval == 0) timerEnd(the, after);
  xsEndHost(machine);
}

static bool timerDispatch(xsMachine* the) {
  Timer* timer = timerNext();
  if (!timer) return false;
  timer->fires = false;
  timer->due += timer->interval;
  timerFire(the, timer);
  return true;
}

static uint64_t timerDeadline(void) {
  uint32_t now = clockMilliseconds();
  uint32_t least = UINT32_MAX;
  for (Timer* timer = timers; timer; timer = timer->next) {
    if (timer->fires) return 0;
    if (timer->idle) continue;
    int32_t delta = (int32_t)(timer->due - now);
    if (delta <= 0) return 0;
    if ((uint32_t)delta < least) least = (uint32_t)delta;
  }
  return least == UINT32_MAX ? UINT64_MAX : clockAfter(least);
}

const CallbackSource timerSource = {timerDispatch, timerDeadline};
