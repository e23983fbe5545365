/* Reads the byte code that muster-xs-emit wrote, without copying it. */
#include "image.h"

#include "modules.h"

typedef struct {
  uint8_t* at;
  uint8_t* end;
} Reader;

static uint32_t word(Reader* reader) {
  uint32_t value = 0;
  if (reader->end - reader->at < 4) {
    reader->at = reader->end;
    return UINT32_MAX;
  }
  memcpy(&value, reader->at, 4);
  reader->at += 4;
  return value;
}

/* NULL for none; when the file ends before, `end` is cleared. */
static txByte* block(Reader* reader, uint32_t bytes) {
  uint8_t* start = reader->at;
  size_t left = (size_t)(reader->end - start);
  if (!reader->end || bytes > left || imagePadded(bytes) > left) {
    reader->at = reader->end = NULL;
    return NULL;
  }
  reader->at += imagePadded(bytes);
  return bytes ? (txByte*)start : NULL;
}

static bool readModule(Reader* reader) {
  uint32_t words[imageModuleWords];
  for (int i = 0; i < imageModuleWords; i++) words[i] = word(reader);
  const char* specifier = (char*)block(reader, words[0]);
  if (!specifier || specifier[words[0] - 1]) return false;
  Module* module = moduleAdd(specifier, words[4] == 1);
  if (!module) return false;
  module->codeBytes = (txSize)words[1];
  module->code = block(reader, words[1]);
  module->symbols = block(reader, words[2]);
  module->hosts = block(reader, words[3]);
  return reader->end && module->code && module->symbols;
}

bool flashAddImage(uint8_t* image, size_t size) {
  const uint8_t expected[8] = {'M', 'X', 'B', 'C', XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, sizeof(txID)};
  Reader reader = {image, image + size};
  if (size < imageHeaderBytes || memcmp(image, expected, sizeof expected)) {
    platformPrint("this is no byte code of XS %d.%d.%d with identifiers of %d bytes\n", XS_MAJOR_VERSION,
                  XS_MINOR_VERSION, XS_PATCH_VERSION, (int)sizeof(txID));
    return false;
  }
  reader.at += sizeof expected;
  for (uint32_t count = word(&reader); count > 0; count--)
    if (!readModule(&reader)) {
      platformPrint("the byte code is damaged\n");
      return false;
    }
  return true;
}
