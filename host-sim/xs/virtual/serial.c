/* The serial line to the conductor: what the FIFO took is gone by the next turn. */
#include <string.h>

#include "board.h"
#include "linux/linux.h"
#include "virtual.h"

enum { receiveBytes = 8192 };

static uint8_t received[receiveBytes];
static size_t receivedCount;
static size_t fifoCount;

void serialDeliver(const uint8_t* bytes, size_t count) {
  size_t room = receiveBytes - receivedCount;
  if (count > room) count = room;
  memcpy(received + receivedCount, bytes, count);
  receivedCount += count;
}

void serialPoll(void) {
  fifoCount = 0;
}

size_t boardSerialReadable(void) {
  return receivedCount;
}

size_t boardSerialRead(void* bytes, size_t size) {
  size_t count = size < receivedCount ? size : receivedCount;
  memcpy(bytes, received, count);
  receivedCount -= count;
  memmove(received, received + count, receivedCount);
  return count;
}

size_t boardSerialWritable(void) {
  return boardSerialFifo - fifoCount;
}

size_t boardSerialWrite(const void* bytes, size_t count) {
  size_t room = boardSerialWritable();
  if (count > room) count = room;
  if (count > 0) tell('S', NULL, 0, bytes, count);
  fifoCount += count;
  return count;
}

bool boardSerialClosed(void) {
  return false;
}
