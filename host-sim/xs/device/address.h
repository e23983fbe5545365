/*
 * IPv4 addresses as text. The device's modules know addresses as strings only.
 */
#ifndef MUSTER_DEVICE_ADDRESS_H
#define MUSTER_DEVICE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

enum { addressChars = 15 };

/* Four decimal numbers with dots, into host byte order; false for anything else. */
bool addressParse(const char* text, uint32_t* address);
/* Writes the text with its terminating NUL. */
void addressPrint(uint32_t address, char text[addressChars + 1]);

#endif
