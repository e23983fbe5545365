/*
 * The serial line: a 16550 at 115200 baud behind rings of 128 bytes, the FIFOs of an ESP32's UART. QEMU's 16550 sends
 * at once whatever it is given; an alarm hands the bytes over at the pace of the line, so that a long answer fills the
 * transmit FIFO as it does on the device. A full receive ring holds the sender back, where the device would lose.
 * The 16550's own FIFOs stay off: switching them on would lose what was typed before.
 */
#include "../board.h"
#include "chip.h"
#include "rv32.h"

enum { uartData = 0, uartInterrupts = 1, uartLineControl = 3, uartModem = 4, uartLineStatus = 5 };
enum { receiveInterrupt = 1, dataReady = 1, transmitterEmpty = 0x20, bytesAtOnce = 16 };
/* 10 bits a byte. */
enum { ticksPerByte = 10 * 10000000 / 115200 };

typedef struct {
  uint8_t bytes[boardSerialFifo];
  volatile uint16_t head, tail; /* counts of all bytes ever taken and put */
} Ring;

static Ring gReceived, gSending;
static volatile bool gPacing;

static volatile uint8_t* uart(uint32_t offset) { return chipByte(chipUart + offset); }
static uint16_t ringCount(const Ring* ring) { return (uint16_t)(ring->tail - ring->head); }
static void ringPut(Ring* ring, uint8_t byte) { ring->bytes[ring->tail++ % boardSerialFifo] = byte; }
static uint8_t ringTake(Ring* ring) { return ring->bytes[ring->head++ % boardSerialFifo]; }

static void handleReceive(void) {
  while (ringCount(&gReceived) < boardSerialFifo && (*uart(uartLineStatus) & dataReady))
    ringPut(&gReceived, *uart(uartData));
  if (ringCount(&gReceived) == boardSerialFifo) *uart(uartInterrupts) = 0;
  boardAwake = true;
}

static void sendSome(void) {
  int sent = 0;
  gPacing = ringCount(&gSending) > 0;
  while (sent < bytesAtOnce && ringCount(&gSending) > 0 && (*uart(uartLineStatus) & transmitterEmpty)) {
    *uart(uartData) = ringTake(&gSending);
    sent++;
  }
  if (!gPacing) return;
  if (sent == 0) sent = 1; /* the host does not read: look again */
  boardAwake = true;
  clockSetAlarm(alarmSerial, clockTicks() + (uint64_t)sent * ticksPerByte, sendSome);
}

void serialOpen(void) {
  *uart(uartLineControl) = 3; /* 8N1 */
  *uart(uartModem) = 3;
  interruptsConnect(lineUart, handleReceive);
  *uart(uartInterrupts) = receiveInterrupt;
}

size_t boardSerialReadable(void) { return ringCount(&gReceived); }
size_t boardSerialWritable(void) { return boardSerialFifo - ringCount(&gSending); }
bool boardSerialClosed(void) { return false; }

size_t boardSerialRead(void* bytes, size_t size) {
  size_t count = 0;
  while (count < size && ringCount(&gReceived) > 0) ((uint8_t*)bytes)[count++] = ringTake(&gReceived);
  if (count > 0) *uart(uartInterrupts) = receiveInterrupt;
  return count;
}

size_t boardSerialWrite(const void* bytes, size_t count) {
  size_t room = boardSerialWritable();
  bool were;
  if (count > room) count = room;
  for (size_t i = 0; i < count; i++) ringPut(&gSending, ((const uint8_t*)bytes)[i]);
  were = interruptsOff();
  if (!gPacing) sendSome();
  interruptsRestore(were);
  return count;
}

void serialDrain(void) {
  for (uint32_t tries = 0; ringCount(&gSending) > 0 && tries < 10000000; tries++)
    if (*uart(uartLineStatus) & transmitterEmpty) *uart(uartData) = ringTake(&gSending);
}
