/*
 * The sources of callbacks the loop takes turns with, and how they call a script.
 */
#ifndef MUSTER_DEVICE_SOURCE_H
#define MUSTER_DEVICE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include "xsmc.h"

typedef struct {
  /* Calls at most one callback that is due; false: none is. */
  bool (*dispatch)(xsMachine* the);
  /* When something is due that the board cannot know of, in boardMicroseconds; UINT64_MAX: nothing. May be NULL. */
  uint64_t (*deadline)(void);
} CallbackSource;

extern const CallbackSource timerSource, wifiSource, udpSource, serialSource, audioInSource, audioOutSource;

/*
 * Calls `callback` with `object` as its `this` and one whole number. The callback may close the object: touch nothing
 * of its record afterwards.
 */
void callbackWithCount(xsMachine* the, xsSlot* callback, xsSlot* object, int32_t count);
/* The same with a text that is constant. */
void callbackWithText(xsMachine* the, xsSlot* callback, xsSlot* object, const char* text);

#endif
