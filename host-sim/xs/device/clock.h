/*
 * The device's millisecond counter: 32 bits, from 0 at start (or `--config time.start=`, to see it wrap).
 */
#ifndef MUSTER_DEVICE_CLOCK_H
#define MUSTER_DEVICE_CLOCK_H

#include <stdint.h>

uint32_t clockMilliseconds(void);
/* When the counter will have gone on by `count` ms, in boardMicroseconds. */
uint64_t clockAfter(uint32_t count);

#endif
