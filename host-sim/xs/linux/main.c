/*
 * muster-xs: the phone's scripts on XS, on Linux, with the modules of the device.
 *
 *   muster-xs --map FILE [--main SPECIFIER] [--arena BYTES] [--config key=value]... [--state FOLDER] [--address IP]
 *             [--speak WAV] [--record WAV] [--stack SLOTS] [--names COUNT]
 *   muster-xs --script FILE [--map FILE]     one bundle, without limits; the program ends when nothing is left to do
 *   muster-xs --image FILE ...               the same on byte code made by muster-xs-emit (32-bit build)
 *   muster-xs --version | --memory --map FILE
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "board.h"
#include "device/loop.h"
#include "linux.h"
#include "machine.h"
#include "script.h"

static void printVersion(void) {
  printf("{\"engine\":\"%s\",\"pointerBits\":%d,\"slotBytes\":%d}\n", machineEngine, (int)sizeof(void*) * 8,
         (int)sizeof(xsSlot));
}

static void printFlash(void) {
  FlashUse use;
  flashMeasure(&use);
  printf("{\"modules\":%u,\"preloaded\":%u,\"codeBytes\":%lu,\"slotBytes\":%lu,\"chunkBytes\":%lu,\"keys\":%u,"
         "\"aliases\":%u}\n",
         use.modules, use.preloaded, (unsigned long)use.codeBytes, (unsigned long)use.slotBytes,
         (unsigned long)use.chunkBytes, use.keys, use.aliases);
}

static xsMachine* createMachine(void) {
  MachineOptions options = {
      .arenaBytes = optionNumber("arena", 0),
      .stackSlots = (unsigned)optionNumber("stack", 0),
      .keys = (unsigned)optionNumber("names", 0),
      .large = boardOption("script"),
  };
  if (options.arenaBytes) options.arena = malloc(options.arenaBytes);
  xsMachine* the = machineCreate(&options);
  if (!the) fail(false, "there is no memory for a machine");
  return the;
}

static void fillFlash(void) {
  const char* map = boardOption("map");
  const char* image = boardOption("image");
  const char* script = boardOption("script");
  if (!map && !image && !script) fail(false, "--map, --image or --script is wanted");
  if (map) mapAdd(map);
  if (image) mapAddImage(image);
  if (script) mapAddFile("script", script, false);
  if (!flashSeal()) fail(false, "the modules cannot be used");
}

int main(int count, char** words) {
  signal(SIGPIPE, SIG_IGN);
  loopOpen();
  optionsOpen(count, words);
  if (optionGiven("version")) {
    printVersion();
    return 0;
  }
  udpOpen();
  audioOpen();
  fillFlash();
  if (optionGiven("memory")) {
    printFlash();
    return 0;
  }
  const char* main = boardOption("main");
  bool isScript = boardOption("script");
  const MachineSource source = {deviceDispatch, deviceNextDeadline, .endsIdle = isScript};
  xsMachine* the = createMachine();
  deviceStart(the);
  if (isScript) scriptStart(the);
  machineImport(the, isScript ? "script" : main ? main : "main");
  machineRun(the, &source);
  boardExit(0);
}
