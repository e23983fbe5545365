/*
 * Values with types over the board's key-values, as the NVS library of ESP-IDF keeps them. Names of keys and domains
 * have at most 15 characters; each write is committed. Functions that can fail return the name of the IDF's error,
 * NULL when all is well.
 */
#ifndef MUSTER_DEVICE_NVS_H
#define MUSTER_DEVICE_NVS_H

#include <stddef.h>
#include <stdint.h>
#include "board.h"

typedef enum {
  nvsNone = 0,
  nvsU8 = 0x01,
  nvsU16 = 0x02,
  nvsU32 = 0x04,
  nvsU64 = 0x08,
  nvsI8 = 0x11,
  nvsI16 = 0x12,
  nvsI32 = 0x14,
  nvsI64 = 0x18,
  nvsString = 0x21,
  nvsBlob = 0x42,
} NvsType;

/* Strings with their NUL; blobs: as the board, one byte is for the type. */
enum { nvsStringBytes = 4000, nvsBlobBytes = boardValueBytes - 1 };

typedef struct {
  NvsType type; /* nvsNone: there is no such value */
  size_t size;
  uint8_t* bytes; /* followed by a NUL */
} NvsValue;

/* Reads a value into memory of its own, to be released by nvsFree. */
const char* nvsRead(const char* domain, const char* key, NvsValue* value);
void nvsFree(NvsValue* value);
/* Writes a value in place of one of whatever type. */
const char* nvsWrite(const char* domain, const char* key, NvsType type, const void* bytes, size_t size);
/* Deletes a value; there may be none. */
void nvsErase(const char* domain, const char* key);
/* NULL when a domain (for reading: one that has values) can be opened by this name. */
const char* nvsOpen(const char* domain, int readOnly);

#endif
