/* What XS calls of its platform beside memory and modules: printing, randomness, the C stack, promise jobs, parsing. */
#include "board.h"
#include "xsAll.h"

enum { lineBytes = 512 };

int platformPrintList(const char* format, va_list list) {
  char line[lineBytes];
  int length = vsnprintf(line, sizeof line, format, list);
  boardLog(line);
  return length;
}

int platformPrint(const char* format, ...) {
  va_list list;
  va_start(list, format);
  int length = platformPrintList(format, list);
  va_end(list);
  return length;
}

uint32_t platformRandom(void) {
  uint32_t value;
  boardEntropy(&value, sizeof value);
  return value;
}

char* fxCStackLimit(void) {
  return boardStackLimit();
}

void fxQueuePromiseJobs(txMachine* the) {
  the->promiseJobs = 1;
}

/* For eval, Function and the like: a device has no parser. */
txScript* fxParseScript(txMachine* the, void* stream, txGetter getter, txUnsigned flags) {
  (void)stream, (void)getter, (void)flags;
  mxSyntaxError("there is no parser on a device");
  return C_NULL;
}
