/* The emitter's part of the engine; machine.h has flashAddSource. */
#ifndef MUSTER_XS_EMIT_H
#define MUSTER_XS_EMIT_H

#include <stdbool.h>
#include <stdio.h>

/* False: it could not be written; errno tells why. */
bool imageWrite(FILE* file);

#endif
