/*
 * Time: the chip's 10 MHz timer, three alarms on its one comparator, and the counter of instructions. The timer runs
 * with the host's monotonic clock, or, when instructions are counted (`-icount shift=0`), one instruction a nanosecond.
 */
#include <stdlib.h>
#include <sys/time.h>

#include "../board.h"
#include "chip.h"

typedef struct {
  uint64_t at;
  void (*handler)(void);
} ClockAlarm;

static ClockAlarm gAlarms[alarms];
static uint64_t gStart;
static uint64_t gSlept;
static bool gCounting;

void clockHandleTimer(void);

uint64_t clockTicks(void) {
  volatile uint32_t* timer = chipRegister(chipTimer);
  uint32_t high, low;
  do {
    high = timer[1];
    low = timer[0];
  } while (high != timer[1]);
  return (uint64_t)high << 32 | low;
}

static void setComparator(void) {
  volatile uint32_t* compare = chipRegister(chipTimerCompare);
  uint64_t next = UINT64_MAX;
  for (int i = 0; i < alarms; i++)
    if (gAlarms[i].at < next) next = gAlarms[i].at;
  compare[1] = UINT32_MAX; /* never early while the two halves change */
  compare[0] = (uint32_t)next;
  compare[1] = (uint32_t)(next >> 32);
}

void clockSetAlarm(Alarm alarm, uint64_t ticks, void (*handler)(void)) {
  bool were = interruptsOff();
  gAlarms[alarm].at = ticks;
  gAlarms[alarm].handler = handler;
  setComparator();
  interruptsRestore(were);
}

void clockHandleTimer(void) {
  for (int i = 0; i < alarms; i++) {
    if (gAlarms[i].at > clockTicks()) continue;
    gAlarms[i].at = UINT64_MAX;
    if (gAlarms[i].handler) gAlarms[i].handler();
  }
  setComparator();
}

void clockOpen(void) {
  const char* counting = boardOption("counting");
  gCounting = counting != NULL && atoi(counting) != 0;
  gStart = clockTicks();
  for (int i = 0; i < alarms; i++) gAlarms[i].at = UINT64_MAX;
  setComparator();
}

uint64_t boardMicroseconds(void) { return (clockTicks() - gStart) / timerTicksPerMicrosecond; }

/* The calendar: as on a device that nobody told the time, it began in 1970 at the start. */
int gettimeofday(struct timeval* time, void* zone) {
  uint64_t now = boardMicroseconds();
  (void)zone;
  *time = (struct timeval){.tv_sec = (time_t)(now / 1000000), .tv_usec = (suseconds_t)(now % 1000000)};
  return 0;
}

static uint64_t retired(void) {
  uint32_t high, low, again;
  do asm volatile("csrr %0, instreth\n csrr %1, instret\n csrr %2, instreth" : "=r"(high), "=r"(low), "=r"(again));
  while (high != again);
  return (uint64_t)high << 32 | low;
}

/* QEMU's counter goes on in sleep: it is its clock of virtual nanoseconds. */
void clockSleep(void) {
  uint64_t before = gCounting ? retired() : 0;
  interruptsSleep();
  if (gCounting) gSlept += retired() - before;
}

uint64_t boardInstructions(void) { return gCounting ? retired() - gSlept : 0; }
