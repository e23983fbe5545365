/*
 * `embedded:io/socket/udp`, the device's socket on lwIP: options `port`, `timeToLive`, `format`, `target`,
 * `onReadable`; all others are ignored. The queue of datagrams received has no limit but memory.
 */
#include <stdlib.h>
#include "address.h"
#include "board.h"
#include "mc.xs.h"
#include "options.h"
#include "source.h"
#include "station.h"

/* The payload of the first buffer lwIP makes of an Ethernet frame or of the first of several fragments. */
enum { firstBufferBytes = 1472 };

typedef struct {
  int socket;
  xsSlot object;
  xsSlot* onReadable;
  int announced; /* datagrams waiting that onReadable was called for */
} Udp;

static Udp* sockets[boardSocketsMax];
static int turn;
static uint8_t datagram[firstBufferBytes];

void xs_udp_destructor(void* data) {
  Udp* udp = data;
  if (!udp) return;
  for (int i = 0; i < boardSocketsMax; i++)
    if (sockets[i] == udp) sockets[i] = NULL;
  boardUdpClose(udp->socket);
  free(udp);
}

static void udpMark(xsMachine* the, void* data, xsMarkRoot mark) {
  Udp* udp = data;
  if (udp && udp->onReadable) mark(the, udp->onReadable);
}

static const xsHostHooks udpHooks = {xs_udp_destructor, udpMark, NULL};

static Udp* udpOf(xsMachine* the) {
  return xsmcGetHostDataValidate(xsThis, (void*)&udpHooks);
}

static Udp** udpFree(void) {
  for (int i = 0; i < boardSocketsMax; i++)
    if (!sockets[i]) return &sockets[i];
  return NULL;
}

void xs_udp_constructor(xsMachine* the) {
  xsSlot* onReadable = optionCallback(the, xsID_onReadable);
  if (!stationStarted()) xsUnknownError("no network");
  int32_t port = optionInteger(the, xsID_port, 0);
  if (port < 0 || port > 65535) xsRangeError("invalid port");
  int32_t hops = optionInteger(the, xsID_timeToLive, 255);
  if (hops <= 0 || hops > 255) xsRangeError("invalid timeToLive");
  optionTarget(the);
  if (optionFormat(the, formatBuffer) != formatBuffer) xsRangeError("invalid format");
  Udp** place = udpFree();
  if (!place) xsRangeError("no socket");
  int socket = boardUdpOpen((uint16_t)port);
  if (socket < 0) xsUnknownError("bind failed");
  Udp* udp = calloc(1, sizeof *udp);
  if (!udp) {
    boardUdpClose(socket);
    xsRangeError("no memory");
  }
  *place = udp;
  udp->socket = socket;
  udp->onReadable = onReadable;
  udp->object = xsThis;
  xsRemember(udp->object);
  xsmcSetHostData(xsThis, udp);
  xsSetHostHooks(xsThis, &udpHooks);
}

void xs_udp_close(xsMachine* the) {
  if (!xsmcGetHostData(xsThis)) return;
  Udp* udp = udpOf(the);
  xsForget(udp->object);
  xs_udp_destructor(udp);
  xsmcSetHostData(xsThis, NULL);
  xsmcSetHostDestructor(xsThis, NULL);
}

void xs_udp_read(xsMachine* the) {
  Udp* udp = udpOf(the);
  uint32_t address;
  uint16_t port;
  int count = boardUdpRead(udp->socket, datagram, sizeof datagram, &address, &port);
  if (count < 0) return;
  if (udp->announced > 0) udp->announced--;
  char text[addressChars + 1];
  addressPrint(address, text);
  xsmcVars(1);
  xsmcSetArrayBuffer(xsResult, datagram, count);
  xsmcSetInteger(xsVar(0), port);
  xsmcSet(xsResult, xsID_port, xsVar(0));
  xsmcSetString(xsVar(0), text);
  xsmcSet(xsResult, xsID_address, xsVar(0));
}

static uint32_t addressOf(xsMachine* the, xsSlot* slot) {
  uint32_t address;
  if (!addressParse(xsmcToString(*slot), &address)) xsRangeError("invalid IP address");
  return address;
}

void xs_udp_write(xsMachine* the) {
  Udp* udp = udpOf(the);
  void* bytes;
  xsUnsignedValue count;
  uint32_t address = addressOf(the, &xsArg(1));
  uint16_t port = (uint16_t)xsmcToInteger(xsArg(2));
  xsmcGetBufferReadable(xsArg(0), &bytes, &count);
  if (!stationReady() || !boardUdpWrite(udp->socket, bytes, count, address, port)) xsUnknownError("UDP send failed");
}

void xs_udp_add(xsMachine* the) {
  Udp* udp = udpOf(the);
  uint32_t group = addressOf(the, &xsArg(0));
  if (group == UINT32_MAX) xsUnknownError("broadcast is not multicast");
  boardUdpJoin(udp->socket, group, true); /* the device does not look whether it worked */
}

void xs_udp_remove(xsMachine* the) {
  Udp* udp = udpOf(the);
  boardUdpJoin(udp->socket, addressOf(the, &xsArg(0)), false);
}

/* While there is no link, nothing can have arrived. */
static void udpDrop(Udp* udp) {
  uint32_t address;
  uint16_t port;
  while (boardUdpRead(udp->socket, datagram, sizeof datagram, &address, &port) >= 0) continue;
  udp->announced = 0;
}

/* Calls onReadable when datagrams came since it was last called; those left unread then do not call it again. */
static bool udpAnnounce(xsMachine* the, Udp* udp) {
  if (!stationReady()) udpDrop(udp);
  int waiting = boardUdpWaiting(udp->socket);
  if (!udp->onReadable || waiting <= udp->announced) return false;
  udp->announced = waiting;
  callbackWithCount(the, udp->onReadable, &udp->object, waiting);
  return true;
}

static bool udpDispatch(xsMachine* the) {
  for (int i = 0; i < boardSocketsMax; i++) {
    int at = (turn + i) % boardSocketsMax;
    if (!sockets[at] || !udpAnnounce(the, sockets[at])) continue;
    turn = (at + 1) % boardSocketsMax;
    return true;
  }
  return false;
}

const CallbackSource udpSource = {udpDispatch, NULL};
