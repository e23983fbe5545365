/*
 * The emulated handset: byte code from "flash" becomes the root machine, the phone's machine is made over it in an
 * arena of fixed size (option `arena`, 96 KB without), and runs the module `main` (option `main`).
 */
#include <stdio.h>
#include <stdlib.h>

#include "board.h"
#include "device/loop.h"
#include "machine.h"
#include "rv32/chip.h"
#include "rv32/rv32.h"

enum { arenaBytesUsual = 96 * 1024 };

extern char arenaStart[], arenaEnd[];

/* The number an option has, `otherwise` without it. Anything but 1..`most` ends the program. */
static size_t optionNumber(const char* name, size_t otherwise, size_t most) {
  const char* text = boardOption(name);
  char* end;
  unsigned long number;
  if (!text) return otherwise;
  number = strtoul(text, &end, 10);
  if (number > 0 && number <= most && !*end) return number;
  boardFail("option %s: a number from 1 to %lu is wanted", name, (unsigned long)most);
}

static void fillFlash(void) {
  bool filled = flashAddImage((uint8_t*)(uintptr_t)chipByteCode, chipByteCodeBytes) && flashSeal();
  if (!filled) boardFail("the byte code cannot be used");
  heapSeal();
}

static xsMachine* createMachine(void) {
  MachineOptions options = {
      .arena = arenaStart,
      .arenaBytes = optionNumber("arena", arenaBytesUsual, (size_t)(arenaEnd - arenaStart)),
      .stackSlots = (unsigned)optionNumber("stack", 0, 65536),
      .keys = (unsigned)optionNumber("names", 0, 65536),
  };
  xsMachine* the = machineCreate(&options);
  if (!the) boardExit(machineExitBase + 1);
  return the;
}

/* With option `report`: what would be in flash, as one line of JSON. */
static void reportFlash(void) {
  char text[256];
  FlashUse use;
  if (!boardOption("report")) return;
  flashMeasure(&use);
  snprintf(text, sizeof text,
           "{\"flash\":{\"engine\":\"%s\",\"modules\":%u,\"preloaded\":%u,\"codeBytes\":%lu,\"slotBytes\":%lu,"
           "\"chunkBytes\":%lu,\"keys\":%u,\"aliases\":%u}}\n",
           machineEngine, use.modules, use.preloaded, (unsigned long)use.codeBytes, (unsigned long)use.slotBytes,
           (unsigned long)use.chunkBytes, use.keys, use.aliases);
  boardLog(text);
}

int main(void) {
  const MachineSource source = {.dispatch = deviceDispatch, .deadline = deviceNextDeadline};
  const char* start;
  xsMachine* the;
  boardOpen();
  fillFlash();
  reportFlash();
  the = createMachine();
  stackPaint();
  deviceStart(the);
  start = boardOption("main");
  machineImport(the, start ? start : "main");
  machineRun(the, &source);
  boardExit(0);
}
