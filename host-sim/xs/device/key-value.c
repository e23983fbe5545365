/*
 * `embedded:storage/key-value` on NVS: buffers, strings and whole numbers, each format reading only its own type.
 */
#include <stdlib.h>
#include <string.h>
#include "mc.xs.h"
#include "store.h"

enum { nameBytes = 64 };

/* In the xs.h of the SDK, but not in that of the engine we fetch. */
mxImport long long fxToBigInt64(xsMachine* the, xsSlot* slot);
mxImport unsigned long long fxToBigUint64(xsMachine* the, xsSlot* slot);
mxImport void fxFromBigInt64(xsMachine* the, xsSlot* slot, long long value);
mxImport void fxFromBigUint64(xsMachine* the, xsSlot* slot, unsigned long long value);

/* The type a format reads and writes; nvsNone for those of other classes. */
static const NvsType formatTypes[formatCount] = {
    [formatBuffer] = nvsBlob, [formatString] = nvsString,
    [formatUint8] = nvsU8,    [formatInt8] = nvsI8,
    [formatUint16] = nvsU16,  [formatInt16] = nvsI16,
    [formatUint32] = nvsU32,  [formatInt32] = nvsI32,
    [formatUint64] = nvsU64,  [formatInt64] = nvsI64,
};

void xs_store_destructor(void* data) {
  free(data);
}

Store* storeOf(xsMachine* the, xsSlot* slot) {
  Store* store = fxGetHostDataValidate(the, slot, (void*)xs_store_destructor);
  if (!store) xsUnknownError("invalid store");
  return store;
}

static void throwIf(xsMachine* the, const char* error) {
  if (error) xsUnknownError((char*)error);
}

static bool modeOption(xsMachine* the) {
  if (!optionHas(the, xsID_mode)) return false;
  xsmcGet(xsVar(0), xsArg(0), xsID_mode);
  const char* mode = xsmcToString(xsVar(0));
  if (!strcmp(mode, "r")) return true;
  if (strcmp(mode, "r+")) xsUnknownError("invalid mode");
  return false;
}

static void pathOption(xsMachine* the, char domain[nameBytes]) {
  if (!optionHas(the, xsID_path)) xsUnknownError("no path");
  xsmcGet(xsVar(0), xsArg(0), xsID_path);
  xsmcToStringBuffer(xsVar(0), domain, nameBytes);
  size_t length = strlen(domain);
  if (length == 0) xsUnknownError("invalid");
  if (domain[length - 1] == '/') domain[length - 1] = 0;
}

void xs_store_open(xsMachine* the) {
  char domain[nameBytes];
  xsmcVars(1);
  pathOption(the, domain);
  bool readOnly = modeOption(the);
  Format format = optionFormat(the, formatBuffer);
  if (format == formatInvalid) xsRangeError("unsupported");
  throwIf(the, nvsOpen(domain, readOnly));
  xsResult = xsNewHostInstance(xsArg(1));
  Store* store = calloc(1, sizeof *store);
  if (!store) xsUnknownError("ESP_ERR_NO_MEM");
  memcpy(store->domain, domain, strlen(domain) + 1);
  store->format = format;
  store->readOnly = readOnly;
  xsmcSetHostData(xsResult, store);
}

void xs_store_close(xsMachine* the) {
  if (!xsmcGetHostData(xsThis)) return;
  Store* store = storeOf(the, &xsThis);
  xsmcSetHostData(xsThis, NULL);
  xsmcSetHostDestructor(xsThis, NULL);
  free(store);
}

static Store* storeToWrite(xsMachine* the) {
  Store* store = storeOf(the, &xsThis);
  if (store->readOnly) xsUnknownError("read-only");
  return store;
}

void xs_store_delete(xsMachine* the) {
  char key[nameBytes];
  xsmcToStringBuffer(xsArg(0), key, nameBytes);
  nvsErase(storeToWrite(the)->domain, key);
}

/* Sign and size of a whole number's type, as ESP-IDF numbers them. */
static bool typeSigned(NvsType type) {
  return type & 0x10;
}
static size_t typeBytes(NvsType type) {
  return type & 0x0f;
}

static int64_t numberOf(const NvsValue* value) {
  int64_t number = 0;
  size_t size = typeBytes(value->type);
  memcpy(&number, value->bytes, size);
  int shift = 64 - 8 * (int)size;
  number = (int64_t)((uint64_t)number << shift);
  return typeSigned(value->type) ? number >> shift : (int64_t)((uint64_t)number >> shift);
}

static void resultNumber(xsMachine* the, const NvsValue* value) {
  int64_t number = numberOf(value);
  if (value->type == nvsI64) fxFromBigInt64(the, &xsResult, number);
  else if (value->type == nvsU64) fxFromBigUint64(the, &xsResult, (uint64_t)number);
  else if (value->type == nvsU32) xsmcSetNumber(xsResult, (double)number);
  else xsmcSetInteger(xsResult, (int32_t)number);
}

/* The whole value into a buffer of the script's; the result is its size. */
static bool resultInto(xsMachine* the, const NvsValue* value) {
  void* bytes;
  xsUnsignedValue size;
  xsmcGetBufferWritable(xsArg(1), &bytes, &size);
  if (size < value->size) return false;
  memcpy(bytes, value->bytes, value->size);
  xsmcSetInteger(xsResult, (int32_t)value->size);
  return true;
}

/* NULL, or the message of a RangeError. */
static char* resultSet(xsMachine* the, const NvsValue* value) {
  bool into = xsmcArgc > 1 && xsmcTypeOf(xsArg(1)) != xsUndefinedType;
  if (value->type == nvsString) xsmcSetString(xsResult, (char*)value->bytes);
  else if (value->type != nvsBlob) resultNumber(the, value);
  else if (!into) xsmcSetArrayBuffer(xsResult, value->bytes, (xsIntegerValue)value->size);
  else if (!resultInto(the, value)) return "buffer too small";
  return NULL;
}

void xs_store_read(xsMachine* the) {
  char key[nameBytes];
  NvsValue value;
  xsmcToStringBuffer(xsArg(0), key, nameBytes);
  Store* store = storeOf(the, &xsThis);
  NvsType type = formatTypes[store->format];
  if (!type) xsUnknownError("unexpected");
  throwIf(the, nvsRead(store->domain, key, &value));
  if (value.type != nvsNone && value.type != type) {
    nvsFree(&value);
    if (type == nvsBlob || type == nvsString) xsTypeError("mismatch");
    xsUnknownError("ESP_ERR_NVS_TYPE_MISMATCH");
  }
  char* error = value.type == nvsNone ? NULL : resultSet(the, &value);
  nvsFree(&value);
  if (error) xsRangeError(error);
}

static void writeNumber(xsMachine* the, const Store* store, const char* key) {
  NvsType type = formatTypes[store->format];
  int64_t number;
  if (type == nvsI64) number = fxToBigInt64(the, &xsArg(1));
  else if (type == nvsU64) number = (int64_t)fxToBigUint64(the, &xsArg(1));
  else number = (int64_t)fxToUnsigned(the, &xsArg(1));
  throwIf(the, nvsWrite(store->domain, key, type, &number, typeBytes(type)));
}

void xs_store_write(xsMachine* the) {
  char key[nameBytes];
  void* bytes;
  xsUnsignedValue size;
  xsmcToStringBuffer(xsArg(0), key, nameBytes);
  Store* store = storeToWrite(the);
  if (store->format == formatBuffer) {
    xsmcGetBufferReadable(xsArg(1), &bytes, &size);
    throwIf(the, nvsWrite(store->domain, key, nvsBlob, bytes, size));
  }
  else if (store->format == formatString) {
    char* text = xsmcToString(xsArg(1));
    throwIf(the, nvsWrite(store->domain, key, nvsString, text, strlen(text)));
  }
  else if (formatTypes[store->format]) writeNumber(the, store, key);
  else xsUnknownError("unexpected");
}

void xs_store_get_format(xsMachine* the) {
  formatGet(the, storeOf(the, &xsThis)->format);
}

void xs_store_set_format(xsMachine* the) {
  Format format = formatSet(the);
  if (!formatTypes[format]) xsRangeError("unsupported");
  storeOf(the, &xsThis)->format = format;
}
