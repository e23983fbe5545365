/*
 * Runs what mcconfig builds for `lin` (mc.so) without a window, where the SDK has its simulator: a stand-in for that
 * simulator's screen, a GLib loop, and the script machine's idle call. Used by `npm run moddable` only.
 *
 *     loader mc.so
 *
 * Ends with the status the phone ends with; 70 and more when the script machine aborted (70 + XS exit status).
 */
#include <dlfcn.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include "screen.h"

enum { abortStatus = 70, couldNotLoad = 69, framePixels = 1 };

static GMainLoop* loop;
static int exitStatus;
static guint idleTimer;

/* The script machine cannot go on: memory full, an exception nobody caught, ... */
static void handleAbort(txScreen* screen, int status)
{
  (void)screen;
  exitStatus = abortStatus + status;
  g_main_loop_quit(loop);
}

static void ignore(txScreen* screen)
{
  (void)screen;
}

static void ignoreMessage(txScreen* screen, char* message, int size)
{
  (void)screen, (void)message, (void)size;
}

static gboolean idle(void* screen)
{
  ((txScreen*)screen)->idle(screen);
  return G_SOURCE_CONTINUE;
}

static void start(txScreen* screen, double intervalMs)
{
  if (!idleTimer) idleTimer = g_timeout_add((guint)intervalMs, idle, screen);
}

static void stop(txScreen* screen)
{
  (void)screen;
  if (idleTimer) g_source_remove(idleTimer);
  idleTimer = 0;
}

static txScreen* makeScreen(void)
{
  txScreen* screen = calloc(1, sizeof(txScreen) + framePixels * screenBytesPerPixel);
  if (!screen) return NULL;
  screen->abort = handleAbort;
  screen->bufferChanged = ignore;
  screen->formatChanged = ignore;
  screen->post = ignoreMessage;
  screen->start = start;
  screen->stop = stop;
  screen->width = screen->height = framePixels;
  mxCreateMutex(&screen->workersMutex);
  return screen;
}

int main(int count, char** words)
{
  void* library = count == 2 ? dlopen(words[1], RTLD_NOW) : NULL;
  txScreenLaunchProc launch = library ? (txScreenLaunchProc)dlsym(library, "fxScreenLaunch") : NULL;
  txScreen* screen = launch ? makeScreen() : NULL;
  if (!screen) {
    const char* why = dlerror();
    fprintf(stderr, "loader: %s\n", count == 2 && why ? why : "usage: loader mc.so");
    return couldNotLoad;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  loop = g_main_loop_new(NULL, FALSE);
  launch(screen);
  if (exitStatus == 0) g_main_loop_run(loop);
  return exitStatus;
}
