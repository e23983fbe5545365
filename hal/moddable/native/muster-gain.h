/*
 * Loudness of 16-bit samples. A gain is in 1/32768, 0 .. 65536; what would leave the range of 16 bits stays at its end.
 */
#ifndef MUSTER_GAIN_H
#define MUSTER_GAIN_H

#include <stddef.h>
#include <stdint.h>

enum { musterGainOne = 32768, musterGainMost = 65536 };

/* Multiplies each sample, in place. */
void musterScale(int16_t* samples, size_t count, int32_t gain);

/* Adds each sample of `from`, multiplied, to the one of `into`. */
void musterMix(int16_t* into, const int16_t* from, size_t count, int32_t gain);

#endif
