/* The C stack, measured by painting: what the firmware never touched still has the paint. */
#include <stddef.h>

#include "../board.h"
#include "rv32.h"

extern char __stack_limit[], __stack[];

/* Below the limit an interrupt handler must still fit, and whoever checks the limit. */
enum { paint = 0x5a, marginBytes = 1536, ownFrameBytes = 256 };

char* boardStackLimit(void) { return __stack_limit + marginBytes; }

/* Up to its own frame; an interrupt meanwhile only uses what the next one will use too. */
void stackPaint(void) {
  char* top = (char*)__builtin_frame_address(0) - ownFrameBytes;
  for (char* place = __stack_limit; place < top; place++) *place = paint;
}

size_t stackPeak(void) {
  const char* place = __stack_limit;
  while (place < __stack && *place == paint) place++;
  return (size_t)(__stack - place);
}

size_t stackSize(void) { return (size_t)(__stack - __stack_limit); }
