/*
 * G.711 in C (ITU-T G.711): one 8-bit code per 16-bit sample, µ-law and A-law, equal to firmware/media/g711.ts.
 */
#ifndef MUSTER_G711_LAW_H
#define MUSTER_G711_LAW_H

#include <stddef.h>
#include <stdint.h>

void musterMuLawEncode(const int16_t* samples, size_t count, uint8_t* codes);
void musterMuLawDecode(const uint8_t* codes, size_t count, int16_t* samples);
void musterALawEncode(const int16_t* samples, size_t count, uint8_t* codes);
void musterALawDecode(const uint8_t* codes, size_t count, int16_t* samples);

#endif
