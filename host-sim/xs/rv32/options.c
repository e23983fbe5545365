/*
 * Options: the words QEMU was given as `-semihosting-config arg=name=value`, which it hands over as one line. In
 * values, bytes that are space, comma, `%` or not printable ASCII stand as %XX (emulator.ts writes them so).
 */
#include <semihost.h>
#include <string.h>

#include "../board.h"
#include "rv32.h"

enum { lineBytes = 4096, optionsMax = 48 };

static char gLine[lineBytes];
static const char* gOptions[optionsMax];
static int gCount;

static int hexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  digit |= 0x20;
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Decodes %XX in place. */
static void decode(char* text) {
  char* to = text;
  for (; *text; to++, text++) {
    *to = *text;
    if (*text != '%' || hexDigit(text[1]) < 0 || hexDigit(text[2]) < 0) continue;
    *to = (char)(hexDigit(text[1]) << 4 | hexDigit(text[2]));
    text += 2;
  }
  *to = 0;
}

void optionsOpen(void) {
  char* word;
  if (sys_semihost_get_cmdline(gLine, lineBytes - 1) != 0) return;
  for (word = strtok(gLine, " "); word; word = strtok(NULL, " ")) {
    if (!strchr(word, '=')) continue; /* the image's own name */
    if (gCount == optionsMax) boardFail("more than %d options", (int)optionsMax);
    decode(word);
    gOptions[gCount++] = word;
  }
}

/* The value when `option` is `name=value`. */
static const char* valueOf(const char* option, const char* name) {
  size_t length = strlen(name);
  return strncmp(option, name, length) == 0 && option[length] == '=' ? option + length + 1 : NULL;
}

const char* boardOption(const char* name) {
  for (int i = 0; i < gCount; i++) {
    const char* value = valueOf(gOptions[i], name);
    if (value) return value;
  }
  return NULL;
}

const char* boardConfig(int n) {
  for (int i = 0; i < gCount; i++) {
    const char* value = valueOf(gOptions[i], "config");
    if (value && n-- == 0) return value;
  }
  return NULL;
}
