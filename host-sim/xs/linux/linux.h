/* What the files of this board give to one another. */
#ifndef MUSTER_LINUX_H
#define MUSTER_LINUX_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- options.c */
/* Takes in the command line; ends the program with a sentence when it is wrong. */
void optionsOpen(int count, char** words);
/* True for an option without a value, "version", that was given. */
bool optionGiven(const char* name);
/* The number an option gives, or `otherwise`; ends the program when it is none. */
size_t optionNumber(const char* name, size_t otherwise);

/* ---- each part tells what it waits for: fills in entries, returns how many */
enum { pollEntriesMax = 40 };
int udpWaits(struct pollfd* entries);
int serialWaits(struct pollfd* entries);

/* ---- udp.c */
void udpOpen(void);
void udpPoll(void);

/* ---- serial.c */
void serialPoll(void);
/* Sends what is still in the FIFO; the program is ending. */
void serialDrain(void);

/* ---- key-values.c */
/* Removes what was to last as long as the program. */
void keyValuesClose(void);

/* ---- audio.c */
/* Reads the microphone's file, and sees whether a recording can be kept. */
void audioOpen(void);
/* Keeps a recording that is still running; the program is ending. */
void audioClose(void);

/* ---- loop.c */
/* Ends a wait early; may be called from any thread. */
void loopWake(void);
void loopOpen(void);

/* ---- process.c */
/* Ends the program because of `what`, with errno's reason if `withReason`. */
_Noreturn void fail(bool withReason, const char* format, ...) __attribute__((format(printf, 2, 3)));

/* ---- map.c */
/*
 * Adds the modules a map lists, one a line: `<specifier> <path> [preload]`; paths are relative to the map's folder.
 * Ends the program when a line or a file is wrong.
 */
void mapAdd(const char* path);
/* Adds one file. */
void mapAddFile(const char* specifier, const char* path, bool preload);
/* Adds an image made by muster-xs-emit. */
void mapAddImage(const char* path);

/* ---- wav.c */
/* 16 bit mono samples of a RIFF WAV file, or of a file without header ("*.raw"); ends the program when it is none. */
int16_t* wavRead(const char* path, size_t* count, uint32_t* samplesPerSecond);
/* False: it cannot be written; errno tells why. */
bool wavWrite(const char* path, const int16_t* samples, size_t count, uint32_t samplesPerSecond);

#endif
