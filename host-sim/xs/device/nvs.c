/*
 * NVS over the board's key-values: the first byte of what the board keeps is the type.
 */
#include "nvs.h"
#include <stdlib.h>
#include <string.h>

static const char* nameError(const char* name) {
  if (!*name) return "ESP_ERR_NVS_INVALID_NAME";
  return strlen(name) > boardKeyChars ? "ESP_ERR_NVS_KEY_TOO_LONG" : NULL;
}

const char* nvsOpen(const char* domain, int readOnly) {
  char key[boardKeyChars + 1];
  const char* error = nameError(domain);
  if (error || !readOnly) return error;
  return boardValueKey(domain, 0, key) ? NULL : "ESP_ERR_NVS_NOT_FOUND";
}

const char* nvsRead(const char* domain, const char* key, NvsValue* value) {
  *value = (NvsValue){nvsNone, 0, NULL};
  int size = nameError(domain) || nameError(key) ? -1 : boardValueRead(domain, key, NULL, 0);
  if (size < 1) return NULL;
  uint8_t* record = malloc((size_t)size + 1);
  if (!record) return "ESP_ERR_NO_MEM";
  boardValueRead(domain, key, record, (size_t)size);
  value->type = (NvsType)record[0];
  value->size = (size_t)size - 1;
  memmove(record, record + 1, value->size);
  record[value->size] = 0;
  value->bytes = record;
  return NULL;
}

void nvsFree(NvsValue* value) {
  free(value->bytes);
  value->bytes = NULL;
}

const char* nvsWrite(const char* domain, const char* key, NvsType type, const void* bytes, size_t size) {
  const char* error = nameError(key);
  if (error) return error;
  if (size > nvsBlobBytes || (type == nvsString && size >= nvsStringBytes)) return "ESP_ERR_NVS_VALUE_TOO_LONG";
  uint8_t* record = malloc(size + 1);
  if (!record) return "ESP_ERR_NO_MEM";
  record[0] = (uint8_t)type;
  memcpy(record + 1, bytes, size);
  bool written = boardValueWrite(domain, key, record, size + 1);
  free(record);
  return written ? NULL : "ESP_ERR_NVS_NOT_ENOUGH_SPACE";
}

void nvsErase(const char* domain, const char* key) {
  if (!nameError(domain) && !nameError(key)) boardValueDelete(domain, key);
}
