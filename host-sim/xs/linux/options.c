/* The command line: `--name value`, `--config key=value` any number of times, and a few words without value. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "linux.h"

static const char* const valued[] = {"map",    "image", "main",    "script", "arena",  "stack", "names",
                                     "config", "state", "address", "speak",  "record", NULL};
static const char* const plain[] = {"version", "memory", "loop", NULL};

static char** words;
static int wordCount;

static bool isIn(const char* const* list, const char* name) {
  for (; *list; list++)
    if (!strcmp(*list, name)) return true;
  return false;
}

void optionsOpen(int count, char** arguments) {
  words = arguments + 1;
  wordCount = count - 1;
  for (int i = 0; i < wordCount; i++) {
    bool named = !strncmp(words[i], "--", 2);
    if (named && isIn(plain, words[i] + 2)) continue;
    if (!named || !isIn(valued, words[i] + 2)) fail(false, "unknown option %s", words[i]);
    if (++i == wordCount) fail(false, "option %s wants a value", words[i - 1]);
    if (!strcmp(words[i - 1], "--config") && !strchr(words[i], '=')) fail(false, "--config wants key=value");
  }
}

/* The n-th value of an option; NULL past the last. */
static const char* valueOf(const char* name, int n) {
  for (int i = 0; i < wordCount; i++) {
    if (isIn(plain, words[i] + 2)) continue;
    if (!strcmp(words[i] + 2, name) && n-- == 0) return words[i + 1];
    i++;
  }
  return NULL;
}

const char* boardOption(const char* name) {
  return valueOf(name, 0);
}

const char* boardConfig(int n) {
  return valueOf("config", n);
}

bool optionGiven(const char* name) {
  for (int i = 0; i < wordCount; i++) {
    if (!strcmp(words[i] + 2, name)) return true;
    if (!isIn(plain, words[i] + 2)) i++;
  }
  return false;
}

size_t optionNumber(const char* name, size_t otherwise) {
  const char* text = valueOf(name, 0);
  char* end;
  if (!text) return otherwise;
  size_t number = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;
  if (number == 0 || *end) fail(false, "--%s wants a number: %s", name, text);
  return number;
}
