/* The board as a whole: its start, its loop, its end. The parts are in files of their own. */
#include <semihost.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../board.h"
#include "chip.h"
#include "rv32.h"

/* Microseconds. */
static const uint64_t longestSleep = 3600000000ull;

extern char __heap_start[], __data_start[];

void boardOpen(void) {
  stackPaint();
  optionsOpen();
  interruptsOpen();
  clockOpen();
  entropyOpen();
  keyValuesOpen();
  serialOpen();
  audioOpen();
  networkOpen();
}

void boardPoll(void) { networkPoll(); }

/*
 * The end of the sleep in ticks: what the caller waits for, or lwIP's next timer, or an hour. Never for ever: where
 * sleep takes no time (`-icount sleep=off`), QEMU's clock would go to its end at once.
 */
static uint64_t wakeUpTicks(uint64_t until, uint64_t now) {
  uint64_t left = until - now, network = networkSleepTime() * 1000ull;
  if (left > longestSleep) left = longestSleep;
  if (left > network) left = network;
  return clockTicks() + left * timerTicksPerMicrosecond;
}

void boardWait(uint64_t until) {
  while (!networkPoll()) {
    bool were = interruptsOff();
    uint64_t now = boardMicroseconds();
    bool over = boardAwake || now >= until;
    boardAwake = false;
    if (!over) {
      clockSetAlarm(alarmLoop, wakeUpTicks(until, now), NULL);
      clockSleep();
    }
    interruptsRestore(were);
    if (over) return;
  }
}

void boardLog(const char* text) { sys_semihost_write0(text); }

void boardFail(const char* format, ...) {
  char text[160];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  boardLog("muster-xs: ");
  boardLog(text);
  boardLog("\n");
  boardExit(1);
}

/* With option `report`: what the firmware took, as one line of JSON. */
static void report(void) {
  char text[320];
  NetworkCounts network = networkCounts();
  snprintf(text, sizeof text,
           "{\"report\":{\"staticBytes\":%lu,\"heapBytes\":%lu,\"stackPeakBytes\":%lu,\"stackBytes\":%lu,"
           "\"instructions\":%llu,\"framesReceived\":%lu,\"framesSent\":%lu,\"framesUnsent\":%lu}}\n",
           (unsigned long)(__heap_start - __data_start), (unsigned long)heapBytes(),
           (unsigned long)stackPeak(), (unsigned long)stackSize(), (unsigned long long)boardInstructions(),
           (unsigned long)network.received, (unsigned long)network.sent, (unsigned long)network.unsent);
  boardLog(text);
}

void boardExit(int status) {
  static bool ending;
  interruptsOff();
  if (!ending) {
    ending = true;
    audioClose();
    serialDrain();
    if (boardOption("report")) report();
  }
  sys_semihost_exit_extended((uintptr_t)status);
}
