// `embedded:storage/key-value`: open({path, mode, format}) gives a store; its path is a domain of at most 15
// characters, and so are its keys.
class Store @ "xs_store_destructor" {
  constructor() {
    throw new TypeError();
  }
  close() @ "xs_store_close";
  delete(key) @ "xs_store_delete";
  read(key, buffer) @ "xs_store_read";
  write(key, value) @ "xs_store_write";
  [Symbol.iterator]() {
    return new StoreIterator(this);
  }
  get format() @ "xs_store_get_format";
  set format(value) @ "xs_store_set_format";
}

class StoreIterator @ "xs_store_iterator_destructor" {
  constructor(store) @ "xs_store_iterator";
  next() @ "xs_store_iterator_next";
  return() @ "xs_store_iterator_return";
}

function open(options, prototype) @ "xs_store_open";

export default Object.freeze({
  open(options) {
    return open(options, Store.prototype);
  },
});
