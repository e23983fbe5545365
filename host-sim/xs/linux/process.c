/* What every program on Linux does alike: how deep its stack may go, what it says, and how it fails. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"

enum { stackMarginBytes = 128 * 1024 };

char* boardStackLimit(void) {
  static char* limit;
  pthread_attr_t attributes;
  void* lowest = NULL;
  size_t size = 0;
  if (limit || pthread_getattr_np(pthread_self(), &attributes) != 0) return limit;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  limit = lowest ? (char*)lowest + stackMarginBytes : NULL;
  return limit;
}

void boardLog(const char* text) {
  fputs(text, stderr);
}

/* A processor that counts for us needs a privilege here; the emulator counts. */
uint64_t boardInstructions(void) {
  return 0;
}

void fail(bool withReason, const char* format, ...) {
  int reason = errno;
  va_list list;
  va_start(list, format);
  fputs("muster-xs: ", stderr);
  vfprintf(stderr, format, list);
  if (withReason) fprintf(stderr, ": %s", strerror(reason));
  fputs("\n", stderr);
  va_end(list);
  _exit(1);
}
