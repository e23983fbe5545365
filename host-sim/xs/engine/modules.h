/* The modules in "flash": their byte code by specifier. */
#ifndef MUSTER_XS_MODULES_H
#define MUSTER_XS_MODULES_H

#include "xsAll.h"
#include "machine.h"

enum { specifierBytes = C_PATH_MAX };

typedef struct sxModule {
  struct sxModule* next;
  char* specifier;
  txByte* code;
  txSize codeBytes;
  txByte* symbols; /* count (txID), then that many names less one; NULL once the code has the root's identifiers */
  txSize symbolBytes;
  txByte* hosts; /* natives: count (txID), then parameters (-1: a destructor), symbol (txID), C name; or NULL */
  txSize hostBytes;
  txHostFunctionBuilder* builders;
  bool preload;
} Module;

/* The first of all, in the order they were added. */
Module* modulesFirst(void);
Module* moduleNamed(const char* specifier);
/* Takes over the buffers; `specifier` is copied. NULL: there is one of this name, logged. */
Module* moduleAdd(const char* specifier, bool preload);
/* Gives code and natives the identifiers of the root machine, and marks functions and strings to be used in place. */
void moduleSettle(txMachine* root, Module* module);

#endif
