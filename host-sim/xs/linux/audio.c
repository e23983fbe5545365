/*
 * The sound card: a thread that hears and plays at the pace of the machine's monotonic clock, block after block, so
 * that a long turn of a script does not delay sound. Block n of either direction is due n + 1 blocks after the start,
 * whatever delayed those before, so nothing drifts: the microphone has then heard it, the loudspeaker begins to play
 * it. After standing still for long (the machine slept) the missed blocks are given up.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "board.h"
#include "linux.h"
#include "microphone.h"
#include "recording.h"

enum { rateMin = 8000, rateMax = 48000, microphoneBlock = 512, queueEntries = 8, catchUpBlocksMax = 50 };

/* One direction: how far it has come. */
typedef struct {
  bool running;
  uint32_t rate, blockSamples;
  uint64_t start; /* nanoseconds of CLOCK_MONOTONIC */
  uint64_t blocks; /* finished, missed ones too */
} Stream;

typedef struct {
  const int16_t* samples;
  size_t count;
  int32_t tag;
} Entry;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static bool threadRuns;
static Stream in, out;
static Entry queue[queueEntries];
static int queued;
static size_t playedOfFirst; /* samples of the first entry gone out */
static int32_t sounding[queueEntries]; /* tags of the entries that end in the block that is being played */
static int soundingCount;
static int32_t finished[2 * queueEntries];
static int finishedCount;
static RecordingTimes times;

static uint64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* When block n of a stream was heard, or begins to play. */
static uint64_t dueAt(const Stream* stream, uint64_t block) {
  return stream->start + (block + 1) * stream->blockSamples * 1000000000 / stream->rate;
}

static uint64_t blockNanoseconds(const Stream* stream) {
  return (uint64_t)stream->blockSamples * 1000000000 / stream->rate;
}

/* ---- the thread's work, under the lock */

static void takeEntry(void) {
  if (soundingCount < queueEntries) sounding[soundingCount++] = queue[0].tag;
  memmove(queue, queue + 1, (size_t)--queued * sizeof *queue);
  playedOfFirst = 0;
}

static void finishSounding(void) {
  for (int i = 0; i < soundingCount && finishedCount < 2 * queueEntries; i++) finished[finishedCount++] = sounding[i];
  soundingCount = 0;
}

/* The block before is over; takes one from what is queued, silence where there is none. */
static void playBlock(void) {
  size_t left = out.blockSamples;
  finishSounding();
  if (queued == 0) times.silent++;
  while (left > 0 && queued > 0) {
    size_t count = queue[0].count - playedOfFirst;
    if (count > left) count = left;
    recordingAdd(queue[0].samples + playedOfFirst, count, out.rate);
    playedOfFirst += count;
    left -= count;
    if (playedOfFirst == queue[0].count) takeEntry();
  }
  recordingAdd(NULL, left, out.rate);
}

static void countLateness(uint64_t late) {
  double lateMs = (double)late / 1e6;
  times.frames++;
  if (lateMs > times.latenessMsMax) times.latenessMsMax = lateMs;
  if (late >= blockNanoseconds(&out)) times.late++;
}

/* Gives up blocks that were due too long ago; how many. */
static uint64_t skip(Stream* stream, uint64_t now) {
  uint64_t missed = (now - dueAt(stream, stream->blocks)) / blockNanoseconds(stream);
  if (missed <= catchUpBlocksMax) return 0;
  stream->blocks += missed - catchUpBlocksMax;
  return missed - catchUpBlocksMax;
}

static bool hearDue(uint64_t now) {
  if (!in.running || now < dueAt(&in, in.blocks)) return false;
  microphoneHear(skip(&in, now) * in.blockSamples, in.rate);
  microphoneHear(in.blockSamples, in.rate);
  in.blocks++;
  return true;
}

static bool playDue(uint64_t now) {
  if (!out.running || now < dueAt(&out, out.blocks)) return false;
  uint64_t skipped = skip(&out, now);
  times.skipped += skipped;
  recordingAdd(NULL, skipped * out.blockSamples, out.rate);
  countLateness(now - dueAt(&out, out.blocks));
  playBlock();
  out.blocks++;
  return true;
}

static void waitForDue(void) {
  uint64_t next = UINT64_MAX;
  if (in.running) next = dueAt(&in, in.blocks);
  if (out.running && dueAt(&out, out.blocks) < next) next = dueAt(&out, out.blocks);
  if (next == UINT64_MAX) {
    pthread_cond_wait(&changed, &lock);
    return;
  }
  struct timespec until = {.tv_sec = (time_t)(next / 1000000000), .tv_nsec = (long)(next % 1000000000)};
  pthread_cond_timedwait(&changed, &lock, &until);
}

static void* soundCard(void* nothing) {
  pthread_mutex_lock(&lock);
  for (;;) {
    uint64_t now = nanoseconds();
    bool heard = hearDue(now);
    if (playDue(now) || heard)
      loopWake();
    else
      waitForDue();
  }
  return nothing;
}

/* ---- the board's side */

void audioOpen(void) {
  microphoneOpen();
  recordingOpen();
}

static void startThread(void) {
  pthread_condattr_t attributes;
  pthread_t thread;
  if (threadRuns) return;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&changed, &attributes);
  if (pthread_create(&thread, NULL, soundCard, NULL) != 0) fail(true, "there is no thread for the sound");
  pthread_detach(thread);
  threadRuns = true;
}

/* Lock held. */
static void startStream(Stream* stream, uint32_t rate, uint32_t blockSamples) {
  *stream = (Stream){.running = true, .rate = rate, .blockSamples = blockSamples, .start = nanoseconds()};
  pthread_cond_signal(&changed);
}

static bool isRate(uint32_t samplesPerSecond) {
  return samplesPerSecond >= rateMin && samplesPerSecond <= rateMax;
}

bool boardAudioInStart(uint32_t samplesPerSecond) {
  if (!isRate(samplesPerSecond)) return false;
  startThread();
  pthread_mutex_lock(&lock);
  microphoneStart();
  startStream(&in, samplesPerSecond, microphoneBlock);
  times.microphoneEpochMs = (double)in.start / 1e6;
  pthread_mutex_unlock(&lock);
  return true;
}

void boardAudioInStop(void) {
  pthread_mutex_lock(&lock);
  in.running = false;
  microphoneStart();
  pthread_mutex_unlock(&lock);
}

size_t boardAudioInReadable(void) {
  pthread_mutex_lock(&lock);
  size_t count = microphoneWaiting() * sizeof(int16_t);
  pthread_mutex_unlock(&lock);
  return count;
}

size_t boardAudioInRead(void* bytes, size_t size) {
  pthread_mutex_lock(&lock);
  size_t count = microphoneRead(bytes, size / sizeof(int16_t)) * sizeof(int16_t);
  pthread_mutex_unlock(&lock);
  return count;
}

bool boardAudioOutStart(uint32_t samplesPerSecond, uint32_t blockSamples) {
  if (!isRate(samplesPerSecond) || blockSamples == 0) return false;
  startThread();
  pthread_mutex_lock(&lock);
  startStream(&out, samplesPerSecond, blockSamples);
  queued = soundingCount = finishedCount = 0;
  playedOfFirst = 0;
  recordingStart();
  double startMs = (double)out.start / 1e6;
  times = (RecordingTimes){.microphoneEpochMs = in.running ? times.microphoneEpochMs : startMs};
  times.recordingEpochMs = (double)dueAt(&out, 0) / 1e6;
  pthread_mutex_unlock(&lock);
  return true;
}

void boardAudioOutStop(void) {
  pthread_mutex_lock(&lock);
  if (out.running) {
    out.running = false;
    queued = soundingCount = finishedCount = 0;
    recordingKeep(&times);
  }
  pthread_mutex_unlock(&lock);
}

void audioClose(void) {
  if (threadRuns) boardAudioOutStop();
}

bool boardAudioOutQueue(const int16_t* samples, size_t count, int32_t tag) {
  pthread_mutex_lock(&lock);
  bool room = out.running && queued < queueEntries;
  if (room) queue[queued++] = (Entry){samples, count, tag};
  pthread_mutex_unlock(&lock);
  return room;
}

int32_t boardAudioOutPlayed(void) {
  int32_t tag = -1;
  pthread_mutex_lock(&lock);
  if (finishedCount > 0) {
    tag = finished[0];
    memmove(finished, finished + 1, (size_t)--finishedCount * sizeof *finished);
  }
  pthread_mutex_unlock(&lock);
  return tag;
}
