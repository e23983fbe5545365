/*
 * muster-xs-emit --map FILE --out FILE: compiles the modules of a map to the device's byte code, and runs nothing.
 * The engine's core is linked for its parser only; what it would ask of a board and of natives is missing here.
 */
#include "engine/emit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "engine/natives.h"
#include "linux.h"

const Native nativeTable[] = {{NULL, NULL, NULL}};
const char* const nativeNames[] = {NULL};
txID nativeIDs[1];

void boardLog(const char* text) {
  fputs(text, stderr);
}

void boardExit(int status) {
  exit(status);
}

void boardEntropy(void* bytes, size_t count) {
  memset(bytes, 0, count);
}

char* boardStackLimit(void) {
  return NULL;
}

void fail(bool withReason, const char* format, ...) {
  int reason = errno;
  va_list list;
  va_start(list, format);
  fputs("muster-xs-emit: ", stderr);
  vfprintf(stderr, format, list);
  fprintf(stderr, withReason ? ": %s\n" : "\n", strerror(reason));
  va_end(list);
  exit(1);
}

static const char* optionOf(int count, char** words, const char* name) {
  for (int i = 1; i + 1 < count; i += 2)
    if (!strcmp(words[i], name)) return words[i + 1];
  fail(false, "usage: muster-xs-emit --map FILE --out FILE");
}

int main(int count, char** words) {
  const char* map = optionOf(count, words, "--map");
  const char* out = optionOf(count, words, "--out");
  mapAdd(map);
  FILE* file = fopen(out, "wb");
  bool written = file && imageWrite(file);
  if (file && fclose(file) != 0) written = false;
  if (!written) fail(true, "%s cannot be written", out);
  return 0;
}
