/*
 * One half of a low-pass filter, the middle first: sin(0.92 pi t) / (pi t) under a Kaiser window (beta 5) that ends
 * at t = 8, in 1/8192, scaled so that what passes keeps its loudness. t counts samples of the lower of two rates; there
 * are 48 places per sample, so that a half, a third and a quarter are among them. Flat to 0.31 of that rate, -5 dB at
 * 0.45 of it, below -54 dB from 0.59 of it on.
 */
#ifndef MUSTER_SINC_H
#define MUSTER_SINC_H

#include <stdint.h>

enum { musterSincPlaces = 48, musterSincReach = 8, musterSincBits = 13 };
enum { musterSincCount = musterSincReach * musterSincPlaces + 1 };

extern const int16_t musterSinc[musterSincCount];

#endif
