/*
 * `embedded:io/serial`: options `receive`, `transmit` (pins), `port`, `baud`, `format`, `target`, `onReadable`,
 * `onWritable`. The one line there is is the board's console, at port 0.
 */
#include <stdlib.h>
#include "board.h"
#include "mc.xs.h"
#include "options.h"
#include "source.h"

enum { pinMax = 48, noPin = -1, baudMax = 20000000, transmitThreshold = 10 };

typedef struct {
  xsSlot object;
  xsSlot* onReadable;
  xsSlot* onWritable;
  Format format;
  size_t announced; /* bytes left unread by onReadable and not asked for since */
  bool asksWritable; /* the interrupt "transmit FIFO nearly empty" is on */
  size_t room; /* in the transmit FIFO: within a turn of a script no line is fast enough to empty it */
} Serial;

static Serial* line;

void xs_serial_destructor(void* data) {
  if (data && data == line) line = NULL;
  free(data);
}

static void serialMark(xsMachine* the, void* data, xsMarkRoot mark) {
  Serial* serial = data;
  if (serial && serial->onReadable) mark(the, serial->onReadable);
  if (serial && serial->onWritable) mark(the, serial->onWritable);
}

static const xsHostHooks serialHooks = {xs_serial_destructor, serialMark, NULL};

static Serial* serialOf(xsMachine* the) {
  return xsmcGetHostDataValidate(xsThis, (void*)&serialHooks);
}

/* Bytes in the receive FIFO; what is behind them waits on the line. */
static size_t readable(void) {
  size_t count = boardSerialReadable();
  return count < boardSerialFifo ? count : boardSerialFifo;
}

static int32_t pinOption(xsMachine* the, xsIdentifier id) {
  if (!optionHas(the, id)) return noPin;
  int32_t pin = optionInteger(the, id, noPin);
  if (pin < 0 || pin > pinMax) xsRangeError("invalid pin");
  if (line) xsUnknownError("in use");
  return pin;
}

static Format serialFormat(xsMachine* the, Format format, char* message) {
  if (format != formatNumber && format != formatBuffer) xsRangeError(message);
  return format;
}

void xs_serial_constructor(xsMachine* the) {
  int32_t transmit = pinOption(the, xsID_transmit);
  int32_t receive = pinOption(the, xsID_receive);
  if (transmit == noPin && receive == noPin) xsUnknownError("invalid");
  if (optionInteger(the, xsID_port, 0) != 0) xsRangeError("invalid port");
  int32_t baud = optionInteger(the, xsID_baud, 0);
  if (baud <= 0 || baud > baudMax) xsRangeError("invalid baud");
  xsSlot* onReadable = optionCallback(the, xsID_onReadable);
  xsSlot* onWritable = optionCallback(the, xsID_onWritable);
  optionTarget(the);
  Format format = serialFormat(the, optionFormat(the, formatBuffer), "invalid format");
  Serial* serial = calloc(1, sizeof *serial);
  if (!serial) xsRangeError("no memory");
  line = serial;
  serial->format = format;
  serial->onReadable = receive == noPin ? NULL : onReadable;
  serial->onWritable = transmit == noPin ? NULL : onWritable;
  serial->asksWritable = true;
  serial->room = boardSerialWritable();
  serial->object = xsThis;
  xsRemember(serial->object);
  xsmcSetHostData(xsThis, serial);
  xsSetHostHooks(xsThis, &serialHooks);
}

void xs_serial_close(xsMachine* the) {
  if (!xsmcGetHostData(xsThis)) return;
  Serial* serial = serialOf(the);
  xsForget(serial->object);
  xs_serial_destructor(serial);
  xsmcSetHostData(xsThis, NULL);
  xsmcSetHostDestructor(xsThis, NULL);
}

void xs_serial_get_format(xsMachine* the) {
  formatGet(the, serialOf(the)->format);
}

void xs_serial_set_format(xsMachine* the) {
  Serial* serial = serialOf(the);
  serial->format = serialFormat(the, formatSet(the), "unimplemented");
}

static void readByte(xsMachine* the) {
  uint8_t byte;
  boardSerialRead(&byte, 1);
  xsmcSetInteger(xsResult, byte);
}

/* Fills a buffer of the script; the result is the count. */
static void readInto(xsMachine* the, size_t available) {
  void* bytes;
  xsUnsignedValue size;
  xsmcGetBufferWritable(xsArg(0), &bytes, &size);
  if (size == 0) xsUnknownError("invalid");
  size_t count = boardSerialRead(bytes, size < available ? size : available);
  xsmcSetInteger(xsResult, (int32_t)count);
}

/* The device does not look whether so many bytes have come, and would give rubbish behind those: an error here. */
static void readCount(xsMachine* the, size_t available) {
  int32_t count = xsmcArgc && xsmcTypeOf(xsArg(0)) != xsUndefinedType ? xsmcToInteger(xsArg(0)) : (int32_t)available;
  if (count <= 0) xsUnknownError("invalid");
  if ((size_t)count > available) xsUnknownError("only %d bytes to read", (int)available);
  boardSerialRead(xsmcSetArrayBuffer(xsResult, NULL, count), (size_t)count);
}

void xs_serial_read(xsMachine* the) {
  Serial* serial = serialOf(the);
  size_t available = readable();
  if (available == 0) return;
  if (serial->format == formatNumber) readByte(the);
  else if (xsmcArgc && xsmcTypeOf(xsArg(0)) == xsReferenceType) readInto(the, available);
  else readCount(the, available);
  serial->announced = 0;
}

void xs_serial_write(xsMachine* the) {
  Serial* serial = serialOf(the);
  uint8_t byte;
  void* bytes = &byte;
  xsUnsignedValue count = 1;
  if (serial->format == formatNumber) byte = (uint8_t)xsmcToInteger(xsArg(0));
  else xsmcGetBufferReadable(xsArg(0), &bytes, &count);
  if (count > serial->room) xsUnknownError("output full");
  boardSerialWrite(bytes, count);
  serial->room -= count;
  serial->asksWritable = true;
}

static bool serialReadable(xsMachine* the, Serial* serial) {
  size_t count = readable();
  if (!serial->onReadable || count <= serial->announced) return false;
  serial->announced = count;
  callbackWithCount(the, serial->onReadable, &serial->object, (int32_t)count);
  return true;
}

static bool serialWritable(xsMachine* the, Serial* serial) {
  if (!serial->onWritable || !serial->asksWritable) return false;
  if (serial->room < boardSerialFifo - transmitThreshold) return false;
  serial->asksWritable = false;
  callbackWithCount(the, serial->onWritable, &serial->object, (int32_t)serial->room);
  return true;
}

static bool serialDispatch(xsMachine* the) {
  if (line) line->room = boardSerialWritable();
  return line && (serialReadable(the, line) || serialWritable(the, line));
}

const CallbackSource serialSource = {serialDispatch, NULL};
