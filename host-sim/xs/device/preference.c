/*
 * `preference` on NVS. As on the device `set` erases before it writes: a loss of power in between loses the value.
 */
#include <string.h>
#include "mc.xs.h"
#include "nvs.h"
#include "xsmc.h"

enum { nameBytes = 64 };

typedef struct {
  char domain[nameBytes];
  char key[nameBytes];
} Name;

static void nameOf(xsMachine* the, Name* name) {
  xsmcToStringBuffer(xsArg(0), name->domain, nameBytes);
  xsmcToStringBuffer(xsArg(1), name->key, nameBytes);
}

static void setBytes(xsMachine* the, const Name* name, NvsType type, const void* bytes, size_t size) {
  nvsErase(name->domain, name->key);
  if (nvsWrite(name->domain, name->key, type, bytes, size)) xsUnknownError("nvs set fail");
}

static void setInteger(xsMachine* the, const Name* name, double value) {
  bool fits = value >= INT32_MIN && value <= INT32_MAX && value == (double)(int32_t)value;
  if (!fits) xsUnknownError("float unsupported");
  int32_t integer = (int32_t)value;
  setBytes(the, name, nvsI32, &integer, sizeof integer);
}

static void setBuffer(xsMachine* the, const Name* name) {
  void* bytes;
  xsUnsignedValue size;
  if (!xsmcIsInstanceOf(xsArg(2), xsArrayBufferPrototype)) xsUnknownError("unsupported type");
  xsmcGetBufferReadable(xsArg(2), &bytes, &size);
  setBytes(the, name, nvsBlob, bytes, size);
}

void xs_preference_set(xsMachine* the) {
  Name name;
  nameOf(the, &name);
  if (nvsOpen(name.domain, 0)) xsUnknownError("nvs_open fail");
  xsType type = xsmcTypeOf(xsArg(2));
  if (type == xsBooleanType) {
    uint8_t truth = xsmcToBoolean(xsArg(2));
    setBytes(the, &name, nvsU8, &truth, sizeof truth);
  }
  else if (type == xsIntegerType || type == xsNumberType) setInteger(the, &name, xsmcToNumber(xsArg(2)));
  else if (type == xsStringType || type == xsStringXType) {
    char* text = xsmcToString(xsArg(2));
    setBytes(the, &name, nvsString, text, strlen(text));
  }
  else if (type == xsReferenceType) setBuffer(the, &name);
  else xsUnknownError("unsupported type");
}

static void resultSet(xsMachine* the, const NvsValue* value) {
  int32_t integer;
  switch (value->type) {
    case nvsU8: xsmcSetBoolean(xsResult, *value->bytes); break;
    case nvsI32:
      memcpy(&integer, value->bytes, sizeof integer);
      xsmcSetInteger(xsResult, integer);
      break;
    case nvsString: xsmcSetString(xsResult, (char*)value->bytes); break;
    case nvsBlob: xsmcSetArrayBuffer(xsResult, value->bytes, (xsIntegerValue)value->size); break;
    default: break; /* written by key-value in a format that this module does not know */
  }
}

void xs_preference_get(xsMachine* the) {
  Name name;
  NvsValue value;
  nameOf(the, &name);
  if (nvsRead(name.domain, name.key, &value)) xsUnknownError("nvs get fail");
  resultSet(the, &value);
  nvsFree(&value);
}

void xs_preference_delete(xsMachine* the) {
  Name name;
  nameOf(the, &name);
  nvsErase(name.domain, name.key);
}

void xs_preference_keys(xsMachine* the) {
  char domain[nameBytes], key[boardKeyChars + 1];
  xsmcToStringBuffer(xsArg(0), domain, nameBytes);
  xsmcVars(1);
  xsmcSetNewArray(xsResult, 0);
  if (nvsOpen(domain, 1)) return;
  for (int n = 0; boardValueKey(domain, n, key); n++) {
    xsmcSetString(xsVar(0), key);
    xsmcSetIndex(xsResult, (xsIndex)n, xsVar(0));
  }
}
