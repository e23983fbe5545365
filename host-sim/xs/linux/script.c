/* Globals of a test bundle. */
#include "script.h"

#include <stdio.h>

#include "board.h"
#include "xsmc.h"

static void print(xsMachine* the) {
  for (int i = 0; i < xsmcArgc; i++) printf(i ? " %s" : "%s", xsmcToString(xsArg(i)));
  printf("\n");
}

static void end(xsMachine* the) {
  boardExit(xsmcArgc > 0 ? xsmcToInteger(xsArg(0)) : 0);
}

static void define(xsMachine* machine, const char* name, xsCallback callback) {
  xsBeginHost(machine);
  xsmcVars(1);
  xsVar(0) = xsNewHostFunction(callback, 1);
  xsmcDefine(xsGlobal, fxID(the, (char*)name), xsVar(0), xsDontEnum);
  xsEndHost(machine);
}

void scriptStart(xsMachine* the) {
  define(the, "print", print);
  define(the, "exit", end);
}
