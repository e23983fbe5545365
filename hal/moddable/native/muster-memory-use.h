/*
 * What a machine's memory holds, and what the processor did.
 */
#ifndef MUSTER_MEMORY_USE_H
#define MUSTER_MEMORY_USE_H

#include <stdint.h>

struct xsMachineRecord;

/* Slots, chunks and stack (all of it) together, in bytes. */
typedef struct {
  uint32_t liveBytes;
  uint32_t peakBytes;
  uint32_t arenaBytes;
} MusterMemoryUse;

/* Collects garbage, then measures. */
MusterMemoryUse musterMemoryUse(struct xsMachineRecord* the);

/* Instructions retired since the start; 0 where nobody counts them. */
uint64_t musterInstructions(void);

#endif
