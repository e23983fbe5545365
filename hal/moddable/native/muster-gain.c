/*
 * Loudness of samples: see the header. The greatest product, -32768 * 65536, is just within 32 bits.
 */
#include "muster-gain.h"

static inline int32_t multiplied(int32_t sample, int32_t gain) {
  return (sample * gain + musterGainOne / 2) >> 15;
}

static inline int16_t saturated(int32_t sample) {
  if (sample > INT16_MAX) return INT16_MAX;
  return (int16_t)(sample < INT16_MIN ? INT16_MIN : sample);
}

void musterScale(int16_t* samples, size_t count, int32_t gain) {
  for (size_t i = 0; i < count; i++) samples[i] = saturated(multiplied(samples[i], gain));
}

void musterMix(int16_t* into, const int16_t* from, size_t count, int32_t gain) {
  for (size_t i = 0; i < count; i++) into[i] = saturated(into[i] + multiplied(from[i], gain));
}
