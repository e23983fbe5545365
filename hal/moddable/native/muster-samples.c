/*
 * muster/samples: loudness and rate of a script's samples. A resampler's state is a chunk of the engine: it moves and
 * goes with the object.
 */
#include "muster-arguments.h"
#include "muster-gain.h"
#include "muster-resampler.h"

/* scale(samples, gain) */
void xs_muster_scale(xsMachine* the) {
  MusterSamples samples = musterWriteSamples(the, 0);
  musterScale(samples.samples, samples.count, musterInteger(the, 1, 0, musterGainMost));
}

/* mix(into, from, gain) */
void xs_muster_mix(xsMachine* the) {
  MusterSamples into = musterWriteSamples(the, 0);
  MusterSamples from = musterReadSamples(the, 1);
  int32_t gain = musterInteger(the, 2, 0, musterGainMost);
  if (from.count > into.count) xsRangeError("%d samples do not fit into %d", (int)from.count, (int)into.count);
  musterMix(into.samples, from.samples, from.count, gain);
}

/* The chunk needs nothing: the engine frees it. The function's address also tells a resampler from other objects. */
void xs_muster_resampler_destructor(void* data) {
  (void)data;
}

/* new Resampler(fromRate, toRate) */
void xs_muster_resampler(xsMachine* the) {
  MusterResampler state;
  int32_t from = musterInteger(the, 0, musterRateLeast, musterRateMost);
  int32_t to = musterInteger(the, 1, musterRateLeast, musterRateMost);
  if (!musterResamplerInit(&state, from, to)) xsRangeError("%d samples to %d: too far", (int)from, (int)to);
  xsmcSetHostChunk(xsThis, &state, sizeof(state));
}

/* resampler.resample(from, to) */
void xs_muster_resampler_resample(xsMachine* the) {
  MusterSamples from = musterReadSamples(the, 0);
  MusterSamples to = musterWriteSamples(the, 1);
  MusterResampler* state = xsmcGetHostChunkValidate(xsThis, xs_muster_resampler_destructor);
  if (from.count > musterResampledMost) xsRangeError("%d samples are too many at once", (int)from.count);
  size_t count = musterResampledCount(state, from.count);
  if (count > to.count) xsRangeError("%d samples do not fit into %d", (int)count, (int)to.count);
  xsmcSetInteger(xsResult, (int)musterResample(state, from.samples, from.count, to.samples));
}
