/*
 * Microphone and loudspeaker, moved on by the timer's interrupt as an I2S driver's DMA is, whatever the script does.
 * The microphone hears the file of option `speak` from the start of each use, once, or again and again with option
 * `loop`; what the loudspeaker played goes to the file of option `record` when it stops, with `<record>.json` saying
 * when, on the clock all processes here share. Handlers only touch rings and sound kept in RAM of its own; files are
 * read at the start and written on stopping.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../board.h"
#include "chip.h"
#include "rv32.h"
#include "sound-file.h"

/* The device's ring of 16 KB holds four bytes a sample, two of them of the channel that mono does not use. */
enum { ringSamples = 4096, blockOfMicrophone = 512, entriesMax = 8 };
enum { rateMin = 8000, rateMax = 48000, recordedRate = 8000 };
/* When the host had held the emulator up, the blocks missed follow one another at this pace, so that the script can
 * fill each; after a longer stall they are given up. */
enum { catchUpTicks = 4000 * timerTicksPerMicrosecond, catchUpBlocksMax = 50 };
enum { ticksPerSecond = 10000000 };

typedef struct {
  const int16_t* samples;
  size_t count;
  int32_t tag;
} Entry;

static Sound gSpeech;
static bool gLoop;

static struct {
  bool running;
  uint32_t rate;
  uint64_t start;
  uint64_t heard; /* samples since the start */
  int16_t ring[ringSamples];
  volatile uint32_t head, tail;
} gIn;

static struct {
  bool running;
  uint32_t rate, blockSamples;
  uint64_t start;
  uint64_t blocks; /* begun */
  Entry queue[entriesMax];
  volatile uint32_t head, next, tail; /* oldest not reported, next to play, next free; counts of all entries ever */
  volatile uint32_t out; /* entries that went out */
  uint64_t played; /* samples */
  uint32_t kept; /* samples of the recording */
  uint32_t silent, late, skipped, latenessMax;
} gOut;

static const char* gRecord;

static void moveOn(void);

static uint64_t ticksOf(uint64_t samples, uint32_t rate) { return samples * ticksPerSecond / rate; }
static uint64_t inDue(void) { return gIn.start + ticksOf(gIn.heard + blockOfMicrophone, gIn.rate); }
/* Block 0 begins one block after the start: time for the script to fill it. */
static uint64_t outDue(void) { return gOut.start + ticksOf((gOut.blocks + 1) * gOut.blockSamples, gOut.rate); }

/* ---- microphone */

static int16_t sampleOfFile(uint64_t index) {
  if (gLoop) index %= gSpeech.count;
  return index < gSpeech.count ? gSpeech.samples[index] : 0;
}

/* Sample `n` of the speech at the rate asked for; between two samples of the file, a straight line. */
static int16_t speechAt(uint64_t n) {
  uint64_t place = n * gSpeech.rate;
  uint32_t part = (uint32_t)(place % gIn.rate);
  int32_t here = sampleOfFile(place / gIn.rate), after = sampleOfFile(place / gIn.rate + 1);
  return (int16_t)(here + (int32_t)((int64_t)(after - here) * part / gIn.rate));
}

/* A block heard; lost when nobody made room in the ring. */
static void hearBlock(void) {
  bool room = ringSamples - (gIn.tail - gIn.head) >= blockOfMicrophone;
  for (int i = 0; room && i < blockOfMicrophone; i++) {
    gIn.ring[gIn.tail % ringSamples] = gSpeech.count ? speechAt(gIn.heard + (uint64_t)i) : 0;
    gIn.tail++;
  }
  gIn.heard += blockOfMicrophone;
  boardAwake = true;
}

bool boardAudioInStart(uint32_t samplesPerSecond) {
  if (samplesPerSecond < rateMin || samplesPerSecond > rateMax) return false;
  boardAudioInStop();
  gIn.rate = samplesPerSecond;
  gIn.start = clockTicks();
  gIn.heard = 0;
  gIn.head = gIn.tail = 0;
  gIn.running = true;
  moveOn();
  return true;
}

void boardAudioInStop(void) { gIn.running = false; }
size_t boardAudioInReadable(void) { return 2 * (gIn.tail - gIn.head); }

size_t boardAudioInRead(void* bytes, size_t size) {
  size_t count = size < boardAudioInReadable() ? size / 2 : boardAudioInReadable() / 2;
  for (size_t i = 0; i < count; i++) {
    memcpy((uint8_t*)bytes + 2 * i, &gIn.ring[gIn.head % ringSamples], 2);
    gIn.head++;
  }
  return 2 * count;
}

/* ---- loudspeaker */

/* Keeps what was played, NULL: silence, at the recording's rate: of each moment the last sample before it. */
static void keepSamples(const int16_t* samples, size_t count) {
  int16_t* recording = (int16_t*)(uintptr_t)chipLoudspeaker;
  if (!gRecord) return;
  for (size_t i = 0; i < count; i++, gOut.played++)
    while (gOut.played * recordedRate >= (uint64_t)gOut.kept * gOut.rate && gOut.kept < chipSoundBytes / 2)
      recording[gOut.kept++] = samples ? samples[i] : 0;
}

/* The entries of the block before went out; the next ones begin. */
static void playBlock(void) {
  uint32_t left = gOut.blockSamples;
  gOut.out = gOut.next;
  if (gOut.next == gOut.tail) gOut.silent++;
  while (left > 0 && gOut.next != gOut.tail) {
    Entry* entry = &gOut.queue[gOut.next % entriesMax];
    size_t count = entry->count < left ? entry->count : left;
    keepSamples(entry->samples, count);
    entry->samples += count;
    entry->count -= count;
    left -= count;
    if (entry->count == 0) gOut.next++;
  }
  keepSamples(NULL, left);
  gOut.blocks++;
  boardAwake = true;
}

/* Plays what is due; the time of the next turn. */
static uint64_t playDue(uint64_t now) {
  uint64_t block = ticksOf(gOut.blockSamples, gOut.rate), lateness;
  if (now < outDue()) return outDue();
  lateness = now - outDue();
  if (lateness > gOut.latenessMax) gOut.latenessMax = (uint32_t)lateness;
  if (lateness >= block) gOut.late++;
  for (; lateness > catchUpBlocksMax * block; lateness -= block) {
    keepSamples(NULL, gOut.blockSamples);
    gOut.blocks++;
    gOut.skipped++;
  }
  playBlock();
  return outDue() > now ? outDue() : now + catchUpTicks;
}

static void moveOn(void) {
  bool were = interruptsOff();
  uint64_t now = clockTicks(), next = UINT64_MAX;
  while (gIn.running && now >= inDue()) hearBlock();
  if (gIn.running) next = inDue();
  if (gOut.running) {
    uint64_t play = playDue(now);
    if (play < next) next = play;
  }
  clockSetAlarm(alarmAudio, next, moveOn);
  interruptsRestore(were);
}

bool boardAudioOutStart(uint32_t samplesPerSecond, uint32_t blockSamples) {
  if (samplesPerSecond < rateMin || samplesPerSecond > rateMax || blockSamples == 0) return false;
  boardAudioOutStop();
  memset(&gOut, 0, sizeof gOut);
  gOut.rate = samplesPerSecond;
  gOut.blockSamples = blockSamples;
  gOut.start = clockTicks();
  gOut.running = true;
  moveOn();
  return true;
}

bool boardAudioOutQueue(const int16_t* samples, size_t count, int32_t tag) {
  if (!gOut.running || gOut.tail - gOut.head == entriesMax) return false;
  gOut.queue[gOut.tail % entriesMax] = (Entry){samples, count, tag};
  gOut.tail++;
  return true;
}

int32_t boardAudioOutPlayed(void) {
  if (gOut.head == gOut.out) return -1;
  return gOut.queue[gOut.head++ % entriesMax].tag;
}

/* ---- the recording */

static void writeTimes(void) {
  char path[256], text[320];
  uint64_t heard = hostTimeMicroseconds(gIn.start);
  uint64_t played = hostTimeMicroseconds(gOut.start + ticksOf(gOut.blockSamples, gOut.rate));
  snprintf(path, sizeof path, "%s.json", gRecord);
  snprintf(text, sizeof text,
           "{\"microphoneEpochMs\":%llu.%03u,\"recordingEpochMs\":%llu.%03u,\"statistics\":{\"frames\":%lu,"
           "\"silent\":%lu,\"late\":%lu,\"latenessMsMax\":%lu,\"skipped\":%lu}}\n",
           (unsigned long long)(heard / 1000), (unsigned)(heard % 1000), (unsigned long long)(played / 1000),
           (unsigned)(played % 1000), (unsigned long)gOut.blocks, (unsigned long)gOut.silent, (unsigned long)gOut.late,
           (unsigned long)(gOut.latenessMax / 1000 / timerTicksPerMicrosecond), (unsigned long)gOut.skipped);
  soundWriteText(path, text);
}

void boardAudioOutStop(void) {
  Sound recording = {(const int16_t*)(uintptr_t)chipLoudspeaker, gOut.kept, recordedRate};
  if (!gOut.running) return;
  gOut.running = false;
  if (gRecord && soundWrite(&recording, gRecord)) writeTimes();
}

void audioClose(void) {
  gIn.running = false;
  boardAudioOutStop();
}

void audioOpen(void) {
  const char* speak = boardOption("speak");
  gLoop = boardOption("loop") != NULL;
  gRecord = boardOption("record");
  if (speak && !soundRead(&gSpeech, speak, (void*)(uintptr_t)chipMicrophone, chipSoundBytes)) boardExit(1);
  if (gRecord || speak) hostTimeOpen();
}
