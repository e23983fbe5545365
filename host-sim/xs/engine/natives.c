/*
 * From the names in byte code (`@ "xs_..."`) to C functions. While modules are preloaded each is a stub that throws,
 * as a linker on a PC cannot call the device's C; nativesAllow puts the functions in afterwards.
 */
#include "natives.h"

#include "machine.h"

/* Modules that are generated data on a device are natives here; these may run at preload. */
static const char* const preloadable[] = {"xs_config_values", NULL};

static const Native* nativeNamed(const char* name) {
  for (const Native* native = nativeTable; native->name; native++)
    if (!strcmp(native->name, name)) return native;
  return NULL;
}

static bool mayRunAtPreload(const char* name) {
  for (const char* const* each = preloadable; *each; each++)
    if (!strcmp(*each, name)) return true;
  return false;
}

void nativesName(txMachine* root) {
  for (int i = 0; nativeNames[i]; i++) nativeIDs[i] = fxNewNameC(root, (txString)nativeNames[i]);
}

bool nativesFind(Module* module) {
  txByte* at = module->hosts;
  txID count;
  if (!at) return true;
  mxDecodeID(at, count);
  module->builders = calloc((size_t)count + 1, sizeof *module->builders);
  for (txID i = 0; i < count; i++) {
    txHostFunctionBuilder* builder = &module->builders[i];
    builder->length = *at++;
    mxDecodeID(at, builder->id);
    const Native* native = nativeNamed((char*)at);
    if (!native) {
      platformPrint("module %s: there is no native %s\n", module->specifier, (char*)at);
      return false;
    }
    bool now = builder->length < 0 || mayRunAtPreload(native->name);
    builder->callback = now ? native->callback : native->atPreload;
    at += strlen((char*)at) + 1;
  }
  return true;
}

static txCallback allowed(txCallback callback) {
  for (const Native* native = nativeTable; native->name; native++)
    if (native->atPreload == callback) return native->callback;
  return callback;
}

void nativesAllow(Module* module) {
  txByte* at = module->hosts;
  txID count;
  if (!at) return;
  mxDecodeID(at, count);
  for (txID i = 0; i < count; i++) module->builders[i].callback = allowed(module->builders[i].callback);
}

void nativeAllowSlot(txSlot* slot) {
  slot->value.callback.address = allowed(slot->value.callback.address);
}

void nativesBuild(txMachine* the) {
  txSlot* home = mxFunctionInstanceHome(mxFunction->value.reference);
  txID id = mxModuleInstanceInternal(home->value.home.module)->value.module.id;
  Module* module = moduleNamed(fxGetKeyName(the, id));
  txByte* at = module->hosts;
  txID count;
  mxDecodeID(at, count);
  fxBuildHosts(the, count, module->builders);
  mxPullSlot(mxResult);
}

/* The specifier of the module whose function called the native that runs. */
static const char* callerOf(txMachine* the) {
  txSlot* frame = the->frame->next;
  txSlot* function = frame ? frame + 3 : NULL;
  if (!function || function->kind != XS_REFERENCE_KIND || !mxIsFunction(function->value.reference)) return "?";
  txSlot* module = mxFunctionInstanceHome(function->value.reference)->value.home.module;
  return module ? fxGetKeyName(the, mxModuleInstanceInternal(module)->value.module.id) : "?";
}

void nativeRefuse(txMachine* the, const char* name) {
  mxTypeError("%s calls native %s at preload", callerOf(the), name);
}
