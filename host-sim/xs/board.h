/*
 * What a board gives to the device's modules (device/): time, datagrams, a serial line, key-values, audio, entropy.
 * linux/ implements it on Linux, rv32/ on bare metal in QEMU. Nothing here calls into a script, and nothing but
 * boardWait takes time; buffers belong to the caller. Bounds and quirks are the device's (lwIP, NVS, 16550 FIFO).
 */
#ifndef MUSTER_BOARD_H
#define MUSTER_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the loop */

/* Monotonic time since the board started, in microseconds. */
uint64_t boardMicroseconds(void);
/* Sleeps until something below may have become ready, or until `until` (boardMicroseconds). UINT64_MAX: for ever. */
void boardWait(uint64_t until);
/* Takes in what has arrived, moves audio on; cheap when there is nothing. */
void boardPoll(void);
/* A diagnostic for people (standard error, semihosting); never the serial line. */
void boardLog(const char* text);
/* Ends the program with this status. On a device: restart. */
_Noreturn void boardExit(int status);
/* The value of an option of the command line, "arena", "state", ...; NULL when absent. */
const char* boardOption(const char* name);
/* The n-th `--config key=value`, as "key=value"; NULL past the last. */
const char* boardConfig(int n);
/* Instructions retired so far; 0 where nobody counts them. */
uint64_t boardInstructions(void);
/* The stack of the C side may grow down to here. */
char* boardStackLimit(void);
/* Unpredictable bytes: the hardware generator's. */
void boardEntropy(void* bytes, size_t count);

/* ---- IPv4 network; addresses are in host byte order */

uint32_t boardAddress(void); /* 0 while there is no network */
uint32_t boardNetmask(void);
void boardMac(uint8_t mac[6]);

enum { boardSocketsMax = 8 };
/* Opens a UDP socket on all own addresses; port 0: one of the system's choice. -1: no network, taken, too many. */
int boardUdpOpen(uint16_t port);
/* Joins or leaves a multicast group; false when it is none, or there are too many. */
bool boardUdpJoin(int socket, uint32_t group, bool join);
/* Datagrams waiting. Like the device's, the queue has no limit of its own but memory (emulator: its buffers). */
int boardUdpWaiting(int socket);
/* Takes the oldest: bytes copied, at most `size` (of a chain only its first buffer, as on the device); -1: none. */
int boardUdpRead(int socket, void* bytes, size_t size, uint32_t* address, uint16_t* port);
/* Sends one datagram; false when it could not be (no route, no memory). */
bool boardUdpWrite(int socket, const void* bytes, size_t count, uint32_t address, uint16_t port);
void boardUdpClose(int socket);

/* ---- the serial line: the console. The transmit FIFO is that of the device: 128 bytes */

enum { boardSerialFifo = 128 };
size_t boardSerialReadable(void);
size_t boardSerialWritable(void);
size_t boardSerialRead(void* bytes, size_t size);
/* Writes at most boardSerialWritable() bytes; the count taken. */
size_t boardSerialWrite(const void* bytes, size_t count);
/* True once the other end is gone for good (end of input on Linux). */
bool boardSerialClosed(void);

/* ---- key-values: NVS. Domain and key at most 15 characters; a value at most 12 KB; each write is committed */

enum { boardKeyChars = 15, boardValueBytes = 12 * 1024 + 1 };
/* The size of a value, or -1 when there is none; copies at most `size` bytes of it. */
int boardValueRead(const char* domain, const char* key, void* bytes, size_t size);
/* False: full, or it cannot be written; then the old value is still there. */
bool boardValueWrite(const char* domain, const char* key, const void* bytes, size_t count);
bool boardValueDelete(const char* domain, const char* key);
/* The n-th key of a domain into `key`; false past the last. */
bool boardValueKey(const char* domain, int n, char key[boardKeyChars + 1]);

/* ---- audio: 16 bit mono at the rate given; moved on by the board's own clock, also during long script turns */

/* Microphone: begins to fill a ring of 16 KB; false when the rate is not 8000..48000. */
bool boardAudioInStart(uint32_t samplesPerSecond);
void boardAudioInStop(void);
/* Bytes in the ring, as of the last block of 512 samples the I2S driver delivered. */
size_t boardAudioInReadable(void);
size_t boardAudioInRead(void* bytes, size_t size);
/* Loudspeaker: plays blocks of `blockSamples` from the buffers queued; silence where none is. */
bool boardAudioOutStart(uint32_t samplesPerSecond, uint32_t blockSamples);
void boardAudioOutStop(void);
/*
 * Queues `count` samples at an address that stays valid until played; at most 8 entries. `tag` comes back from
 * boardAudioOutPlayed when the last of them went out. False: the queue is full.
 */
bool boardAudioOutQueue(const int16_t* samples, size_t count, int32_t tag);
/* The tag of the next entry that was played to its end, oldest first; -1: none since the last call. */
int32_t boardAudioOutPlayed(void);

#endif
