/* What the subset of libsodium asks of the board, and what stands for the part of libsodium left out (core.c). */
#include "board.h"
#include "sodium.h"

static const char* sourceName(void) { return "board"; }

static uint32_t sourceWord(void) {
  uint32_t word;
  boardEntropy(&word, sizeof word);
  return word;
}

static void sourceFill(void* const bytes, const size_t count) { boardEntropy(bytes, count); }

struct randombytes_implementation boardRandomBytes = {
    .implementation_name = sourceName, .random = sourceWord, .buf = sourceFill};

/* core.c's names every primitive, to choose among several; the portable ones are the only ones here. */
int sodium_init(void) { return 0; }

void sodium_misuse(void) {
  boardLog("libsodium was misused\n");
  boardExit(1);
}
