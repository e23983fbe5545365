/*
 * What a device has in flash: a root machine that holds the language's own objects, all names, and the preloaded
 * modules. It is made on the C heap, outside the arena of the phone's machine, which is a clone and shares it.
 */
#include "flash.h"

#include "board.h"
#include "modules.h"
#include "natives.h"

enum {
  rootChunkBytes = 256 * 1024,
  rootChunkIncrement = 64 * 1024,
  rootSlots = 16384,
  rootSlotIncrement = 4096,
  rootStackSlots = 8192,
  rootKeys = 32000,
};

static txMachine* root;
static bool failed;
static FlashUse measured;

txMachine* flashRoot(void) {
  return root;
}

void flashMeasure(FlashUse* use) {
  *use = measured;
}

static void measure(void) {
  for (Module* module = modulesFirst(); module; module = module->next) {
    measured.modules++;
    measured.preloaded += module->preload;
    measured.codeBytes += (size_t)module->codeBytes;
  }
  measured.slotBytes = (size_t)root->currentHeapCount * sizeof(txSlot);
  measured.chunkBytes = (size_t)root->currentChunksSize;
  measured.keys = (unsigned)root->keyIndex;
  measured.aliases = (unsigned)root->aliasCount - 1;
}

static bool createRoot(void) {
  txCreation creation = {
      .initialChunkSize = rootChunkBytes,
      .incrementalChunkSize = rootChunkIncrement,
      .initialHeapCount = rootSlots,
      .incrementalHeapCount = rootSlotIncrement,
      .stackCount = rootStackSlots,
      .initialKeyCount = rootKeys,
      .incrementalKeyCount = 0,
      .nameModulo = flashNameModulo,
      .symbolModulo = flashSymbolModulo,
      .parserBufferSize = 1024,
      .parserTableModulo = 127,
  };
  arenaFor(NULL, NULL, 0, 0);
  root = fxCreateMachine(&creation, "flash", NULL, XS_NO_ID);
  if (!root) return false;
  nativesName(root);
  for (Module* module = modulesFirst(); module; module = module->next) {
    moduleSettle(root, module);
    if (!nativesFind(module)) return false;
  }
  return true;
}

static void preloadRejected(txMachine* the) {
  flashReport(the, mxArgv(0));
  failed = true;
}

static void preloadFulfilled(txMachine* the) {
  (void)the;
}

void flashReport(txMachine* the, txSlot* exception) {
  mxPushSlot(exception);
  if (mxIsReference(the->stack)) {
    mxGetID(mxID(_stack));
    if (mxIsUndefined(the->stack)) *the->stack = *exception;
  }
  platformPrint("%s\n", fxToString(the, the->stack));
  mxPop();
}

void flashImport(txMachine* the, const char* specifier, txCallback fulfilled, txCallback rejected) {
  fxBeginHost(the);
  mxTry(the) {
    txSlot* realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
    mxPushStringC((txString)specifier);
    fxRunImport(the, realm, XS_NO_ID);
    mxDub();
    mxGetID(mxID(_then));
    mxCall();
    fxNewHostFunction(the, fulfilled, 1, XS_NO_ID, XS_NO_ID);
    fxNewHostFunction(the, rejected, 1, XS_NO_ID, XS_NO_ID);
    mxRunCount(2);
    mxPop();
  }
  mxCatch(the) {
    fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
  }
  fxEndHost(the);
}

/* Runs the modules marked for it, those they import first, as the SDK's linker does. */
static bool preload(void) {
  for (Module* module = modulesFirst(); module && !failed; module = module->next) {
    if (!module->preload) continue;
    flashImport(root, module->specifier, preloadFulfilled, preloadRejected);
    machineRunJobs(root);
    if (failed) platformPrint("module %s cannot be preloaded\n", module->specifier);
  }
  return !failed;
}

static bool anyPreload(void) {
  for (Module* module = modulesFirst(); module; module = module->next)
    if (module->preload) return true;
  return false;
}

bool flashSeal(void) {
  if (!createRoot() || !preload()) return false;
  for (Module* module = modulesFirst(); module; module = module->next) nativesAllow(module);
  rootDetach(root);
  rootFreeze(root, anyPreload());
  measure();
  return true;
}
