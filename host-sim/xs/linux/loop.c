/* Time, waiting, entropy and the end of the program on Linux. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"

static uint64_t startMicroseconds;
static int wakeEvent = -1;
static volatile sig_atomic_t endStatus;

static uint64_t monotonicMicroseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

uint64_t boardMicroseconds(void) {
  return monotonicMicroseconds() - startMicroseconds;
}

void loopWake(void) {
  uint64_t one = 1;
  if (write(wakeEvent, &one, sizeof one) < 0) return; /* full: it is awake anyway */
}

/* Switched off: what is recorded is kept. A second time it ends even a script that runs for ever. */
static void switchOff(int signal) {
  endStatus = 128 + signal;
  loopWake();
}

static void listenTo(int signal) {
  struct sigaction action = {.sa_handler = switchOff, .sa_flags = (int)SA_RESETHAND};
  sigaction(signal, &action, NULL);
}

void loopOpen(void) {
  listenTo(SIGTERM);
  listenTo(SIGINT);
  startMicroseconds = monotonicMicroseconds();
  wakeEvent = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

/* The wait in poll's milliseconds, rounded up: never early. */
static int waitMilliseconds(uint64_t until) {
  if (until == UINT64_MAX) return -1;
  uint64_t now = boardMicroseconds();
  if (until <= now) return 0;
  uint64_t wait = (until - now + 999) / 1000;
  return wait > 3600000 ? 3600000 : (int)wait;
}

void boardWait(uint64_t until) {
  struct pollfd entries[pollEntriesMax];
  int count = 1;
  uint64_t drained;
  entries[0] = (struct pollfd){.fd = wakeEvent, .events = POLLIN};
  count += serialWaits(entries + count);
  count += udpWaits(entries + count);
  poll(entries, (nfds_t)count, waitMilliseconds(until));
  if (read(wakeEvent, &drained, sizeof drained) < 0) return;
}

void boardPoll(void) {
  if (endStatus) boardExit(endStatus);
  serialPoll();
  udpPoll();
}

void boardExit(int status) {
  audioClose();
  keyValuesClose();
  serialDrain();
  fflush(NULL);
  _exit(status);
}

void boardEntropy(void* bytes, size_t count) {
  char* at = bytes;
  while (count > 0) {
    ssize_t got = getrandom(at, count, 0);
    if (got < 0 && errno != EINTR) fail(true, "there is no randomness");
    if (got < 0) continue;
    at += got;
    count -= (size_t)got;
  }
}
