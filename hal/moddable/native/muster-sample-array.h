/*
 * Where the samples of an Int16Array are. XS's C interface says that of arrays of bytes only: for others a script's
 * getters would have to be called, at 900 instructions each, three for every frame that passes.
 */
#ifndef MUSTER_SAMPLE_ARRAY_H
#define MUSTER_SAMPLE_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xsSlotRecord;

typedef struct {
  int16_t* samples;
  size_t count;
} MusterSamples;

/* False: no Int16Array, or one whose memory cannot be had so: detached, resizable, or to be written and read-only. */
bool musterSampleArray(const struct xsSlotRecord* slot, bool toWrite, MusterSamples* array);

#endif
