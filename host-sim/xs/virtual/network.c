/* The phone's address, which never changes, and its UDP sockets; datagrams go and come by the conductor. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "linux/linux.h"
#include "virtual.h"

enum { endpointBytes = 7, waitingMax = 1024, groupBits = 28, groupPrefix = 0xE };

static const uint32_t mask = 0xFFFFFF00;

typedef struct Datagram {
  struct Datagram* next;
  uint32_t address;
  uint16_t port;
  size_t count;
  uint8_t bytes[];
} Datagram;

typedef struct {
  bool open;
  uint16_t port;
  int waiting;
  Datagram* first;
  Datagram** end;
} Socket;

static uint32_t own;
static Socket sockets[boardSocketsMax];

void udpOpen(void) {
  const char* text = boardOption("address");
  struct in_addr parsed;
  if (!text || inet_pton(AF_INET, text, &parsed) != 1) fail(false, "--address wants an IPv4 address");
  own = ntohl(parsed.s_addr);
}

uint32_t boardAddress(void) {
  return own;
}

uint32_t boardNetmask(void) {
  return mask;
}

void boardMac(uint8_t mac[6]) {
  mac[0] = 0x02;
  mac[1] = 0x4D;
  put32(mac + 2, own);
}

static bool isTaken(uint16_t port) {
  for (int i = 0; i < boardSocketsMax; i++)
    if (sockets[i].open && sockets[i].port == port) return true;
  return false;
}

int boardUdpOpen(uint16_t port) {
  uint8_t head[3];
  int index = 0;
  while (index < boardSocketsMax && sockets[index].open) index++;
  if (index == boardSocketsMax || port == 0 || isTaken(port)) return -1;
  Socket* it = &sockets[index];
  *it = (Socket){.open = true, .port = port};
  it->end = &it->first;
  head[0] = (uint8_t)index;
  put16(head + 1, port);
  tell('O', head, sizeof head, NULL, 0);
  return index;
}

/* The conductor hands out everything sent to the group. */
bool boardUdpJoin(int socket, uint32_t group, bool join) {
  (void)socket, (void)join;
  return group >> groupBits == groupPrefix;
}

void networkDeliver(const uint8_t* datagram, size_t count) {
  if (count < endpointBytes || datagram[0] >= boardSocketsMax) return;
  Socket* it = &sockets[datagram[0]];
  size_t length = count - endpointBytes;
  Datagram* kept = it->open && it->waiting < waitingMax ? malloc(sizeof *kept + length) : NULL;
  if (!kept) return;
  kept->next = NULL;
  kept->address = get32(datagram + 1);
  kept->port = get16(datagram + 5);
  kept->count = length;
  memcpy(kept->bytes, datagram + endpointBytes, length);
  *it->end = kept;
  it->end = &kept->next;
  it->waiting++;
}

int boardUdpWaiting(int socket) {
  return sockets[socket].waiting;
}

int boardUdpRead(int socket, void* bytes, size_t size, uint32_t* address, uint16_t* port) {
  Socket* it = &sockets[socket];
  Datagram* datagram = it->first;
  if (!datagram) return -1;
  size_t count = datagram->count < size ? datagram->count : size;
  memcpy(bytes, datagram->bytes, count);
  *address = datagram->address;
  *port = datagram->port;
  it->first = datagram->next;
  if (!it->first) it->end = &it->first;
  it->waiting--;
  free(datagram);
  return (int)count;
}

bool boardUdpWrite(int socket, const void* bytes, size_t count, uint32_t address, uint16_t port) {
  uint8_t head[endpointBytes] = {(uint8_t)socket};
  put32(head + 1, address);
  put16(head + 5, port);
  tell('D', head, sizeof head, bytes, count);
  return true;
}

void boardUdpClose(int socket) {
  uint8_t head = (uint8_t)socket, rest[1500];
  uint32_t address;
  uint16_t port;
  while (boardUdpRead(socket, rest, sizeof rest, &address, &port) >= 0) continue;
  sockets[socket].open = false;
  tell('C', &head, sizeof head, NULL, 0);
}
