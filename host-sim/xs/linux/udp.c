/*
 * UDP on Linux. A socket of the device is bound to the phone's own address here, sends all and hears what is sent to
 * it. Once it joins a group there is a second one, bound to 0.0.0.0 with the same port, because only there do multicast
 * and broadcast arrive; one that joins none shares no port number with other phones of the machine, so it hears no
 * broadcast. A datagram of our own come back from the group is dropped, as are group datagrams from outside the LAN.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "board.h"
#include "lan.h"
#include "linux.h"

enum { datagramBytes = 65536, kernelBufferBytes = 512 * 1024, waitingMax = 1024 };

typedef struct Datagram {
  struct Datagram* next;
  uint32_t address;
  uint16_t port;
  size_t count;
  uint8_t bytes[];
} Datagram;

typedef struct {
  int own;   /* -1: this entry is free */
  int group; /* -1: it has joined none */
  uint16_t port;
  int waiting;
  Datagram* first;
  Datagram** end;
} Socket;

static Socket sockets[boardSocketsMax];

void udpOpen(void) {
  lanOpen();
  for (int i = 0; i < boardSocketsMax; i++) sockets[i].own = sockets[i].group = -1;
}

static struct sockaddr_in endpoint(uint32_t address, uint16_t port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
}

/*
 * Whether a socket is bound to just this address and port. All phones of a machine share the port number, hence
 * SO_REUSEADDR, and with it two phones could take one address, the older going deaf.
 */
static bool isTaken(uint16_t port) {
  char line[256], wanted[32];
  bool taken = false;
  FILE* file = port ? fopen("/proc/self/net/udp", "r") : NULL;
  if (!file) return false;
  snprintf(wanted, sizeof wanted, ": %08X:%04X ", htonl(boardAddress()), port);
  while (!taken && fgets(line, sizeof line, file)) {
    char* colon = strchr(line, ':');
    taken = colon && !strncmp(colon, wanted, strlen(wanted));
  }
  fclose(file);
  return taken;
}

/* -1: it cannot be bound. */
static int bound(uint32_t address, uint16_t port) {
  struct sockaddr_in local = endpoint(address, port);
  int one = 1, size = kernelBufferBytes;
  int file = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (file < 0) return -1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(file, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (bind(file, (struct sockaddr*)&local, sizeof local) == 0) return file;
  close(file);
  return -1;
}

static void prepare(int file) {
  struct in_addr own = {.s_addr = htonl(boardAddress())};
  unsigned char hops = 1, loop = 1;
  int one = 1;
  setsockopt(file, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
  setsockopt(file, IPPROTO_IP, IP_MULTICAST_IF, &own, sizeof own);
  setsockopt(file, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops);
  setsockopt(file, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop);
}

static uint16_t portOf(int file) {
  struct sockaddr_in local;
  socklen_t size = sizeof local;
  getsockname(file, (struct sockaddr*)&local, &size);
  return ntohs(local.sin_port);
}

int boardUdpOpen(uint16_t port) {
  int index = 0;
  while (index < boardSocketsMax && sockets[index].own >= 0) index++;
  if (index == boardSocketsMax || isTaken(port)) return -1;
  int own = bound(boardAddress(), port);
  if (own < 0) return -1;
  prepare(own);
  Socket* it = &sockets[index];
  *it = (Socket){.own = own, .group = -1, .port = portOf(own)};
  it->end = &it->first;
  return index;
}

bool boardUdpJoin(int socket, uint32_t group, bool join) {
  struct ip_mreqn request = {.imr_multiaddr.s_addr = htonl(group), .imr_address.s_addr = htonl(boardAddress())};
  int option = join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP;
  Socket* it = &sockets[socket];
  if (!IN_MULTICAST(group)) return false;
  if (it->group < 0 && join) it->group = bound(INADDR_ANY, it->port);
  return it->group >= 0 && setsockopt(it->group, IPPROTO_IP, option, &request, sizeof request) == 0;
}

/* ---- receiving */

static void keep(Socket* it, const struct sockaddr_in* from, const uint8_t* bytes, size_t count) {
  Datagram* datagram = it->waiting < waitingMax ? malloc(sizeof *datagram + count) : NULL;
  if (!datagram) return;
  datagram->next = NULL;
  datagram->address = ntohl(from->sin_addr.s_addr);
  datagram->port = ntohs(from->sin_port);
  datagram->count = count;
  memcpy(datagram->bytes, bytes, count);
  *it->end = datagram;
  it->end = &datagram->next;
  it->waiting++;
}

/* Takes in what one of the two has. */
static void receive(Socket* it, int file) {
  static uint8_t bytes[datagramBytes];
  struct sockaddr_in from;
  for (;;) {
    socklen_t size = sizeof from;
    ssize_t count = recvfrom(file, bytes, sizeof bytes, 0, (struct sockaddr*)&from, &size);
    if (count < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      continue; /* an ICMP error of something sent before */
    }
    uint32_t address = ntohl(from.sin_addr.s_addr);
    bool isOwn = address == boardAddress() && ntohs(from.sin_port) == it->port;
    if (isOwn || (file == it->group && !lanHolds(address))) continue;
    keep(it, &from, bytes, (size_t)count);
  }
}

void udpPoll(void) {
  for (Socket* it = sockets; it < sockets + boardSocketsMax; it++) {
    if (it->own < 0) continue;
    receive(it, it->own);
    if (it->group >= 0) receive(it, it->group);
  }
}

int udpWaits(struct pollfd* entries) {
  int count = 0;
  for (Socket* it = sockets; it < sockets + boardSocketsMax; it++) {
    if (it->own < 0) continue;
    entries[count++] = (struct pollfd){.fd = it->own, .events = POLLIN};
    if (it->group >= 0) entries[count++] = (struct pollfd){.fd = it->group, .events = POLLIN};
  }
  return count;
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

/* ---- sending */

/* The kernel would send 255.255.255.255 out on the default route's interface: the LAN's own broadcast goes instead. */
bool boardUdpWrite(int socket, const void* bytes, size_t count, uint32_t address, uint16_t port) {
  struct sockaddr_in to = endpoint(address == INADDR_BROADCAST ? lanBroadcast() : address, port);
  for (;;) {
    ssize_t sent = sendto(sockets[socket].own, bytes, count, 0, (struct sockaddr*)&to, sizeof to);
    if (sent >= 0) return true;
    /* As on the device, a port nobody listens on is no fault of the sender's. */
    if (errno != EINTR && errno != ECONNREFUSED) return false;
  }
}

void boardUdpClose(int socket) {
  Socket* it = &sockets[socket];
  uint32_t address;
  uint16_t port;
  uint8_t byte;
  if (it->own < 0) return;
  while (boardUdpRead(socket, &byte, 0, &address, &port) >= 0) continue;
  close(it->own);
  if (it->group >= 0) close(it->group);
  it->own = it->group = -1;
}
