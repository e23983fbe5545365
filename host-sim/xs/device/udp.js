// `embedded:io/socket/udp`: write(buffer, address, port); read() gives an ArrayBuffer with `address` and `port`, or
// undefined. Nothing tells the port the system chose, nor to which address a datagram was sent.
class UDP @ "xs_udp_destructor" {
  constructor(options) @ "xs_udp_constructor";
  close() @ "xs_udp_close";
  read() @ "xs_udp_read";
  write(buffer, address, port) @ "xs_udp_write";
  add(address) @ "xs_udp_add";
  remove(address) @ "xs_udp_remove";

  get format() {
    return "buffer";
  }
  set format(value) {
    if (value !== "buffer") throw new RangeError();
  }
}

export default UDP;
