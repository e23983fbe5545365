/*
 * The phone's machine: a clone of the flash root in one arena, its imports, its turns, its figures and its end.
 */
#include "flash.h"

#include "board.h"

enum {
  chunkPercent = 24,
  poolOverhead = 128, /* headers and alignment */
  freeChunkIncrement = 1024 * 1024,
  freeSlotIncrement = 32768,
  largeChunkBytes = 64 * 1024 * 1024,
  largeSlots = 4 * 1024 * 1024,
  deviceStackSlots = 608,
  freeStackSlots = 16384,
  deviceKeys = 250,
  freeKeys = 60000,
  paint = 0xA5,
  callsReported = 24,
};

#define text(number) #number
#define textOf(number) text(number)
const char machineEngine[] =
    "XS " textOf(XS_MAJOR_VERSION) "." textOf(XS_MINOR_VERSION) "." textOf(XS_PATCH_VERSION);

static Arena arena;

static size_t tableBytesFor(unsigned keys) {
  size_t pointers = keys + flashNameModulo + flashSymbolModulo + (size_t)flashRoot()->aliasCount;
  return pointers * sizeof(txSlot*) + 4 * 8;
}

/* The two pools of an arena: what the phone needs of each in a call, measured. */
static void divide(const MachineOptions* options, txCreation* creation) {
  size_t fixed = tableBytesFor((unsigned)creation->initialKeyCount) + (size_t)creation->stackCount * sizeof(txSlot);
  size_t room = options->arenaBytes > fixed + poolOverhead ? options->arenaBytes - fixed - poolOverhead : 0;
  size_t chunks = room * chunkPercent / 100 & ~(size_t)15;
  creation->initialChunkSize = (txSize)chunks;
  creation->initialHeapCount = (txSize)((room - chunks) / sizeof(txSlot));
}

static txCreation creationFor(const MachineOptions* options) {
  bool bound = options->arena;
  txSize chunks = options->large ? largeChunkBytes : freeChunkIncrement;
  txSize slots = options->large ? largeSlots : freeSlotIncrement;
  unsigned stack = options->stackSlots ? options->stackSlots : bound ? deviceStackSlots : freeStackSlots;
  unsigned keys = options->keys ? options->keys : bound ? deviceKeys : freeKeys;
  txCreation creation = {
      .initialChunkSize = chunks,
      .incrementalChunkSize = bound ? 0 : options->large ? chunks / 4 : chunks,
      .initialHeapCount = slots,
      .incrementalHeapCount = bound ? 0 : options->large ? slots / 4 : slots,
      .stackCount = (txSize)stack,
      .initialKeyCount = (txSize)keys,
      .incrementalKeyCount = 0,
      .nameModulo = flashNameModulo,
      .symbolModulo = flashSymbolModulo,
      .parserBufferSize = 1024,
      .parserTableModulo = 127,
  };
  if (bound) divide(options, &creation);
  return creation;
}

xsMachine* machineCreate(const MachineOptions* options) {
  txCreation creation = creationFor(options);
  if (options->arena)
    arenaFor(&arena, options->arena, options->arenaBytes, tableBytesFor((unsigned)creation.initialKeyCount));
  txMachine* the = fxCloneMachine(&creation, flashRoot(), "muster", NULL);
  if (the) memset(the->stackBottom, paint, (size_t)((char*)the->stack - (char*)the->stackBottom));
  return the;
}

/* ---- imports */

static void importRejected(txMachine* the) {
  mxException = *mxArgv(0);
  fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
}

static void importFulfilled(txMachine* the) {
  mxTry(the) {
    mxPushUndefined();
    mxPushSlot(mxArgv(0));
    mxGetID(mxID(_default));
    if (mxIsReference(the->stack) && mxIsFunction(the->stack->value.reference)) {
      mxCall();
      mxRunCount(0);
    }
    mxPop();
  }
  mxCatch(the) {
    fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
  }
}

void machineImport(xsMachine* the, const char* specifier) {
  flashImport(the, specifier, importFulfilled, importRejected);
  machineRunJobs(the);
}

/* ---- turns */

void machineRunJobs(xsMachine* the) {
  do {
    while (the->promiseJobs) {
      the->promiseJobs = 0;
      fxRunPromiseJobs(the);
    }
    fxEndJob(the);
  } while (the->promiseJobs);
}

void machineRun(xsMachine* the, const MachineSource* source) {
  for (;;) {
    machineRunJobs(the);
    boardPoll();
    if (source->dispatch(the)) continue;
    uint64_t deadline = source->deadline();
    if (source->endsIdle && deadline == UINT64_MAX) return;
    boardWait(deadline);
  }
}

/* ---- figures */

static size_t stackPeakBytes(txMachine* the) {
  const uint8_t* at = (uint8_t*)the->stackBottom;
  while (at < (uint8_t*)the->stack && *at == paint) at++;
  return (size_t)((uint8_t*)the->stackTop - at);
}

void machineCollect(xsMachine* the) {
  fxCollectGarbage(the);
}

void machineMemory(xsMachine* the, MachineMemory* memory) {
  size_t keys = (size_t)(the->keyCount - the->keyOffset);
  size_t pointers = keys + (size_t)the->nameModulo + (size_t)the->symbolModulo + (size_t)the->aliasCount;
  *memory = (MachineMemory){
      .arenaBytes = the->arena ? (size_t)(the->arena->end - the->arena->base) : 0,
      .slotBytes = (size_t)the->currentHeapCount * sizeof(txSlot),
      .slotPeakBytes = (size_t)the->peakHeapCount * sizeof(txSlot),
      .slotReservedBytes = (size_t)the->maximumHeapCount * sizeof(txSlot),
      .chunkBytes = (size_t)the->currentChunksSize,
      .chunkPeakBytes = (size_t)the->peakChunksSize,
      .chunkReservedBytes = (size_t)the->maximumChunksSize,
      .stackBytes = (size_t)((char*)the->stackTop - (char*)the->stackBottom),
      .stackPeakBytes = stackPeakBytes(the),
      .tableBytes = pointers * sizeof(txSlot*),
      .keys = (unsigned)(the->keyIndex - the->keyOffset),
      .keysMax = (unsigned)keys,
  };
  size_t fixed = memory->stackBytes + memory->tableBytes;
  size_t stackInUse = (size_t)((char*)the->stackTop - (char*)the->stack);
  memory->liveBytes = memory->slotBytes + memory->chunkBytes + memory->tableBytes + stackInUse;
  memory->peakBytes = memory->slotPeakBytes + memory->chunkPeakBytes + fixed;
  memory->peakLiveBytes = (the->arena ? the->arena->peakLive : 0) + fixed;
}

/* ---- the end */

static const char* reasonOf(int status) {
  static const char* const reasons[] = {
      [XS_DEBUGGER_EXIT] = "debugger",
      [XS_NOT_ENOUGH_MEMORY_EXIT] = "memory full",
      [XS_STACK_OVERFLOW_EXIT] = "stack overflow",
      [XS_FATAL_CHECK_EXIT] = "fatal check",
      [XS_DEAD_STRIP_EXIT] = "dead strip",
      [XS_UNHANDLED_EXCEPTION_EXIT] = "unhandled exception",
      [XS_NO_MORE_KEYS_EXIT] = "too many names",
      [XS_TOO_MUCH_COMPUTATION_EXIT] = "too much computation",
      [XS_UNHANDLED_REJECTION_EXIT] = "unhandled rejection",
  };
  bool known = status >= 0 && status < (int)(sizeof reasons / sizeof *reasons);
  return known && reasons[status] ? reasons[status] : "unknown";
}

static void reportMemory(txMachine* the) {
  MachineMemory memory;
  machineMemory(the, &memory);
  Arena* own = the->arena;
  if (own && own->exhausted) platformPrint("no %lu B for %s: ", (unsigned long)own->wanted, own->exhausted);
  platformPrint("slots %lu B of %lu B, peak %lu B; chunks %lu B of %lu B, peak %lu B; ",
                (unsigned long)memory.slotBytes, (unsigned long)memory.slotReservedBytes,
                (unsigned long)memory.slotPeakBytes, (unsigned long)memory.chunkBytes,
                (unsigned long)memory.chunkReservedBytes, (unsigned long)memory.chunkPeakBytes);
  platformPrint("stack %lu B, peak %lu B; tables %lu B, names %u of %u; ", (unsigned long)memory.stackBytes,
                (unsigned long)memory.stackPeakBytes, (unsigned long)memory.tableBytes, memory.keys, memory.keysMax);
  platformPrint("peak %lu B, without garbage %lu B; arena %lu B\n", (unsigned long)memory.peakBytes,
                (unsigned long)memory.peakLiveBytes, (unsigned long)memory.arenaBytes);
}

static const char* functionName(txMachine* the, const txSlot* function) {
  if (!mxIsReference(function)) return "?";
  for (txSlot* property = function->value.reference->next; property; property = property->next)
    if (property->ID == mxID(_name) && (property->kind == XS_STRING_KIND || property->kind == XS_STRING_X_KIND))
      return property->value.string;
  const char* name = fxGetKeyName(the, function->value.reference->next->ID);
  return name ? name : "?";
}

static const char* functionModule(txMachine* the, const txSlot* function) {
  if (!mxIsReference(function) || !mxIsFunction(function->value.reference)) return "?";
  txSlot* module = mxFunctionInstanceHome(function->value.reference)->value.home.module;
  return module ? fxGetKeyName(the, mxModuleInstanceInternal(module)->value.module.id) : "?";
}

/* Who called whom, the innermost first, and the stack each took: what a stack overflow needs to be understood. */
static void reportCalls(txMachine* the) {
  const txSlot* below = the->stack;
  int left = callsReported;
  for (txSlot* frame = the->frame; frame && left-- > 0; frame = frame->next) {
    platformPrint(" at %s (%s): %d slots\n", functionName(the, frame + 3), functionModule(the, frame + 3),
                  (int)(frame - below));
    below = frame;
  }
}

void fxAbort(txMachine* the, int status) {
  if (status == XS_UNHANDLED_REJECTION_EXIT) {
    platformPrint("XS: unhandled rejection: ");
    flashReport(the, &mxException);
    return; /* a device goes on */
  }
  platformPrint("XS abort: %s: ", reasonOf(status));
  if (status == XS_UNHANDLED_EXCEPTION_EXIT)
    flashReport(the, &mxException);
  else
    reportMemory(the);
  if (status == XS_STACK_OVERFLOW_EXIT) reportCalls(the);
  boardExit(machineExitBase + status);
}
