/*
 * muster/aes: AES-128 in counter mode, the cipher of SRTP (RFC 3711 §4.1.1).
 */
#include <string.h>
#include "muster-aes128.h"
#include "muster-arguments.h"

/* aesCtr(target, key, counter, bytes) */
void xs_muster_aesCtr(xsMachine* the) {
  MusterAes128 aes;
  uint8_t counter[musterAes128BlockBytes];
  MusterBytes bytes = musterBytes(the, 3);
  uint8_t* target = musterWrite(the, 0, bytes.count);
  musterAes128Init(&aes, musterRead(the, 1, musterAes128KeyBytes));
  memcpy(counter, musterRead(the, 2, musterAes128BlockBytes), sizeof(counter));
  musterAes128Ctr(&aes, counter, (MusterAes128Run){ target, bytes.bytes, bytes.count });
}
