/*
 * The arguments of a native function, checked. Whoever calls us with the wrong kind of argument or with one of the
 * wrong size made a mistake: that is a TypeError or a RangeError.
 *
 * What the functions here return points into memory that moves when something is allocated. So our native functions
 * allocate nothing; they write into arrays of the script.
 */
#ifndef MUSTER_ARGUMENTS_H
#define MUSTER_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>
#include "muster-sample-array.h"
#include "xsmc.h"

typedef struct {
  const uint8_t* bytes;
  size_t count;
} MusterBytes;

/* Argument `n`, a buffer or an array of bytes, of any size. */
MusterBytes musterBytes(xsMachine* the, int n);

/* Argument `n`, an array of exactly `count` bytes to read. */
const uint8_t* musterRead(xsMachine* the, int n, size_t count);

/* Argument `n`, an array of exactly `count` bytes to write. */
uint8_t* musterWrite(xsMachine* the, int n, size_t count);

/* Argument `n`, an array of bytes to write, from place `at` (argument `n` + 1) on: `count` bytes must fit. */
uint8_t* musterWriteAt(xsMachine* the, int n, size_t count);

/* How many elements the list has that is argument `n`. This and the next use xsVar(0): xsmcVars(1) comes first. */
int musterPartCount(xsMachine* the, int n);

/* Element `i` of the list that is argument `n`: an array of bytes. */
MusterBytes musterPart(xsMachine* the, int n, int i);

/* Argument `n`, an Int16Array, to read. */
MusterSamples musterReadSamples(xsMachine* the, int n);

/* Argument `n`, an Int16Array, to write. */
MusterSamples musterWriteSamples(xsMachine* the, int n);

/* Argument `n`, a whole number in `least` .. `most`. */
int32_t musterInteger(xsMachine* the, int n, int32_t least, int32_t most);

#endif
