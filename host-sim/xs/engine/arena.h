/*
 * The memory of a machine: one fixed arena, as the RAM an ESP32 image gives to XS ("static" in a manifest).
 *
 *   | tables | chunks | slots | stack |
 *
 * Chunks and slots are pools of fixed size, as the SDK gives them to an ESP32 by default: in a heap that grows what one
 * took in a busy turn the other never gets back, and the phone dies with memory to spare.
 *
 * Counted: the slots and chunks of the heap, the XS stack, and the tables XS takes from malloc beside them (keys,
 * names, symbols, aliases). Not counted, as they are in flash on a device: byte code, preloaded objects, the objects
 * of the language. Nor: the machine's own record (some 1 KB on 32 bit), buffers of natives, SharedArrayBuffers,
 * scratch of JSON and RegExp, which come from the C heap on a device too. Without an arena all is on the C heap.
 */
#ifndef MUSTER_XS_ARENA_H
#define MUSTER_XS_ARENA_H

#include "xsAll.h"

typedef struct sxArena {
  char* base;
  char* end;
  char* tablesEnd;
  char* tableNext;
  char* low; /* end of the tables and chunks */
  char* high; /* start of the slots and the stack */
  const char* exhausted; /* what could not be had first, "chunks", ...; NULL so far */
  size_t wanted; /* bytes of it */
  size_t chunksLive; /* after the last collection that took chunks too */
  size_t chunksSeen; /* in use after the last collection of any kind */
  size_t peakLive; /* the most slots and chunks that were in use right after a collection */
} Arena;

/*
 * The next machine created gets this arena: `size` bytes at `base`, the first `tableBytes` of them for its tables.
 * NULL: the C heap. The arena must outlive the machine.
 */
void arenaFor(Arena* arena, void* base, size_t size, size_t tableBytes);

/*
 * What XS tells of its memory: the makefiles compile its xsMemory.c with mxReport, and with this in place of fxReport.
 * Of value are collections that are over, and requests that failed.
 */
void arenaReport(txMachine* the, txString format, ...);

#endif
