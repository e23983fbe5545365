/*
 * Resampling of one stream of 16-bit samples, between the 8000 a second of G.711 and the rate of a board's converter
 * (11025, 16000, 24000, ...): each sample made is the low-pass filter laid around its moment.
 */
#ifndef MUSTER_RESAMPLER_H
#define MUSTER_RESAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "muster-sinc.h"

enum {
  musterRateLeast = 8000,
  musterRateMost = 48000,
  musterRateRatioMost = 4, /* of the first rate to the second: 32-bit sums hold no more */
  musterResampledMost = 16384, /* samples in one call */
  musterTapsMost = 2 * musterSincReach * musterRateRatioMost,
};

/* What is remembered of a stream: the last samples, and where between them the next one to make lies. */
typedef struct {
  int32_t fromRate;
  int32_t toRate;
  int32_t phase; /* of the next one to make, in 1 / toRate of a sample after the window's middle */
  int32_t step; /* how far apart taps lie in the filter, in 1/256 of a place */
  int32_t gain; /* what makes up for taps closer than the filter's samples, in 1/32768 */
  int16_t half; /* taps on either side of the middle */
  int16_t next; /* place in `past` of the sample to come */
  int16_t past[2 * musterTapsMost]; /* a ring, held twice, so that the last samples always stand in one piece */
} MusterResampler;

/* A stream before its first sample: silence. False when it can't do these rates. */
bool musterResamplerInit(MusterResampler* resampler, int32_t fromRate, int32_t toRate);

/* How many samples the next `count` (at most musterResampledMost) make. */
size_t musterResampledCount(const MusterResampler* resampler, size_t count);

/* Takes `count` samples, writes what they make; the count of that. */
size_t musterResample(MusterResampler* resampler, const int16_t* from, size_t count, int16_t* to);

#endif
