/*
 * A board without a clock or a network of its own: a conductor on the other end of two pipes has both. Standard input
 * brings what happens, standard output takes what the phone does. Between, time stands still.
 *
 * A message is its kind (1 B), the length of the rest (2 B), the rest; numbers are little-endian, times microseconds.
 *
 *   to the conductor                                    from the conductor, each with the time it is now (8 B) first
 *   W until (8): waits; the phone is told of the next   T  nothing but that it is so late
 *   O socket (1) port (2): a UDP port is open           D  socket (1) address (4) port (2) bytes: a datagram came
 *   C socket (1): it is closed                          S  bytes: typed on the serial line
 *   D socket (1) address (4) port (2) bytes: is sent
 *   S bytes: printed on the serial line
 *   X status (4): the program has ended
 */
#ifndef MUSTER_VIRTUAL_H
#define MUSTER_VIRTUAL_H

#include <stddef.h>
#include <stdint.h>

/* ---- conductor.c */
/* A message of two parts, either of which may be empty. It leaves when the board waits next, or ends. */
void tell(char kind, const void* head, size_t headCount, const void* body, size_t bodyCount);

/* ---- little-endian numbers */
static inline void put16(uint8_t* at, uint16_t value) {
  at[0] = (uint8_t)value;
  at[1] = (uint8_t)(value >> 8);
}

static inline void put32(uint8_t* at, uint32_t value) {
  put16(at, (uint16_t)value);
  put16(at + 2, (uint16_t)(value >> 16));
}

static inline void put64(uint8_t* at, uint64_t value) {
  put32(at, (uint32_t)value);
  put32(at + 4, (uint32_t)(value >> 32));
}

static inline uint16_t get16(const uint8_t* at) {
  return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t get32(const uint8_t* at) {
  return get16(at) | (uint32_t)get16(at + 2) << 16;
}

static inline uint64_t get64(const uint8_t* at) {
  return get32(at) | (uint64_t)get32(at + 4) << 32;
}

/* ---- network.c */
/* Puts a datagram into the queue of the socket it names: socket, address, port, bytes. */
void networkDeliver(const uint8_t* datagram, size_t count);

/* ---- serial.c */
void serialDeliver(const uint8_t* bytes, size_t count);
/* The transmit FIFO is empty again. */
void serialPoll(void);

/* ---- audio.c */
/* When sound moves on next; UINT64_MAX: never. */
uint64_t audioDue(void);
/* Hears and plays what is due. */
void audioPoll(void);

#endif
