/*
 * The Wi-Fi station: on the device the radio and the DHCP client, here the steps of joining and their times, by
 * configuration (`wifi.ssid`, `wifi.password`, `wifi.delay`, `wifi.drop`; `wifi=none`: no radio, the network is there).
 */
#include "station.h"
#include <string.h>
#include "board.h"
#include "clock.h"
#include "config.h"

enum { defaultDelay = 20 };

typedef struct {
  bool started;
  StationLink link;
  StationStep step; /* what comes next, at `due` */
  uint64_t due; /* boardMicroseconds */
  bool accepted; /* the step is association: the network and its password are right */
  bool dropped; /* the link was lost once, as configured */
  char ssid[stationSsidBytes + 1];
} Station;

static Station station;

static void stationExpect(StationStep step, uint32_t delay) {
  station.step = step;
  station.due = step == stepNone ? UINT64_MAX : clockAfter(delay);
}

static uint32_t stepDelay(void) {
  return configNumber("wifi.delay", defaultDelay);
}

/* The network that is there without a radio. */
static bool stationByItself(void) {
  const char* wifi = configText("wifi");
  return wifi && !strcmp(wifi, "none");
}

void stationStart(void) {
  if (station.started) return;
  station.started = true;
  station.link = linkNone;
  stationExpect(stepNone, 0);
}

bool stationStarted(void) {
  return station.started || stationByItself();
}

StationLink stationLink(void) {
  if (stationByItself() && boardAddress()) return linkReady;
  return station.started ? station.link : linkNone;
}

bool stationReady(void) {
  return stationLink() == linkReady;
}

const char* stationSsid(void) {
  return stationLink() == linkNone ? NULL : station.ssid;
}

static bool matches(const char* key, const char* text) {
  const char* wanted = configText(key);
  return !wanted || !strcmp(wanted, text);
}

void stationConnect(const char* ssid, const char* password) {
  strncpy(station.ssid, ssid, stationSsidBytes);
  station.link = linkNone;
  station.accepted = matches("wifi.ssid", ssid) && matches("wifi.password", password);
  stationExpect(stepAssociate, stepDelay());
}

void stationDisconnect(void) {
  station.link = linkNone;
  stationExpect(stepNone, 0);
}

uint64_t stationDeadline(void) {
  return station.started ? station.due : UINT64_MAX;
}

static StationEvent associate(void) {
  if (!station.accepted) {
    stationExpect(stepNone, 0);
    return eventLost;
  }
  station.link = linkAssociated;
  stationExpect(stepAddress, stepDelay());
  return eventAssociated;
}

static StationEvent takeAddress(void) {
  if (!boardAddress()) {
    stationExpect(stepAddress, stepDelay());
    return eventNone;
  }
  uint32_t drop = configNumber("wifi.drop", 0);
  station.link = linkReady;
  stationExpect(drop && !station.dropped ? stepDrop : stepNone, drop);
  return eventAddress;
}

static StationEvent drop(void) {
  station.dropped = true;
  stationDisconnect();
  return eventLost;
}

StationEvent stationNext(void) {
  if (boardMicroseconds() < stationDeadline()) return eventNone;
  switch (station.step) {
    case stepAssociate: return associate();
    case stepAddress: return takeAddress();
    case stepDrop: return drop();
    default: return eventNone;
  }
}
