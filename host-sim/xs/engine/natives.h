/* C functions that scripts name: `function f() @ "xs_f"`. The table is generated from the C sources (natives.awk). */
#ifndef MUSTER_XS_NATIVES_H
#define MUSTER_XS_NATIVES_H

#include "modules.h"

typedef struct {
  const char* name;
  txCallback callback;
  txCallback atPreload; /* throws: a device cannot call C while it is linked */
} Native;

/* Generated; ends with a NULL name. */
extern const Native nativeTable[];
/* Generated: the names behind mc.xs.h, ending with NULL, and their identifiers. */
extern const char* const nativeNames[];
extern txID nativeIDs[];

/* Learns the identifiers that C uses. */
void nativesName(txMachine* root);
/* Finds the functions of a module's natives. False: one does not exist, logged. */
bool nativesFind(Module* module);
/* From now on natives may run: in builders, and in the slot given. */
void nativesAllow(Module* module);
void nativeAllowSlot(txSlot* slot);
/* Puts the natives of the module under execution where its code looks for them; a txCallback for txScript. */
void nativesBuild(txMachine* the);
/* Throws for a native called at preload. */
void nativeRefuse(txMachine* the, const char* name);

#endif
