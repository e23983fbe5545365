/*
 * SHA-1 and HMAC-SHA-1: see the header.
 */
#include "muster-sha1.h"
#include <string.h>

static uint32_t rotated(uint32_t word, int bits) {
  return word << bits | word >> (32 - bits);
}

/* The words of a block, and what follows from them. */
static void schedule(uint32_t words[80], const uint8_t* block) {
  for (int i = 0; i < 16; i++, block += 4) {
    words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  }
  for (int i = 16; i < 80; i++) words[i] = rotated(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
}

/* f and K of a round, added. */
static uint32_t mixed(int i, uint32_t b, uint32_t c, uint32_t d) {
  if (i < 20) return (d ^ (b & (c ^ d))) + 0x5a827999;
  if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (i < 60) return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

static void compress(uint32_t hash[5], const uint8_t* block) {
  uint32_t words[80];
  uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
  schedule(words, block);
  for (int i = 0; i < 80; i++) {
    uint32_t next = rotated(a, 5) + mixed(i, b, c, d) + e + words[i];
    e = d;
    d = c;
    c = rotated(b, 30);
    b = a;
    a = next;
  }
  hash[0] += a;
  hash[1] += b;
  hash[2] += c;
  hash[3] += d;
  hash[4] += e;
}

void musterSha1Init(MusterSha1* state) {
  static const uint32_t initial[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
  memcpy(state->hash, initial, sizeof(initial));
  state->count = 0;
}

void musterSha1Update(MusterSha1* state, const uint8_t* bytes, size_t count) {
  while (count > 0) {
    size_t at = state->count % musterSha1BlockBytes;
    size_t taken = musterSha1BlockBytes - at;
    if (taken > count) taken = count;
    memcpy(state->block + at, bytes, taken);
    state->count += (uint32_t)taken;
    bytes += taken;
    count -= taken;
    if (at + taken == musterSha1BlockBytes) compress(state->hash, state->block);
  }
}

static void store(uint8_t* bytes, uint32_t word) {
  for (int i = 3; i >= 0; i--, word >>= 8) bytes[i] = (uint8_t)word;
}

void musterSha1Final(MusterSha1* state, uint8_t hash[musterSha1Bytes]) {
  static const uint8_t padding[musterSha1BlockBytes] = { 0x80 };
  uint8_t length[8];
  size_t at = state->count % musterSha1BlockBytes;
  store(length, state->count >> 29);
  store(length + 4, state->count << 3);
  musterSha1Update(state, padding, (at < 56 ? 56 : 120) - at);
  musterSha1Update(state, length, sizeof(length));
  for (int i = 0; i < 5; i++) store(hash + 4 * i, state->hash[i]);
}

static void startMasked(MusterSha1* state, const uint8_t key[musterSha1BlockBytes], uint8_t mask) {
  uint8_t block[musterSha1BlockBytes];
  for (int i = 0; i < musterSha1BlockBytes; i++) block[i] = key[i] ^ mask;
  musterSha1Init(state);
  musterSha1Update(state, block, sizeof(block));
}

void musterHmacSha1Init(MusterHmacSha1* state, const uint8_t* key, size_t count) {
  uint8_t block[musterSha1BlockBytes] = { 0 };
  if (count <= sizeof(block)) {
    memcpy(block, key, count);
  } else {
    musterSha1Init(&state->inner);
    musterSha1Update(&state->inner, key, count);
    musterSha1Final(&state->inner, block);
  }
  startMasked(&state->inner, block, 0x36);
  startMasked(&state->outer, block, 0x5c);
}

void musterHmacSha1Update(MusterHmacSha1* state, const uint8_t* bytes, size_t count) {
  musterSha1Update(&state->inner, bytes, count);
}

void musterHmacSha1Final(MusterHmacSha1* state, uint8_t code[musterSha1Bytes]) {
  musterSha1Final(&state->inner, code);
  musterSha1Update(&state->outer, code, musterSha1Bytes);
  musterSha1Final(&state->outer, code);
}
