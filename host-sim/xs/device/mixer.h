/*
 * The mixer behind `pins/audioout`: up to four streams with a queue of eight entries each, mixed into blocks that the
 * board plays. On the device a task mixes two blocks (DMA buffers) ahead of what is heard; so do we, but whole sample
 * entries are mixed as soon as they are queued, so that a long turn of a script makes no gap where the device has none.
 */
#ifndef MUSTER_DEVICE_MIXER_H
#define MUSTER_DEVICE_MIXER_H

#include <stdbool.h>
#include <stdint.h>
#include "xsmc.h"

enum { mixerStreams = 4, mixerQueue = 8, mixerBlocks = 8, mixerFullVolume = 256 };

/* As the scripts number them (AudioOut.Samples ...). */
typedef enum {
  kindSamples = 1,
  kindFlush = 2,
  kindCallback = 3,
  kindVolume = 4,
  kindRawSamples = 5,
  kindTone = 6,
  kindSilence = 7,
} MixerKind;

typedef struct {
  MixerKind kind; /* kindRawSamples, kindTone, kindSilence: sounds; kindCallback, kindVolume: commands */
  int32_t value; /* the callback's number; the volume, 256 is full; the amplitude of a tone */
  const int16_t* samples;
  xsSlot* buffer; /* the object that holds the samples, to be kept alive; or NULL */
  int32_t count; /* samples of one round */
  int32_t repeat; /* rounds left; negative: until another sound is queued */
  uint32_t halfPeriod; /* of a tone, in 1/65536 of a sample */
  uint32_t phase;
  int32_t position;
  uint32_t end; /* where it ended, in samples since the start */
} MixerEntry;

typedef struct {
  MixerEntry entry[mixerQueue];
  int length;
  int mixed; /* so many of them, from the first, are in blocks to their end */
  uint32_t cursor; /* samples mixed since the start */
  int32_t volume;
} MixerStream;

typedef struct {
  int32_t value;
  int stream;
} MixerCallback;

typedef struct {
  MixerStream stream[mixerStreams];
  int streams;
  uint32_t blockSamples;
  int16_t* ring; /* mixerBlocks blocks */
  uint32_t queued; /* blocks given to the board */
  uint32_t played; /* blocks the board has done with */
  bool playing;
  MixerCallback callback[mixerQueue]; /* reached and not yet called; more are lost, as on the device */
  int callbacks;
} Mixer;

/* False: no memory. */
bool mixerOpen(Mixer* mixer, int streams, uint32_t blockSamples);
void mixerClose(Mixer* mixer);
/* False: the board has no such sample rate. */
bool mixerStart(Mixer* mixer, uint32_t samplesPerSecond);
void mixerStop(Mixer* mixer);
/* Queues an entry; the caller has seen that there is room. */
void mixerQueueEntry(Mixer* mixer, int stream, const MixerEntry* entry);
/* Empties a stream; its callbacks become due. What is within two blocks of being heard is still played. */
void mixerFlush(Mixer* mixer, int stream);
/* Takes note of what was played, and mixes on. */
void mixerRun(Mixer* mixer);
/* The next callback reached; false: none. */
bool mixerCallback(Mixer* mixer, MixerCallback* callback);

#endif
