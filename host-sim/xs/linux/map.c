/* The module map: what stands in flash, and from which file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linux.h"
#include "machine.h"

enum { lineBytes = 4096 };

static char* readFile(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  long length = -1;
  if (file && fseek(file, 0, SEEK_END) == 0) length = ftell(file);
  if (length < 0) fail(true, "%s cannot be read", path);
  rewind(file);
  char* text = malloc((size_t)length + 1);
  if (fread(text, 1, (size_t)length, file) != (size_t)length) fail(true, "%s cannot be read", path);
  fclose(file);
  text[length] = 0;
  *size = (size_t)length;
  return text;
}

void mapAddFile(const char* specifier, const char* path, bool preload) {
  size_t size;
  char* text = readFile(path, &size);
  if (!flashAddSource(specifier, text, size, preload)) fail(false, "module %s cannot be used", specifier);
  free(text);
}

/* `path` as seen from the folder of `map`. */
static const char* beside(char* result, const char* map, const char* path) {
  const char* slash = strrchr(map, '/');
  if (*path == '/' || !slash) return path;
  snprintf(result, lineBytes, "%.*s/%s", (int)(slash - map), map, path);
  return result;
}

void mapAdd(const char* map) {
  char line[lineBytes], full[lineBytes];
  FILE* file = fopen(map, "r");
  if (!file) fail(true, "%s cannot be read", map);
  for (int number = 1; fgets(line, sizeof line, file); number++) {
    char* specifier = strtok(line, " \t\r\n");
    if (!specifier || *specifier == '#') continue;
    char* path = strtok(NULL, " \t\r\n");
    char* word = strtok(NULL, " \t\r\n");
    if (!path || (word && strcmp(word, "preload"))) fail(false, "%s:%d is no line of a module map", map, number);
    mapAddFile(specifier, beside(full, map, path), word != NULL);
  }
  fclose(file);
}

void mapAddImage(const char* path) {
  size_t size;
  uint8_t* image = (uint8_t*)readFile(path, &size);
  if (!flashAddImage(image, size)) fail(false, "%s cannot be used", path);
}
