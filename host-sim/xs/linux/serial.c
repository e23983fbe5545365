/*
 * The serial line: standard input and output, with the device's transmit FIFO of 128 bytes between. It empties as
 * standard output takes it, so that a reader who stands still holds the writer up as a slow line would.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"

enum { receiveBytes = 4096, drainWaitMs = 2000 };

static uint8_t received[receiveBytes];
static size_t receivedFrom, receivedCount;
static uint8_t fifo[boardSerialFifo];
static size_t fifoCount;
static bool closed;

static bool isReady(int file, short events) {
  struct pollfd entry = {.fd = file, .events = events};
  return poll(&entry, 1, 0) > 0 && (entry.revents & (events | POLLHUP | POLLERR));
}

/* Writes what standard output takes now. When nobody listens any more the bytes are gone, as on a line. */
static void transmit(void) {
  while (fifoCount > 0 && isReady(STDOUT_FILENO, POLLOUT)) {
    ssize_t count = write(STDOUT_FILENO, fifo, fifoCount);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) count = (ssize_t)fifoCount;
    fifoCount -= (size_t)count;
    memmove(fifo, fifo + count, fifoCount);
  }
}

static void receive(void) {
  if (closed || receivedCount > 0 || !isReady(STDIN_FILENO, POLLIN)) return;
  ssize_t count = read(STDIN_FILENO, received, sizeof received);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  closed = count <= 0;
  receivedFrom = 0;
  receivedCount = count > 0 ? (size_t)count : 0;
}

void serialPoll(void) {
  transmit();
  receive();
}

int serialWaits(struct pollfd* entries) {
  int count = 0;
  if (!closed && receivedCount == 0) entries[count++] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
  if (fifoCount > 0) entries[count++] = (struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT};
  return count;
}

size_t boardSerialReadable(void) {
  return receivedCount;
}

size_t boardSerialRead(void* bytes, size_t size) {
  size_t count = size < receivedCount ? size : receivedCount;
  memcpy(bytes, received + receivedFrom, count);
  receivedFrom += count;
  receivedCount -= count;
  return count;
}

size_t boardSerialWritable(void) {
  return boardSerialFifo - fifoCount;
}

size_t boardSerialWrite(const void* bytes, size_t count) {
  size_t room = boardSerialWritable();
  if (count > room) count = room;
  memcpy(fifo + fifoCount, bytes, count);
  fifoCount += count;
  transmit();
  return count;
}

bool boardSerialClosed(void) {
  return closed && receivedCount == 0;
}

void serialDrain(void) {
  while (fifoCount > 0) {
    struct pollfd entry = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&entry, 1, drainWaitMs) <= 0) return;
    transmit();
  }
}
