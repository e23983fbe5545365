/*
 * The arguments of a native function: see the header. On the device as on every host, over the xsmc API of XS alone.
 */
#include "muster-arguments.h"
#include "mc.xs.h"

static uint8_t* bytesOf(xsMachine* the, int n, size_t* count) {
  void* bytes;
  xsUnsignedValue size;
  xsmcGetBufferReadable(xsArg(n), &bytes, &size);
  *count = size;
  return bytes;
}

static uint8_t* writableBytesOf(xsMachine* the, int n, size_t* count) {
  void* bytes;
  xsUnsignedValue size;
  xsmcGetBufferWritable(xsArg(n), &bytes, &size);
  *count = size;
  return bytes;
}

static void checkCount(xsMachine* the, int n, size_t count, size_t wanted) {
  if (count != wanted) xsRangeError("argument %d has %d bytes, not %d", n, (int)count, (int)wanted);
}

MusterBytes musterBytes(xsMachine* the, int n) {
  MusterBytes result;
  result.bytes = bytesOf(the, n, &result.count);
  return result;
}

const uint8_t* musterRead(xsMachine* the, int n, size_t count) {
  size_t size;
  const uint8_t* bytes = bytesOf(the, n, &size);
  checkCount(the, n, size, count);
  return bytes;
}

uint8_t* musterWrite(xsMachine* the, int n, size_t count) {
  size_t size;
  uint8_t* bytes = writableBytesOf(the, n, &size);
  checkCount(the, n, size, count);
  return bytes;
}

uint8_t* musterWriteAt(xsMachine* the, int n, size_t count) {
  size_t size;
  uint8_t* bytes = writableBytesOf(the, n, &size);
  size_t at = (size_t)musterInteger(the, n + 1, 0, INT32_MAX);
  if (at > size || size - at < count) {
    xsRangeError("%d bytes from %d on do not fit into %d", (int)count, (int)at, (int)size);
  }
  return bytes + at;
}

int musterPartCount(xsMachine* the, int n) {
  xsmcGet(xsVar(0), xsArg(n), xsID_length);
  if (xsmcTypeOf(xsVar(0)) != xsIntegerType) xsTypeError("argument %d is no list", n);
  return xsmcToInteger(xsVar(0));
}

MusterBytes musterPart(xsMachine* the, int n, int i) {
  void* bytes;
  xsUnsignedValue size;
  xsmcGetIndex(xsVar(0), xsArg(n), i);
  xsmcGetBufferReadable(xsVar(0), &bytes, &size);
  return (MusterBytes){ bytes, size };
}

static MusterSamples samplesOf(xsMachine* the, int n, bool toWrite) {
  MusterSamples result;
  if (!musterSampleArray(&xsArg(n), toWrite, &result)) xsTypeError("argument %d is no Int16Array of fixed size", n);
  return result;
}

MusterSamples musterReadSamples(xsMachine* the, int n) {
  return samplesOf(the, n, false);
}

MusterSamples musterWriteSamples(xsMachine* the, int n) {
  return samplesOf(the, n, true);
}

int32_t musterInteger(xsMachine* the, int n, int32_t least, int32_t most) {
  if (xsmcTypeOf(xsArg(n)) == xsIntegerType) {
    int32_t value = xsmcToInteger(xsArg(n));
    if (value >= least && value <= most) return value;
  } else {
    double value = xsmcToNumber(xsArg(n));
    if (value >= least && value <= most && value == (int32_t)value) return (int32_t)value;
  }
  xsRangeError("argument %d is no whole number in %d .. %d", n, (int)least, (int)most);
}
