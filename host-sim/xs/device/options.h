/*
 * The options object every IO class of the device takes as its one argument: callbacks, target, format, numbers.
 * All functions read argument 0 of the native being called; errors have the device's messages.
 */
#ifndef MUSTER_DEVICE_OPTIONS_H
#define MUSTER_DEVICE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include "xsmc.h"

/* The names of `format`, in the device's order. */
typedef enum {
  formatInvalid,
  formatNumber,
  formatBuffer,
  formatString,
  formatSocket,
  formatUint8,
  formatInt8,
  formatUint16,
  formatInt16,
  formatUint32,
  formatInt32,
  formatUint64,
  formatInt64,
  formatCount,
} Format;

/* The callback of this name, to be kept alive by the marker of the object; NULL when absent. "not a function". */
xsSlot* optionCallback(xsMachine* the, xsIdentifier id);
/* `this.target = options.target`, when there is one. */
void optionTarget(xsMachine* the);
/* options.format, `otherwise` when absent or empty; formatInvalid when unknown. */
Format optionFormat(xsMachine* the, Format otherwise);
/* A whole number, `otherwise` when absent. */
int32_t optionInteger(xsMachine* the, xsIdentifier id, int32_t otherwise);
bool optionHas(xsMachine* the, xsIdentifier id);

/* For `get format()` and `set format(name)` (argument 0): the result's name; the format, or "unknown". */
void formatGet(xsMachine* the, Format format);
Format formatSet(xsMachine* the);

#endif
