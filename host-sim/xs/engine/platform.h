/*
 * What XS asks of its platform (the header XS includes as XSPLATFORM): memory, printing, time and identifier size.
 * The same file serves Linux (64 and 32 bit) and bare rv32; nothing here depends on a system but the C library.
 * Slots are 16 bytes where pointers have 32 bits, as on an ESP32, and 32 bytes on 64 bit with 32-bit identifiers.
 * The emitter is 64 bit with 16-bit identifiers (MUSTER_ID16), so that its byte code is the device's.
 */
#ifndef MUSTER_XS_PLATFORM_H
#define MUSTER_XS_PLATFORM_H

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define XS_FUNCTION_NORETURN __attribute__((noreturn))
#define mxExport extern
#define mxImport extern

/* Our part of a machine: its arena, and whether promise jobs wait. The rest is for Atomics.wait, which none may use. */
#define mxMachinePlatform \
  struct sxArena* arena; \
  int promiseJobs; \
  void* waiterCondition; \
  void* waiterData; \
  void* waiterLink;

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultSharedChunks 1
#define mxUseDefaultDebug 1
#define mxUseDefaultCStackLimit 0
#define mxHostFunctionPrimitive 1

#if INTPTR_MAX == INT64_MAX && !defined(MUSTER_ID16)
#define mx32bitID 1
#endif

/* The tables of a machine (keys, names, symbols, aliases) belong to its arena too. */
void* arenaTable(size_t size);
void arenaTableFree(void* table);
void* arenaRealloc(void* block, size_t size);
#define c_malloc_uint32 arenaTable
#define c_free_uint32 arenaTableFree
#define c_realloc arenaRealloc

/* The engine's own messages are diagnostics: standard output is the serial console. */
int platformPrint(const char* format, ...) __attribute__((format(printf, 1, 2)));
int platformPrintList(const char* format, va_list list);
#define c_printf platformPrint
#define c_vprintf platformPrintList

/* Math.random: the hardware generator, as on an ESP32. */
uint32_t platformRandom(void);
#define c_rand platformRandom
#define C_RAND_MAX 0xFFFFFFFF

#define C_PATH_MAX 256

#endif
