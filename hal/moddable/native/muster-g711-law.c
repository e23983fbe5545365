/*
 * G.711 in C: see the header. Signs are handled without branches: `sign` is -1 for a negative number, else 0, so that
 * (x ^ sign) - sign gives x the sign.
 */
#include "muster-g711-law.h"

/* What makes each µ-law segment begin at a power of two, and the magnitude past which samples are clipped. */
enum { muLawBias = 0x84, muLawMost = 0x7fff };

/* The bits that a line carries inverted, for a sample that is not negative; a negative one has the sign bit other. */
enum { muLawInverted = 0xff, aLawInverted = 0xd5, signBit = 0x80 };

#define FOUR(n) n, n, n, n
#define SIXTEEN(n) FOUR(n), FOUR(n), FOUR(n), FOUR(n)
#define SIXTY_FOUR(n) SIXTEEN(n), SIXTEEN(n), SIXTEEN(n), SIXTEEN(n)

/* The segment of a magnitude of 15 bits, by its upper 8: the place of the highest bit set. */
static const uint8_t segments[256] = {
  0, 0, 1, 1, FOUR(2), FOUR(3), FOUR(3), SIXTEEN(4), SIXTEEN(5), SIXTEEN(5),
  SIXTY_FOUR(6), SIXTY_FOUR(7), SIXTY_FOUR(7),
};

void musterMuLawEncode(const int16_t* samples, size_t count, uint8_t* codes) {
  for (const int16_t* end = samples + count; samples < end; samples++) {
    int sign = *samples >> 15;
    int magnitude = (*samples ^ sign) - sign + muLawBias;
    if (magnitude > muLawMost) magnitude = muLawMost;
    unsigned segment = segments[magnitude >> 7];
    unsigned code = segment << 4 | (magnitude >> (segment + 3) & 0x0f);
    *codes++ = (uint8_t)(code ^ muLawInverted ^ (sign & signBit));
  }
}

void musterMuLawDecode(const uint8_t* codes, size_t count, int16_t* samples) {
  for (const uint8_t* end = codes + count; codes < end; codes++) {
    int code = *codes ^ muLawInverted;
    int sign = -(code >> 7);
    int magnitude = (((code & 0x0f) << 3 | muLawBias) << (code >> 4 & 7)) - muLawBias;
    *samples++ = (int16_t)((magnitude ^ sign) - sign);
  }
}

void musterALawEncode(const int16_t* samples, size_t count, uint8_t* codes) {
  for (const int16_t* end = samples + count; samples < end; samples++) {
    int sign = *samples >> 15;
    int magnitude = *samples ^ sign;
    unsigned segment = segments[magnitude >> 7];
    unsigned code = (unsigned)magnitude >> 4;
    if (segment > 0) code = segment << 4 | (magnitude >> (segment + 3) & 0x0f);
    *codes++ = (uint8_t)(code ^ aLawInverted ^ (sign & signBit));
  }
}

void musterALawDecode(const uint8_t* codes, size_t count, int16_t* samples) {
  for (const uint8_t* end = codes + count; codes < end; codes++) {
    int code = *codes ^ aLawInverted;
    int sign = -(code >> 7);
    int segment = code >> 4 & 7;
    int magnitude = ((code & 0x0f) << 4) + 8;
    if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
    *samples++ = (int16_t)((magnitude ^ sign) - sign);
  }
}
