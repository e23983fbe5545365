/*
 * SHA-1 (FIPS 180-4 §6.1) and HMAC-SHA-1 (RFC 2104): what STUN and SRTP authenticate with. libsodium has neither.
 */
#ifndef MUSTER_SHA1_H
#define MUSTER_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { musterSha1Bytes = 20, musterSha1BlockBytes = 64 };

/* A hash under way; of messages below 512 MB. */
typedef struct {
  uint32_t hash[5];
  uint32_t count;
  uint8_t block[musterSha1BlockBytes];
} MusterSha1;

void musterSha1Init(MusterSha1* state);
void musterSha1Update(MusterSha1* state, const uint8_t* bytes, size_t count);
void musterSha1Final(MusterSha1* state, uint8_t hash[musterSha1Bytes]);

/* A code under way: the hash of the inner key and the message, and that of the outer key. */
typedef struct {
  MusterSha1 inner;
  MusterSha1 outer;
} MusterHmacSha1;

void musterHmacSha1Init(MusterHmacSha1* state, const uint8_t* key, size_t count);
void musterHmacSha1Update(MusterHmacSha1* state, const uint8_t* bytes, size_t count);
void musterHmacSha1Final(MusterHmacSha1* state, uint8_t code[musterSha1Bytes]);

#endif
