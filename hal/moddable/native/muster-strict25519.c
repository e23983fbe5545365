/*
 * The encodings that strict Ed25519 accepts: see the header. What is judged is public: time may depend on it.
 */
#include "muster-strict25519.h"

/* 2^252 + 27742317777372353535851937790883648493, lowest byte first. */
static const uint8_t groupOrder[32] = {
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
};

bool musterCanonicalPoint(const uint8_t encoded[32]) {
  if ((encoded[31] & 0x7f) != 0x7f) return true;
  for (int i = 30; i > 0; i--) {
    if (encoded[i] != 0xff) return true;
  }
  return encoded[0] < 0xed;
}

bool musterCanonicalScalar(const uint8_t scalar[32]) {
  for (int i = 31; i >= 0; i--) {
    if (scalar[i] != groupOrder[i]) return scalar[i] < groupOrder[i];
  }
  return false;
}
