/*
 * muster/g711: frames of G.711 between a script's arrays.
 */
#include "muster-arguments.h"
#include "muster-g711-law.h"

enum { muLaw = 0, aLaw = 1 };

/* encode(law, samples, target, at) */
void xs_muster_g711_encode(xsMachine* the) {
  int law = musterInteger(the, 0, muLaw, aLaw);
  MusterSamples samples = musterReadSamples(the, 1);
  uint8_t* target = musterWriteAt(the, 2, samples.count);
  if (law == muLaw) musterMuLawEncode(samples.samples, samples.count, target);
  else musterALawEncode(samples.samples, samples.count, target);
}

/* decode(law, codes, target, at) */
void xs_muster_g711_decode(xsMachine* the) {
  int law = musterInteger(the, 0, muLaw, aLaw);
  MusterSamples target = musterWriteSamples(the, 2);
  MusterBytes codes = musterBytes(the, 1);
  size_t at = (size_t)musterInteger(the, 3, 0, INT32_MAX);
  if (at > target.count || target.count - at < codes.count) {
    xsRangeError("%d samples from %d on do not fit into %d", (int)codes.count, (int)at, (int)target.count);
  }
  if (law == muLaw) musterMuLawDecode(codes.bytes, codes.count, target.samples + at);
  else musterALawDecode(codes.bytes, codes.count, target.samples + at);
}
