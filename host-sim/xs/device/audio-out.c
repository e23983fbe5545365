/*
 * `pins/audioout`: options `sampleRate`, `numChannels`, `bitsPerSample`, `streams`; entries of 16 bit mono samples in
 * a buffer that does not move (a SharedArrayBuffer), square tones, silence, volumes and callbacks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "board.h"
#include "config.h"
#include "mc.xs.h"
#include "mixer.h"
#include "options.h"
#include "source.h"

enum { rateMin = 8000, rateMax = 48000, sampleBits = 16, headerBytes = 12, toneMin = 10 };
/* mixerBytes of the device's build: 320 are 20 ms at 8 kHz. */
enum { blockBytesDefault = 320, blockBytesMin = 64, blockBytesMax = 4092 };

typedef struct {
  xsSlot object;
  int32_t rate;
  Mixer mixer;
} AudioOut;

static AudioOut* loudspeaker;

void xs_audio_out_destructor(void* data) {
  AudioOut* output = data;
  if (output && output == loudspeaker) {
    mixerClose(&output->mixer);
    loudspeaker = NULL;
  }
  free(output);
}

static void audioOutMark(xsMachine* the, void* data, xsMarkRoot mark) {
  AudioOut* output = data;
  if (!output) return;
  for (int i = 0; i < output->mixer.streams; i++) {
    MixerStream* stream = &output->mixer.stream[i];
    for (int j = 0; j < stream->length; j++)
      if (stream->entry[j].buffer) mark(the, stream->entry[j].buffer);
  }
}

static const xsHostHooks audioOutHooks = {xs_audio_out_destructor, audioOutMark, NULL};

static AudioOut* audioOutOf(xsMachine* the) {
  return xsmcGetHostDataValidate(xsThis, (void*)&audioOutHooks);
}

void xs_audio_out_constructor(xsMachine* the) {
  if (xsmcTypeOf(xsArg(0)) != xsReferenceType) xsSyntaxError("no options");
  int32_t rate = optionInteger(the, xsID_sampleRate, 0);
  if (rate < rateMin || rate > rateMax) xsRangeError("invalid sample rate");
  if (optionInteger(the, xsID_numChannels, 1) != 1) xsRangeError("bad numChannels");
  if (optionInteger(the, xsID_bitsPerSample, sampleBits) != sampleBits) xsRangeError("bad bitsPerSample");
  int32_t streams = optionInteger(the, xsID_streams, mixerStreams);
  if (streams < 1 || streams > mixerStreams) xsRangeError("bad streamCount");
  if (loudspeaker) xsUnknownError("already in use");
  uint32_t blockBytes = configNumber("audio.block", blockBytesDefault);
  if (blockBytes < blockBytesMin || blockBytes > blockBytesMax) xsRangeError("invalid audio.block");
  AudioOut* output = calloc(1, sizeof *output);
  if (!output || !mixerOpen(&output->mixer, streams, blockBytes / sizeof(int16_t))) {
    free(output);
    xsUnknownError("no memory");
  }
  loudspeaker = output;
  output->rate = rate;
  output->object = xsThis;
  xsRemember(output->object);
  xsmcSetHostData(xsThis, output);
  xsSetHostHooks(xsThis, &audioOutHooks);
}

void xs_audio_out_close(xsMachine* the) {
  if (!xsmcGetHostData(xsThis)) return;
  AudioOut* output = audioOutOf(the);
  xsForget(output->object);
  xs_audio_out_destructor(output);
  xsmcSetHostData(xsThis, NULL);
  xsmcSetHostDestructor(xsThis, NULL);
}

void xs_audio_out_start(xsMachine* the) {
  AudioOut* output = audioOutOf(the);
  mixerStart(&output->mixer, (uint32_t)output->rate);
}

void xs_audio_out_stop(xsMachine* the) {
  mixerStop(&audioOutOf(the)->mixer);
}

static int streamArgument(xsMachine* the, const AudioOut* output) {
  int32_t stream = xsmcToInteger(xsArg(0));
  if (stream < 0 || stream >= output->mixer.streams) xsRangeError("invalid stream");
  return stream;
}

static bool isEndless(xsMachine* the, xsSlot* slot) {
  return xsmcTypeOf(*slot) == xsNumberType && isinf(xsmcToNumber(*slot));
}

static int32_t repeatArgument(xsMachine* the) {
  if (xsmcArgc <= 3) return 1;
  if (isEndless(the, &xsArg(3))) return -1;
  int32_t repeat = xsmcToInteger(xsArg(3));
  if (repeat <= 0) xsUnknownError("invalid repeat");
  return repeat;
}

/* Looks at the header of a sound made by the SDK's tools; only uncompressed ones of our format play here. */
static void checkHeader(xsMachine* the, const AudioOut* output, const uint8_t* bytes, xsUnsignedValue size) {
  if (size < headerBytes || bytes[0] != 'm' || bytes[1] != 'a' || bytes[2] != 1) xsUnknownError("bad header");
  if (bytes[7] != 0) xsUnknownError("unsupported compression");
  if (bytes[3] != sampleBits) xsUnknownError("format doesn't match output");
  if ((bytes[4] | bytes[5] << 8) != output->rate || bytes[6] != 1) xsUnknownError("rate/channels doesn't match output");
}

/* Takes samples `offset` ... of argument 2, `count` of them or as many as there are. */
static void samplesArgument(xsMachine* the, const AudioOut* output, MixerEntry* entry) {
  void* bytes;
  xsUnsignedValue size;
  int32_t offset = xsmcArgc > 4 ? xsmcToInteger(xsArg(4)) : 0;
  int32_t count = xsmcArgc > 5 ? xsmcToInteger(xsArg(5)) : -1;
  entry->repeat = repeatArgument(the);
  xsIntegerValue moves = xsmcGetBufferReadable(xsArg(2), &bytes, &size);
  if (moves != xsBufferNonrelocatable) xsUnknownError("non-relocatable block required");
  const uint8_t* first = bytes;
  if (entry->kind == kindSamples) {
    checkHeader(the, output, first, size);
    first += headerBytes;
    size -= headerBytes;
  }
  int32_t all = (int32_t)(size / sizeof(int16_t));
  if (offset < 0 || offset >= all) xsUnknownError("buffer too small");
  if ((uintptr_t)first % sizeof(int16_t)) xsUnknownError("samples at an odd address");
  entry->kind = kindRawSamples;
  entry->samples = (const int16_t*)(const void*)first + offset;
  entry->count = count < 0 || count > all - offset ? all - offset : count;
  entry->buffer = fxToReference(the, &xsArg(2));
  if (entry->count == 0) xsUnknownError("buffer too small");
}

static void toneArguments(xsMachine* the, const AudioOut* output, MixerEntry* entry) {
  double frequency = xsmcToNumber(xsArg(2));
  if (!(frequency >= toneMin)) xsUnknownError("invalid frequency");
  bool endless = xsmcArgc <= 3 || isinf(xsmcToNumber(xsArg(3)));
  entry->repeat = endless ? -1 : 1;
  entry->count = endless ? output->rate : xsmcToInteger(xsArg(3));
  entry->value = xsmcArgc > 4 ? (int16_t)xsmcToInteger(xsArg(4)) : INT16_MAX >> 2;
  entry->halfPeriod = (uint32_t)(32768.0 * output->rate / frequency);
  if (entry->count <= 0) xsUnknownError("invalid count");
}

static void silenceArguments(xsMachine* the, const AudioOut* output, MixerEntry* entry) {
  int32_t count = xsmcToInteger(xsArg(2));
  if (count == 0) xsUnknownError("invalid count");
  entry->repeat = count < 0 ? -1 : 1;
  entry->count = count < 0 ? output->rate : count;
}

/* Calls the script's callback for an entry reached; exceptions are swallowed, as on the device. Needs two xsVars. */
static void callbackCall(xsMachine* the, const AudioOut* output, const MixerCallback* reached) {
  xsSlot object = output->object;
  xsTry {
    xsmcSetInteger(xsVar(0), reached->value);
    xsmcGet(xsVar(1), object, xsID_callbacks);
    if (xsmcTypeOf(xsVar(1)) == xsUndefinedType) xsCall1(object, xsID_callback, xsVar(0));
    else {
      xsmcGetIndex(xsVar(1), xsVar(1), (xsIndex)reached->stream);
      if (xsmcIsCallable(xsVar(1))) xsCallFunction1(xsVar(1), object, xsVar(0));
    }
  }
  xsCatch {
  }
}

/* The callbacks of a stream that is emptied are called before `enqueue` returns. */
static void flush(xsMachine* the, AudioOut* output, int stream) {
  MixerCallback reached;
  xsmcVars(2);
  mixerFlush(&output->mixer, stream);
  while (loudspeaker == output && mixerCallback(&output->mixer, &reached)) callbackCall(the, output, &reached);
}

static void entryArguments(xsMachine* the, const AudioOut* output, MixerEntry* entry) {
  switch (entry->kind) {
    case kindSamples:
    case kindRawSamples: samplesArgument(the, output, entry); break;
    case kindTone: toneArguments(the, output, entry); break;
    case kindSilence: silenceArguments(the, output, entry); break;
    case kindCallback: entry->value = xsmcToInteger(xsArg(2)); break;
    case kindVolume: entry->value = (uint16_t)xsmcToInteger(xsArg(2)); break;
    default: xsUnknownError("bad kind");
  }
}

void xs_audio_out_enqueue(xsMachine* the) {
  AudioOut* output = audioOutOf(the);
  int stream = streamArgument(the, output);
  MixerEntry entry = {.kind = (MixerKind)xsmcToInteger(xsArg(1))};
  mixerRun(&output->mixer);
  if (entry.kind == kindFlush) flush(the, output, stream);
  else {
    if (output->mixer.stream[stream].length == mixerQueue) xsUnknownError("queue full");
    entryArguments(the, output, &entry);
    mixerQueueEntry(&output->mixer, stream, &entry);
  }
  xsResult = xsThis;
}

void xs_audio_out_length(xsMachine* the) {
  AudioOut* output = audioOutOf(the);
  int stream = streamArgument(the, output);
  mixerRun(&output->mixer);
  xsmcSetInteger(xsResult, mixerQueue - output->mixer.stream[stream].length);
}

void xs_audio_out_get_sampleRate(xsMachine* the) {
  xsmcSetInteger(xsResult, audioOutOf(the)->rate);
}

void xs_audio_out_get_streams(xsMachine* the) {
  xsmcSetInteger(xsResult, audioOutOf(the)->mixer.streams);
}

static bool audioOutDispatch(xsMachine* machine) {
  MixerCallback reached;
  AudioOut* output = loudspeaker;
  if (!output) return false;
  mixerRun(&output->mixer);
  if (!mixerCallback(&output->mixer, &reached)) return false;
  xsBeginHost(machine);
  xsmcVars(2);
  callbackCall(the, output, &reached);
  xsEndHost(machine);
  return true;
}

const CallbackSource audioOutSource = {audioOutDispatch, NULL};
