/*
 * `mc/config`: the strings of the build's configuration. On the device mcconfig writes the module; here it comes from
 * the command line, so this one native runs when the module is preloaded.
 */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "board.h"
#include "mc.xs.h"
#include "xsmc.h"

enum { keyCharsMax = 31 };

const char* configText(const char* key) {
  size_t length = strlen(key);
  const char* found = NULL;
  const char* pair;
  for (int n = 0; (pair = boardConfig(n)); n++)
    if (!strncmp(pair, key, length) && pair[length] == '=') found = pair + length + 1;
  return found;
}

uint32_t configNumber(const char* key, uint32_t otherwise) {
  const char* text = configText(key);
  if (!text || !*text) return otherwise;
  char* end;
  unsigned long value = strtoul(text, &end, 10);
  return *end ? otherwise : (uint32_t)value;
}

void xs_config_values(xsMachine* the) {
  const char* pair;
  xsmcVars(1);
  xsmcSetNewObject(xsResult);
  for (int n = 0; (pair = boardConfig(n)); n++) {
    char key[keyCharsMax + 1];
    const char* equals = strchr(pair, '=');
    size_t length = equals ? (size_t)(equals - pair) : 0;
    if (length == 0 || length > keyCharsMax) xsUnknownError("invalid --config: %s", pair);
    memcpy(key, pair, length);
    key[length] = 0;
    if (strchr(key, '.')) continue;
    xsmcSetString(xsVar(0), (char*)equals + 1);
    xsmcSet(xsResult, fxID(the, key), xsVar(0));
  }
}
