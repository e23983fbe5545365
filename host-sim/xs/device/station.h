/*
 * The state of the network: on the device, the esp_netif of the Wi-Fi station. One for all sockets and WiFi objects.
 */
#ifndef MUSTER_DEVICE_STATION_H
#define MUSTER_DEVICE_STATION_H

#include <stdbool.h>
#include <stdint.h>

enum { stationSsidBytes = 32, stationPasswordBytes = 64 };

typedef enum { linkNone, linkAssociated, linkReady } StationLink;
typedef enum { stepNone, stepAssociate, stepAddress, stepDrop } StationStep;
typedef enum { eventNone, eventAssociated, eventAddress, eventLost } StationEvent;

/* True once Wi-Fi was started: a `new WiFi`, or `--config wifi=none`, where the network comes by itself. */
bool stationStarted(void);
/* True while the link is up and has an address. */
bool stationReady(void);

/* Switches the radio on; more than once does nothing. */
void stationStart(void);
StationLink stationLink(void);
/* The network joined; NULL without a link. */
const char* stationSsid(void);
/* Begins to join; a link there is ends silently. */
void stationConnect(const char* ssid, const char* password);
void stationDisconnect(void);
/* What has happened by now, if anything; at most one event a call. */
StationEvent stationNext(void);
/* When the next event is due, in boardMicroseconds; UINT64_MAX: none. */
uint64_t stationDeadline(void);

#endif
