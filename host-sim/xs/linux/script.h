/* What a script run by --script has beside the language: `print(text)` and `exit(status)`. */
#ifndef MUSTER_LINUX_SCRIPT_H
#define MUSTER_LINUX_SCRIPT_H

#include "xs.h"

void scriptStart(xsMachine* the);

#endif
