/*
 * The board without an engine: an image that does by the letter what its serial line says, so that each part can be
 * tested alone. Commands are single words and numbers, one a line; answers too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../board.h"
#include "rv32.h"

enum { lineMax = 256, blockSamples = 160, rate = 8000 };

static char gLine[lineMax];
static size_t gLength;
static int gSocket = -1;
static int16_t gSamples[4][blockSamples];
static bool gEchoing;
static int32_t gBlock;

static void say(const char* text) {
  size_t left = strlen(text);
  while (left > 0) {
    size_t count = boardSerialWrite(text, left);
    text += count;
    left -= count;
    if (left > 0) boardWait(boardMicroseconds() + 1000);
  }
}

static void sayNumber(const char* what, long number) {
  char text[64];
  snprintf(text, sizeof text, "%s %ld\n", what, number);
  say(text);
}

/* Computes for a while, as a long turn of a script does. */
static void compute(uint64_t microseconds) {
  uint64_t until = boardMicroseconds() + microseconds;
  while (boardMicroseconds() < until) {
  }
}

static void openSocket(char* port) {
  gSocket = boardUdpOpen((uint16_t)atoi(port));
  if (gSocket >= 0) boardUdpJoin(gSocket, 0xefff3c54 /* 239.255.60.84 */, true);
  sayNumber("socket", gSocket);
}

/* Sends what came back, with two bytes in front: did the sender ask for it, are there others waiting. */
static void echoDatagrams(void) {
  static uint8_t bytes[1472];
  uint32_t address;
  uint16_t port;
  int count;
  while (gSocket >= 0 && (count = boardUdpRead(gSocket, bytes, sizeof bytes, &address, &port)) >= 0)
    boardUdpWrite(gSocket, bytes, (size_t)count, address, port);
}

static void sendTo(char* text) {
  unsigned a, b, c, d, port;
  bool sent = sscanf(text, "%u.%u.%u.%u:%u", &a, &b, &c, &d, &port) == 5;
  sent = sent && boardUdpWrite(gSocket, "hello", 5, a << 24 | b << 16 | c << 8 | d, (uint16_t)port);
  sayNumber("sent", sent);
}

static void store(char* text) {
  char* value = strchr(text, ' ');
  if (value) *value++ = 0;
  sayNumber("stored", value ? boardValueWrite("check", text, value, strlen(value)) : boardValueDelete("check", text));
}

static void show(char* key) {
  char value[128] = "";
  int size = boardValueRead("check", key, value, sizeof value - 2);
  if (size >= 0) strcat(value, "\n");
  say(size >= 0 ? value : "none\n");
}

static void listKeys(char* unused) {
  char key[boardKeyChars + 1];
  (void)unused;
  for (int n = 0; boardValueKey("check", n, key); n++) {
    say(key);
    say(" ");
  }
  say(".\n");
}

static void startAudio(char* unused) {
  (void)unused;
  gEchoing = boardAudioInStart(rate) && boardAudioOutStart(rate, blockSamples);
  sayNumber("audio", gEchoing);
}

static void stopAudio(char* unused) {
  (void)unused;
  boardAudioInStop();
  boardAudioOutStop();
  gEchoing = false;
  say("stopped\n");
}

/* What the microphone hears goes to the loudspeaker, a block at a time. */
static void echoSound(void) {
  while (boardAudioOutPlayed() >= 0) gBlock--;
  while (gEchoing && gBlock < 4 && boardAudioInReadable() >= sizeof gSamples[0]) {
    static int32_t next;
    int16_t* block = gSamples[next % 4];
    boardAudioInRead(block, sizeof gSamples[0]);
    boardAudioOutQueue(block, blockSamples, next++);
    gBlock++;
  }
}

static void showTime(char* unused) {
  (void)unused;
  sayNumber("time", (long)(boardMicroseconds() / 1000));
}
static void sleepFor(char* milliseconds) {
  uint64_t until = boardMicroseconds() + strtoull(milliseconds, NULL, 10) * 1000;
  while (boardMicroseconds() < until) boardWait(until);
  showTime(NULL);
}
static void computeFor(char* milliseconds) {
  compute(strtoull(milliseconds, NULL, 10) * 1000);
  say("computed\n");
}
static void repeat(char* text) {
  say(text);
  say("\n");
}
static void showOption(char* name) {
  const char* value = boardOption(name);
  repeat(value ? (char*)value : "none");
}
static void showRandom(char* unused) {
  uint32_t word;
  (void)unused;
  boardEntropy(&word, sizeof word);
  sayNumber("random", (long)word);
}
static void fail(char* status) { boardExit(atoi(status)); }
static void crash(char* unused) {
  (void)unused;
  *(volatile int*)0 = 1;
}

static const struct {
  const char* name;
  void (*act)(char* rest);
} commands[] = {
    {"echo", repeat},       {"open", openSocket}, {"send", sendTo},      {"store", store},    {"show", show},
    {"keys", listKeys},     {"start", startAudio}, {"stop", stopAudio},  {"time", showTime},  {"sleep", sleepFor},
    {"compute", computeFor}, {"option", showOption}, {"random", showRandom}, {"exit", fail}, {"crash", crash},
};

static void obey(char* line) {
  char* rest = strchr(line, ' ');
  if (rest) *rest++ = 0;
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (strcmp(line, commands[i].name) == 0) {
      commands[i].act(rest ? rest : line + strlen(line));
      return;
    }
  say("unknown\n");
}

static void readLine(void) {
  char byte;
  while (boardSerialRead(&byte, 1) == 1) {
    if (byte != '\n' && gLength < lineMax - 1) gLine[gLength++] = byte;
    if (byte != '\n') continue;
    gLine[gLength] = 0;
    gLength = 0;
    obey(gLine);
  }
}

int main(void) {
  boardOpen();
  heapSeal();
  say("ready\n");
  for (;;) {
    boardPoll();
    readLine();
    echoDatagrams();
    echoSound();
    if (boardSerialReadable() == 0) boardWait(UINT64_MAX);
  }
}
