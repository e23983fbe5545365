/*
 * What the SDK's engine headers want of a platform, enough to compile the linker's output (mc.xs.c) for a 32-bit
 * processor and measure it: nothing is linked, nothing runs.
 */
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define mxMachinePlatform void* host;
