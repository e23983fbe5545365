/* Sound files: 16 bit mono, RIFF WAV; and raw 8 kHz samples to be heard. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linux.h"

enum { headerBytes = 44, chunkHeaderBytes = 8, formatBytes = 16, pcm = 1, rawSamplesPerSecond = 8000 };

static uint32_t word(const uint8_t* at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t half(const uint8_t* at) {
  return at[0] | (uint32_t)at[1] << 8;
}

static void putWord(uint8_t* at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
}

static uint8_t* readAll(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  long length = -1;
  if (file && fseek(file, 0, SEEK_END) == 0) length = ftell(file);
  if (length < 0) fail(true, "%s cannot be read", path);
  rewind(file);
  uint8_t* bytes = malloc((size_t)length + 1);
  if (fread(bytes, 1, (size_t)length, file) != (size_t)length) fail(true, "%s cannot be read", path);
  fclose(file);
  *size = (size_t)length;
  return bytes;
}

/* The chunk of a name, and its size; NULL without one. */
static const uint8_t* chunkOf(const uint8_t* bytes, size_t size, const char* name, size_t* chunkSize) {
  size_t at = 12;
  while (at + chunkHeaderBytes <= size) {
    size_t length = word(bytes + at + 4);
    size_t left = size - at - chunkHeaderBytes;
    *chunkSize = length < left ? length : left;
    if (!memcmp(bytes + at, name, 4)) return bytes + at + chunkHeaderBytes;
    if (length > left) break;
    at += chunkHeaderBytes + length + (length & 1);
  }
  return NULL;
}

int16_t* wavRead(const char* path, size_t* count, uint32_t* samplesPerSecond) {
  size_t size, formatSize, dataSize;
  uint8_t* bytes = readAll(path, &size);
  const uint8_t* data = bytes;
  const char* dot = strrchr(path, '.');
  *samplesPerSecond = rawSamplesPerSecond;
  dataSize = size;
  if (!dot || strcmp(dot, ".raw")) {
    bool isWav = size > 12 && !memcmp(bytes, "RIFF", 4) && !memcmp(bytes + 8, "WAVE", 4);
    const uint8_t* format = isWav ? chunkOf(bytes, size, "fmt ", &formatSize) : NULL;
    data = isWav ? chunkOf(bytes, size, "data", &dataSize) : NULL;
    if (!format || !data || formatSize < formatBytes || half(format) != pcm || half(format + 2) != 1 ||
        half(format + 14) != 16)
      fail(false, "%s is no WAV file of 16 bit mono", path);
    *samplesPerSecond = word(format + 4);
    if (*samplesPerSecond == 0) fail(false, "%s is no WAV file of 16 bit mono", path);
  }
  *count = dataSize / 2;
  int16_t* samples = calloc(*count + 1, sizeof *samples);
  for (size_t i = 0; i < *count; i++) samples[i] = (int16_t)half(data + 2 * i);
  free(bytes);
  return samples;
}

bool wavWrite(const char* path, const int16_t* samples, size_t count, uint32_t samplesPerSecond) {
  uint32_t dataBytes = (uint32_t)(count * 2);
  uint8_t header[headerBytes] = "RIFF\0\0\0\0WAVEfmt \20\0\0\0\1\0\1\0\0\0\0\0\0\0\0\0\2\0\20\0data";
  putWord(header + 4, dataBytes + headerBytes - chunkHeaderBytes);
  putWord(header + 24, samplesPerSecond);
  putWord(header + 28, samplesPerSecond * 2);
  putWord(header + 40, dataBytes);
  FILE* file = fopen(path, "wb");
  if (!file) return false;
  bool written = fwrite(header, 1, sizeof header, file) == sizeof header;
  for (size_t i = 0; i < count && written; i++) {
    uint8_t bytes[2] = {(uint8_t)samples[i], (uint8_t)((uint16_t)samples[i] >> 8)};
    written = fwrite(bytes, 1, 2, file) == 2;
  }
  return fclose(file) == 0 && written;
}
