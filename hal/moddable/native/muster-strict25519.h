/*
 * What strict verification of Ed25519 refuses before any arithmetic (RFC 8032 §5.1.7 and more), so that no version of
 * libsodium below decides on it. The same checks stand in hal/portable/strict-ed25519.ts.
 */
#ifndef MUSTER_STRICT25519_H
#define MUSTER_STRICT25519_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the y of an encoded point is below 2^255 - 19: else the point has a second encoding. */
bool musterCanonicalPoint(const uint8_t encoded[32]);

/* Whether a scalar, lowest byte first, is below the order of the prime subgroup. */
bool musterCanonicalScalar(const uint8_t scalar[32]);

#endif
