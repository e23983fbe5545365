/*
 * The file between muster-xs-emit and a device without a parser. Numbers are 32 bit, little endian:
 *
 *   "MXBC", XS version (major, minor, patch: bytes), bytes of an identifier (a byte), count of modules; then each:
 *   bytes of specifier, of code, of symbols, of hosts, preload (0 or 1), then these four, each padded to four bytes
 */
#ifndef MUSTER_XS_IMAGE_H
#define MUSTER_XS_IMAGE_H

#include <stdint.h>

enum { imageHeaderBytes = 12, imageModuleWords = 5 };
#define imageMark "MXBC"

static inline uint32_t imagePadded(uint32_t bytes) {
  return (bytes + 3) & ~(uint32_t)3;
}

#endif
