/*
 * Resampling: see the header. Where a tap lies in the table of the filter is counted in 1/256 of a place; a tap between
 * two places is interpolated. One division of 32 bits per sample made: the smallest chip does that in hardware.
 */
#include "muster-resampler.h"

enum { fractionBits = 8, fraction = 1 << fractionBits, gainBits = 15 };
enum { sampleStep = musterSincPlaces * fraction, filterEnd = musterSincReach * sampleStep };

bool musterResamplerInit(MusterResampler* resampler, int32_t fromRate, int32_t toRate) {
  if (fromRate < musterRateLeast || fromRate > musterRateMost) return false;
  if (toRate < musterRateLeast || toRate > musterRateMost || fromRate > musterRateRatioMost * toRate) return false;
  int32_t lower = fromRate < toRate ? fromRate : toRate;
  *resampler = (MusterResampler){ .fromRate = fromRate, .toRate = toRate };
  resampler->half = (int16_t)((musterSincReach * fromRate + lower - 1) / lower);
  /* Rounded up, so that no more than `half` taps lie within the filter. */
  resampler->step = (sampleStep * lower + fromRate - 1) / fromRate;
  resampler->gain = (1 << gainBits) * lower / fromRate;
  return true;
}

size_t musterResampledCount(const MusterResampler* resampler, size_t count) {
  int32_t reached = (int32_t)count * resampler->toRate - resampler->phase;
  return reached <= 0 ? 0 : (size_t)((reached + resampler->fromRate - 1) / resampler->fromRate);
}

static void push(MusterResampler* resampler, int16_t sample) {
  int span = 2 * resampler->half;
  resampler->past[resampler->next] = sample;
  resampler->past[resampler->next + span] = sample;
  if (++resampler->next == span) resampler->next = 0;
}

/* One side of the filter, its middle at place `at`, laid over samples from the middle outwards. */
static int32_t laidOver(const int16_t* sample, int outwards, int32_t at, int32_t step) {
  int32_t sum = 0;
  for (; at < filterEnd; at += step, sample += outwards) {
    const int16_t* entry = musterSinc + (at >> fractionBits);
    sum += *sample * (entry[0] + ((entry[1] - entry[0]) * (at & (fraction - 1)) >> fractionBits));
  }
  return sum;
}

/* The same where each tap falls on an entry, as with rates of which one is a multiple of the other: half the work. */
static int32_t laidExactly(const int16_t* sample, int outwards, int32_t at, int32_t step) {
  int32_t sum = 0;
  const int16_t* entry = musterSinc + (at >> fractionBits);
  for (; entry < musterSinc + musterSincCount - 1; entry += step >> fractionBits, sample += outwards) {
    sum += *sample * *entry;
  }
  return sum;
}

static int32_t convolve(const MusterResampler* resampler, int32_t place) {
  const int16_t* middle = resampler->past + resampler->next + resampler->half;
  int32_t step = resampler->step;
  if (((place | step) & (fraction - 1)) == 0) {
    return laidExactly(middle - 1, -1, place, step) + laidExactly(middle, 1, step - place, step);
  }
  return laidOver(middle - 1, -1, place, step) + laidOver(middle, 1, step - place, step);
}

static int16_t saturated(int64_t sample) {
  if (sample > INT16_MAX) return INT16_MAX;
  return (int16_t)(sample < INT16_MIN ? INT16_MIN : sample);
}

/* The sample at the present phase. */
static int16_t resampled(const MusterResampler* resampler) {
  enum { bits = musterSincBits + gainBits };
  int32_t higher = resampler->fromRate > resampler->toRate ? resampler->fromRate : resampler->toRate;
  int64_t sum = convolve(resampler, resampler->phase * sampleStep / higher);
  return saturated((sum * resampler->gain + (1 << (bits - 1))) >> bits);
}

size_t musterResample(MusterResampler* resampler, const int16_t* from, size_t count, int16_t* to) {
  int16_t* made = to;
  for (size_t i = 0; i < count; i++) {
    push(resampler, from[i]);
    for (; resampler->phase < resampler->toRate; resampler->phase += resampler->fromRate) {
      *made++ = resampled(resampler);
    }
    resampler->phase -= resampler->toRate;
  }
  return (size_t)(made - to);
}
