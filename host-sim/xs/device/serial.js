// `embedded:io/serial`: the UART through its hardware FIFOs of 128 bytes. `write` throws "output full" when the whole
// does not fit.
class Serial @ "xs_serial_destructor" {
  constructor(options) @ "xs_serial_constructor";
  close() @ "xs_serial_close";
  read(count) @ "xs_serial_read";
  write(value) @ "xs_serial_write";
  get format() @ "xs_serial_get_format";
  set format(value) @ "xs_serial_set_format";
}

export default Serial;
