/*
 * The `--config key=value` of the command line: strings, as those of mcconfig. Keys with a dot (`wifi.drop`) are for
 * the host and stay hidden from scripts.
 */
#ifndef MUSTER_DEVICE_CONFIG_H
#define MUSTER_DEVICE_CONFIG_H

#include <stdint.h>

/* The last value given for the key; NULL when there is none. */
const char* configText(const char* key);
/* The same as a decimal number of 32 bits; `otherwise` when there is none or it is no number. */
uint32_t configNumber(const char* key, uint32_t otherwise);

#endif
