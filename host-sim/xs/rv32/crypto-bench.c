/*
 * Counts the instructions of each primitive of libsodium on rv32imc: run under `-icount shift=0`. One JSON object on
 * standard error. Not part of the firmware.
 */
#include <stdio.h>
#include <string.h>

#include "../board.h"
#include "rv32.h"
#include "sodium.h"

static uint8_t gMessage[1024], gSealed[1100], gOpened[1100], gPublic[32], gSecret[64], gSignature[64], gPoint[32],
    gScalar[32], gShared[32], gHash[64], gKey[32], gNonce[24], gSeed[32];
static bool gFirst = true;

/* Done twice, counted the second time: nothing is set up for the first time then. */
#define COUNT(name, call)                                  \
  do {                                                     \
    int status = (call);                                   \
    uint64_t before = boardInstructions();                 \
    status |= (call);                                      \
    tell(name, status, boardInstructions() - before);      \
  } while (0)

static void tell(const char* name, int status, uint64_t instructions) {
  char text[96];
  snprintf(text, sizeof text, "%s\"%s\":%lu", gFirst ? "{" : ",", name, (unsigned long)instructions);
  gFirst = false;
  boardLog(text);
  if (status == 0) return;
  boardLog("\nfailed\n");
  boardExit(1);
}

static void countKeys(void) {
  COUNT("signKeyPair", crypto_sign_seed_keypair(gPublic, gSecret, gSeed));
  COUNT("sign64", crypto_sign_detached(gSignature, NULL, gMessage, 64, gSecret));
  COUNT("verify64", crypto_sign_verify_detached(gSignature, gMessage, 64, gPublic));
  COUNT("convertPublicKey", crypto_sign_ed25519_pk_to_curve25519(gPoint, gPublic));
  COUNT("convertSecretKey", crypto_sign_ed25519_sk_to_curve25519(gScalar, gSecret));
  COUNT("scalarMult", crypto_scalarmult(gShared, gScalar, gPoint));
  COUNT("scalarMultBase", crypto_scalarmult_base(gShared, gScalar));
}

static void countSymmetric(void) {
  COUNT("secretboxSeal64", crypto_secretbox_easy(gSealed, gMessage, 64, gNonce, gKey));
  COUNT("secretboxOpen64", crypto_secretbox_open_easy(gOpened, gSealed, 80, gNonce, gKey));
  COUNT("secretboxSeal1024", crypto_secretbox_easy(gSealed, gMessage, 1024, gNonce, gKey));
  COUNT("secretboxOpen1024", crypto_secretbox_open_easy(gOpened, gSealed, 1040, gNonce, gKey));
  COUNT("sha512of64", crypto_hash_sha512(gHash, gMessage, 64));
  COUNT("sha512of1024", crypto_hash_sha512(gHash, gMessage, 1024));
  COUNT("sha256of1024", crypto_hash_sha256(gHash, gMessage, 1024));
  COUNT("hmacSha512of64", crypto_auth_hmacsha512(gHash, gMessage, 64, gKey));
  COUNT("hmacSha256of64", crypto_auth_hmacsha256(gHash, gMessage, 64, gKey));
}

int main(void) {
  boardOpen();
  heapSeal();
  for (size_t i = 0; i < sizeof gMessage; i++) gMessage[i] = (uint8_t)i;
  memset(gSeed, 7, sizeof gSeed);
  countKeys();
  countSymmetric();
  boardLog("}\n");
  boardExit(0);
}
