/* What the files of this board give to one another. */
#ifndef MUSTER_RV32_H
#define MUSTER_RV32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens everything in order. Ends the program when an option is wrong. */
void boardOpen(void);
/* Logs a sentence and ends the program: it cannot go on. */
_Noreturn void boardFail(const char* format, ...) __attribute__((format(printf, 1, 2)));

/* ---- options.c */
void optionsOpen(void);

/* ---- serial.c */
void serialOpen(void);
/* Sends what still waits, at once, for at most a moment; the program is ending. */
void serialDrain(void);

/* ---- network.c: lwIP over the network card */
void networkOpen(void);
/* Takes in the frames that arrived and runs lwIP's timers; false when there was nothing. */
bool networkPoll(void);
/* Milliseconds until lwIP wants networkPoll, UINT32_MAX: never. */
uint32_t networkSleepTime(void);
/* Frames seen and lost; for the report. */
typedef struct {
  uint32_t received, sent, unsent;
} NetworkCounts;
NetworkCounts networkCounts(void);

/* ---- audio.c */
/* Reads the speech. */
void audioOpen(void);
/* Keeps a recording that is still running; the program is ending. */
void audioClose(void);

/* ---- key-values.c */
void keyValuesOpen(void);

/* ---- entropy.c */
void entropyOpen(void);

/* ---- host-time.c */
/* Learns how the timer and the host's uptime go together; takes up to 10 ms. */
void hostTimeOpen(void);
/* Microseconds on the clock that all processes of the host share, at `ticks` of the timer. */
uint64_t hostTimeMicroseconds(uint64_t ticks);

/* ---- heap.c */
/* From now on malloc takes RAM. */
void heapSeal(void);
/* RAM that malloc took. */
size_t heapBytes(void);

/* ---- stack.c */
/* Begins to measure anew. */
void stackPaint(void);
/* The most the C stack has held since, of how much, bytes. */
size_t stackPeak(void);
size_t stackSize(void);

#endif
