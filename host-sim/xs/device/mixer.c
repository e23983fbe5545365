/*
 * Mixing: each stream has its own place in a ring of eight blocks and adds its samples there. Blocks go to the board in
 * order; one may still be added to while it waits, until it is one of the two next to be heard.
 */
#include "mixer.h"
#include <stdlib.h>
#include <string.h>
#include "board.h"

/* Blocks the device has mixed ahead of what is heard, and how far ahead we mix a sound without end. */
enum { ahead = 2, aheadEndless = 3 };

bool mixerOpen(Mixer* mixer, int streams, uint32_t blockSamples) {
  memset(mixer, 0, sizeof *mixer);
  mixer->streams = streams;
  mixer->blockSamples = blockSamples;
  for (int i = 0; i < streams; i++) mixer->stream[i].volume = mixerFullVolume;
  mixer->ring = calloc(mixerBlocks * (size_t)blockSamples, sizeof *mixer->ring);
  return mixer->ring;
}

void mixerClose(Mixer* mixer) {
  mixerStop(mixer);
  free(mixer->ring);
  mixer->ring = NULL;
}

bool mixerStart(Mixer* mixer, uint32_t samplesPerSecond) {
  if (!mixer->playing) mixer->playing = boardAudioOutStart(samplesPerSecond, mixer->blockSamples);
  if (mixer->playing) mixerRun(mixer);
  return mixer->playing;
}

/* What the board had been given and not played is lost, as what is in DMA buffers. */
void mixerStop(Mixer* mixer) {
  if (!mixer->playing) return;
  boardAudioOutStop();
  mixer->playing = false;
  mixer->played = mixer->queued;
  memset(mixer->ring, 0, mixerBlocks * mixer->blockSamples * sizeof *mixer->ring);
}

static int16_t* blockAt(Mixer* mixer, uint32_t block) {
  return mixer->ring + block % mixerBlocks * mixer->blockSamples;
}

static int32_t blockTag(uint32_t block) {
  return (int32_t)(block & INT32_MAX);
}

/* Blocks the device would have mixed by now. */
static uint32_t mixerHead(const Mixer* mixer) {
  return mixer->queued - mixer->played < ahead ? mixer->queued : mixer->played + ahead;
}

static void takePlayed(Mixer* mixer) {
  int32_t tag;
  while ((tag = boardAudioOutPlayed()) >= 0) {
    if (mixer->played == mixer->queued || tag != blockTag(mixer->played)) continue; /* of before a stop */
    memset(blockAt(mixer, mixer->played), 0, mixer->blockSamples * sizeof *mixer->ring);
    mixer->played++;
  }
}

static bool isSound(const MixerEntry* entry) {
  return entry->kind != kindCallback && entry->kind != kindVolume;
}

static void callbackReached(Mixer* mixer, int stream, int32_t value) {
  if (mixer->callbacks == mixerQueue) return boardLog("audio callback queue full\n");
  mixer->callback[mixer->callbacks++] = (MixerCallback){value, stream};
}

bool mixerCallback(Mixer* mixer, MixerCallback* callback) {
  if (mixer->callbacks == 0) return false;
  *callback = mixer->callback[0];
  mixer->callbacks--;
  memmove(mixer->callback, mixer->callback + 1, (size_t)mixer->callbacks * sizeof *mixer->callback);
  return true;
}

static void dropFirst(MixerStream* stream) {
  stream->length--;
  stream->mixed--;
  memmove(stream->entry, stream->entry + 1, (size_t)stream->length * sizeof *stream->entry);
}

/* Entries end when the device would have mixed their last sample. */
static void endEntries(Mixer* mixer, int index) {
  MixerStream* stream = &mixer->stream[index];
  uint32_t head = mixerHead(mixer) * mixer->blockSamples;
  while (stream->mixed > 0 && (int32_t)(head - stream->entry[0].end) >= 0) {
    if (stream->entry[0].kind == kindCallback) callbackReached(mixer, index, stream->entry[0].value);
    dropFirst(stream);
  }
}

static int32_t sampleOf(MixerEntry* entry) {
  if (entry->kind == kindRawSamples) return entry->samples[entry->position];
  if (entry->kind == kindSilence) return 0;
  int32_t value = entry->phase < entry->halfPeriod ? entry->value : -entry->value;
  entry->phase += 65536;
  if (entry->phase >= 2 * entry->halfPeriod) entry->phase %= 2 * entry->halfPeriod;
  return value;
}

static int16_t sum(int32_t a, int32_t b) {
  int32_t both = a + b;
  return both > INT16_MAX ? INT16_MAX : both < INT16_MIN ? INT16_MIN : (int16_t)both;
}

/* Adds a sound up to `limit`. True: it has come to its end. */
static bool mixSound(Mixer* mixer, MixerStream* stream, MixerEntry* entry, uint32_t limit) {
  int16_t* end = mixer->ring + mixerBlocks * mixer->blockSamples;
  int16_t* place = mixer->ring + stream->cursor % (mixerBlocks * mixer->blockSamples);
  while (entry->repeat != 0 && (int32_t)(limit - stream->cursor) > 0) {
    *place = sum(*place, sampleOf(entry) * stream->volume >> 8);
    if (++place == end) place = mixer->ring;
    stream->cursor++;
    if (++entry->position < entry->count) continue;
    entry->position = 0;
    if (entry->repeat > 0) entry->repeat--;
  }
  return entry->repeat == 0;
}

/* Mixes one entry as far as may be. False: no further now. */
static bool mixEntry(Mixer* mixer, MixerStream* stream, MixerEntry* entry) {
  uint32_t reach = entry->repeat < 0 ? aheadEndless : mixerBlocks;
  uint32_t limit = (mixer->played + reach) * mixer->blockSamples;
  if (entry->kind == kindVolume) stream->volume = entry->value;
  if (isSound(entry) && !mixSound(mixer, stream, entry, limit)) return false;
  entry->end = stream->cursor;
  stream->mixed++;
  return true;
}

static void mixStream(Mixer* mixer, MixerStream* stream) {
  uint32_t earliest = mixerHead(mixer) * mixer->blockSamples;
  if ((int32_t)(earliest - stream->cursor) > 0) stream->cursor = earliest; /* nothing was queued in time */
  while (stream->mixed < stream->length && mixEntry(mixer, stream, &stream->entry[stream->mixed])) continue;
}

/* Gives the board every block that something was mixed into. */
static void queueBlocks(Mixer* mixer) {
  for (int i = 0; i < mixer->streams; i++) {
    while ((int32_t)(mixer->stream[i].cursor - mixer->queued * mixer->blockSamples) > 0) {
      if (!boardAudioOutQueue(blockAt(mixer, mixer->queued), mixer->blockSamples, blockTag(mixer->queued))) return;
      mixer->queued++;
    }
  }
}

void mixerRun(Mixer* mixer) {
  if (!mixer->playing) return;
  takePlayed(mixer);
  for (int i = 0; i < mixer->streams; i++) mixStream(mixer, &mixer->stream[i]);
  queueBlocks(mixer);
  for (int i = 0; i < mixer->streams; i++) endEntries(mixer, i);
}

/* A sound without end ends when the next one is queued. */
static void endEndless(MixerStream* stream) {
  for (int i = stream->length - 1; i >= 0; i--) {
    MixerEntry* entry = &stream->entry[i];
    if (!isSound(entry)) continue;
    if (entry->repeat < 0) entry->repeat = entry->kind == kindTone ? 0 : 1;
    return;
  }
}

void mixerQueueEntry(Mixer* mixer, int index, const MixerEntry* entry) {
  MixerStream* stream = &mixer->stream[index];
  mixerRun(mixer);
  if (entry->kind == kindVolume && stream->length == 0) {
    stream->volume = entry->value;
    return;
  }
  if (isSound(entry)) endEndless(stream);
  stream->entry[stream->length++] = *entry;
  mixerRun(mixer);
}

/* Blocks behind the head can be taken back only while no other stream has mixed into them. */
static void takeBack(Mixer* mixer, int index) {
  uint32_t head = mixerHead(mixer);
  for (int i = 0; i < mixer->streams; i++)
    if (i != index && (int32_t)(mixer->stream[i].cursor - head * mixer->blockSamples) > 0) return;
  for (uint32_t block = head; block != mixer->queued; block++)
    memset(blockAt(mixer, block), 0, mixer->blockSamples * sizeof *mixer->ring);
  MixerStream* stream = &mixer->stream[index];
  if ((int32_t)(stream->cursor - head * mixer->blockSamples) > 0) stream->cursor = head * mixer->blockSamples;
}

void mixerFlush(Mixer* mixer, int index) {
  MixerStream* stream = &mixer->stream[index];
  mixerRun(mixer);
  for (int i = 0; i < stream->length; i++)
    if (stream->entry[i].kind == kindCallback) callbackReached(mixer, index, stream->entry[i].value);
  stream->length = 0;
  stream->mixed = 0;
  if (mixer->playing) takeBack(mixer, index);
}
