/*
 * What the main loop of a board does for the device's modules. On the device these are the FreeRTOS queue of messages
 * to the machine and the check for timers that are due. A board calls, for ever:
 *
 *   boardPoll(); if (deviceDispatch(the)) { run promise jobs } else boardWait(deviceNextDeadline());
 */
#ifndef MUSTER_DEVICE_LOOP_H
#define MUSTER_DEVICE_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include "xs.h"

/* Once, before `main` is imported: defines the global function `trace` in the machine. */
void deviceStart(xsMachine* the);
/*
 * Calls at most one callback of a script that is due, taking turns between timers, Wi-Fi, sockets, serial line and
 * audio. False: none was due. What a callback throws ends the program (exit "unhandled exception"), as on the device.
 */
bool deviceDispatch(xsMachine* the);
/* When the next timer or step of Wi-Fi is due, in boardMicroseconds; UINT64_MAX: none is. */
uint64_t deviceNextDeadline(void);

#endif
