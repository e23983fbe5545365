/*
 * muster/power: two calls of the IDF that the SDK has no module for. On our XS host the radio does not exist and the
 * end is the board's; in the SDK's simulator on Linux it is the process's.
 */
#include "xsmc.h"
#include "mc.xs.h"

#if defined(ESP_PLATFORM)
#include "esp_system.h"
#include "esp_wifi.h"

static void stayAwake(void) {
  esp_wifi_set_ps(WIFI_PS_NONE);
}

static void end(int status) {
  (void)status;
  esp_restart();
}
#else
#if __has_include("board.h")
#include "board.h"
#define leave boardExit
#else
#include <stdlib.h>
#define leave exit
#endif

static void stayAwake(void) {}

static void end(int status) {
  leave(status);
}
#endif

/* stayAwake() */
void xs_muster_power_stayAwake(xsMachine* the) {
  (void)the;
  stayAwake();
}

/* end(status) */
void xs_muster_power_end(xsMachine* the) {
  end(xsmcToInteger(xsArg(0)));
}
