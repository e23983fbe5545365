/*
 * Allocation for XS in one fixed arena, whose pools of chunks and slots XS asks for once, and the account of it.
 * XS aborts by itself when a request fails, except for its stack: that failure is caught here.
 */
#include "arena.h"

enum { alignment = 8 };

/* The arena of the machine under creation or running; there is one machine beside the flash root. */
static Arena* current;

static size_t aligned(size_t size) {
  return (size + alignment - 1) & ~(size_t)(alignment - 1);
}

static size_t roomOf(const Arena* arena) {
  return (size_t)(arena->high - arena->low);
}

static void* refused(Arena* arena, const char* what, size_t size) {
  if (!arena->exhausted) {
    arena->exhausted = what;
    arena->wanted = size;
  }
  return NULL;
}

void arenaFor(Arena* arena, void* base, size_t size, size_t tableBytes) {
  current = arena;
  if (!arena) return;
  memset(arena, 0, sizeof *arena);
  arena->base = base;
  arena->end = arena->high = (char*)base + (size & ~(size_t)(alignment - 1));
  arena->tableNext = arena->base;
  arena->low = arena->tablesEnd = arena->base + aligned(tableBytes);
}

void fxCreateMachinePlatform(txMachine* the) {
  the->arena = current;
  if (current && current->low > current->end) {
    refused(current, "tables", (size_t)(current->low - current->base));
    current->high = current->low; /* the machine has no room at all, and says so */
  }
}

void fxDeleteMachinePlatform(txMachine* the) {
  (void)the;
}

/* ---- chunks and slots */

void* fxAllocateChunks(txMachine* the, txSize size) {
  Arena* arena = the->arena;
  if (!arena) return malloc((size_t)size);
  size_t bytes = aligned((size_t)size);
  if (bytes > roomOf(arena)) return refused(arena, "chunks", bytes);
  void* result = arena->low;
  arena->low += bytes;
  return result;
}

void fxFreeChunks(txMachine* the, void* chunks) {
  if (!the->arena) free(chunks);
}

/* For the stack, once, before any slots. */
static txSlot* allocateStack(txMachine* the, size_t bytes) {
  Arena* arena = the->arena;
  if (!arena) return malloc(bytes);
  if (bytes > roomOf(arena)) {
    refused(arena, "stack", bytes);
    fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
  }
  return (txSlot*)(arena->high -= bytes);
}

txSlot* fxAllocateSlots(txMachine* the, txSize count) {
  Arena* arena = the->arena;
  size_t bytes = (size_t)count * sizeof(txSlot);
  if (!the->stackBottom) return allocateStack(the, bytes);
  if (!arena) return malloc(bytes);
  if (bytes > roomOf(arena)) return refused(arena, "slots", bytes);
  arena->high -= bytes;
  return (txSlot*)arena->high;
}

void fxFreeSlots(txMachine* the, void* slots) {
  if (!the->arena) free(slots);
}

/* ---- the account */

/*
 * A collection for want of slots leaves chunks as they are, and none says which it was: chunks were collected when
 * fewer are in use than after the collection before.
 */
static void collected(txMachine* the) {
  Arena* arena = the->arena;
  size_t chunks = (size_t)the->currentChunksSize;
  if (chunks < arena->chunksSeen || !arena->chunksLive) arena->chunksLive = chunks;
  arena->chunksSeen = chunks;
  size_t live = (size_t)the->currentHeapCount * sizeof(txSlot) + arena->chunksLive;
  if (arena->peakLive < live) arena->peakLive = live;
}

void arenaReport(txMachine* the, txString format, ...) {
  va_list list;
  if (!the->arena) return;
  va_start(list, format);
  if (!strncmp(format, "# Slot collection", 17))
    collected(the);
  else if (!strncmp(format, "# Chunk allocation: %d bytes failed", 35))
    refused(the->arena, "chunks", (size_t)va_arg(list, txSize));
  else if (!strncmp(format, "# Slot allocation: failed in", 28))
    refused(the->arena, "slots", sizeof(txSlot));
  va_end(list);
}

/* ---- tables */

void* arenaTable(size_t size) {
  if (!current) return malloc(size);
  size_t bytes = aligned(size);
  if (bytes > (size_t)(current->tablesEnd - current->tableNext)) return refused(current, "tables", bytes);
  void* result = current->tableNext;
  current->tableNext += bytes;
  return result;
}

static bool isTable(const void* block) {
  return current && (const char*)block >= current->base && (const char*)block < current->tablesEnd;
}

void arenaTableFree(void* table) {
  if (!isTable(table)) free(table);
}

/* XS would grow its table of keys so, which has its size here; and it grows the buffer of JSON.stringify. */
void* arenaRealloc(void* block, size_t size) {
  return isTable(block) ? refused(current, "names", size) : realloc(block, size);
}
