/* The root machine that stands for flash; see flash.c and freeze.c. Within the engine only. */
#ifndef MUSTER_XS_FLASH_H
#define MUSTER_XS_FLASH_H

#include "arena.h"
#include "machine.h"

/* A clone has tables as large as its root's. */
enum { flashNameModulo = 127, flashSymbolModulo = 31 };

/* The root, once sealed. */
txMachine* flashRoot(void);
/* Begins to import a module; one of the callbacks gets its namespace, or what was thrown. */
void flashImport(txMachine* the, const char* specifier, txCallback fulfilled, txCallback rejected);
/* Logs an exception with its stack, if it has one. */
void flashReport(txMachine* the, txSlot* exception);

/* Takes the root's modules out of its own use, for clones to find. */
void rootDetach(txMachine* root);
/*
 * Makes the root unchangeable. With `hard`, as an image with preloaded modules is: functions, classes and the objects
 * of the language are frozen; without, clones may change them all.
 */
void rootFreeze(txMachine* root, bool hard);

#endif
