/*
 * muster/entropy: random bytes from where the platform has them. On the ESP32 the hardware generator, which draws from
 * the radio's noise; on our XS host what the board gives; in the SDK's simulator on Linux the kernel's generator.
 */
#include "muster-arguments.h"

#if defined(ESP_PLATFORM)
#include "esp_random.h"

static void fill(void* bytes, size_t count) {
  esp_fill_random(bytes, count);
}
#elif __has_include("board.h")
#include "board.h"

static void fill(void* bytes, size_t count) {
  boardEntropy(bytes, count);
}
#else
#include <stdlib.h>
#include <sys/random.h>

static void fill(void* bytes, size_t count) {
  while (count > 0) {
    ssize_t got = getrandom(bytes, count, 0);
    if (got < 0) abort();
    bytes = (char*)bytes + got;
    count -= (size_t)got;
  }
}
#endif

/* fill(target) */
void xs_muster_entropy_fill(xsMachine* the) {
  void* bytes;
  xsUnsignedValue count;
  xsmcGetBufferWritable(xsArg(0), &bytes, &count);
  fill(bytes, count);
}
