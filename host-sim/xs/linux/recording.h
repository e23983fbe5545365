/* The loudspeaker's recording; the caller holds audio.c's lock. */
#ifndef MUSTER_LINUX_RECORDING_H
#define MUSTER_LINUX_RECORDING_H

#include <stddef.h>
#include <stdint.h>

/* hal/node/sample-audio.ts tells what they mean. */
typedef struct {
  double microphoneEpochMs, recordingEpochMs;
  unsigned long frames, silent, late, skipped;
  double latenessMsMax;
} RecordingTimes;

/* Sees whether the file can be written; ends the program when not. */
void recordingOpen(void);
void recordingStart(void);
/* Samples that were played, `rate` a second; NULL: silence. */
void recordingAdd(const int16_t* samples, size_t count, uint32_t rate);
/* Writes the files; says so where that failed. */
void recordingKeep(const RecordingTimes* times);

#endif
