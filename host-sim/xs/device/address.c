/*
 * IPv4 addresses as text. Unlike lwIP's this takes neither the short forms of inet_aton nor IPv6.
 */
#include "address.h"

bool addressParse(const char* text, uint32_t* address) {
  uint32_t whole = 0;
  for (int part = 0; part < 4; part++) {
    uint32_t value = 0;
    int digits = 0;
    for (; *text >= '0' && *text <= '9' && digits < 4; digits++) value = value * 10 + (uint32_t)(*text++ - '0');
    if (digits == 0 || digits > 3 || value > 255) return false;
    if (*text++ != (part < 3 ? '.' : '\0')) return false;
    whole = whole << 8 | value;
  }
  *address = whole;
  return true;
}

void addressPrint(uint32_t address, char text[addressChars + 1]) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    unsigned value = address >> shift & 255;
    if (value > 99) *text++ = (char)('0' + value / 100);
    if (value > 9) *text++ = (char)('0' + value / 10 % 10);
    *text++ = (char)('0' + value % 10);
    *text++ = shift ? '.' : '\0';
  }
}
