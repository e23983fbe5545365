/* What lwIP wants to know of compiler and board. */
#ifndef MUSTER_LWIP_CC_H
#define MUSTER_LWIP_CC_H

#include <stdint.h>
#include <stdlib.h>

/* network.c */
uint32_t networkRandom(void);
_Noreturn void networkBroken(const char* what);

#define LWIP_RAND() networkRandom()
#define LWIP_PLATFORM_DIAG(message)
#define LWIP_PLATFORM_ASSERT(what) networkBroken(what)

#endif
