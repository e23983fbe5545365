/*
 * `embedded:io/audio/in`: options `sampleRate`, `channels`, `bitsPerSample`, `audioType`, `format`, `target`,
 * `onReadable`. Recording starts with `start` and fills a ring, whether it is read or not.
 */
#include <stdlib.h>
#include <string.h>
#include "board.h"
#include "mc.xs.h"
#include "options.h"
#include "source.h"

enum { rateDefault = 8000, rateMin = 8000, rateMax = 48000, sampleBits = 16 };

typedef struct {
  xsSlot object;
  xsSlot* onReadable;
  int32_t rate;
  size_t announced; /* bytes unread that onReadable was called for */
  bool recording;
} AudioIn;

static AudioIn* microphone;

void xs_audio_in_destructor(void* data) {
  AudioIn* input = data;
  if (input && input == microphone) {
    if (input->recording) boardAudioInStop();
    microphone = NULL;
  }
  free(input);
}

static void audioInMark(xsMachine* the, void* data, xsMarkRoot mark) {
  AudioIn* input = data;
  if (input && input->onReadable) mark(the, input->onReadable);
}

static const xsHostHooks audioInHooks = {xs_audio_in_destructor, audioInMark, NULL};

static AudioIn* audioInOf(xsMachine* the) {
  return xsmcGetHostDataValidate(xsThis, (void*)&audioInHooks);
}

static void checkType(xsMachine* the) {
  if (!optionHas(the, xsID_audioType)) return;
  xsmcVars(1);
  xsmcGet(xsVar(0), xsArg(0), xsID_audioType);
  if (strcmp(xsmcToString(xsVar(0)), "LPCM")) xsRangeError("invalid audioType");
}

void xs_audio_in_constructor(xsMachine* the) {
  if (optionFormat(the, formatBuffer) != formatBuffer) xsRangeError("invalid format");
  if (optionInteger(the, xsID_bitsPerSample, sampleBits) != sampleBits) xsRangeError("invalid bits per sample");
  if (optionInteger(the, xsID_channels, 1) != 1) xsRangeError("invalid number of channels");
  int32_t rate = optionInteger(the, xsID_sampleRate, rateDefault);
  if (rate < rateMin || rate > rateMax) xsRangeError("invalid sample rate");
  checkType(the);
  if (microphone) xsUnknownError("already in use");
  xsSlot* onReadable = optionCallback(the, xsID_onReadable);
  optionTarget(the);
  AudioIn* input = calloc(1, sizeof *input);
  if (!input) xsRangeError("not enough memory");
  microphone = input;
  input->rate = rate;
  input->onReadable = onReadable;
  input->object = xsThis;
  xsRemember(input->object);
  xsmcSetHostData(xsThis, input);
  xsSetHostHooks(xsThis, &audioInHooks);
}

void xs_audio_in_close(xsMachine* the) {
  if (!xsmcGetHostData(xsThis)) return;
  AudioIn* input = audioInOf(the);
  xsForget(input->object);
  xs_audio_in_destructor(input);
  xsmcSetHostData(xsThis, NULL);
  xsmcSetHostDestructor(xsThis, NULL);
}

void xs_audio_in_start(xsMachine* the) {
  AudioIn* input = audioInOf(the);
  if (!input->recording) input->recording = boardAudioInStart((uint32_t)input->rate);
}

void xs_audio_in_stop(xsMachine* the) {
  AudioIn* input = audioInOf(the);
  if (input->recording) boardAudioInStop();
  input->recording = false;
  input->announced = 0;
}

/* Reads into a buffer of the script's, which has to be filled; the result is its size. */
static size_t readInto(xsMachine* the, size_t available) {
  void* bytes;
  xsUnsignedValue size;
  xsmcGetBufferWritable(xsArg(0), &bytes, &size);
  if (size == 0 || size > available) xsUnknownError("invalid size");
  boardAudioInRead(bytes, size);
  xsmcSetInteger(xsResult, (int32_t)size);
  return size;
}

static size_t readCount(xsMachine* the, size_t available) {
  bool all = xsmcArgc == 0 || xsmcTypeOf(xsArg(0)) == xsUndefinedType;
  int32_t size = all ? (int32_t)available : xsmcToInteger(xsArg(0));
  if (size <= 0 || (size_t)size > available) xsUnknownError("invalid size");
  boardAudioInRead(xsmcSetArrayBuffer(xsResult, NULL, size), (size_t)size);
  return (size_t)size;
}

void xs_audio_in_read(xsMachine* the) {
  AudioIn* input = audioInOf(the);
  size_t available = input->recording ? boardAudioInReadable() : 0;
  if (available == 0) return;
  bool into = xsmcArgc && xsmcTypeOf(xsArg(0)) == xsReferenceType;
  size_t size = into ? readInto(the, available) : readCount(the, available);
  input->announced -= size < input->announced ? size : input->announced;
}

void xs_audio_in_get_format(xsMachine* the) {
  audioInOf(the);
  formatGet(the, formatBuffer);
}

void xs_audio_in_set_format(xsMachine* the) {
  audioInOf(the);
  if (formatSet(the) != formatBuffer) xsRangeError("invalid format");
}

void xs_audio_in_get_sampleRate(xsMachine* the) {
  xsmcSetInteger(xsResult, audioInOf(the)->rate);
}

static bool audioInDispatch(xsMachine* the) {
  AudioIn* input = microphone;
  if (!input || !input->recording || !input->onReadable) return false;
  size_t readable = boardAudioInReadable();
  if (readable <= input->announced) return false;
  input->announced = readable;
  callbackWithCount(the, input->onReadable, &input->object, (int32_t)readable);
  return true;
}

const CallbackSource audioInSource = {audioInDispatch, NULL};
