/*
 * Writes all modules as an image for a machine without a parser (image.h). Nothing runs: the byte code is what the
 * parser made, with the modules' own numbers for names.
 */
#include "emit.h"

#include "image.h"
#include "modules.h"

static void putWord(FILE* file, size_t value) {
  uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  fwrite(bytes, 1, sizeof bytes, file);
}

static void putBlock(FILE* file, const void* bytes, size_t count) {
  static const char padding[4];
  if (count > 0) fwrite(bytes, 1, count, file);
  fwrite(padding, 1, imagePadded((uint32_t)count) - count, file);
}

static void putModule(FILE* file, const Module* module) {
  size_t specifierBytesUsed = strlen(module->specifier) + 1;
  putWord(file, specifierBytesUsed);
  putWord(file, (size_t)module->codeBytes);
  putWord(file, (size_t)module->symbolBytes);
  putWord(file, (size_t)module->hostBytes);
  putWord(file, module->preload);
  putBlock(file, module->specifier, specifierBytesUsed);
  putBlock(file, module->code, (size_t)module->codeBytes);
  putBlock(file, module->symbols, (size_t)module->symbolBytes);
  putBlock(file, module->hosts, (size_t)module->hostBytes);
}

bool imageWrite(FILE* file) {
  const uint8_t version[4] = {XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, sizeof(txID)};
  size_t count = 0;
  for (Module* module = modulesFirst(); module; module = module->next) count++;
  putBlock(file, imageMark, 4);
  putBlock(file, version, sizeof version);
  putWord(file, count);
  for (Module* module = modulesFirst(); module; module = module->next) putModule(file, module);
  return !ferror(file);
}
