/*
 * Where malloc gets its memory. What is made before heapSeal stands for the ROM that the SDK's linker makes, and lies
 * in "flash"; what is taken later is RAM: records of natives, SharedArrayBuffers, scratch of JSON and RegExp. (malloc
 * may use again in "flash" what was freed there: RAM in use is counted a little too low then, never too high.)
 */
#include <stddef.h>
#include <unistd.h>

#include "chip.h"
#include "rv32.h"

extern char __heap_start[], __heap_end[];

static char* gFlash = (char*)(uintptr_t)chipRootMachine;
static char* gRam = __heap_start;
static bool gSealed;

void heapSeal(void) { gSealed = true; }

size_t heapBytes(void) { return (size_t)(gRam - __heap_start); }

void* sbrk(ptrdiff_t bytes) {
  char** next = gSealed ? &gRam : &gFlash;
  char* end = gSealed ? __heap_end : (char*)(uintptr_t)(chipRootMachine + chipRootMachineBytes);
  char* old = *next;
  if (bytes > end - old) return (void*)-1;
  *next = old + bytes;
  return old;
}
