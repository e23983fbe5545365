/* The LAN of this board; addresses are in host byte order. */
#ifndef MUSTER_LINUX_LAN_H
#define MUSTER_LINUX_LAN_H

#include <stdbool.h>
#include <stdint.h>

/* Learns address and netmask; ends the program when this machine has no such address. */
void lanOpen(void);
/* The address with all host bits set. */
uint32_t lanBroadcast(void);
/* Whether another address is on the LAN. */
bool lanHolds(uint32_t address);

#endif
