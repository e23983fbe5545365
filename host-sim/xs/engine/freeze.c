/*
 * Freezing a root machine as the SDK's linker does for an image in flash: functions with their prototypes, the
 * language's own objects, and all that cannot be copied on write (maps, sets, buffers, ...) become unchangeable. What
 * is left changeable, plain objects and variables, gets a number, its alias: a clone that writes makes its own copy.
 */
#include "flash.h"

#include "natives.h"

typedef void (*SlotVisitor)(txMachine* the, txSlot* slot);

static void eachSlot(txMachine* the, SlotVisitor visit) {
  for (txSlot* heap = the->firstHeap; heap; heap = heap->next)
    for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) visit(the, slot);
}

void rootDetach(txMachine* the) {
  txSlot* realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
  txSlot* modules = mxOwnModules(realm)->value.reference;
  for (txSlot* module = modules->next; module; module = module->next)
    mxModuleInstanceInternal(module->value.reference)->value.module.realm = C_NULL;
  mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm = C_NULL;
  /* Where fxCloneMachine looks for them. */
  mxException.kind = XS_REFERENCE_KIND;
  mxException.value.reference = mxRealmClosures(realm)->value.reference;
  mxProgram.value.reference = modules;
  for (int i = mxHostsStackIndex; i <= mxInstanceInspectorsStackIndex; i++)
    if (i != mxUnhandledPromisesStackIndex) the->stackTop[-1 - i] = mxUndefined;
  mxUnhandledPromises = mxUndefined;
  fxCollectGarbage(the);
}

/* No new properties; those there are can be neither set nor deleted. */
static void petrify(txSlot* instance) {
  for (txSlot* property = instance->next; property; property = property->next) {
    if (property->kind != XS_ACCESSOR_KIND) property->flag |= XS_DONT_SET_FLAG;
    property->flag |= XS_DONT_DELETE_FLAG;
  }
  instance->flag |= XS_DONT_PATCH_FLAG;
}

static bool isFunction(const txSlot* property) {
  switch (property->kind) {
    case XS_CALLBACK_KIND:
    case XS_CALLBACK_X_KIND:
    case XS_CODE_KIND:
    case XS_CODE_X_KIND: return true;
    default: return false;
  }
}

/* Objects whose inside a copy of their properties would share with the original. */
static bool isIndivisible(const txSlot* property) {
  switch (property->kind) {
    case XS_MAP_KIND:
    case XS_SET_KIND:
    case XS_WEAK_MAP_KIND:
    case XS_WEAK_SET_KIND:
    case XS_WEAK_REF_KIND:
    case XS_ARRAY_BUFFER_KIND:
    case XS_DATA_VIEW_KIND:
    case XS_TYPED_ARRAY_KIND:
    case XS_PROMISE_KIND:
    case XS_PROXY_KIND:
    case XS_REGEXP_KIND: return true;
    case XS_CLOSURE_KIND: return property->value.closure->kind == XS_FINALIZATION_REGISTRY_KIND;
    default: return false;
  }
}

static void petrifyPrototype(txMachine* the, txSlot* function) {
  (void)the;
  for (txSlot* property = function->next; property; property = property->next)
    if (property->ID == mxID(_prototype) && property->kind == XS_REFERENCE_KIND) petrify(property->value.reference);
}

static void freezeInstance(txMachine* the, txSlot* slot) {
  if (slot->kind != XS_INSTANCE_KIND) return;
  txSlot* inside = slot->next;
  if (!inside || !(inside->flag & XS_INTERNAL_FLAG)) return;
  if (inside->ID == XS_ENVIRONMENT_BEHAVIOR || isFunction(inside) || isIndivisible(inside)) petrify(slot);
  if (isFunction(inside) && (slot->flag & XS_CAN_CONSTRUCT_FLAG)) petrifyPrototype(the, slot);
  if (inside->kind == XS_PROMISE_KIND) petrify(inside->next->value.reference);
}

/* A variable that holds a function counts as a constant. */
static void freezeVariable(txMachine* the, txSlot* slot) {
  (void)the;
  if (slot->kind != XS_CLOSURE_KIND) return;
  txSlot* variable = slot->value.closure;
  if (variable->kind == XS_HOST_FUNCTION_KIND) variable->flag |= XS_DONT_SET_FLAG;
  if (variable->kind != XS_REFERENCE_KIND) return;
  txSlot* inside = variable->value.reference->next;
  if (inside && isFunction(inside)) variable->flag |= XS_DONT_SET_FLAG;
}

/* What the language itself hands out: all that the root's stack refers to but the global object. */
static void freezeIntrinsics(txMachine* the) {
  petrify(mxProgram.value.reference);
  for (txSlot* slot = the->stack; slot < &the->stackTop[-XS_SYMBOL_ID_COUNT]; slot++)
    if (slot->kind == XS_REFERENCE_KIND && slot->value.reference != mxGlobal.value.reference)
      petrify(slot->value.reference);
}

static bool isFixed(const txSlot* property) {
  if (!(property->flag & XS_DONT_DELETE_FLAG)) return false;
  return property->kind == XS_ACCESSOR_KIND || (property->flag & XS_DONT_SET_FLAG);
}

static bool isFrozen(txMachine* the, txSlot* instance) {
  if (!(instance->flag & XS_DONT_PATCH_FLAG)) return false;
  for (txSlot* property = instance->next; property; property = property->next) {
    if (property->kind == XS_ARRAY_KIND) {
      txSlot* item = property->value.array.address;
      for (txIndex count = fxGetIndexSize(the, property); count > 0; count--, item++)
        if (!isFixed(item)) return false;
    }
    if (!(property->flag & XS_INTERNAL_FLAG) && !isFixed(property)) return false;
  }
  return true;
}

static void aliasInstance(txMachine* the, txSlot* slot) {
  if (slot->kind == XS_INSTANCE_KIND) slot->ID = isFrozen(the, slot) ? XS_NO_ID : the->aliasCount++;
}

static void aliasVariable(txMachine* the, txSlot* slot) {
  if (slot->kind != XS_CLOSURE_KIND) return;
  txSlot* variable = slot->value.closure;
  if (variable->flag & XS_DONT_SET_FLAG) {
    variable->flag |= XS_DONT_DELETE_FLAG;
    return;
  }
  if (variable->ID == XS_NO_ID) variable->ID = the->aliasCount++;
  slot->flag &= ~XS_DONT_SET_FLAG;
}

/*
 * The kind that says "not on your heap": else the collector of a clone would take what it finds on its stack for its
 * own, and move it.
 */
static void settleKind(txSlot* slot) {
  switch (slot->kind) {
    case XS_STRING_KIND: slot->kind = XS_STRING_X_KIND; break;
    case XS_BIGINT_KIND: slot->kind = XS_BIGINT_X_KIND; break;
    case XS_CODE_KIND: slot->kind = XS_CODE_X_KIND; break;
    case XS_KEY_KIND: slot->kind = XS_KEY_X_KIND; break;
    case XS_CALLBACK_KIND: nativeAllowSlot(slot); break;
    default: break;
  }
}

static void settle(txMachine* the, txSlot* slot) {
  settleKind(slot);
  slot->flag |= XS_MARK_FLAG;
  if (slot->kind != XS_ARRAY_KIND || !slot->value.array.address) return;
  txSlot* item = slot->value.array.address;
  for (txIndex count = fxGetIndexSize(the, slot); count > 0; count--, item++) settleKind(item);
}

/* Chunks that no collector moves any more have no new address. */
static void settleChunks(txMachine* the) {
  for (txBlock* block = the->firstBlock; block; block = block->nextBlock) {
    txByte* at = (txByte*)(block + 1);
    while (at < block->current) {
      txChunk* chunk = (txChunk*)at;
      at = chunk->temporary;
      chunk->temporary = C_NULL;
    }
  }
}

void rootFreeze(txMachine* the, bool hard) {
  if (hard) {
    freezeIntrinsics(the);
    eachSlot(the, freezeInstance);
    eachSlot(the, freezeVariable);
  }
  the->aliasCount = 1; /* 0 says none */
  eachSlot(the, aliasInstance);
  eachSlot(the, aliasVariable);
  eachSlot(the, settle);
  for (txSlot* slot = the->stack; slot < the->stackTop; slot++) settleKind(slot);
  settleChunks(the);
  the->shared = 1;
}
