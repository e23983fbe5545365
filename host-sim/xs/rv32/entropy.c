/*
 * Unpredictable bytes. The chip's hardware generator is here the host's /dev/urandom, read through semihosting; with
 * the option `seed` instead SHA-512 of seed and counter, so that a run can be counted twice. Never a constant: without
 * the one or the other the program ends.
 */
#include <semihost.h>
#include <string.h>

#include "../board.h"
#include "rv32.h"
#include "sodium.h"

static int gFile = -1;
static const char* gSeed;
static uint64_t gCounter;

void entropyOpen(void) {
  gSeed = boardOption("seed");
  if (gSeed && *gSeed) return;
  gSeed = NULL;
  gFile = sys_semihost_open("/dev/urandom", SH_OPEN_R_B);
  if (gFile < 0) boardFail("no entropy: /dev/urandom cannot be read");
}

static void seeded(uint8_t* bytes, size_t count) {
  crypto_hash_sha512_state state;
  uint8_t block[crypto_hash_sha512_BYTES];
  while (count > 0) {
    size_t part = count < sizeof block ? count : sizeof block;
    gCounter++;
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, (const uint8_t*)gSeed, strlen(gSeed));
    crypto_hash_sha512_update(&state, (const uint8_t*)&gCounter, sizeof gCounter);
    crypto_hash_sha512_final(&state, block);
    memcpy(bytes, block, part);
    bytes += part;
    count -= part;
  }
}

void boardEntropy(void* bytes, size_t count) {
  if (gSeed) {
    seeded(bytes, count);
    return;
  }
  /* Semihosting counts what was not read. */
  if (sys_semihost_read(gFile, bytes, count) != 0) boardFail("no entropy: /dev/urandom ended");
}
