/*
 * muster/memory: the figures of muster-memory-use.h for scripts.
 */
#include "xsmc.h"
#include "mc.xs.h"
#include "muster-memory-use.h"

static void setInteger(xsMachine* the, xsIdentifier name, uint32_t value) {
  xsmcSetInteger(xsVar(0), (xsIntegerValue)value);
  xsmcSet(xsResult, name, xsVar(0));
}

/* use() */
void xs_muster_memory_use(xsMachine* the) {
  xsmcVars(1);
  MusterMemoryUse use = musterMemoryUse(the);
  xsmcSetNewObject(xsResult);
  setInteger(the, xsID_liveBytes, use.liveBytes);
  setInteger(the, xsID_peakBytes, use.peakBytes);
  setInteger(the, xsID_arenaBytes, use.arenaBytes);
}

/* instructions() */
void xs_muster_memory_instructions(xsMachine* the) {
  xsmcSetNumber(xsResult, (xsNumberValue)musterInstructions());
}
