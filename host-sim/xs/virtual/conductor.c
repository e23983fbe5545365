/* Time, waiting and the end of the program on the virtual board: see virtual.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "linux/linux.h"
#include "virtual.h"

enum { headBytes = 3, restMax = 65535, outBytes = 1 << 17 };

static uint64_t now;
static uint8_t out[outBytes];
static size_t outCount;

/* ---- to the conductor */

static void flushOut(void) {
  for (size_t written = 0; written < outCount;) {
    ssize_t count = write(STDOUT_FILENO, out + written, outCount - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) _exit(1);
    written += (size_t)count;
  }
  outCount = 0;
}

void tell(char kind, const void* head, size_t headCount, const void* body, size_t bodyCount) {
  size_t rest = headCount + bodyCount;
  if (rest > restMax) return;
  if (outCount + headBytes + rest > outBytes) flushOut();
  uint8_t* at = out + outCount;
  at[0] = (uint8_t)kind;
  put16(at + 1, (uint16_t)rest);
  if (headCount > 0) memcpy(at + headBytes, head, headCount);
  if (bodyCount > 0) memcpy(at + headBytes + headCount, body, bodyCount);
  outCount += headBytes + rest;
}

/* ---- from the conductor */

/* Without a conductor there is nothing left to do. */
static void readAll(uint8_t* bytes, size_t size) {
  while (size > 0) {
    ssize_t count = read(STDIN_FILENO, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      keyValuesClose();
      _exit(0);
    }
    bytes += count;
    size -= (size_t)count;
  }
}

static void take(void) {
  static uint8_t rest[restMax];
  uint8_t head[headBytes];
  readAll(head, headBytes);
  size_t count = get16(head + 1);
  if (count < sizeof now) fail(false, "the conductor did not say what time it is");
  readAll(rest, count);
  uint64_t then = get64(rest);
  if (then > now) now = then;
  if (head[0] == 'D') networkDeliver(rest + sizeof now, count - sizeof now);
  if (head[0] == 'S') serialDeliver(rest + sizeof now, count - sizeof now);
}

/* ---- the board's side */

void loopOpen(void) {}

void loopWake(void) {}

uint64_t boardMicroseconds(void) {
  return now;
}

void boardWait(uint64_t until) {
  uint8_t due[sizeof until];
  if (audioDue() < until) until = audioDue();
  if (until <= now) return;
  put64(due, until);
  tell('W', due, sizeof due, NULL, 0);
  flushOut();
  take();
}

void boardPoll(void) {
  serialPoll();
  audioPoll();
}

void boardExit(int status) {
  uint8_t code[4];
  put32(code, (uint32_t)status);
  tell('X', code, sizeof code, NULL, 0);
  flushOut();
  keyValuesClose();
  _exit(status);
}

/* Chance of the run's seed (`--config board.seed=N`), so that a run can be repeated: SplitMix64. Never for real keys. */
void boardEntropy(void* bytes, size_t count) {
  static uint64_t state;
  static bool seeded;
  uint8_t* at = bytes;
  for (int i = 0; !seeded && boardConfig(i); i++) {
    if (!strncmp(boardConfig(i), "board.seed=", 11)) state = strtoull(boardConfig(i) + 11, NULL, 10);
  }
  seeded = true;
  while (count > 0) {
    uint8_t word[8];
    uint64_t mixed = state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    put64(word, mixed ^ (mixed >> 31));
    size_t part = count < sizeof word ? count : sizeof word;
    memcpy(at, word, part);
    at += part;
    count -= part;
  }
}
