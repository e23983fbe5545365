/* Sound files on the host, through semihosting: speech to hear (WAV or raw, 16 bit mono), recordings (WAV). */
#ifndef MUSTER_SOUND_FILE_H
#define MUSTER_SOUND_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const int16_t* samples;
  uint32_t count;
  uint32_t rate; /* samples a second */
} Sound;

/* Reads a file into `room`; one that is no WAV is raw samples, 8000 a second. False: unusable; logged. */
bool soundRead(Sound* sound, const char* path, void* room, size_t roomBytes);
/* Writes a whole WAV. False: it cannot be written; logged. */
bool soundWrite(const Sound* sound, const char* path);
/* Writes a text in place of a file, at once. */
bool soundWriteText(const char* path, const char* text);

#endif
