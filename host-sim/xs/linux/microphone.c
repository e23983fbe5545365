/* What the microphone hears: a sound file (`--speak`), from each start anew, then silence; or silence. */
#include "microphone.h"

#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "linux.h"

static int16_t* spoken;
static size_t spokenCount;
static uint32_t spokenRate;

static int16_t ring[microphoneRingSamples];
static size_t ringFrom, ringCount;
static uint64_t heard; /* samples since the start */

void microphoneOpen(void) {
  const char* path = boardOption("speak");
  if (path) spoken = wavRead(path, &spokenCount, &spokenRate);
}

void microphoneStart(void) {
  ringFrom = ringCount = 0;
  heard = 0;
}

static int spokenAt(uint64_t index) {
  if (optionGiven("loop") && spokenCount > 0) index %= spokenCount;
  return index < spokenCount ? spoken[index] : 0;
}

/* The n-th sample at another rate, between its two neighbours. */
static int16_t sampleAt(uint64_t n, uint32_t rate) {
  if (!spoken) return 0;
  uint64_t scaled = n * spokenRate;
  uint64_t index = scaled / rate;
  int64_t part = (int64_t)(scaled % rate);
  int64_t before = spokenAt(index);
  return (int16_t)(part == 0 ? before : before + (spokenAt(index + 1) - before) * part / rate);
}

void microphoneHear(size_t count, uint32_t rate) {
  for (; count > 0; count--, heard++) {
    if (ringCount == microphoneRingSamples) continue;
    ring[(ringFrom + ringCount++) % microphoneRingSamples] = sampleAt(heard, rate);
  }
}

size_t microphoneWaiting(void) {
  return ringCount;
}

size_t microphoneRead(int16_t* samples, size_t size) {
  size_t count = size < ringCount ? size : ringCount;
  for (size_t i = 0; i < count; i++) samples[i] = ring[(ringFrom + i) % microphoneRingSamples];
  ringFrom = (ringFrom + count) % microphoneRingSamples;
  ringCount -= count;
  return count;
}
