/*
 * The engine as its boards and natives see it: load byte code into "flash", make the phone's machine over it in one
 * fixed arena, run `main`, and call back into scripts until the program ends.
 *
 *   flashAddSource / flashAddImage ... -> flashSeal -> machineCreate -> machineImport -> machineRun
 */
#ifndef MUSTER_XS_MACHINE_H
#define MUSTER_XS_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xs.h" /* within the engine after xsAll.h, which it then follows */

/* Exit statuses are this plus XS's own: 11 memory full, 12 stack overflow, 15 exception, 16 too many names. */
enum { machineExitBase = 10 };

/* "XS 13.3.0", from the engine's own sources. */
extern const char machineEngine[];

/* ---- flash: the byte code of all modules, and the preloaded ones, run and frozen */

/*
 * Adds a module from its source text, which is changed (builds with a parser only). False: it does not parse; what
 * is wrong was logged.
 */
bool flashAddSource(const char* specifier, const char* text, size_t size, bool preload);
/* Adds the modules of an image made by muster-xs-emit; it is changed in place and must stay. False: logged. */
bool flashAddImage(uint8_t* image, size_t size);
/*
 * Makes the root machine, which stands for the ROM: the language's own objects, all names, and the preloaded modules,
 * run and then frozen as the SDK's linker freezes them. False: a module could not be preloaded; logged.
 */
bool flashSeal(void);

/* What a device would hold in flash, in bytes of this build. */
typedef struct {
  size_t codeBytes; /* byte code */
  size_t slotBytes; /* objects */
  size_t chunkBytes; /* their strings and tables */
  unsigned modules;
  unsigned preloaded;
  unsigned keys; /* names */
  unsigned aliases; /* objects and variables a script may still change: a pointer in RAM each */
} FlashUse;
void flashMeasure(FlashUse* use);

/* ---- the phone's machine, a clone of the root */

typedef struct {
  void* arena; /* NULL: the C heap, without limit */
  size_t arenaBytes;
  unsigned stackSlots; /* 0: the device's 512; without an arena 16384 */
  unsigned keys; /* names a script may make at run time; 0: 250; without an arena 60000 */
  bool large; /* without an arena: a heap of 200 MB from the start, for bundles of tests, which else collect much */
} MachineOptions;

/* NULL when the arena cannot even hold the empty machine; logged. */
xsMachine* machineCreate(const MachineOptions* options);
/* Imports a module, and calls its default export if that is a function. What it throws ends the program. */
void machineImport(xsMachine* the, const char* specifier);
/* Runs what promises wait for. To be called after each callback into a script. */
void machineRunJobs(xsMachine* the);

/* What gives scripts something to do: device/loop.h. */
typedef struct {
  bool (*dispatch)(xsMachine* the); /* calls at most one callback; false: none was due */
  uint64_t (*deadline)(void); /* when the next is due by itself, boardMicroseconds; UINT64_MAX: never */
  bool endsIdle; /* nothing is due by itself any more: the program is over */
} MachineSource;
/* Runs for ever, or until idle. */
void machineRun(xsMachine* the, const MachineSource* source);

/* ---- memory figures */

typedef struct {
  size_t liveBytes; /* in use: slots, chunks, the stack so deep as it is now, tables; exact after machineCollect */
  size_t peakBytes; /* the most that was in use, garbage included: in time all of the arena */
  size_t peakLiveBytes; /* the most that was in use right after a collection: what the program needs */
  size_t arenaBytes; /* 0: no limit */
  size_t slotBytes, slotPeakBytes, slotReservedBytes;
  size_t chunkBytes, chunkPeakBytes, chunkReservedBytes;
  size_t stackBytes, stackPeakBytes; /* as created, and the deepest seen */
  size_t tableBytes; /* keys, names, symbols, aliases */
  unsigned keys, keysMax; /* names made at run time */
  unsigned collections;
} MachineMemory;
void machineCollect(xsMachine* the);
void machineMemory(xsMachine* the, MachineMemory* memory);

#endif
