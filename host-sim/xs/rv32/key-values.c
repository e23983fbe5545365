/*
 * Key-values: a flash partition of 64 KB as ESP-IDF's NVS divides it, in RAM of its own and in the file `nvs` of the
 * folder of option `state` (without the option: until the end of the program). Each write is committed: the whole
 * partition goes to a new file that then takes the name, so that a phone switched off at any moment has the old value
 * or the new one. Numbers are little-endian; the file is a magic word, then records, each padded to 4 bytes.
 */
#include <semihost.h>
#include <stdio.h>
#include <string.h>

#include "../board.h"
#include "chip.h"
#include "rv32.h"

/* NVS: pages of 4096 bytes with 126 entries of 32; one page stays free; a blob has an index and a header entry. */
enum { pages = 16, entriesPerPage = 126, entryBytes = 32, blobEntries = 2, entriesMax = (pages - 1) * entriesPerPage };
enum { magicWord = 0x3153564e, imageBytes = 0x20000, nameBytes = boardKeyChars + 1 };
enum { pathMax = 240, newPathMax = pathMax + 4 };

typedef struct {
  char domain[nameBytes];
  char key[nameBytes];
  uint32_t size;
  uint8_t bytes[];
} Record;

typedef struct {
  uint32_t magic;
  uint32_t end; /* offset behind the last record */
  uint8_t records[imageBytes - 8];
} Image;

/* The partition, and where its next state is put together. */
static Image* gImage = (Image*)(uintptr_t)chipKeyValues;
static Image* gNext = (Image*)(uintptr_t)(chipKeyValues + imageBytes);
static char gPath[pathMax], gNewPath[newPathMax];

static uint32_t recordBytes(uint32_t size) { return (uint32_t)sizeof(Record) + ((size + 3) & ~3u); }
static Record* recordAt(Image* image, uint32_t offset) { return (Record*)((uint8_t*)image + offset); }
static uint32_t entriesOf(uint32_t size) { return blobEntries + (size + entryBytes - 1) / entryBytes; }
static bool nameIsGood(const char* name) { return *name && memchr(name, 0, nameBytes) != NULL; }

/* The first record from `offset` on of this domain, and key unless NULL; NULL: none. */
static Record* find(Image* image, uint32_t offset, const char* domain, const char* key) {
  while (offset < image->end) {
    Record* record = recordAt(image, offset);
    bool match = strcmp(record->domain, domain) == 0 && (!key || strcmp(record->key, key) == 0);
    if (match) return record;
    offset += recordBytes(record->size);
  }
  return NULL;
}

static uint32_t entriesUsed(Image* image) {
  uint32_t used = 0;
  for (uint32_t offset = 8; offset < image->end; offset += recordBytes(recordAt(image, offset)->size))
    used += entriesOf(recordAt(image, offset)->size);
  return used;
}

static void clear(Image* image) {
  image->magic = magicWord;
  image->end = 8;
}

/* Whether the `bytes` of a file are an image and nothing else. */
static bool isSound(Image* image, uint32_t bytes) {
  uint32_t offset = 8;
  if (bytes < 8 || image->magic != magicWord || image->end != bytes) return false;
  while (offset < bytes) {
    Record* record = recordAt(image, offset);
    if (bytes - offset < sizeof(Record) || record->size > boardValueBytes) return false;
    if (!nameIsGood(record->domain) || !nameIsGood(record->key)) return false;
    if (bytes - offset < recordBytes(record->size)) return false;
    offset += recordBytes(record->size);
  }
  return true;
}

static void load(void) {
  int file = sys_semihost_open(gPath, SH_OPEN_R_B);
  uint32_t bytes;
  clear(gImage);
  if (file < 0) return; /* a new phone */
  bytes = imageBytes - (uint32_t)sys_semihost_read(file, gImage, imageBytes);
  sys_semihost_close(file);
  if (isSound(gImage, bytes)) return;
  boardLog("the stored key-values are damaged: erased, as NVS does\n");
  clear(gImage);
}

void keyValuesOpen(void) {
  const char* folder = boardOption("state");
  int length = 0;
  if (folder) length = snprintf(gPath, pathMax, "%s/nvs", folder);
  snprintf(gNewPath, newPathMax, "%s.new", gPath);
  if (length >= pathMax) boardFail("option state: the path is too long");
  if (folder) load();
  else clear(gImage);
}

/* Makes gNext the partition, if it can be kept. */
static bool commit(void) {
  Image* old = gImage;
  if (*gPath) {
    int file = sys_semihost_open(gNewPath, SH_OPEN_W_B);
    bool kept = file >= 0 && sys_semihost_write(file, gNext, gNext->end) == 0;
    if (file >= 0 && sys_semihost_close(file) != 0) kept = false;
    if (!kept || sys_semihost_rename(gNewPath, gPath) != 0) return false;
  }
  gImage = gNext;
  gNext = old;
  return true;
}

/* gNext becomes the partition without this value. */
static void copyWithout(const Record* gone) {
  uint32_t bytes;
  clear(gNext);
  for (uint32_t offset = 8; offset < gImage->end; offset += bytes) {
    Record* record = recordAt(gImage, offset);
    bytes = recordBytes(record->size);
    if (record == gone) continue;
    memcpy(recordAt(gNext, gNext->end), record, bytes);
    gNext->end += bytes;
  }
}

int boardValueRead(const char* domain, const char* key, void* bytes, size_t size) {
  Record* record = find(gImage, 8, domain, key);
  if (!record) return -1;
  memcpy(bytes, record->bytes, record->size < size ? record->size : size);
  return (int)record->size;
}

bool boardValueWrite(const char* domain, const char* key, const void* bytes, size_t count) {
  Record* record;
  if (!nameIsGood(domain) || !nameIsGood(key) || count > boardValueBytes) return false;
  /* NVS writes the new value before it drops the old one: both must fit. */
  if (entriesUsed(gImage) + entriesOf((uint32_t)count) > entriesMax) return false;
  copyWithout(find(gImage, 8, domain, key));
  record = recordAt(gNext, gNext->end);
  memset(record, 0, recordBytes((uint32_t)count));
  strcpy(record->domain, domain);
  strcpy(record->key, key);
  record->size = (uint32_t)count;
  memcpy(record->bytes, bytes, count);
  gNext->end += recordBytes((uint32_t)count);
  return commit();
}

bool boardValueDelete(const char* domain, const char* key) {
  Record* record = find(gImage, 8, domain, key);
  if (!record) return false;
  copyWithout(record);
  return commit();
}

bool boardValueKey(const char* domain, int n, char key[boardKeyChars + 1]) {
  uint32_t offset = 8;
  for (;;) {
    Record* record = find(gImage, offset, domain, NULL);
    if (!record) return false;
    if (n-- == 0) {
      strcpy(key, record->key);
      return true;
    }
    offset = (uint32_t)((uint8_t*)record - (uint8_t*)gImage) + recordBytes(record->size);
  }
}
