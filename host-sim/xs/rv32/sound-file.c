#include "sound-file.h"

#include <semihost.h>
#include <stdio.h>
#include <string.h>

#include "../board.h"

enum { headerBytes = 44, chunkHeaderBytes = 8, formatBytes = 16, rawRate = 8000, pathMax = 256 };

static uint32_t word(const uint8_t* bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void putWord(uint8_t* bytes, uint32_t value) {
  for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (8 * i));
}

/* The data of chunk `name`, and its size, in a RIFF file; NULL: there is none, or it is cut off. */
static const uint8_t* chunk(const uint8_t* file, size_t bytes, const char* name, uint32_t* size) {
  size_t offset = 12;
  while (offset + chunkHeaderBytes <= bytes) {
    *size = word(file + offset + 4);
    if (*size > bytes - offset - chunkHeaderBytes) return NULL;
    if (memcmp(file + offset, name, 4) == 0) return file + offset + chunkHeaderBytes;
    offset += chunkHeaderBytes + *size + (*size & 1);
  }
  return NULL;
}

static bool parse(Sound* sound, const uint8_t* file, size_t bytes) {
  static const uint8_t pcmMono[4] = {1, 0, 1, 0};
  uint32_t size;
  const uint8_t* format;
  if (bytes < 12 || memcmp(file, "RIFF", 4) != 0) {
    *sound = (Sound){(const int16_t*)file, (uint32_t)bytes / 2, rawRate};
    return true;
  }
  format = chunk(file, bytes, "fmt ", &size);
  if (!format || size < formatBytes || memcmp(format, pcmMono, 4) != 0 || format[14] != 16) return false;
  sound->rate = word(format + 4);
  sound->samples = (const int16_t*)chunk(file, bytes, "data", &size);
  sound->count = size / 2;
  return sound->samples && ((uintptr_t)sound->samples & 1) == 0 && sound->rate > 0;
}

static bool complain(const char* path, const char* what) {
  boardLog(path);
  boardLog(what);
  return false;
}

bool soundRead(Sound* sound, const char* path, void* room, size_t roomBytes) {
  int file = sys_semihost_open(path, SH_OPEN_R_B);
  size_t left;
  if (file < 0) return complain(path, " cannot be read\n");
  left = sys_semihost_read(file, room, roomBytes);
  sys_semihost_close(file);
  if (left == 0 || left > roomBytes) return complain(path, " is too long\n");
  return parse(sound, room, roomBytes - left) || complain(path, " is no WAV file of 16 bit PCM, mono\n");
}

/* Opens `<path>.new`, writes both parts, gives it the name `path`. */
static bool replace(const char* path, const void* head, size_t headSize, const void* body, size_t bodySize) {
  char newPath[pathMax];
  int file;
  bool written;
  if (snprintf(newPath, pathMax, "%s.new", path) >= pathMax) return complain(path, " is too long a path\n");
  file = sys_semihost_open(newPath, SH_OPEN_W_B);
  if (file < 0) return complain(path, " cannot be written\n");
  written = sys_semihost_write(file, head, headSize) == 0 && (!bodySize || !sys_semihost_write(file, body, bodySize));
  if (sys_semihost_close(file) != 0 || !written) return complain(path, " cannot be written\n");
  return sys_semihost_rename(newPath, path) == 0 || complain(path, " cannot be written\n");
}

bool soundWrite(const Sound* sound, const char* path) {
  uint32_t bytes = sound->count * 2;
  uint8_t header[headerBytes] = "RIFF....WAVEfmt \x10\0\0\0\x01\0\x01\0........\x02\0\x10\0data";
  putWord(header + 4, bytes + headerBytes - 8);
  putWord(header + 24, sound->rate);
  putWord(header + 28, sound->rate * 2);
  putWord(header + 40, bytes);
  return replace(path, header, headerBytes, sound->samples, bytes);
}

bool soundWriteText(const char* path, const char* text) { return replace(path, text, strlen(text), NULL, 0); }
