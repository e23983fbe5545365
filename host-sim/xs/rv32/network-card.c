#include "network-card.h"

#include <string.h>

#include "chip.h"

/* Registers of the transport, bits of its status, features, §4.2.2, §2.1, §6. */
enum {
  regMagic = 0x00, regVersion = 0x04, regDevice = 0x08, regFeaturesPage = 0x14, regFeatures = 0x20,
  regOurFeaturesPage = 0x24, regQueue = 0x30, regQueueSize = 0x38, regQueueReady = 0x44, regNotify = 0x50,
  regInterrupt = 0x60, regInterruptDone = 0x64, regStatus = 0x70, regDescriptors = 0x80, regAvailable = 0x90,
  regUsed = 0xa0, regConfiguration = 0x100,
};
enum { magic = 0x74726976, deviceNetwork = 1, headerBytes = 12, bufferBytes = headerBytes + cardFrameBytes };
enum { acknowledged = 1, driverFound = 2, driverReady = 4, featuresAgreed = 8 };
enum { featureMac = 1u << 5, featureVersion1Page1 = 1 };
enum { descriptorWritable = 2, noInterrupt = 1 };
/* How long a frame may wait for room: on a computer that has much to do, QEMU's own thread may not run for as long. */
enum { busyTicks = 250000 * timerTicksPerMicrosecond };
enum { receiving, sending, queues, queueMax = cardReceiveBuffers };

typedef struct {
  uint64_t address;
  uint32_t length;
  uint16_t flags, next;
} Descriptor;

typedef struct {
  uint32_t buffer, length;
} UsedEntry;

/* A split virtqueue, §2.6, with as many descriptors as it has buffers: descriptor n is always buffer n. */
typedef struct {
  Descriptor descriptors[queueMax] __attribute__((aligned(16)));
  struct {
    volatile uint16_t flags, index;
    uint16_t ring[queueMax + 1];
  } available;
  struct {
    volatile uint16_t flags, index;
    UsedEntry ring[queueMax];
    uint16_t event;
  } used __attribute__((aligned(4)));
  uint16_t seen;
  uint16_t size;
} Queue;

static Queue gQueues[queues];
/* Two bytes in: the IPv4 header behind virtio's and Ethernet's then lies at a word. */
static uint8_t gReceived[cardReceiveBuffers][bufferBytes + 2] __attribute__((aligned(4)));
static uint8_t gSent[cardSendBuffers][bufferBytes + 2] __attribute__((aligned(4)));
static uint32_t gBase;

static volatile uint32_t* reg(uint32_t offset) { return chipRegister(gBase + offset); }
static void fence(void) { asm volatile("fence" ::: "memory"); }

static void handleInterrupt(void) {
  *reg(regInterruptDone) = *reg(regInterrupt);
  boardAwake = true;
}

static int findSlot(void) {
  for (int slot = 0; slot < chipVirtioSlots; slot++) {
    gBase = chipVirtio + (uint32_t)slot * chipVirtioStep;
    if (*reg(regMagic) == magic && *reg(regVersion) == 2 && *reg(regDevice) == deviceNetwork) return slot;
  }
  return -1;
}

static bool negotiate(void) {
  *reg(regStatus) = 0;
  *reg(regStatus) = acknowledged;
  *reg(regStatus) = acknowledged | driverFound;
  *reg(regOurFeaturesPage) = 0;
  *reg(regFeatures) = featureMac;
  *reg(regOurFeaturesPage) = 1;
  *reg(regFeatures) = featureVersion1Page1;
  *reg(regStatus) = acknowledged | driverFound | featuresAgreed;
  return (*reg(regStatus) & featuresAgreed) != 0;
}

static void setAddress(uint32_t offset, const void* place) {
  *reg(offset) = (uint32_t)(uintptr_t)place;
  *reg(offset + 4) = 0;
}

static void openQueue(int number, uint16_t size) {
  Queue* queue = &gQueues[number];
  queue->size = size;
  *reg(regQueue) = (uint32_t)number;
  *reg(regQueueSize) = size;
  setAddress(regDescriptors, queue->descriptors);
  setAddress(regAvailable, &queue->available);
  setAddress(regUsed, &queue->used);
  *reg(regQueueReady) = 1;
}

/* Hands descriptor `buffer` to the card. */
static void offer(int number, int buffer) {
  Queue* queue = &gQueues[number];
  queue->available.ring[queue->available.index % queue->size] = (uint16_t)buffer;
  fence();
  queue->available.index++;
  fence();
  *reg(regNotify) = (uint32_t)number;
}

bool cardOpen(uint8_t mac[6]) {
  int slot = findSlot();
  if (slot < 0 || !negotiate()) return false;
  for (int i = 0; i < 6; i++) mac[i] = *chipByte(gBase + regConfiguration + (uint32_t)i);
  openQueue(receiving, cardReceiveBuffers);
  openQueue(sending, cardSendBuffers);
  gQueues[sending].available.flags = noInterrupt;
  *reg(regStatus) = acknowledged | driverFound | featuresAgreed | driverReady;
  for (int i = 0; i < cardReceiveBuffers; i++) {
    Descriptor* descriptor = &gQueues[receiving].descriptors[i];
    descriptor->address = (uint32_t)(uintptr_t)(gReceived[i] + 2);
    descriptor->length = bufferBytes;
    descriptor->flags = descriptorWritable;
    offer(receiving, i);
  }
  interruptsConnect(lineVirtio + (uint32_t)slot, handleInterrupt);
  return true;
}

int cardReceive(uint8_t** frame, size_t* length) {
  Queue* queue = &gQueues[receiving];
  UsedEntry* entry = &queue->used.ring[queue->seen % queue->size];
  if (queue->used.index == queue->seen) return -1;
  fence();
  queue->seen++;
  *frame = gReceived[entry->buffer] + 2 + headerBytes;
  *length = entry->length - headerBytes;
  return (int)entry->buffer;
}

void cardGiveBack(int buffer) { offer(receiving, buffer); }

static bool isFull(const Queue* queue) {
  return (uint16_t)(queue->available.index - queue->used.index) >= queue->size;
}

/* QEMU empties the queue in a thread of its own: a burst is a little ahead of it. */
uint8_t* cardSendRoom(void) {
  Queue* queue = &gQueues[sending];
  uint64_t until = clockTicks() + busyTicks;
  while (isFull(queue))
    if (clockTicks() >= until) return NULL;
  return gSent[queue->available.index % queue->size] + 2 + headerBytes;
}

void cardSend(size_t length) {
  Queue* queue = &gQueues[sending];
  int buffer = queue->available.index % queue->size;
  memset(gSent[buffer] + 2, 0, headerBytes);
  queue->descriptors[buffer].address = (uint32_t)(uintptr_t)(gSent[buffer] + 2);
  queue->descriptors[buffer].length = headerBytes + length;
  offer(sending, buffer);
}
