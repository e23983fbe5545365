/*
 * Specifiers: how an import finds its module. As on the device a module's specifier is its path without extension;
 * relative specifiers stand against the importer's, a trailing ".js" is dropped, all others are taken as they are.
 */
#include "modules.h"

#include "board.h"
#include "natives.h"

/* In XS's xsRun.c, which has no header for it. */
void fxRemapIDs(txMachine* the, txByte* code, txSize size, txID* ids);

static Module* first;
static Module* last;

Module* modulesFirst(void) {
  return first;
}

Module* moduleNamed(const char* specifier) {
  for (Module* module = first; module; module = module->next)
    if (!strcmp(module->specifier, specifier)) return module;
  return NULL;
}

Module* moduleAdd(const char* specifier, bool preload) {
  if (moduleNamed(specifier) || strlen(specifier) >= specifierBytes) {
    platformPrint("module %s: twice, or too long a name\n", specifier);
    return NULL;
  }
  Module* module = calloc(1, sizeof *module);
  module->specifier = strdup(specifier);
  module->preload = preload;
  if (last)
    last->next = module;
  else
    first = module;
  return last = module;
}

/* Cuts the last part of a path; false when there is none. */
static bool ascend(char* path) {
  char* slash = strrchr(path, '/');
  if (!slash) {
    if (!*path) return false;
    *path = 0;
    return true;
  }
  *slash = 0;
  return true;
}

/* `name`, which begins with ".", against the specifier of its importer. False: it leaves the tree, or is too long. */
static bool resolveRelative(char result[specifierBytes], const char* importer, const char* name) {
  snprintf(result, specifierBytes, "%s", importer);
  ascend(result);
  for (;; name += name[1] == '/' ? 2 : 3) {
    bool up = !strncmp(name, "../", 3);
    if (!up && strncmp(name, "./", 2)) break;
    if (up && !ascend(result)) return false;
  }
  size_t length = strlen(result);
  if (length + strlen(name) + 2 > specifierBytes) return false;
  if (length) result[length++] = '/';
  strcpy(result + length, name);
  return true;
}

txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* slot) {
  char name[specifierBytes];
  char path[specifierBytes];
  (void)realm;
  fxToStringBuffer(the, slot, name, sizeof name);
  size_t length = strlen(name);
  if (length > 3 && !strcmp(name + length - 3, ".js")) name[length - 3] = 0;
  bool resolved = true;
  if (name[0] != '.')
    strcpy(path, name);
  else
    resolved = importer != XS_NO_ID && resolveRelative(path, fxGetKeyName(the, importer), name);
  if (resolved && moduleNamed(path)) return fxNewNameC(the, path);
  /* XS throws, but at times something else in the end: "import x not found" from a module that waited for this. */
  if (importer != XS_NO_ID)
    platformPrint("%s imports %s, which is no module here\n", fxGetKeyName(the, importer), name);
  return XS_NO_ID;
}

void fxLoadModule(txMachine* the, txSlot* slot, txID id) {
  Module* module = moduleNamed(fxGetKeyName(the, id));
  if (!module) return; /* XS throws */
  txScript script = {
      .callback = module->builders ? nativesBuild : NULL,
      .codeBuffer = module->code,
      .codeSize = module->codeBytes,
      .path = module->specifier,
      .version = {XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, 0},
  };
  fxResolveModule(the, slot, id, &script, C_NULL, C_NULL);
}

/* Identifiers of the names a module's code and natives count by. */
static txID* moduleIDs(txMachine* root, Module* module) {
  txByte* at = module->symbols;
  txID count;
  mxDecodeID(at, count);
  txID* ids = malloc((size_t)count * sizeof *ids);
  ids[0] = XS_NO_ID;
  for (txID i = 1; i < count; i++) {
    ids[i] = fxNewNameC(root, (txString)at);
    at += strlen((char*)at) + 1;
  }
  return ids;
}

static void settleHosts(txByte* at, const txID* ids) {
  txID count, id;
  if (!at) return;
  mxDecodeID(at, count);
  while (count--) {
    at++;
    mxDecodeID(at, id);
    at -= sizeof id;
    if (id != XS_NO_ID) id = ids[id];
    mxEncodeID(at, id);
    at += strlen((char*)at) + 1;
  }
}

/* The instruction that takes a function or string where it lies, without a copy on the heap. */
static txU1 inPlace(txU1 code) {
  switch (code) {
    case XS_CODE_CODE_1: return XS_CODE_CODE_ARCHIVE_1;
    case XS_CODE_CODE_2: return XS_CODE_CODE_ARCHIVE_2;
    case XS_CODE_CODE_4: return XS_CODE_CODE_ARCHIVE_4;
    case XS_CODE_STRING_1: return XS_CODE_STRING_ARCHIVE_1;
    case XS_CODE_STRING_2: return XS_CODE_STRING_ARCHIVE_2;
    case XS_CODE_STRING_4: return XS_CODE_STRING_ARCHIVE_4;
    default: return code;
  }
}

/* The bytes of an instruction, by XS's table: its length, or where its length stands. */
static txSize instructionBytes(const txByte* at) {
  txS1 size = gxCodeSizes[*(const txU1*)at];
  txU2 two;
  txS4 four;
  switch (size) {
    case 0: return 1 + sizeof(txID);
    case -1: return 2 + *(const txU1*)(at + 1);
    case -2: memcpy(&two, at + 1, sizeof two); return 3 + two;
    case -4: memcpy(&four, at + 1, sizeof four); return 5 + four;
    default: return size;
  }
}

void moduleSettle(txMachine* root, Module* module) {
  txID* ids = moduleIDs(root, module);
  fxNewNameC(root, module->specifier);
  fxRemapIDs(root, module->code, module->codeBytes, ids);
  settleHosts(module->hosts, ids);
  for (txByte* at = module->code; at < module->code + module->codeBytes; at += instructionBytes(at))
    *(txU1*)at = inPlace(*(txU1*)at);
  module->symbols = NULL;
  free(ids);
}
