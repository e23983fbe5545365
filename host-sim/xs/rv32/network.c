/*
 * IPv4 and UDP: lwIP over the network card, and the datagram part of board.h on lwIP's callbacks. A received frame
 * stays in its card buffer, as the pbuf ESP-IDF would make of it, until a script has read the datagram.
 */
#include <stdio.h>
#include <string.h>

#include "../board.h"
#include "chip.h"
#include "lwip/etharp.h"
#include "lwip/igmp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "netif/ethernet.h"
#include "network-card.h"
#include "rv32.h"

/* A card buffer as pbuf, and, while it begins a datagram that waits, its place in the socket's queue. */
typedef struct Frame {
  struct pbuf_custom custom; /* first: lwIP hands this address back */
  struct Frame* next;
  uint32_t address;
  uint16_t port;
} Frame;

typedef struct {
  struct udp_pcb* pcb;
  Frame *oldest, *newest;
  int waiting;
} Socket;

/* An announcement to the bridge (loopback-bridge.ts): experimental ethertype; address, port, 1 opened or 0 closed. */
enum { announcementType = 0x88b5, announcementBytes = 60 };
static uint8_t bridgeMac[6] = {0x02, 0x4d, 0x75, 0x73, 0x74, 0x72};

static struct netif gCard;
static bool gUp;
static Frame gFrames[cardReceiveBuffers];
static Socket gSockets[boardSocketsMax];
static NetworkCounts gCounts;

uint32_t sys_now(void) { return (uint32_t)(boardMicroseconds() / 1000); }

uint32_t networkRandom(void) {
  uint32_t word;
  boardEntropy(&word, sizeof word);
  return word;
}

_Noreturn void networkBroken(const char* what) { boardFail("lwIP: %s", what); }

/* ---- frames */

static void freeFrame(struct pbuf* buffer) { cardGiveBack((int)((Frame*)buffer - gFrames)); }

static err_t sendFrame(struct netif* card, struct pbuf* frame) {
  uint8_t* room = frame->tot_len <= cardFrameBytes ? cardSendRoom() : NULL;
  (void)card;
  if (!room) {
    gCounts.unsent++;
    return ERR_MEM;
  }
  pbuf_copy_partial(frame, room, frame->tot_len, 0);
  cardSend(frame->tot_len);
  gCounts.sent++;
  return ERR_OK;
}

static bool receiveFrames(void) {
  uint8_t* bytes;
  size_t length;
  int number;
  bool some = false;
  while ((number = cardReceive(&bytes, &length)) >= 0) {
    Frame* frame = &gFrames[number];
    struct pbuf* buffer;
    some = true;
    gCounts.received++;
    frame->custom.custom_free_function = freeFrame;
    buffer = pbuf_alloced_custom(PBUF_RAW, (u16_t)length, PBUF_REF, &frame->custom, bytes, cardFrameBytes);
    if (gCard.input(buffer, &gCard) != ERR_OK) pbuf_free(buffer);
  }
  return some;
}

bool networkPoll(void) {
  bool some;
  if (!gUp) return false;
  some = receiveFrames();
  sys_check_timeouts();
  return some;
}

uint32_t networkSleepTime(void) { return gUp ? sys_timeouts_sleeptime() : UINT32_MAX; }
NetworkCounts networkCounts(void) { return gCounts; }

/* ---- the card as lwIP's interface */

static err_t openInterface(struct netif* card) {
  card->name[0] = 's';
  card->name[1] = 't';
  card->mtu = 1500;
  card->hwaddr_len = 6;
  card->flags =
      NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP | NETIF_FLAG_LINK_UP;
  card->output = etharp_output;
  card->linkoutput = sendFrame;
  return ERR_OK;
}

/* 127.x addresses share one network of 24 bits, as on any computer's loopback; others one of 8 bits. */
static uint32_t maskOf(uint32_t address) { return address >> 24 == 127 ? 0xff000000u : 0xffffff00u; }

void networkOpen(void) {
  const char* option = boardOption("address");
  ip4_addr_t address, mask;
  if (!option) return;
  if (!ip4addr_aton(option, &address)) boardFail("option address: %s is no IPv4 address", option);
  if (!cardOpen(gCard.hwaddr)) return;
  lwip_init();
  mask.addr = lwip_htonl(maskOf(lwip_ntohl(address.addr)));
  netif_add(&gCard, &address, &mask, IP4_ADDR_ANY4, NULL, openInterface, ethernet_input);
  netif_set_default(&gCard);
  netif_set_up(&gCard);
  /* lwIP's own loop would take all of 127.x for this phone: what it sends to itself goes by way of the bridge. */
  etharp_add_static_entry(&address, (struct eth_addr*)bridgeMac);
  gUp = true;
}

uint32_t boardAddress(void) { return gUp ? lwip_ntohl(netif_ip4_addr(&gCard)->addr) : 0; }
uint32_t boardNetmask(void) { return gUp ? lwip_ntohl(netif_ip4_netmask(&gCard)->addr) : 0; }
void boardMac(uint8_t mac[6]) { memcpy(mac, gCard.hwaddr, 6); }

/* Tells the bridge that a port was opened or closed, so that processes of the host can reach it. */
static void announce(uint16_t port, bool open) {
  uint8_t* frame = cardSendRoom();
  if (!frame) return;
  memset(frame, 0, announcementBytes);
  memcpy(frame, bridgeMac, 6);
  memcpy(frame + 6, gCard.hwaddr, 6);
  frame[12] = announcementType >> 8;
  frame[13] = announcementType & 0xff;
  memcpy(frame + 14, &netif_ip4_addr(&gCard)->addr, 4);
  frame[18] = (uint8_t)(port >> 8);
  frame[19] = (uint8_t)port;
  frame[20] = open;
  cardSend(announcementBytes);
}

/* ---- sockets */

static Socket* socketOf(int number) {
  bool known = number >= 0 && number < boardSocketsMax && gSockets[number].pcb;
  return known ? &gSockets[number] : NULL;
}

/* lwIP's callback. */
static void handleDatagram(void* argument, struct udp_pcb* pcb, struct pbuf* buffer, const ip_addr_t* from,
                           u16_t port) {
  Socket* socket = argument;
  Frame* frame = (Frame*)buffer;
  (void)pcb;
  frame->next = NULL;
  frame->address = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(from)));
  frame->port = port;
  if (socket->newest) socket->newest->next = frame;
  else socket->oldest = frame;
  socket->newest = frame;
  socket->waiting++;
}

int boardUdpOpen(uint16_t port) {
  int number = 0;
  Socket* socket;
  struct udp_pcb* pcb;
  while (number < boardSocketsMax && gSockets[number].pcb) number++;
  if (!gUp || number == boardSocketsMax) return -1;
  pcb = udp_new();
  if (!pcb) return -1;
  if (udp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK) {
    udp_remove(pcb);
    return -1;
  }
  socket = &gSockets[number];
  *socket = (Socket){.pcb = pcb};
  udp_recv(pcb, handleDatagram, socket);
  announce(pcb->local_port, true);
  return number;
}

bool boardUdpJoin(int number, uint32_t group, bool join) {
  ip4_addr_t address = {.addr = lwip_htonl(group)};
  if (!socketOf(number) || !ip4_addr_ismulticast(&address)) return false;
  return (join ? igmp_joingroup_netif(&gCard, &address) : igmp_leavegroup_netif(&gCard, &address)) == ERR_OK;
}

int boardUdpWaiting(int number) {
  Socket* socket = socketOf(number);
  return socket ? socket->waiting : 0;
}

int boardUdpRead(int number, void* bytes, size_t size, uint32_t* address, uint16_t* port) {
  Socket* socket = socketOf(number);
  Frame* frame = socket ? socket->oldest : NULL;
  struct pbuf* buffer;
  int count;
  if (!frame) return -1;
  buffer = &frame->custom.pbuf;
  socket->oldest = frame->next;
  if (!socket->oldest) socket->newest = NULL;
  socket->waiting--;
  count = (int)(buffer->len < size ? buffer->len : size);
  memcpy(bytes, buffer->payload, (size_t)count);
  *address = frame->address;
  *port = frame->port;
  pbuf_free(buffer);
  return count;
}

bool boardUdpWrite(int number, const void* bytes, size_t count, uint32_t address, uint16_t port) {
  Socket* socket = socketOf(number);
  ip_addr_t to = IPADDR4_INIT(lwip_htonl(address));
  struct pbuf* buffer;
  err_t fault;
  if (!socket || count > UINT16_MAX) return false;
  buffer = pbuf_alloc(PBUF_TRANSPORT, (u16_t)count, PBUF_RAM);
  if (!buffer) return false;
  pbuf_take(buffer, bytes, (u16_t)count);
  fault = udp_sendto(socket->pcb, buffer, &to, port);
  pbuf_free(buffer);
  return fault == ERR_OK;
}

void boardUdpClose(int number) {
  Socket* socket = socketOf(number);
  if (!socket) return;
  while (socket->oldest) {
    Frame* frame = socket->oldest;
    socket->oldest = frame->next;
    pbuf_free(&frame->custom.pbuf);
  }
  announce(socket->pcb->local_port, false);
  udp_remove(socket->pcb);
  socket->pcb = NULL;
}
