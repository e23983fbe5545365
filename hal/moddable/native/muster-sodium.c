/*
 * muster/sodium: the primitives of hal/crypto.ts over libsodium: Espressif's component of it on the device, Debian's
 * library on the PC, Debian's source in the emulator. Needs no sodium_init(): nothing here draws randomness, and the
 * portable implementations are ready from the start.
 */
#include <sodium/crypto_auth_hmacsha512.h>
#include <sodium/crypto_hash_sha512.h>
#include <sodium/crypto_scalarmult.h>
#include <sodium/crypto_secretbox.h>
#include <sodium/crypto_sign.h>
#include <sodium/crypto_sign_ed25519.h>
#include "muster-arguments.h"
#include "muster-strict25519.h"

enum {
  hashBytes = crypto_hash_sha512_BYTES,
  seedBytes = crypto_sign_SEEDBYTES,
  signatureBytes = crypto_sign_BYTES,
  signPublicBytes = crypto_sign_PUBLICKEYBYTES,
  signSecretBytes = crypto_sign_SECRETKEYBYTES,
  curveBytes = crypto_scalarmult_BYTES,
  nonceBytes = crypto_secretbox_NONCEBYTES,
  boxKeyBytes = crypto_secretbox_KEYBYTES,
  boxTagBytes = crypto_secretbox_MACBYTES,
};

/* sha512(target, parts) */
void xs_muster_sha512(xsMachine* the) {
  crypto_hash_sha512_state state;
  xsmcVars(1);
  int count = musterPartCount(the, 1);
  crypto_hash_sha512_init(&state);
  for (int i = 0; i < count; i++) {
    MusterBytes part = musterPart(the, 1, i);
    crypto_hash_sha512_update(&state, part.bytes, part.count);
  }
  crypto_hash_sha512_final(&state, musterWrite(the, 0, hashBytes));
}

/* hmacSha512(target, key, parts) */
void xs_muster_hmacSha512(xsMachine* the) {
  crypto_auth_hmacsha512_state state;
  xsmcVars(1);
  int count = musterPartCount(the, 2);
  MusterBytes key = musterBytes(the, 1);
  crypto_auth_hmacsha512_init(&state, key.bytes, key.count);
  for (int i = 0; i < count; i++) {
    MusterBytes part = musterPart(the, 2, i);
    crypto_auth_hmacsha512_update(&state, part.bytes, part.count);
  }
  crypto_auth_hmacsha512_final(&state, musterWrite(the, 0, hashBytes));
}

/* signKeyPair(secretKey, seed) */
void xs_muster_signKeyPair(xsMachine* the) {
  uint8_t publicKey[signPublicBytes];
  uint8_t* secretKey = musterWrite(the, 0, signSecretBytes);
  crypto_sign_seed_keypair(publicKey, secretKey, musterRead(the, 1, seedBytes));
}

/* sign(target, message, secretKey) */
void xs_muster_sign(xsMachine* the) {
  uint8_t* signature = musterWrite(the, 0, signatureBytes);
  MusterBytes message = musterBytes(the, 1);
  crypto_sign_detached(signature, NULL, message.bytes, message.count, musterRead(the, 2, signSecretBytes));
}

/* verify(message, signature, publicKey) */
void xs_muster_verify(xsMachine* the) {
  MusterBytes message = musterBytes(the, 0);
  MusterBytes signature = musterBytes(the, 1);
  MusterBytes key = musterBytes(the, 2);
  bool good = signature.count == signatureBytes && key.count == signPublicBytes &&
    musterCanonicalPoint(signature.bytes) && musterCanonicalScalar(signature.bytes + 32) &&
    musterCanonicalPoint(key.bytes) &&
    crypto_sign_verify_detached(signature.bytes, message.bytes, message.count, key.bytes) == 0;
  xsmcSetBoolean(xsResult, good);
}

/* scalarMultBase(target, secret) */
void xs_muster_scalarMultBase(xsMachine* the) {
  crypto_scalarmult_base(musterWrite(the, 0, curveBytes), musterRead(the, 1, curveBytes));
}

/* scalarMult(target, secret, publicKey) */
void xs_muster_scalarMult(xsMachine* the) {
  uint8_t* shared = musterWrite(the, 0, curveBytes);
  const uint8_t* secret = musterRead(the, 1, curveBytes);
  MusterBytes key = musterBytes(the, 2);
  bool good = key.count == curveBytes && crypto_scalarmult(shared, secret, key.bytes) == 0;
  xsmcSetBoolean(xsResult, good);
}

/* convertPublicKey(target, publicKey) */
void xs_muster_convertPublicKey(xsMachine* the) {
  uint8_t* target = musterWrite(the, 0, curveBytes);
  MusterBytes key = musterBytes(the, 1);
  bool good = key.count == signPublicBytes && musterCanonicalPoint(key.bytes) &&
    crypto_sign_ed25519_pk_to_curve25519(target, key.bytes) == 0;
  xsmcSetBoolean(xsResult, good);
}

/* convertSecretKey(target, secretKey) */
void xs_muster_convertSecretKey(xsMachine* the) {
  uint8_t* target = musterWrite(the, 0, curveBytes);
  crypto_sign_ed25519_sk_to_curve25519(target, musterRead(the, 1, signSecretBytes));
}

/* secretboxSeal(target, plaintext, nonce, key) */
void xs_muster_secretboxSeal(xsMachine* the) {
  MusterBytes plain = musterBytes(the, 1);
  uint8_t* target = musterWrite(the, 0, plain.count + boxTagBytes);
  const uint8_t* nonce = musterRead(the, 2, nonceBytes);
  crypto_secretbox_easy(target, plain.bytes, plain.count, nonce, musterRead(the, 3, boxKeyBytes));
}

/* secretboxOpen(target, sealed, nonce, key) */
void xs_muster_secretboxOpen(xsMachine* the) {
  MusterBytes sealed = musterBytes(the, 1);
  const uint8_t* nonce = musterRead(the, 2, nonceBytes);
  const uint8_t* key = musterRead(the, 3, boxKeyBytes);
  xsmcSetFalse(xsResult);
  if (sealed.count < boxTagBytes) return;
  uint8_t* target = musterWrite(the, 0, sealed.count - boxTagBytes);
  xsmcSetBoolean(xsResult, crypto_secretbox_open_easy(target, sealed.bytes, sealed.count, nonce, key) == 0);
}
