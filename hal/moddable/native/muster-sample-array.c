/*
 * Where the samples of an Int16Array are: looked up in the slots of the engine, as its function for arrays of bytes
 * does. The layout is that of XS 13 and 17.
 */
#include "muster-sample-array.h"
#include "xsAll.h"

/* The slot behind an instance that says it is a typed array of 16-bit elements. */
static const txSlot* typeOf(const txSlot* slot) {
  if (slot->kind != XS_REFERENCE_KIND) return NULL;
  const txSlot* type = slot->value.reference->next;
  if (!type || !(type->flag & XS_INTERNAL_FLAG) || type->kind != XS_TYPED_ARRAY_KIND) return NULL;
  return type->value.typedArray.dispatch->constructorID == _Int16Array ? type : NULL;
}

bool musterSampleArray(const struct xsSlotRecord* slot, bool toWrite, MusterSamples* array) {
  const txSlot* type = typeOf((const txSlot*)slot);
  if (!type) return false;
  const txSlot* view = type->next;
  const txSlot* buffer = view->next->value.reference->next;
  txByte* address = buffer->value.arrayBuffer.address;
  bool resizable = buffer->next->value.bufferInfo.maxLength >= 0;
  if (!address || resizable || (toWrite && (buffer->flag & XS_DONT_SET_FLAG))) return false;
  array->samples = (int16_t*)(address + view->value.dataView.offset);
  array->count = (size_t)view->value.dataView.size / sizeof(int16_t);
  return true;
}
