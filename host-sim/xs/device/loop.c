/*
 * The loop's side of the device's modules: whose turn it is, how a script is called back, and the global `trace`.
 */
#include "loop.h"
#include "board.h"
#include "mc.xs.h"
#include "source.h"

static const CallbackSource* const sources[] = {
    &timerSource, &wifiSource, &udpSource, &serialSource, &audioInSource, &audioOutSource,
};
enum { sourceCount = sizeof sources / sizeof *sources };

/* The source to ask first: after a callback, the one after its source. */
static int turn;

static void traceText(xsMachine* the) {
  int count = xsmcArgc;
  for (int i = 0; i < count; i++) boardLog(xsmcToString(xsArg(i)));
}

void deviceStart(xsMachine* machine) {
  xsBeginHost(machine);
  xsResult = xsNewHostFunction(traceText, 1);
  xsmcDefine(xsGlobal, xsID_trace, xsResult, xsDontEnum);
  xsEndHost(machine);
}

bool deviceDispatch(xsMachine* the) {
  for (int i = 0; i < sourceCount; i++) {
    int at = (turn + i) % sourceCount;
    if (!sources[at]->dispatch(the)) continue;
    turn = (at + 1) % sourceCount;
    return true;
  }
  return false;
}

uint64_t deviceNextDeadline(void) {
  uint64_t next = UINT64_MAX;
  for (int i = 0; i < sourceCount; i++) {
    uint64_t deadline = sources[i]->deadline ? sources[i]->deadline() : UINT64_MAX;
    if (deadline < next) next = deadline;
  }
  return next;
}

void callbackWithCount(xsMachine* machine, xsSlot* callback, xsSlot* object, int32_t count) {
  xsBeginHost(machine);
  xsmcSetInteger(xsResult, count);
  xsCallFunction1(xsReference(callback), *object, xsResult);
  xsEndHost(machine);
}

void callbackWithText(xsMachine* machine, xsSlot* callback, xsSlot* object, const char* text) {
  xsBeginHost(machine);
  xsmcSetString(xsResult, (char*)text);
  xsCallFunction1(xsReference(callback), *object, xsResult);
  xsEndHost(machine);
}
