/*
 * A store that a script has opened, for key-value.c and its iterator.
 */
#ifndef MUSTER_DEVICE_STORE_H
#define MUSTER_DEVICE_STORE_H

#include "nvs.h"
#include "options.h"

typedef struct {
  char domain[boardKeyChars + 1];
  Format format;
  bool readOnly;
} Store;

/* The store behind a host object; throws for anything else, and when it was closed. */
Store* storeOf(xsMachine* the, xsSlot* slot);

#endif
