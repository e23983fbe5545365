/*
 * The network card: virtio-net on its memory-mapped transport (Virtual I/O Device 1.1, §4.2, §5.1), in place of the
 * chip's Wi-Fi. 32 receive buffers of a whole frame each, as ESP-IDF has them; who takes a frame gives its buffer back.
 * While all are held nothing is lost: QEMU leaves what comes in the stream to the switch.
 */
#ifndef MUSTER_NETWORK_CARD_H
#define MUSTER_NETWORK_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { cardReceiveBuffers = 32, cardSendBuffers = 16, cardFrameBytes = 1514 };

/* False when there is no card. Its interrupt wakes the loop (boardAwake). */
bool cardOpen(uint8_t mac[6]);
/* The next frame received: its buffer's number, or -1. The bytes stay until cardGiveBack of that number. */
int cardReceive(uint8_t** frame, size_t* length);
void cardGiveBack(int buffer);
/* Room for one frame of cardFrameBytes to be sent by cardSend; NULL while the card is busy with all. */
uint8_t* cardSendRoom(void);
void cardSend(size_t length);

#endif
