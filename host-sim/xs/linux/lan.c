/* The phone's own address (`--address`, 127.0.0.1 without it) and the LAN it is on. */
#include "lan.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "linux.h"

static uint32_t own = INADDR_LOOPBACK;
static uint32_t mask;

static uint32_t addressOf(const struct sockaddr* address) {
  return address ? ntohl(((const struct sockaddr_in*)(const void*)address)->sin_addr.s_addr) : 0;
}

/* All of 127/8 is on the loopback interface though only 127.0.0.1 is configured there. */
static bool isHolder(const struct ifaddrs* entry) {
  if (!entry->ifa_addr || entry->ifa_addr->sa_family != AF_INET) return false;
  uint32_t address = addressOf(entry->ifa_addr);
  if (address == own) return true;
  uint32_t netmask = addressOf(entry->ifa_netmask);
  return (entry->ifa_flags & IFF_LOOPBACK) && (address & netmask) == (own & netmask);
}

void lanOpen(void) {
  const char* text = boardOption("address");
  struct in_addr parsed;
  struct ifaddrs* all;
  if (text && inet_pton(AF_INET, text, &parsed) != 1) fail(false, "--address wants an IPv4 address: %s", text);
  if (text) own = ntohl(parsed.s_addr);
  if (getifaddrs(&all) != 0) fail(true, "the network interfaces cannot be listed");
  for (struct ifaddrs* entry = all; entry && !mask; entry = entry->ifa_next)
    if (isHolder(entry)) mask = addressOf(entry->ifa_netmask);
  freeifaddrs(all);
  if (!mask) fail(false, "this machine has no address %s", text ? text : "127.0.0.1");
}

uint32_t boardAddress(void) {
  return own;
}

uint32_t boardNetmask(void) {
  return mask;
}

uint32_t lanBroadcast(void) {
  return own | ~mask;
}

bool lanHolds(uint32_t address) {
  return (address & mask) == (own & mask);
}

/* A locally administered one that tells the address, as in the emulator. */
void boardMac(uint8_t mac[6]) {
  uint32_t address = htonl(own);
  mac[0] = 0x02;
  mac[1] = 0x4D;
  memcpy(mac + 2, &address, sizeof address);
}
