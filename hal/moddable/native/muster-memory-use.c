/*
 * What a machine's memory holds. Our XS host keeps an account of its arena. In the SDK the engine's own record says it:
 * there the peak is the sum of the highest count of slots and the highest of chunks, which need not have been at one
 * time, and what there is is what XS has taken from the system so far. An ESP32 counts cycles, not instructions.
 */
#include "muster-memory-use.h"

#if __has_include("board.h") && !defined(ESP_PLATFORM)
#include "board.h"
#include "machine.h"

MusterMemoryUse musterMemoryUse(struct xsMachineRecord* the) {
  MachineMemory memory;
  machineCollect(the);
  machineMemory(the, &memory);
  return (MusterMemoryUse){
    .liveBytes = (uint32_t)memory.liveBytes,
    .peakBytes = (uint32_t)memory.peakLiveBytes,
    .arenaBytes = (uint32_t)memory.arenaBytes,
  };
}

uint64_t musterInstructions(void) {
  return boardInstructions();
}
#else
#include "xsAll.h"

MusterMemoryUse musterMemoryUse(struct xsMachineRecord* machine) {
  txMachine* the = (txMachine*)machine;
  fxCollectGarbage(the);
  uint32_t stack = (uint32_t)((char*)the->stackTop - (char*)the->stackBottom);
  return (MusterMemoryUse){
    .liveBytes = (uint32_t)(the->currentHeapCount * sizeof(txSlot)) + (uint32_t)the->currentChunksSize + stack,
    .peakBytes = (uint32_t)(the->peakHeapCount * sizeof(txSlot)) + (uint32_t)the->peakChunksSize + stack,
    .arenaBytes = (uint32_t)(the->maximumHeapCount * sizeof(txSlot)) + (uint32_t)the->maximumChunksSize + stack,
  };
}

uint64_t musterInstructions(void) {
  return 0;
}
#endif
