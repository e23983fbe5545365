/*
 * memcpy, memmove and memset by words, as an ESP32-C3 has them in ROM (newlib's). Those of picolibc are built for size:
 * byte by byte, six instructions each, a third of all the phone does in a call.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { wordBytes = sizeof(uint32_t), wordsAtOnce = 8 };

typedef uint32_t __attribute__((may_alias)) Word;

static int isApart(const void* a, const void* b) { return (((uintptr_t)a ^ (uintptr_t)b) & (wordBytes - 1)) != 0; }

static int isOdd(const void* place) { return ((uintptr_t)place & (wordBytes - 1)) != 0; }

static void copyEight(Word* to, const Word* from) {
  Word a = from[0], b = from[1], c = from[2], d = from[3];
  to[0] = a, to[1] = b, to[2] = c, to[3] = d;
  a = from[4], b = from[5], c = from[6], d = from[7];
  to[4] = a, to[5] = b, to[6] = c, to[7] = d;
}

static void copyUp(uint8_t* to, const uint8_t* from, size_t count) {
  if (!isApart(to, from)) {
    for (; count > 0 && isOdd(to); count--) *to++ = *from++;
    for (; count >= wordsAtOnce * wordBytes; count -= wordsAtOnce * wordBytes) {
      copyEight((Word*)to, (const Word*)from);
      to += wordsAtOnce * wordBytes, from += wordsAtOnce * wordBytes;
    }
    for (; count >= wordBytes; count -= wordBytes, to += wordBytes, from += wordBytes) *(Word*)to = *(const Word*)from;
  }
  for (; count > 0; count--) *to++ = *from++;
}

/* From the end, for what lies lower in the same bytes. */
static void copyDown(uint8_t* to, const uint8_t* from, size_t count) {
  to += count, from += count;
  if (!isApart(to, from)) {
    for (; count > 0 && isOdd(to); count--) *--to = *--from;
    for (; count >= wordBytes; count -= wordBytes) {
      to -= wordBytes, from -= wordBytes;
      *(Word*)to = *(const Word*)from;
    }
  }
  for (; count > 0; count--) *--to = *--from;
}

void* memcpy(void* restrict to, const void* restrict from, size_t count) {
  copyUp(to, from, count);
  return to;
}

void* memmove(void* to, const void* from, size_t count) {
  if ((uintptr_t)to - (uintptr_t)from >= count) copyUp(to, from, count);
  else copyDown(to, from, count);
  return to;
}

void* memset(void* to, int value, size_t count) {
  uint8_t* at = to;
  Word word = (uint8_t)value * 0x01010101u;
  for (; count > 0 && isOdd(at); count--) *at++ = (uint8_t)value;
  for (; count >= wordsAtOnce * wordBytes; count -= wordsAtOnce * wordBytes, at += wordsAtOnce * wordBytes) {
    Word* words = (Word*)at;
    words[0] = words[1] = words[2] = words[3] = words[4] = words[5] = words[6] = words[7] = word;
  }
  for (; count >= wordBytes; count -= wordBytes, at += wordBytes) *(Word*)at = word;
  for (; count > 0; count--) *at++ = (uint8_t)value;
  return to;
}
