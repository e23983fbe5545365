/* The microphone's ring of samples; the caller holds audio.c's lock. */
#ifndef MUSTER_LINUX_MICROPHONE_H
#define MUSTER_LINUX_MICROPHONE_H

#include <stddef.h>
#include <stdint.h>

/* 16 KB, as on the device; what comes when it is full is lost. */
enum { microphoneRingSamples = 8192 };

/* Reads the sound file; ends the program when it is none. */
void microphoneOpen(void);
void microphoneStart(void);
/* The next samples are heard, `rate` a second. */
void microphoneHear(size_t count, uint32_t rate);
size_t microphoneWaiting(void);
size_t microphoneRead(int16_t* samples, size_t size);

#endif
