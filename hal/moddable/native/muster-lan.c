/*
 * muster/lan: the netmask of the station's network, which the SDK's Wi-Fi module keeps to itself. It tells the phone
 * who is on its LAN and where the subnet's broadcast goes. The SDK's simulator on Linux does not know it.
 */
#include <stdint.h>
#include <stdio.h>
#include "xsmc.h"
#include "mc.xs.h"

#if defined(ESP_PLATFORM)
#include "esp_netif.h"

/* In host byte order; 0: no network. */
static uint32_t netmask(void) {
  esp_netif_t* station = esp_netif_get_handle_from_ifkey("WIFI_STA_DEF");
  esp_netif_ip_info_t info = {0};
  if (!station || esp_netif_get_ip_info(station, &info) != ESP_OK || info.ip.addr == 0) return 0;
  return __builtin_bswap32(info.netmask.addr);
}
#elif __has_include("board.h")
#include "board.h"

static uint32_t netmask(void) {
  return boardAddress() ? boardNetmask() : 0;
}
#else
static uint32_t netmask(void) {
  return 0;
}
#endif

/* netmask() */
void xs_muster_lan_netmask(xsMachine* the) {
  char text[16];
  uint32_t mask = netmask();
  if (!mask) return;
  snprintf(text, sizeof text, "%u.%u.%u.%u", (unsigned)(mask >> 24), (unsigned)(mask >> 16 & 255),
    (unsigned)(mask >> 8 & 255), (unsigned)(mask & 255));
  xsmcSetString(xsResult, text);
}
