/*
 * AES with a key of 128 bits (FIPS 197), in the one direction that counter mode needs (NIST SP 800-38A §6.5).
 */
#ifndef MUSTER_AES128_H
#define MUSTER_AES128_H

#include <stddef.h>
#include <stdint.h>

enum { musterAes128KeyBytes = 16, musterAes128BlockBytes = 16, musterAes128Words = 44 };

/* The round keys of one key. */
typedef struct {
  uint32_t words[musterAes128Words];
} MusterAes128;

/* What to encrypt or decrypt, and where to: the two may be one place, else they do not overlap. */
typedef struct {
  uint8_t* target;
  const uint8_t* bytes;
  size_t count;
} MusterAes128Run;

void musterAes128Init(MusterAes128* aes, const uint8_t key[musterAes128KeyBytes]);

/* Counter mode from this counter block on; the block, one big-endian number, is counted up once per 16 bytes begun. */
void musterAes128Ctr(const MusterAes128* aes, uint8_t counter[musterAes128BlockBytes], MusterAes128Run run);

#endif
