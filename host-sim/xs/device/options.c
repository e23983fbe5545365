/*
 * Options of the IO classes; on the device modules/io/common does this.
 */
#include "options.h"
#include <string.h>
#include "mc.xs.h"

static const char* const formatNames[formatCount] = {
    [formatNumber] = "number", [formatBuffer] = "buffer", [formatString] = "string", [formatSocket] = "socket/tcp",
    [formatUint8] = "uint8",   [formatInt8] = "int8",     [formatUint16] = "uint16", [formatInt16] = "int16",
    [formatUint32] = "uint32", [formatInt32] = "int32",   [formatUint64] = "uint64", [formatInt64] = "int64",
};

static Format formatNamed(const char* name) {
  for (int i = formatNumber; i < formatCount; i++)
    if (!strcmp(formatNames[i], name)) return (Format)i;
  return formatInvalid;
}

xsSlot* optionCallback(xsMachine* the, xsIdentifier id) {
  xsSlot slot;
  xsmcGet(slot, xsArg(0), id);
  xsType type = xsmcTypeOf(slot);
  if (type == xsUndefinedType || type == xsNullType) return NULL;
  if (!xsmcIsCallable(slot)) xsUnknownError("not a function");
  return fxToReference(the, &slot);
}

void optionTarget(xsMachine* the) {
  if (!xsmcHas(xsArg(0), xsID_target)) return;
  xsSlot target;
  xsmcGet(target, xsArg(0), xsID_target);
  xsmcSet(xsThis, xsID_target, target);
}

Format optionFormat(xsMachine* the, Format otherwise) {
  if (!xsmcHas(xsArg(0), xsID_format)) return otherwise;
  xsSlot slot;
  xsmcGet(slot, xsArg(0), xsID_format);
  return xsmcTest(slot) ? formatNamed(xsmcToString(slot)) : otherwise;
}

bool optionHas(xsMachine* the, xsIdentifier id) {
  return xsmcHas(xsArg(0), id);
}

int32_t optionInteger(xsMachine* the, xsIdentifier id, int32_t otherwise) {
  if (!xsmcHas(xsArg(0), id)) return otherwise;
  xsSlot slot;
  xsmcGet(slot, xsArg(0), id);
  return xsmcToInteger(slot);
}

void formatGet(xsMachine* the, Format format) {
  xsmcSetString(xsResult, (char*)formatNames[format]);
}

Format formatSet(xsMachine* the) {
  Format format = formatNamed(xsmcToString(xsArg(0)));
  if (format == formatInvalid) xsRangeError("unknown");
  return format;
}
