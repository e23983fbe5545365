/*
 * Microphone and loudspeaker that keep the conductor's time. Block n of either direction is due n + 1 blocks after
 * the start: the microphone has then heard it, the loudspeaker begins to play it. What is played nobody hears.
 */
#include <string.h>

#include "board.h"
#include "linux/linux.h"
#include "linux/microphone.h"
#include "virtual.h"

enum { rateMin = 8000, rateMax = 48000, microphoneBlock = 512, queueEntries = 8 };

typedef struct {
  bool running;
  uint32_t rate, blockSamples;
  uint64_t start, blocks;
} Stream;

typedef struct {
  size_t count;
  int32_t tag;
} Entry;

static Stream in, out;
static Entry queue[queueEntries];
static int queued;
static int32_t sounding[queueEntries]; /* tags of the entries that end in the block that is being played */
static int soundingCount;
static int32_t finished[2 * queueEntries];
static int finishedCount;

static uint64_t dueAt(const Stream* stream) {
  uint64_t samples = (stream->blocks + 1) * stream->blockSamples;
  return stream->running ? stream->start + samples * 1000000 / stream->rate : UINT64_MAX;
}

uint64_t audioDue(void) {
  return dueAt(&in) < dueAt(&out) ? dueAt(&in) : dueAt(&out);
}

static void playBlock(void) {
  size_t left = out.blockSamples;
  for (int i = 0; i < soundingCount && finishedCount < 2 * queueEntries; i++) finished[finishedCount++] = sounding[i];
  soundingCount = 0;
  while (left > 0 && queued > 0) {
    size_t count = queue[0].count < left ? queue[0].count : left;
    queue[0].count -= count;
    left -= count;
    if (queue[0].count > 0) continue;
    sounding[soundingCount++] = queue[0].tag;
    memmove(queue, queue + 1, (size_t)--queued * sizeof *queue);
  }
}

void audioPoll(void) {
  for (; dueAt(&in) <= boardMicroseconds(); in.blocks++) microphoneHear(in.blockSamples, in.rate);
  for (; dueAt(&out) <= boardMicroseconds(); out.blocks++) playBlock();
}

/* ---- the board's side */

void audioOpen(void) {
  microphoneOpen();
}

static bool start(Stream* stream, uint32_t rate, uint32_t blockSamples) {
  if (rate < rateMin || rate > rateMax || blockSamples == 0) return false;
  *stream = (Stream){.running = true, .rate = rate, .blockSamples = blockSamples, .start = boardMicroseconds()};
  return true;
}

bool boardAudioInStart(uint32_t samplesPerSecond) {
  microphoneStart();
  return start(&in, samplesPerSecond, microphoneBlock);
}

void boardAudioInStop(void) {
  in.running = false;
  microphoneStart();
}

size_t boardAudioInReadable(void) {
  return microphoneWaiting() * sizeof(int16_t);
}

size_t boardAudioInRead(void* bytes, size_t size) {
  return microphoneRead(bytes, size / sizeof(int16_t)) * sizeof(int16_t);
}

bool boardAudioOutStart(uint32_t samplesPerSecond, uint32_t blockSamples) {
  queued = soundingCount = finishedCount = 0;
  return start(&out, samplesPerSecond, blockSamples);
}

void boardAudioOutStop(void) {
  out.running = false;
  queued = soundingCount = finishedCount = 0;
}

bool boardAudioOutQueue(const int16_t* samples, size_t count, int32_t tag) {
  (void)samples;
  bool room = out.running && queued < queueEntries;
  if (room) queue[queued++] = (Entry){count, tag};
  return room;
}

int32_t boardAudioOutPlayed(void) {
  if (finishedCount == 0) return -1;
  int32_t tag = finished[0];
  memmove(finished, finished + 1, (size_t)--finishedCount * sizeof *finished);
  return tag;
}
