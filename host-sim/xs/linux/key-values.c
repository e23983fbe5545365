/*
 * Key-values on Linux: a folder (`--state`), a folder in it for each domain, a file for each key. A write is atomic
 * and committed, as NVS's: a temporary file, fsync, rename. There is room as in a partition of 64 KB that NVS divides.
 * Without `--state` they last as long as the program.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board.h"
#include "linux.h"

enum { pathBytes = 1024 };
/* Pages of 4096 bytes with 126 entries of 32; one page stays free; a value has two entries beside its bytes. */
enum { entriesMax = 15 * 126, entryBytes = 32, valueEntries = 2 };
static const char temporaryName[] = ".writing";
static char ownFolder[] = "/tmp/muster-xs-XXXXXX";
static bool ownUsed;

/* Without `--state` a folder of our own, that goes with the program. */
static const char* stateFolder(void) {
  const char* folder = boardOption("state");
  if (folder) return folder;
  if (!ownUsed && !mkdtemp(ownFolder)) fail(true, "there is no folder for the state");
  ownUsed = true;
  return ownFolder;
}

static int removeEntry(const char* path, const struct stat* status, int kind, struct FTW* place) {
  (void)status, (void)kind, (void)place;
  return remove(path);
}

void keyValuesClose(void) {
  if (ownUsed) nftw(ownFolder, removeEntry, 8, FTW_DEPTH | FTW_PHYS);
}

static size_t entriesFor(size_t bytes) {
  return valueEntries + (bytes + entryBytes - 1) / entryBytes;
}

/* Of all values together, as countEntry comes by them. */
static size_t entriesCounted;

static int countEntry(const char* path, const struct stat* status, int kind, struct FTW* place) {
  if (kind == FTW_F && path[place->base] != '.') entriesCounted += entriesFor((size_t)status->st_size);
  return 0;
}

/* As in NVS, the old value goes only when the new one is there. */
static bool hasRoom(size_t bytes) {
  entriesCounted = entriesFor(bytes);
  nftw(stateFolder(), countEntry, 8, FTW_PHYS);
  return entriesCounted <= entriesMax;
}

/* A name of NVS: 1..15 characters; here none that a path could be made of. */
static bool isName(const char* name) {
  size_t length = strlen(name);
  return length > 0 && length <= boardKeyChars && !strchr(name, '/') && name[0] != '.';
}

static bool pathOf(char path[pathBytes], const char* domain, const char* key) {
  if (!isName(domain) || !isName(key)) return false;
  return snprintf(path, pathBytes, "%s/%s/%s", stateFolder(), domain, key) < pathBytes;
}

int boardValueRead(const char* domain, const char* key, void* bytes, size_t size) {
  char path[pathBytes];
  struct stat status;
  int file = pathOf(path, domain, key) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return -1;
  bool read = fstat(file, &status) == 0;
  if (read && (size_t)status.st_size < size) size = (size_t)status.st_size;
  read = read && pread(file, bytes, size, 0) == (ssize_t)size;
  close(file);
  return read ? (int)status.st_size : -1;
}

static bool writeFile(const char* path, const void* bytes, size_t count) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  bool written = write(file, bytes, count) == (ssize_t)count && fsync(file) == 0;
  return close(file) == 0 && written;
}

static void syncFolder(const char* path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

bool boardValueWrite(const char* domain, const char* key, const void* bytes, size_t count) {
  char path[pathBytes], folder[pathBytes], temporary[pathBytes + sizeof temporaryName];
  if (count > boardValueBytes || !pathOf(path, domain, key) || !hasRoom(count)) return false;
  mkdir(stateFolder(), 0700);
  snprintf(folder, sizeof folder, "%s/%s", stateFolder(), domain);
  mkdir(folder, 0700);
  snprintf(temporary, sizeof temporary, "%s/%s", folder, temporaryName);
  if (!writeFile(temporary, bytes, count) || rename(temporary, path) != 0) {
    unlink(temporary);
    return false;
  }
  syncFolder(folder);
  return true;
}

bool boardValueDelete(const char* domain, const char* key) {
  char path[pathBytes];
  return pathOf(path, domain, key) && unlink(path) == 0;
}

static int compareNames(const struct dirent** one, const struct dirent** other) {
  return strcmp((*one)->d_name, (*other)->d_name);
}

static int isKeyFile(const struct dirent* entry) {
  return isName(entry->d_name);
}

bool boardValueKey(const char* domain, int n, char key[boardKeyChars + 1]) {
  char folder[pathBytes];
  struct dirent** entries;
  if (!isName(domain) || snprintf(folder, sizeof folder, "%s/%s", stateFolder(), domain) >= pathBytes) return false;
  int count = scandir(folder, &entries, isKeyFile, compareNames);
  bool found = n >= 0 && n < count;
  if (found) strcpy(key, entries[n]->d_name);
  for (int i = 0; i < count; i++) free(entries[i]);
  if (count >= 0) free(entries);
  return found;
}
