/*
 * The iterator of a key-value store: `for (const key of store)`. It holds the next key before it gives the present
 * one, so a script may delete the key it was given.
 */
#include <stdlib.h>
#include <string.h>
#include "mc.xs.h"
#include "store.h"

typedef struct {
  char domain[boardKeyChars + 1];
  char key[boardKeyChars + 1]; /* the next one to give */
  int index; /* its place when it was found */
  bool done;
} Iterator;

void xs_store_iterator_destructor(void* data) {
  free(data);
}

static Iterator* iteratorOf(xsMachine* the) {
  return xsmcGetHostDataValidate(xsThis, (void*)xs_store_iterator_destructor);
}

void xs_store_iterator(xsMachine* the) {
  Store* store = storeOf(the, &xsArg(0));
  Iterator* iterator = calloc(1, sizeof *iterator);
  if (!iterator) xsUnknownError("ESP_ERR_NO_MEM");
  memcpy(iterator->domain, store->domain, sizeof iterator->domain);
  iterator->done = !boardValueKey(iterator->domain, 0, iterator->key);
  xsmcSetHostData(xsThis, iterator);
}

/* Goes on behind the key held; if that is gone, to the one now in its place. */
static void iteratorAdvance(Iterator* iterator) {
  char key[boardKeyChars + 1];
  int next = iterator->index;
  for (int n = 0; boardValueKey(iterator->domain, n, key); n++)
    if (!strcmp(key, iterator->key)) next = n + 1;
  iterator->done = !boardValueKey(iterator->domain, next, iterator->key);
  iterator->index = next;
}

void xs_store_iterator_next(xsMachine* the) {
  Iterator* iterator = iteratorOf(the);
  bool done = !iterator || iterator->done;
  xsmcVars(2);
  xsmcSetBoolean(xsVar(0), done);
  if (!done) {
    xsmcSetString(xsVar(1), iterator->key);
    iteratorAdvance(iterator);
  }
  xsmcSetNewObject(xsResult);
  xsmcDefine(xsResult, xsID_done, xsVar(0), xsDefault);
  xsmcDefine(xsResult, xsID_value, xsVar(1), xsDefault);
}

void xs_store_iterator_return(xsMachine* the) {
  Iterator* iterator = iteratorOf(the);
  if (iterator) iterator->done = true;
  xs_store_iterator_next(the);
}
