/*
 * `embedded:network/interface/wifi`: what a script sees of the station. The state of an object changes when its event
 * is delivered; `connect` and `disconnect` change it at once and report nothing.
 */
#include <stdlib.h>
#include <string.h>
#include "address.h"
#include "board.h"
#include "clock.h"
#include "config.h"
#include "mc.xs.h"
#include "options.h"
#include "source.h"
#include "station.h"

enum { channelMax = 13, channelHere = 1, strengthHere = -50, macChars = 17, scanDelay = 100 };

typedef struct sxWiFi {
  struct sxWiFi* next;
  xsSlot object;
  xsSlot* onChanged;
  xsSlot* onFound;
  xsSlot* onComplete;
  bool connecting, connected, addressed;
  bool tellsConnection, tellsAddress; /* callbacks not yet made */
} WiFi;

static WiFi* stations;
static WiFi* scanner;
static uint64_t scanDue;
static bool scanFound; /* onFound is done, onComplete comes next */

void xs_wifi_destructor(void* data) {
  WiFi** at = &stations;
  if (!data) return;
  while (*at && *at != data) at = &(*at)->next;
  if (*at) *at = (*at)->next;
  if (scanner == data) scanner = NULL;
  free(data);
}

static void wifiMark(xsMachine* the, void* data, xsMarkRoot mark) {
  WiFi* wifi = data;
  if (wifi && wifi->onChanged) mark(the, wifi->onChanged);
  if (wifi && wifi->onFound) mark(the, wifi->onFound);
  if (wifi && wifi->onComplete) mark(the, wifi->onComplete);
}

static const xsHostHooks wifiHooks = {xs_wifi_destructor, wifiMark, NULL};

static WiFi* wifiOf(xsMachine* the) {
  return xsmcGetHostDataValidate(xsThis, (void*)&wifiHooks);
}

void xs_wifi_constructor(xsMachine* the) {
  xsSlot* onChanged = optionCallback(the, xsID_onChanged);
  WiFi* wifi = calloc(1, sizeof *wifi);
  if (!wifi) xsUnknownError("no memory");
  stationStart();
  wifi->onChanged = onChanged;
  wifi->connected = stationLink() != linkNone;
  wifi->addressed = stationReady();
  wifi->next = stations;
  stations = wifi;
  wifi->object = xsThis;
  xsRemember(wifi->object);
  xsmcSetHostData(xsThis, wifi);
  xsSetHostHooks(xsThis, &wifiHooks);
}

void xs_wifi_close(xsMachine* the) {
  if (!xsmcGetHostData(xsThis)) return;
  WiFi* wifi = wifiOf(the);
  xsForget(wifi->object);
  xs_wifi_destructor(wifi);
  xsmcSetHostData(xsThis, NULL);
  xsmcSetHostDestructor(xsThis, NULL);
}

/* A text option as C string; longer than `size` - 1 throws. */
static void textOption(xsMachine* the, xsIdentifier id, char* text, int size) {
  *text = 0;
  if (!optionHas(the, id)) return;
  xsmcGet(xsVar(0), xsArg(0), id);
  xsmcToStringBuffer(xsVar(0), text, size);
}

void xs_wifi_connect(xsMachine* the) {
  WiFi* wifi = wifiOf(the);
  char ssid[stationSsidBytes + 1], password[stationPasswordBytes + 1];
  if (wifi->connecting) xsUnknownError("already connecting");
  if (!optionHas(the, xsID_SSID)) xsUnknownError("SSID required");
  xsmcVars(1);
  textOption(the, xsID_SSID, ssid, sizeof ssid);
  textOption(the, xsID_password, password, sizeof password);
  int32_t channel = optionInteger(the, xsID_channel, channelHere);
  if (channel < 1 || channel > channelMax) xsRangeError("invalid channel");
  wifi->connecting = true;
  stationConnect(ssid, password);
}

void xs_wifi_disconnect(xsMachine* the) {
  WiFi* wifi = wifiOf(the);
  stationDisconnect();
  wifi->connecting = wifi->connected = wifi->addressed = false;
}

void xs_wifi_scan(xsMachine* the) {
  WiFi* wifi = wifiOf(the);
  if (scanner) xsUnknownError("already scanning");
  wifi->onFound = optionCallback(the, xsID_onFound);
  if (!wifi->onFound) xsUnknownError("onFound required");
  wifi->onComplete = optionCallback(the, xsID_onComplete);
  scanner = wifi;
  scanFound = false;
  scanDue = clockAfter(scanDelay);
}

static uint32_t addressOption(xsMachine* the, xsIdentifier id, char* message) {
  uint32_t address;
  xsmcGet(xsVar(1), xsVar(0), id);
  if (!addressParse(xsmcToString(xsVar(1)), &address)) xsRangeError(message);
  return address;
}

/* A fixed address can only be the one the board has. */
void xs_wifi_configure(xsMachine* the) {
  wifiOf(the);
  if (!optionHas(the, xsID_static)) return;
  xsmcVars(2);
  xsmcGet(xsVar(0), xsArg(0), xsID_static);
  if (!xsmcTest(xsVar(0))) return;
  uint32_t address = addressOption(the, xsID_address, "invalid address");
  addressOption(the, xsID_mask, "invalid mask");
  addressOption(the, xsID_gateway, "invalid gateway");
  if (address != boardAddress()) xsUnknownError("set IP failed");
}

void xs_wifi_get_connection(xsMachine* the) {
  WiFi* wifi = wifiOf(the);
  int state = wifi->connected ? wifi->addressed ? 500 : 400 : wifi->connecting ? 300 : 200;
  xsmcSetInteger(xsResult, state);
}

void xs_wifi_get_address(xsMachine* the) {
  char text[addressChars + 1];
  wifiOf(the);
  if (!stationReady()) return;
  addressPrint(boardAddress(), text);
  xsmcSetString(xsResult, text);
}

static void macSet(xsMachine* the, xsSlot* slot) {
  static const char digits[] = "0123456789abcdef";
  uint8_t mac[6];
  char text[macChars + 1];
  boardMac(mac);
  for (int i = 0; i < 6; i++) {
    text[3 * i] = digits[mac[i] >> 4];
    text[3 * i + 1] = digits[mac[i] & 15];
    text[3 * i + 2] = i < 5 ? ':' : '\0';
  }
  xsmcSetString(*slot, text);
}

void xs_wifi_get_MAC(xsMachine* the) {
  wifiOf(the);
  macSet(the, &xsResult);
}

void xs_wifi_get_SSID(xsMachine* the) {
  wifiOf(the);
  if (stationSsid()) xsmcSetString(xsResult, (char*)stationSsid());
}

void xs_wifi_get_BSSID(xsMachine* the) {
  wifiOf(the);
  if (stationSsid()) macSet(the, &xsResult);
}

void xs_wifi_get_RSSI(xsMachine* the) {
  wifiOf(the);
  if (stationSsid()) xsmcSetInteger(xsResult, strengthHere);
}

void xs_wifi_get_channel(xsMachine* the) {
  wifiOf(the);
  if (stationSsid()) xsmcSetInteger(xsResult, channelHere);
}

/* Takes over an event, and notes what the script has to hear of it. */
static void wifiChange(WiFi* wifi, StationEvent event) {
  WiFi before = *wifi;
  wifi->connecting = false;
  wifi->connected = event != eventLost;
  wifi->addressed = event == eventAddress;
  wifi->tellsAddress = wifi->addressed && !before.addressed;
  wifi->tellsConnection = before.connecting != wifi->connecting || before.connected != wifi->connected ||
                          before.addressed != wifi->addressed;
}

/* The one access point there is, that which `wifi.ssid` names. */
static void scanTell(xsMachine* machine, WiFi* wifi) {
  const char* ssid = configText("wifi.ssid");
  const char* security = configText("wifi.password") ? "wpa2_psk" : "none";
  xsBeginHost(machine);
  xsmcVars(1);
  xsmcSetNewObject(xsResult);
  xsmcSetString(xsVar(0), (char*)(ssid ? ssid : "muster"));
  xsmcSet(xsResult, xsID_SSID, xsVar(0));
  macSet(the, &xsVar(0));
  xsmcSet(xsResult, xsID_BSSID, xsVar(0));
  xsmcSetInteger(xsVar(0), strengthHere);
  xsmcSet(xsResult, xsID_RSSI, xsVar(0));
  xsmcSetInteger(xsVar(0), channelHere);
  xsmcSet(xsResult, xsID_channel, xsVar(0));
  xsmcSetString(xsVar(0), (char*)security);
  xsmcSet(xsResult, xsID_security, xsVar(0));
  xsCallFunction1(xsReference(wifi->onFound), wifi->object, xsResult);
  xsEndHost(machine);
}

static bool scanDispatch(xsMachine* machine) {
  WiFi* wifi = scanner;
  if (!wifi || boardMicroseconds() < scanDue) return false;
  if (!scanFound) {
    scanFound = true;
    scanTell(machine, wifi);
    return true;
  }
  scanner = NULL;
  if (!wifi->onComplete) return false;
  xsBeginHost(machine);
  xsCallFunction0(xsReference(wifi->onComplete), wifi->object);
  xsEndHost(machine);
  return true;
}

static bool wifiTell(xsMachine* the, WiFi* wifi) {
  const char* property = wifi->tellsConnection ? "connection" : wifi->tellsAddress ? "address" : NULL;
  if (!property) return false;
  if (wifi->tellsConnection) wifi->tellsConnection = false;
  else wifi->tellsAddress = false;
  if (!wifi->onChanged) return false;
  callbackWithText(the, wifi->onChanged, &wifi->object, property);
  return true;
}

static bool wifiTellAny(xsMachine* the) {
  for (WiFi* wifi = stations; wifi; wifi = wifi->next)
    if (wifiTell(the, wifi)) return true;
  return false;
}

static bool wifiDispatch(xsMachine* the) {
  if (wifiTellAny(the) || scanDispatch(the)) return true;
  StationEvent event = stationNext();
  if (event == eventNone) return false;
  for (WiFi* wifi = stations; wifi; wifi = wifi->next) wifiChange(wifi, event);
  return wifiTellAny(the);
}

static uint64_t wifiDeadline(void) {
  uint64_t station = stationDeadline();
  return scanner && scanDue < station ? scanDue : station;
}

const CallbackSource wifiSource = {wifiDispatch, wifiDeadline};
