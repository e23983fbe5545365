/*
 * muster/mac: HMAC-SHA-1 by our own SHA-1, HMAC-SHA-256 by libsodium.
 */
#include <sodium/crypto_auth_hmacsha256.h>
#include "muster-arguments.h"
#include "muster-sha1.h"

/* hmacSha1(target, key, parts) */
void xs_muster_hmacSha1(xsMachine* the) {
  MusterHmacSha1 state;
  xsmcVars(1);
  int count = musterPartCount(the, 2);
  MusterBytes key = musterBytes(the, 1);
  musterHmacSha1Init(&state, key.bytes, key.count);
  for (int i = 0; i < count; i++) {
    MusterBytes part = musterPart(the, 2, i);
    musterHmacSha1Update(&state, part.bytes, part.count);
  }
  musterHmacSha1Final(&state, musterWrite(the, 0, musterSha1Bytes));
}

/* hmacSha256(target, key, parts) */
void xs_muster_hmacSha256(xsMachine* the) {
  crypto_auth_hmacsha256_state state;
  xsmcVars(1);
  int count = musterPartCount(the, 2);
  MusterBytes key = musterBytes(the, 1);
  crypto_auth_hmacsha256_init(&state, key.bytes, key.count);
  for (int i = 0; i < count; i++) {
    MusterBytes part = musterPart(the, 2, i);
    crypto_auth_hmacsha256_update(&state, part.bytes, part.count);
  }
  crypto_auth_hmacsha256_final(&state, musterWrite(the, 0, crypto_auth_hmacsha256_BYTES));
}
