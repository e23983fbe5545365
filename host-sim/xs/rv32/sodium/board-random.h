/* Compiled in front of every libsodium source: its randomness is the board's (entropy.c). */
#ifndef MUSTER_BOARD_RANDOM_H
#define MUSTER_BOARD_RANDOM_H

#include "randombytes.h"

extern struct randombytes_implementation boardRandomBytes;

#define RANDOMBYTES_CUSTOM_IMPLEMENTATION 1
#define RANDOMBYTES_DEFAULT_IMPLEMENTATION &boardRandomBytes

#endif
