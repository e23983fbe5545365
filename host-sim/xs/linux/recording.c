/*
 * What the loudspeaker played (`--record`), kept as a WAV of 8000 samples a second when it stops, and beside it
 * `<path>.json`: when its first sample was played and the microphone's first was heard, on the machine's monotonic
 * clock, and how well the program kept its pace. The same files as the Node handset's (host-sim/handset/recording.ts).
 */
#include "recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "linux.h"

enum { keptRate = 8000, keptSamplesMax = keptRate * 60 * 30, growthSamples = keptRate * 10 };
enum { pathBytes = 4096 };

static int16_t* kept;
static size_t keptCount, keptRoom;
static uint64_t played; /* samples since the start, at the loudspeaker's rate */

void recordingOpen(void) {
  const char* path = boardOption("record");
  FILE* file = path ? fopen(path, "ab") : NULL;
  if (path && !file) fail(true, "%s cannot be written", path);
  if (file) fclose(file);
}

void recordingStart(void) {
  keptCount = 0;
  played = 0;
}

static bool hasRoom(void) {
  if (keptCount < keptRoom) return true;
  if (keptRoom >= keptSamplesMax) return false;
  int16_t* larger = realloc(kept, (keptRoom + growthSamples) * sizeof *kept);
  if (!larger) return false;
  kept = larger;
  keptRoom += growthSamples;
  return true;
}

void recordingAdd(const int16_t* samples, size_t count, uint32_t rate) {
  if (!boardOption("record")) return;
  for (size_t i = 0; i < count; i++, played++)
    while (played * keptRate >= (uint64_t)keptCount * rate) {
      if (!hasRoom()) return;
      kept[keptCount++] = samples ? samples[i] : 0;
    }
}

static bool writeTimes(const char* path, const RecordingTimes* times) {
  FILE* file = fopen(path, "w");
  if (!file) return false;
  fprintf(file,
          "{\"microphoneEpochMs\":%.6f,\"recordingEpochMs\":%.6f,\"statistics\":{\"frames\":%lu,\"silent\":%lu,"
          "\"late\":%lu,\"latenessMsMax\":%.6f,\"skipped\":%lu}}\n",
          times->microphoneEpochMs, times->recordingEpochMs, times->frames, times->silent, times->late,
          times->latenessMsMax, times->skipped);
  return fclose(file) == 0;
}

/* Each file appears whole, the times last: who waits for them then finds the sound too. */
static bool writeFiles(const char* path, const RecordingTimes* times) {
  char fresh[pathBytes], timesPath[pathBytes];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  snprintf(timesPath, sizeof timesPath, "%s.json", path);
  return wavWrite(fresh, kept, keptCount, keptRate) && rename(fresh, path) == 0 && writeTimes(fresh, times) &&
         rename(fresh, timesPath) == 0;
}

void recordingKeep(const RecordingTimes* times) {
  const char* path = boardOption("record");
  if (!path) return;
  if (!writeFiles(path, times)) fprintf(stderr, "muster-xs: %s cannot be written: %s\n", path, strerror(errno));
}
